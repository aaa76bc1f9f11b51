using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>
/// Why a file or folder cannot be used, as a sentence for who runs the server: what is wrong, and what to do.
/// </summary>
internal static class FileTrouble
{
    private const int NotPermitted = 1;
    private const int ReadOnly = 30;
    private const int WouldBlockOnLinux = 11;
    private const int WouldBlockOnMac = 35;
    private const int SharingViolationOnWindows = unchecked((int)0x80070020);

    /// <summary>
    /// What nobody could write, in the product's words: everything works again by itself once it can be written.
    /// </summary>
    public static NotStoredException NotWritten(string path, Exception fault) =>
        fault switch
        {
            NotStoredException known => known,
            _ when DiskFullException.IsIn(fault) => new DiskFullException(Of(path, "written", fault), fault),
            _ => new DiskNotWrittenException(Of(path, "written", fault), fault),
        };

    /// <summary>Whether another process holds the file open for itself.</summary>
    public static bool IsHeld(IOException fault) =>
        fault.HResult is WouldBlockOnLinux or WouldBlockOnMac or SharingViolationOnWindows;

    /// <summary>Whether it is the place and its rights that stand in the way, and not a fault of ours.</summary>
    public static bool IsIt(Exception fault) => fault is IOException or UnauthorizedAccessException;

    public static bool IsMountedReadOnly(Exception fault) => fault is IOException { HResult: ReadOnly };

    /// <summary>A database that SQLite cannot write. It does not always tell a full disk from a broken one.</summary>
    public static NotStoredException OfDatabase(string folder, SqliteException fault) =>
        WriteTrouble.Of(fault) is DiskFullException || HasNoRoom(folder)
            ? new DiskFullException($"The disk of \"{folder}\" is full. Make room, then try again.", fault)
            : new DiskNotWrittenException($"The databases in \"{folder}\" cannot be written: {fault.Message}", fault);

    private static bool HasNoRoom(string folder)
    {
        const int LeastForADatabase = 256 * 1024;
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace < LeastForADatabase;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    /// <summary>The path that the system's message names; none where it names none.</summary>
    public static string? PathIn(Exception fault)
    {
        if (fault is FileNotFoundException { FileName: { Length: > 0 } name })
            return name;

        var (first, last) = (fault.Message.IndexOf('\''), fault.Message.LastIndexOf('\''));
        return last > first + 1 && Path.IsPathRooted(fault.Message[(first + 1)..last])
            ? fault.Message[(first + 1)..last]
            : null;
    }

    /// <param name="done">What could not be done with it: <c>read</c>, <c>written</c>.</param>
    public static string Of(string path, string done, Exception fault)
    {
        if (DiskFullException.IsIn(fault))
            return $"\"{path}\" cannot be {done}: the disk is full. Make room, then try again.";

        return (fault as IOException)?.HResult switch
        {
            ReadOnly when IsClosedBySystem(path) =>
                $"\"{path}\" cannot be {done}: the system has closed its file system for writing, mostly after a fault "
                    + "of the disk. Look at `dmesg`, have the file system checked, and mount it anew.",
            ReadOnly =>
                $"\"{path}\" cannot be {done}: its file system is mounted read-only. Mount it for writing, then try "
                    + $"again.",
            _ when Path.GetDirectoryName(path) is { } above && NoFolder(above) is { } none => none,
            _ when fault is UnauthorizedAccessException
                    && done == "read"
                    && Directory.Exists(path)
                    && Posix.May(path, Posix.ReadsFolder) =>
                $"\"{path}\" is a folder, and a file is needed there. Move the folder away.",
            _ when fault is UnauthorizedAccessException || fault.HResult == NotPermitted => Rights(path, done),
            _ when fault is FileNotFoundException or DirectoryNotFoundException && done == "written" =>
                $"\"{path}\" cannot be made there. Look whether \"{Path.GetDirectoryName(path)}\" is there and "
                    + $"takes new files.",
            _ when fault is FileNotFoundException or DirectoryNotFoundException => $"\"{path}\" does not exist.",
            _ => $"\"{path}\" cannot be {done}: {fault.Message.TrimEnd('.')}. "
                + "Look whether the disk works and this user can write there.",
        };
    }

    /// <summary>Mounted for writing, and read-only all the same.</summary>
    private static bool IsClosedBySystem(string path) =>
        !OperatingSystem.IsWindows() && Posix.May(Way(path).FindLast(Directory.Exists) ?? "/", Posix.WritesFolder);

    /// <summary>Why there can be no folder of this path; none where there is one, or could be.</summary>
    public static string? NoFolder(string path)
    {
        var way = Way(path);
        foreach (var at in way)
        {
            if (Directory.Exists(at))
                continue;
            if (new FileInfo(at).LinkTarget is { } target)
                return $"\"{at}\" is a symbolic link to \"{target}\", which leads to no folder. Mount the disk it "
                    + $"leads to, or correct the link.";
            if (!File.Exists(at))
                return Posix.May(Path.GetDirectoryName(at)!, Posix.GoesThrough) ? null : Rights(path, "read");

            return at == way[^1]
                ? $"\"{at}\" is a file, and a folder is needed there. Give another path."
                : $"\"{at}\" is a file, so there can be no folder \"{path}\". Give another path.";
        }

        return null;
    }

    /// <summary>Who owns it, who this runs as, and the command that changes that.</summary>
    public static string Rights(string path, string done)
    {
        var where = Obstacle(path);
        var said =
            where == path ? $"\"{path}\" cannot be {done}" : $"\"{path}\" cannot be {done}, because of \"{where}\"";
        if (Posix.OwnerOf(where) is not { } owner)
            return $"{said}. Give this user the right to read and write there.";

        var facts =
            $"{said}: it belongs to \"{owner}\" with rights {Posix.RightsOf(where)}, and this runs as \"{Posix.Me}\".";
        if (where != path && !IsOfADataFolder(where, path))
            return $"{facts} Let \"{Posix.Me}\" go into \"{where}\" and write where it has to, or give another path.";

        return !Posix.IsOurs(where) ? $"{facts} Run: sudo chown -R {Posix.Me} \"{where}\""
            : MayOwner(where)
                ? $"{facts} Look for an immutable attribute (lsattr) or a security module that forbids it."
            : $"{facts} Run: chmod -R u+rwX \"{where}\"";
    }

    /// <summary>Whether what stands in the way is ours to change: it lies in a data folder, or is one.</summary>
    private static bool IsOfADataFolder(string where, string path) =>
        (Path.GetDirectoryName(path) == where && DataFolderLayout.IsOneOfOurs(path))
        || Way(where).Exists(at => File.Exists(DataFolderLayout.At(at).Marker));

    /// <summary>
    /// The topmost folder on the way that this user may not go through; else the nearest that exists.
    /// </summary>
    private static string Obstacle(string path)
    {
        var way = Way(path);
        var closed = way.Find(each => each != way[^1] && !Posix.May(each, Posix.GoesThrough));
        return closed ?? way.FindLast(Path.Exists) ?? path;
    }

    /// <summary>From the top down to the path itself.</summary>
    private static List<string> Way(string path)
    {
        var way = new List<string>();
        for (var at = Path.GetFullPath(path); at is not null; at = Path.GetDirectoryName(at))
            way.Insert(0, at);
        return way;
    }

    private static bool MayOwner(string path)
    {
        if (OperatingSystem.IsWindows())
            return true;

        var needed = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (Directory.Exists(path))
            needed |= UnixFileMode.UserExecute;
        return (File.GetUnixFileMode(path) & needed) == needed;
    }
}
