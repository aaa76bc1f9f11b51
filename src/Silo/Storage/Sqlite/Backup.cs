using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <param name="Path">Within the data folder, with slashes.</param>
internal sealed record BackedUpFile(string Path, long Bytes, string Sha256);

/// <param name="Position">Of the newest fact in it.</param>
internal sealed record BackupManifest(int Format, string Platform, DateTimeOffset At, long Position, ImmutableArray<BackedUpFile> Files)
{
    public const string Name = "manifest.json";
    public const int KnownFormat = 1;
}

/// <summary>
/// Everything that cannot be made again, as of one moment, in one file: facts, keys, attachments, read marks, what mail has been sent,
/// and the marker. The server may run meanwhile.
/// </summary>
internal static class Backup
{
    private const string Packing = ".packing";

    /// <param name="IsSealed">
    /// Whether the folder keeps the backup's checkpoint too. Not where it cannot be written.
    /// </param>
    public sealed record Made(BackupManifest Manifest, bool IsSealed)
    {
        public long Position => Manifest.Position;
    }

    /// <exception cref="DataFolderException">The folder is none, the file exists, or the journal is damaged: a backup that could not be restored is not made.</exception>
    public static Made Make(DataFolderLayout layout, string target, DateTimeOffset now)
    {
        var marker = layout.ReadMarker();
        var key = layout.ReadKey(layout.JournalKey);
        if (Path.Exists(target))
            throw new DataFolderException($"\"{target}\" exists already, and no backup takes the place of another. "
                + $"Give a new name, such as \"{NewName(target, now)}\", or move that one away first.");

        // A folder made here would hide that the disk of the backups is not mounted.
        if (Path.GetDirectoryName(target) is { } place && FileTrouble.NoFolder(place) is { } why)
            throw new DataFolderException(why);
        if (!Directory.Exists(Path.GetDirectoryName(target)))
            throw new DataFolderException($"There is no folder \"{Path.GetDirectoryName(target)}\" for the backup. "
                + $"Make it, mount its disk, or correct the path.");

        var work = target + ".unfinished";
        if (Directory.Exists(work)) Directory.Delete(work, recursive: true);
        PrivateFiles.MakeFolder(work);
        try
        {
            var copy = new DataFolderLayout(work);
            KeptState.Copy(layout, copy, now);   // before the journal: nobody has read further than what it holds
            var checkpoint = CopyJournal(layout, copy, now, key);
            Copy(layout.Marker, copy.Marker);
            CopyFolder(layout.Keys, copy.Keys);
            CopyFolder(layout.Checkpoints, copy.Checkpoints);
            CheckpointFiles.Put(copy.Checkpoints, checkpoint);

            // After the journal: whatever its facts name is there by now.
            CopyFolder(layout.Attachments, copy.Attachments);

            RefuseDamaged(Verification.Of(copy));
            var manifest = new BackupManifest(BackupManifest.KnownFormat, marker.Platform, now, checkpoint.Position, [.. FilesOf(work)]);
            PrivateFiles.WriteJson(Path.Combine(work, BackupManifest.Name), manifest);
            Pack(work, target);

            return new(manifest, IsSealed(layout, checkpoint));
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            throw SqliteFile.Damaged(layout.Journal, SqliteKind.Journal, e);
        }
        catch (Exception e) when (DiskFullException.IsIn(WriteTrouble.Of(e)))
        {
            throw new DataFolderException($"\"{target}\" could not be made: its disk is full. A backup needs about "
                + $"three times the room of the data folder while it is made. Give another disk.", e);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
            PrivateFiles.DeleteIfPossible(target + Packing);
        }
    }

    private static string NewName(string target, DateTimeOffset now) =>
        Path.GetFileNameWithoutExtension(target)
            + now.ToString("'-'yyyy-MM-dd'T'HHmmss", System.Globalization.CultureInfo.InvariantCulture)
            + Path.GetExtension(target);

    /// <summary>
    /// The folder itself keeps the checkpoint too, where it can be written; the backup is whole without that.
    /// </summary>
    private static bool IsSealed(DataFolderLayout layout, Checkpoint checkpoint)
    {
        // The server could not read a file that belongs to another user, such as root.
        if (!Posix.IsOurs(layout.Checkpoints)) return false;

        try
        {
            CheckpointFiles.Put(layout.Checkpoints, checkpoint);
            return true;
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            return false;
        }
    }

    /// <summary>
    /// One pass of SQLite's own backup: what was committed before it, and nothing of what comes after.
    /// </summary>
    private static Checkpoint CopyJournal(DataFolderLayout layout, DataFolderLayout copy, DateTimeOffset now, ReadOnlyMemory<byte> key)
    {
        SqliteReading.Copy(layout, SqliteKind.Journal, copy.Journal);
        using var journal = SqliteFile.Open(copy.Journal, SqliteKind.Journal);
        using var transaction = journal.BeginTransaction();
        var checkpoint = CheckpointRows.Take(journal, now, key.Span);
        CheckpointRows.Put(journal, checkpoint);
        transaction.Commit();
        return checkpoint;
    }

    private static void RefuseDamaged(VerificationReport report)
    {
        if (!report.IsWhole) throw new DataFolderException($"The journal is damaged, so no backup was made of it: {report.Damage[0]} `verify` lists all damage.");
    }

    private static IEnumerable<BackedUpFile> FilesOf(string folder) =>
        from path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        select new BackedUpFile(Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), new FileInfo(path).Length, HashOf(path));

    private static string HashOf(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>It holds the keys: only its owner may read it.</summary>
    private static void Pack(string folder, string target)
    {
        var packed = target + Packing;
        File.Delete(packed);
        using (var file = PrivateFiles.MakeFile(packed))
        {
            using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            {
                foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                    zip.CreateEntryFromFile(path, Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'), CompressionLevel.Fastest);
            }

            file.Flush(flushToDisk: true);
        }

        File.Move(packed, target);
    }

    private static void CopyFolder(string from, string to)
    {
        PrivateFiles.MakeFolder(to);
        if (!Directory.Exists(from)) return;

        foreach (var path in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(path => !path.EndsWith(".unfinished", StringComparison.Ordinal)))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, path));
            PrivateFiles.MakeFolder(Path.GetDirectoryName(target)!);
            Copy(path, target);
        }
    }

    /// <summary>A file that a running server has removed meanwhile is not needed any more.</summary>
    private static void Copy(string from, string to)
    {
        try
        {
            File.Copy(from, to);
        }
        catch (FileNotFoundException)
        {
            // Checkpoints that are old are removed while we look.
        }
    }
}

/// <summary>
/// A backup back into a folder. Positions seen before mean nothing after: the epoch is a new one. Nobody is signed in any more, and
/// links and codes from before do not work.
/// </summary>
internal static class Restore
{
    /// <param name="Manifest">Of the backup.</param>
    /// <param name="Access">What was ended by restoring it.</param>
    public sealed record Restored(BackupManifest Manifest, AccessAfterRestore Access)
    {
        public long Position => Manifest.Position;
    }

    /// <exception cref="DataFolderException">The folder holds something, or the backup is not what was made. Nothing is left behind then.</exception>
    public static Restored Into(DataFolderLayout layout, string backup, DateTimeOffset now)
    {
        DataFolder.RefuseRoot(layout);
        if (!File.Exists(backup)) throw new DataFolderException($"There is no backup \"{backup}\".");
        if (FileTrouble.NoFolder(layout.Root) is { } why) throw new DataFolderException(why);
        if (Directory.Exists(layout.Root) && layout.Entries().Any())
            throw new DataFolderException($"\"{layout.Root}\" is not empty. Restore into a new or empty folder, and put that in its place when it is whole.");

        var wasThere = Directory.Exists(layout.Root);
        PrivateFiles.MakeFolder(layout.Root);
        try
        {
            var manifest = Unpack(layout, backup);
            BeginNewEpoch(layout, now);
            File.Move(layout.RestoringMarker, layout.Marker);
            var report = Verification.Of(layout);
            if (!report.IsWhole) throw new DataFolderException($"\"{backup}\" holds damaged data and was not restored: {report.Damage[0]}");

            return new(manifest, AccessAfterRestore.End(layout, now));
        }
        catch (Exception fault)
        {
            foreach (var entry in layout.Entries().ToList()) Remove(entry);
            if (!wasThere) Directory.Delete(layout.Root);
            if (!IsDiskFull(fault)) throw;

            throw new DataFolderException($"The disk of \"{layout.Root}\" is full, and nothing was restored. Make "
                + $"room, or restore to another disk.", fault);
        }
    }

    private static bool IsDiskFull(Exception fault) => DiskFullException.IsIn(WriteTrouble.Of(fault));

    private static BackupManifest Unpack(DataFolderLayout layout, string backup)
    {
        try
        {
            using var zip = ZipFile.OpenRead(backup);
            var manifest = ReadManifest(zip, backup);
            var listed = manifest.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
            foreach (var entry in zip.Entries)
            {
                if (entry.FullName == BackupManifest.Name) continue;
                if (!listed.Remove(entry.FullName, out var file) || !TryPlace(layout.Root, file.Path, out var path)) throw Refused(backup, $"it holds \"{entry.FullName}\", which its manifest does not allow");

                PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
                using var source = entry.Open();
                using var target = PrivateFiles.MakeFile(path == layout.Marker ? layout.RestoringMarker : path);
                CopyExactly(source, target, file, backup);
            }

            return listed.Count == 0 ? manifest : throw Refused(backup, $"\"{listed.Keys.First()}\" is missing from it");
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or NotSupportedException or ArgumentException)
        {
            throw Refused(backup, e.Message.TrimEnd('.'), e);
        }
    }

    private static BackupManifest ReadManifest(ZipArchive zip, string backup)
    {
        if (zip.GetEntry(BackupManifest.Name) is not { } entry) throw Refused(backup, "it has no manifest.json, so it is no backup of this server or not all of one");

        using var text = entry.Open();
        var manifest = JsonSerializer.Deserialize<BackupManifest>(text, DataFolderMarker.Json);
        if (manifest is not { Format: > 0, Files.IsDefaultOrEmpty: false }) throw Refused(backup, "its manifest says nothing");
        if (manifest.Format > BackupManifest.KnownFormat) throw new DataFolderException($"\"{backup}\" was made by a newer server. Restore it with that one.");

        return manifest;
    }

    /// <summary>Relative, downwards, and spelt in the one way that we spell it.</summary>
    private static bool TryPlace(string root, string name, [NotNullWhen(true)] out string? path)
    {
        path = Path.GetFullPath(Path.Combine(root, name));
        return name.Length > 0 && !Path.IsPathRooted(name) && name.IndexOfAny(['\\', ':', '\0']) < 0
            && Array.TrueForAll(name.Split('/'), part => part is not ("" or "." or ".."))
            && path.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal);
    }

    /// <summary>Not a byte more than the manifest says, however far the archive would unfold.</summary>
    private static void CopyExactly(Stream source, Stream target, BackedUpFile file, string backup)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var left = file.Bytes;
        while (source.Read(buffer) is > 0 and var read)
        {
            left -= read;
            if (left < 0) break;

            hash.AppendData(buffer, 0, read);
            target.Write(buffer, 0, read);
        }

        if (left != 0 || Convert.ToHexStringLower(hash.GetHashAndReset()) != file.Sha256) throw Refused(backup, $"\"{file.Path}\" in it is not what was backed up");
    }

    private static void BeginNewEpoch(DataFolderLayout layout, DateTimeOffset now)
    {
        SqliteFile.CheckHeader(layout.Journal, SqliteKind.Journal);
        using var journal = SqliteFile.Open(layout.Journal, SqliteKind.Journal);
        JournalMeta.BeginNewEpoch(journal, now);
    }

    private static void Remove(string entry)
    {
        if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
        else File.Delete(entry);
    }

    private static DataFolderException Refused(string backup, string why, Exception? cause = null) =>
        new($"\"{backup}\" cannot be restored: {why}. Take another backup.", cause);
}
