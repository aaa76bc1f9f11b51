using System.Text.Json;

namespace PublicBuyers.Storage;

/// <summary>Files and folders that only the server's own account may read, where the system knows such a thing.</summary>
/// <remarks>
/// What cannot be written is a <see cref="NotStoredException"/>, whose message names the path and what to do.
/// </remarks>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>With the folders above it that are missing.</summary>
    public static void MakeFolder(string path)
    {
        if (Directory.Exists(path))
            return;

        if (Path.GetDirectoryName(path) is { Length: > 0 } above)
            MakeFolder(above);
        Make(path);
    }

    /// <summary>
    /// Only where there is the folder above it: nothing begins anew in the place of what was moved away.
    /// </summary>
    public static void MakeFolderWithin(string path)
    {
        if (Path.GetDirectoryName(path) is { } above && !Directory.Exists(above))
            throw new DiskNotWrittenException(FolderRights.IsMissing(above));

        if (!Directory.Exists(path))
            Make(path);
    }

    private static void Make(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, OwnerReadsAndWrites | UnixFileMode.UserExecute);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw FileTrouble.NotWritten(path, fault);
        }
    }

    public static FileStream MakeFile(string path, FileOptions how = FileOptions.None)
    {
        try
        {
            return Open(path, FileMode.CreateNew, how);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw FileTrouble.NotWritten(path, fault);
        }
    }

    /// <summary>For this process alone; faults are those of the system.</summary>
    public static FileStream Open(string path, FileMode mode, FileOptions how = FileOptions.None)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = how,
        };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open)
            options.UnixCreateMode = OwnerReadsAndWrites;
        return new FileStream(path, options);
    }

    /// <summary>On disk under its name as a whole, or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".unfinished";
        try
        {
            File.Delete(unfinished);
            using (var file = Open(unfinished, FileMode.CreateNew))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            DeleteIfPossible(unfinished);
            throw FileTrouble.NotWritten(path, fault);
        }
    }

    /// <summary>The file gets its name; there was none of that name.</summary>
    public static void Move(string unfinished, string path)
    {
        try
        {
            File.Move(unfinished, path);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw FileTrouble.NotWritten(path, fault);
        }
    }

    /// <summary>For what is unfinished: the next start removes what stays.</summary>
    public static void DeleteIfPossible(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            // Where nothing can be deleted nothing was written either, and whoever asked has been told.
        }
    }

    public static void WriteJson<T>(string path, T content) =>
        Write(path, JsonSerializer.SerializeToUtf8Bytes(content, DataFolderMarker.Json));
}
