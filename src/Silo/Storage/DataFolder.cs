using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>Whether a data folder is made where there is none.</summary>
public enum NewFolder
{
    /// <summary>Somebody asked for a new one, in whatever empty place.</summary>
    Asked,

    /// <summary>There has to be one.</summary>
    Never,
}

/// <summary>The folder with everything this server keeps, held against any second process while it is open.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream holding;

    private DataFolder(DataFolderLayout layout, DataFolderMarker marker, FileStream held)
    {
        (Layout, Marker, holding) = (layout, marker, held);
        JournalKey = layout.ReadKey(layout.JournalKey);
        SecretsKey = layout.ReadKey(layout.SecretsKey);
    }

    public string Root => Layout.Root;

    public string MailFolder => Layout.Mail;

    public string AttachmentsFolder => Layout.Attachments;

    /// <summary>Filled with the demonstration data, by its marker.</summary>
    public bool IsDemo => Marker.Demo;

    /// <summary>When the folder was made.</summary>
    public DateTimeOffset Made => Marker.Created;

    /// <summary>
    /// What the operator should know of how it was opened: that it is new, or that rights were taken away.
    /// </summary>
    public ImmutableArray<string> Notes { get; private init; } = [];

    internal DataFolderLayout Layout { get; }

    internal DataFolderMarker Marker { get; }

    internal ReadOnlyMemory<byte> JournalKey { get; }

    internal ReadOnlyMemory<byte> SecretsKey { get; }

    /// <summary>Opens the folder, making it where there is none, and brings its databases up to date.</summary>
    /// <param name="making">Whether there may be none. What a making that fails has made is removed.</param>
    /// <exception cref="DataFolderException">It is another process's, is not ours, or something in it is missing or damaged.</exception>
    /// <exception cref="NotStoredException">Its disk is full, or cannot be written.</exception>
    public static DataFolder Open(
        string path, DateTimeOffset now, bool demo = false, NewFolder making = NewFolder.Asked)
    {
        var layout = DataFolderLayout.At(path);
        RefuseForeign(layout);
        RefuseRoot(layout);
        var isNew = !File.Exists(layout.Marker);
        if (isNew && !File.Exists(layout.UnfinishedMarker)) RefuseNew(layout, making);
        if (!demo && FolderRights.WhoCouldReplace(layout.Root) is { } why) throw new DataFolderException(why);
        if (!isNew && FolderRights.ClosedInShort(layout) is { } closed) throw new DataFolderException(closed);

        var wasThere = Directory.Exists(layout.Root);
        FileStream? held = null;
        try
        {
            PrivateFiles.MakeFolder(layout.Root);
            held = Hold(layout);
            isNew = !File.Exists(layout.Marker);   // another process may have made it meanwhile
            var tightened = FolderRights.Tighten(layout);
            if (isNew) Make(layout, now, demo);

            var marker = layout.ReadMarker();
            var folder = new DataFolder(layout, marker, held) { Notes = [.. NotesOf(layout, isNew, tightened)] };
            Prepare(layout, marker, now);
            return folder;
        }
        catch (Exception fault)
        {
            if (isNew) Unmake(layout, isHeld: held is not null, wasThere);
            else if (held is not null) PrivateFiles.DeleteIfPossible(layout.ProcessId);
            held?.Dispose();
            if (fault is SqliteException database && WriteTrouble.IsIt(database))
                throw FileTrouble.OfDatabase(layout.Root, database);

            throw;
        }
    }

    /// <summary>Deletes what a demonstration folder holds, so that it can be made anew. Does nothing where there is no folder.</summary>
    /// <exception cref="DataFolderException">It is another process's, or no demonstration's.</exception>
    public static void DiscardDemonstration(string path)
    {
        var layout = DataFolderLayout.At(path);
        if (!Directory.Exists(layout.Root)) return;
        if (!layout.ReadMarker().Demo)
            throw new DataFolderException($"\"{layout.Root}\" holds real data: --fresh deletes demonstration folders only. Give another folder with --data.");

        using var held = Hold(layout);
        foreach (var file in Directory.EnumerateFiles(layout.Root).Where(file => file != layout.Lock)) File.Delete(file);
        foreach (var folder in Directory.EnumerateDirectories(layout.Root)) Directory.Delete(folder, recursive: true);
    }

    public void Dispose()
    {
        using (new SqliteSnapshotTables(this))
        {
            // Whoever used them, nothing holds state.db open any more.
        }

        PrivateFiles.DeleteIfPossible(Layout.ProcessId);
        holding.Dispose();
    }

    private static IEnumerable<string> NotesOf(DataFolderLayout layout, bool isNew, string? tightened)
    {
        if (isNew) yield return $"A new data folder was made: \"{layout.Root}\".";
        if (tightened is not null) yield return tightened;
    }

    /// <summary>What root writes into a service's folder, the service cannot read at its next start.</summary>
    /// <exception cref="DataFolderException">This runs as root, and the folder is somebody else's.</exception>
    internal static void RefuseRoot(DataFolderLayout layout)
    {
        if (Directory.Exists(layout.Root) && Posix.OwnerBesideRoot(layout.Root) is { } owner)
            throw new DataFolderException(
                $"\"{layout.Root}\" belongs to \"{owner}\", and this runs as root: what it writes there, \"{owner}\" "
                    + $"could not read any more. Run it as that user: sudo -u {owner} …"
            );
    }

    private static void RefuseForeign(DataFolderLayout layout)
    {
        try
        {
            if (FileTrouble.NoFolder(layout.Root) is { } why) throw new DataFolderException(why);
            var isOurs = File.Exists(layout.Marker) || File.Exists(layout.UnfinishedMarker);
            if (!Directory.Exists(layout.Root) || isOurs || layout.IsEmpty) return;
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw new DataFolderException(FileTrouble.Of(layout.Root, "read", fault), fault);
        }

        layout.ReadMarker();   // says why there is none
    }

    /// <summary>
    /// An empty server in the place of one whose disk is not mounted would be taken for the loss of all data.
    /// </summary>
    private static void RefuseNew(DataFolderLayout layout, NewFolder making)
    {
        var isThere = Directory.Exists(layout.Root);
        if (making is NewFolder.Asked) return;

        throw new DataFolderException(
            $"\"{layout.Root}\" {(isThere ? "is empty" : "does not exist")}, and only a new server begins without "
                + $"data. "
                + $"Mount the disk that holds them or correct the path; or, for a new server, run first: init "
                + $"--data \"{layout.Root}\"");
    }

    /// <summary>Removes what a making that failed has left: nobody has ever used it.</summary>
    /// <param name="isHeld">Else another process may be making it: then only an empty folder is removed.</param>
    private static void Unmake(DataFolderLayout layout, bool isHeld, bool wasThere)
    {
        try
        {
            foreach (var entry in isHeld ? layout.Entries().ToArray() : [])
            {
                if (Directory.Exists(entry)) Directory.Delete(entry, recursive: true);
                else File.Delete(entry);
            }

            if (!wasThere) Directory.Delete(layout.Root);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            // The first fault says what is wrong. The next making starts over.
        }
    }

    /// <remarks>The lock goes with the process, however it ends. The process id stands in a file of its own: the locked one cannot be read.</remarks>
    [SuppressMessage("Reliability", "CA2000", Justification = "The folder holds it as long as it is open.")]
    private static FileStream Hold(DataFolderLayout layout)
    {
        var isNew = !File.Exists(layout.Lock);
        FileStream held;
        try
        {
            held = PrivateFiles.Open(layout.Lock, FileMode.OpenOrCreate);
        }
        catch (IOException e) when (FileTrouble.IsHeld(e))
        {
            var holder = File.Exists(layout.ProcessId) ? $"process {File.ReadAllText(layout.ProcessId).Trim()}" : "another process";
            throw new DataFolderInUseException($"\"{layout.Root}\" is in use by {holder}. Stop that one first, "
                + $"or give another folder with --data.", e);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw FileTrouble.NotWritten(layout.Lock, fault);
        }

        try
        {
            File.Delete(layout.ProcessId);
            using var process = PrivateFiles.MakeFile(layout.ProcessId);
            process.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            return held;
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            PrivateFiles.DeleteIfPossible(layout.ProcessId);
            if (isNew) PrivateFiles.DeleteIfPossible(layout.Lock);
            held.Dispose();
            throw FileTrouble.NotWritten(layout.ProcessId, fault);
        }
    }

    private static void Make(DataFolderLayout layout, DateTimeOffset now, bool demo)
    {
        var marker = new DataFolderMarker(DataFolderMarker.KnownFormat, new NewIds().Next(), now, demo);
        if (File.Exists(layout.UnfinishedMarker)) StartOver(layout);

        PrivateFiles.WriteJson(layout.UnfinishedMarker, marker);
        foreach (var folder in FoldersBelow(layout).Append(layout.Keys)) PrivateFiles.MakeFolder(folder);
        foreach (var key in new[] { layout.JournalKey, layout.SecretsKey }) PrivateFiles.Write(key, RandomNumberGenerator.GetBytes(DataFolderLayout.KeyLength));

        SqliteFile.Make(layout.Journal, SqliteKind.Journal, now);
        using (var journal = SqliteFile.Open(layout.Journal, SqliteKind.Journal)) JournalMeta.Begin(journal, marker.Platform, now);

        File.Move(layout.UnfinishedMarker, layout.Marker);
    }

    /// <summary>Those that a start makes where they are missing. Not the keys: new ones would open nothing.</summary>
    private static string[] FoldersBelow(DataFolderLayout layout) =>
        [layout.Mail, layout.Attachments, layout.Checkpoints, layout.Temporary];

    private static void StartOver(DataFolderLayout layout)
    {
        SqliteFile.Delete(layout.Journal);
        File.Delete(layout.JournalKey);
        File.Delete(layout.SecretsKey);
    }

    private static void Prepare(DataFolderLayout layout, DataFolderMarker marker, DateTimeOffset now)
    {
        if (!File.Exists(layout.Journal)) throw new DataFolderException($"\"{layout.Journal}\" is missing, though publicbuyers.json says that it was there. {SqliteKind.Journal.WhatToDo}");

        foreach (var folder in FoldersBelow(layout)) PrivateFiles.MakeFolder(folder);

        foreach (var kind in new[] { SqliteKind.Journal, SqliteKind.State, SqliteKind.Views })
        {
            var path = layout.FileOf(kind);
            if (File.Exists(path)) SqliteFile.Prepare(path, kind, now);
            else SqliteFile.Make(path, kind, now);
        }

        CheckIdentity(layout, marker);
    }

    /// <summary>The journal belongs to this folder, and ends no earlier than it is known to have ended.</summary>
    private static void CheckIdentity(DataFolderLayout layout, DataFolderMarker marker)
    {
        using var journal = SqliteFile.Open(layout.Journal, SqliteKind.Journal);
        try
        {
            if (JournalMeta.Read(journal, JournalMeta.Platform) != marker.Platform)
                throw new DataFolderException($"\"{layout.Journal}\" belongs to another platform than publicbuyers.json says. {SqliteKind.Journal.WhatToDo}");

            var last = JournalMeta.LastPosition(journal);
            if (CheckpointFiles.NewestPosition(layout.Checkpoints) is { } seen && seen > last)
                throw new DataFolderException($"\"{layout.Journal}\" ends at position {last}, but a checkpoint has seen position {seen}: it was replaced by an older file or has lost its end. {SqliteKind.Journal.WhatToDo}");
        }
        catch (SqliteException e) when (SqliteFile.IsDamage(e))
        {
            throw SqliteFile.Damaged(layout.Journal, SqliteKind.Journal, e);
        }
    }
}
