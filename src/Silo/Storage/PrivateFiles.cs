using System.Text.Json;

namespace PublicBuyers.Storage;

/// <summary>Files and folders that only the server's own account may read, where the system knows such a thing.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerReadsAndWrites = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerReadsAndWrites | UnixFileMode.UserExecute);
    }

    public static FileStream MakeFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerReadsAndWrites;
        return new FileStream(path, options);
    }

    /// <summary>On disk under its name as a whole, or not at all.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var unfinished = path + ".unfinished";
        File.Delete(unfinished);
        using (var file = MakeFile(unfinished))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    public static void WriteJson<T>(string path, T content) => Write(path, JsonSerializer.SerializeToUtf8Bytes(content, DataFolderMarker.Json));
}
