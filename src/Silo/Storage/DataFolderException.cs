namespace PublicBuyers.Storage;

/// <summary>The data folder cannot be used as it is. The message is for the person who runs the server, and says what to do.</summary>
public sealed class DataFolderException(string message, Exception? cause = null) : Exception(message, cause);
