namespace PublicBuyers;

/// <summary>Nothing can be written where the data are. Nothing of what was asked has happened; reading goes on.</summary>
[GenerateSerializer]
public abstract class NotStoredException(string message, Exception? cause) : IOException(message, cause);

/// <summary>The disk cannot be written for another reason than that it is full. Once it can, everything works again by itself.</summary>
[GenerateSerializer, Alias("disk-not-written")]
public sealed class DiskNotWrittenException(string message, Exception? cause = null) : NotStoredException(message, cause);

/// <summary>The disk is full. Once there is room, everything works again by itself.</summary>
[GenerateSerializer, Alias("disk-full")]
public sealed class DiskFullException(string message, Exception? cause = null) : NotStoredException(message, cause)
{
    /// <summary>ENOSPC and EDQUOT of Linux, as <see cref="Exception.HResult"/> has them; on Windows ERROR_DISK_FULL.</summary>
    private static readonly int[] Full = [28, 122, unchecked((int)0x80070070)];

    /// <summary>Whether this fault, or what caused it, is a full disk.</summary>
    public static bool IsIn(Exception? fault) =>
        fault is not null && (fault is DiskFullException || (fault is IOException && Full.Contains(fault.HResult)) || IsIn(fault.InnerException));
}
