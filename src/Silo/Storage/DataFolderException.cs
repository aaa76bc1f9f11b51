namespace PublicBuyers.Storage;

/// <summary>The data folder cannot be used as it is. The message is for the person who runs the server, and says what to do.</summary>
public class DataFolderException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Another process has the data folder open: a running server, mostly.</summary>
public sealed class DataFolderInUseException(string message, Exception cause) : DataFolderException(message, cause);
