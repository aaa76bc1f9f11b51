namespace PublicBuyers.Storage;

/// <summary>
/// The rights of a data folder: its owner reads and writes everything in it, nobody else writes anything, and what the
/// server made is not for everybody to read.
/// </summary>
internal static class FolderRights
{
    /// <summary>Sentences of one refusal.</summary>
    private const int MostSaid = 5;

    /// <summary>More than a file system keeps beside a name, so that it needs room on the disk.</summary>
    private static readonly byte[] sample = new byte[4096];

    private const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Everybodys =
        UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Why somebody else could put another file or folder in the place of this one; none where nobody could.
    /// </summary>
    public static string? WhoCouldReplace(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;

        var real =
            Directory.Exists(path) ? Directory.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName
            : File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName
            : null;
        real ??= Path.GetFullPath(path);
        if (Path.GetDirectoryName(real) is not { } folder || !Directory.Exists(folder))
            return null;

        var mode = File.GetUnixFileMode(folder);
        if (!mode.HasFlag(UnixFileMode.OtherWrite))
            return null;

        // As in /tmp: there everybody may make files, and nobody may touch another's.
        if (mode.HasFlag(UnixFileMode.StickyBit) && (!Path.Exists(real) || Posix.IsOursOrRoots(real)))
            return null;

        return mode.HasFlag(UnixFileMode.StickyBit)
            ? $"\"{real}\" belongs to \"{Posix.OwnerOf(real)}\", who could make it because everybody may write in "
                + $"\"{folder}\". "
                + $"If it is yours, run: sudo chown {Posix.Me} \"{real}\""
            : $"Everybody on this machine can write in \"{folder}\", and so put another "
                + $"\"{Path.GetFileName(real)}\" in its place. "
                + $"Run: chmod o-w \"{folder}\"";
    }

    /// <summary>Whether everybody on this machine can read that file: its rights and those of all folders above.</summary>
    public static bool IsForEverybody(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return false;

        var real = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? Path.GetFullPath(path);
        if (!ModeOf(real).HasFlag(UnixFileMode.OtherRead))
            return false;

        for (var above = Path.GetDirectoryName(real); above is not null; above = Path.GetDirectoryName(above))
            if (!ModeOf(above).HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }

    /// <summary>How to take that from everybody, so that this user still reads it.</summary>
    public static string HowToClose(string path) =>
        Posix.IsOurs(path)
            ? $"Run: chmod o-rwx \"{path}\""
            : $"Run: sudo chown {Posix.Me} \"{path}\" && sudo chmod o-rwx \"{path}\"";

    /// <summary>Takes from others what they should not have of this folder, where it is ours.</summary>
    /// <returns>A sentence where others had any use of it.</returns>
    /// <exception cref="DataFolderException">
    /// Others can write in it, or read its keys, and it is not ours to change that.
    /// </exception>
    public static string? Tighten(DataFolderLayout layout)
    {
        if (OperatingSystem.IsWindows())
            return null;

        var loose = Loose(layout).ToList();
        var said = Said(loose);
        foreach (var (path, mode, excess) in loose)
        {
            try
            {
                File.SetUnixFileMode(path, mode & ~excess);
            }
            catch (Exception fault) when (FileTrouble.IsIt(fault))
            {
                var matters = (mode & OthersWrite) != UnixFileMode.None || IsKey(layout, path);
                if (matters && Said([(path, mode, excess)]) is { } why)
                    throw new DataFolderException($"{why} {WhatToRun(layout)}", fault);
            }
        }

        return said is null
            ? null
            : $"{said} Such rights have been taken away now. Run `verify` if others use this machine.";
    }

    /// <summary>What others have too much of, as <c>doctor</c> says it; changes nothing.</summary>
    public static string? TooOpen(DataFolderLayout layout) =>
        Said([.. Loose(layout)]) is { } said ? $"{said} {WhatToRun(layout)}" : null;

    /// <summary>Of <see cref="Closed"/> the first few, and how many more; none where nothing is closed.</summary>
    public static string? ClosedInShort(DataFolderLayout layout)
    {
        var closed = Closed(layout).ToList();
        var more = closed.Count - MostSaid;
        return closed.Count == 0 ? null
            : string.Join("; and ", closed.Take(MostSaid)) // each ends with a command, which has to end somewhere
                + (more > 0 ? $"; and {more} more, which `doctor` lists" : "");
    }

    /// <summary>What this user would have to be able to read or write and is not.</summary>
    /// <returns>A sentence for each, with the command that helps.</returns>
    public static IEnumerable<string> Closed(DataFolderLayout layout)
    {
        if (!Posix.May(layout.Root, Posix.GoesThrough) || !IsListed(layout.Root))
        {
            yield return FileTrouble.Rights(layout.Root, "read");
            yield break;
        }

        foreach (var sentence in Unwritable(layout))
            yield return sentence;
        if (IsMountedReadOnly(layout.Root))
            yield break;

        foreach (var file in FilesOf(layout))
            if (!Posix.May(file, IsKey(layout, file) ? Posix.ReadsFile : Posix.WritesFile))
                yield return WhyNot(file, IsKey(layout, file) ? "read" : "written");
    }

    /// <summary>The folders that the server writes into and cannot.</summary>
    public static IEnumerable<string> Unwritable(DataFolderLayout layout)
    {
        // One sentence, since it is so with everything in it.
        return IsMountedReadOnly(layout.Root) ? [WhyNot(layout.Root, "written")] : EachUnwritable(layout);
    }

    /// <summary>The folders and files that are gone from under a running server.</summary>
    public static IEnumerable<string> Missing(DataFolderLayout layout)
    {
        // One sentence, since everything in it is gone too.
        if (!Directory.Exists(layout.Root))
            return [IsMissing(layout.Root)];

        string[] files = [layout.Marker, layout.Journal, layout.State, layout.Views];
        string[] keys = Directory.Exists(layout.Keys) ? [layout.JournalKey, layout.SecretsKey] : [];
        return Folders(layout)
            .Where(folder => !Directory.Exists(folder))
            .Concat(files.Concat(keys).Where(file => !File.Exists(file)))
            .Select(IsMissing);
    }

    /// <summary>What to say of a folder or file that is gone from under a running server.</summary>
    public static string IsMissing(string path) => $"\"{path}\" is missing. Put it back, or restore the latest backup.";

    private static string[] Folders(DataFolderLayout layout) =>
        [layout.Root, layout.Mail, layout.Keys, layout.Checkpoints, layout.Attachments, layout.Temporary];

    private static IEnumerable<string> EachUnwritable(DataFolderLayout layout)
    {
        foreach (var folder in Folders(layout).Where(Directory.Exists))
            if (!IsWritten(folder))
                yield return WhyNot(folder, "written");

        // Of the hundreds of folders below, the first says enough.
        if (
            IsListed(layout.Attachments)
            && Directory.EnumerateDirectories(layout.Attachments).FirstOrDefault(folder => !IsWritten(folder))
                is { } closed
        )
            yield return WhyNot(closed, "written");
    }

    /// <summary>
    /// The folders that take no file, found by writing one into each, bringing it to the disk and taking it away again.
    /// Rights and mount options do not tell of a disk that the system has closed after a fault, or that has no room.
    /// </summary>
    public static IEnumerable<string> Unaccepting(DataFolderLayout layout)
    {
        // The folders below mostly lie on the same disk: one sentence says enough.
        if (WhyNoFile(layout.Root) is { } why)
            return [why];

        return Folders(layout)
            .Where(folder => folder != layout.Root && Directory.Exists(folder))
            .Select(WhyNoFile)
            .OfType<string>();
    }

    /// <summary>Why that folder takes no file; none where it does.</summary>
    public static string? WhyNoFile(string folder) =>
        Wrote(folder) is { } fault ? FileTrouble.Of(folder, "written", fault) : null;

    private static string WhyNot(string path, string done) => FileTrouble.Of(path, done, Tried(path));

    /// <summary>What the system says of it: rights, or a file system that nobody may write to.</summary>
    private static Exception Tried(string path)
    {
        if (Directory.Exists(path))
            return Wrote(path) ?? new UnauthorizedAccessException();

        try
        {
            using (PrivateFiles.Open(path, FileMode.Open))
            {
                // Only whether it can be opened.
            }
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            return fault;
        }

        return new UnauthorizedAccessException();
    }

    /// <summary>What came of writing a small file there, which is gone afterwards; none where it was taken.</summary>
    private static Exception? Wrote(string folder)
    {
        // A name of its own: the doctor may look while the server does.
        var probe = Path.Combine(folder, ".publicbuyers.probe." + Path.GetRandomFileName());
        try
        {
            using (var file = PrivateFiles.Open(probe, FileMode.CreateNew, FileOptions.DeleteOnClose))
            {
                file.Write(sample);
                file.Flush(flushToDisk: true);
            }

            return null;
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            return fault;
        }
    }

    private static bool IsMountedReadOnly(string folder) =>
        !IsWritten(folder) && FileTrouble.IsMountedReadOnly(Tried(folder));

    private static bool IsWritten(string folder) =>
        OperatingSystem.IsWindows() || Posix.May(folder, Posix.WritesFolder);

    private static bool IsListed(string folder) => Directory.Exists(folder) && Posix.May(folder, Posix.ReadsFile);

    private static IEnumerable<(string Path, UnixFileMode Mode, UnixFileMode Excess)> Loose(DataFolderLayout layout)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(layout.Root))
            return [];

        // Whether others may look into the folder is its maker's choice; what lies in it the server made.
        var folders = Folders(layout).Where(path => path != layout.Root && Directory.Exists(path));
        return from each in folders
                .Concat(FilesOf(layout))
                .Select(path => (Path: path, Excess: OthersWrite | Everybodys))
                .Prepend((Path: layout.Root, Excess: OthersWrite))
            let mode = ModeOf(each.Path)
            where (mode & each.Excess) != UnixFileMode.None
            select (each.Path, mode, each.Excess);
    }

    /// <summary>None where it is gone: a running server makes and removes files.</summary>
    private static UnixFileMode ModeOf(string path)
    {
        try
        {
            return OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return UnixFileMode.None;
        }
    }

    /// <summary>Whether others had any use of it: nobody comes to a file whose folder is closed.</summary>
    private static bool IsReached(string path, UnixFileMode mode) =>
        mode.HasFlag(UnixFileMode.GroupWrite)
        || ModeOf(Path.GetDirectoryName(path)!).HasFlag(UnixFileMode.OtherExecute);

    /// <summary>
    /// The server's own in the folder itself, and its keys: all else lies in folders that are closed.
    /// </summary>
    private static IEnumerable<string> FilesOf(DataFolderLayout layout) =>
        from folder in new[] { layout.Root, layout.Keys }
        where IsListed(folder) && Posix.May(folder, Posix.GoesThrough)
        from file in Directory.EnumerateFiles(folder)
        where folder == layout.Keys || DataFolderLayout.IsOneOfOurs(file)
        select file;

    private static bool IsKey(DataFolderLayout layout, string path) =>
        path == layout.Keys || Path.GetDirectoryName(path) == layout.Keys;

    private static string WhatToRun(DataFolderLayout layout)
    {
        var rights = $"chmod -R go-w,o= \"{layout.Root}\"";
        return Posix.IsOurs(layout.Root)
            ? $"Run: {rights}"
            : $"Run: sudo chown -R {Posix.Me} \"{layout.Root}\" && sudo {rights}";
    }

    /// <summary>The first of them, and how many more; none where others had no use of any.</summary>
    private static string? Said(IReadOnlyList<(string Path, UnixFileMode Mode, UnixFileMode Excess)> loose)
    {
        if (loose.Where(each => IsReached(each.Path, each.Mode)).ToList() is not [var (path, mode, _), .. var more])
            return null;

        var who =
            mode.HasFlag(UnixFileMode.OtherWrite) ? "Everybody on this machine can write"
            : mode.HasFlag(UnixFileMode.GroupWrite) ? "Others of its group can write"
            : "Everybody on this machine can read";
        var same = more.Count == 0 ? "" : $" So it is with {more.Count} more in the data folder.";
        return $"{who} \"{path}\" (rights {Convert.ToString((int)mode, 8)}, owner \"{Posix.OwnerOf(path)}\").{same}";
    }
}
