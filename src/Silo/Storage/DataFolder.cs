using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

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

    internal DataFolderLayout Layout { get; }

    internal DataFolderMarker Marker { get; }

    internal ReadOnlyMemory<byte> JournalKey { get; }

    internal ReadOnlyMemory<byte> SecretsKey { get; }

    /// <summary>Opens the folder, making it where there is none, and brings its databases up to date.</summary>
    /// <exception cref="DataFolderException">It is another process's, is not ours, or something in it is missing or damaged.</exception>
    public static DataFolder Open(string path, DateTimeOffset now, bool demo = false)
    {
        var layout = DataFolderLayout.At(path);
        RefuseForeign(layout);
        PrivateFiles.MakeFolder(layout.Root);
        var held = Hold(layout);
        try
        {
            if (!File.Exists(layout.Marker)) Make(layout, now, demo);

            var marker = layout.ReadMarker();
            var folder = new DataFolder(layout, marker, held);
            Prepare(layout, marker, now);
            return folder;
        }
        catch
        {
            held.Dispose();
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

        File.Delete(Layout.ProcessId);
        holding.Dispose();
    }

    private static void RefuseForeign(DataFolderLayout layout)
    {
        if (File.Exists(layout.Root)) throw new DataFolderException($"\"{layout.Root}\" is a file. Give a folder with --data.");
        if (!Directory.Exists(layout.Root) || File.Exists(layout.Marker) || File.Exists(layout.UnfinishedMarker)) return;

        var others = Directory.EnumerateFileSystemEntries(layout.Root).Where(entry => entry != layout.Lock && entry != layout.ProcessId);
        if (others.Any())
            throw new DataFolderException($"\"{layout.Root}\" holds files but no publicbuyers.json: it is not a data folder of this server. Give a new or empty folder with --data, or put publicbuyers.json back from a backup.");
    }

    /// <remarks>The lock goes with the process, however it ends. The process id stands in a file of its own: the locked one cannot be read.</remarks>
    [SuppressMessage("Reliability", "CA2000", Justification = "The folder holds it as long as it is open.")]
    private static FileStream Hold(DataFolderLayout layout)
    {
        FileStream held;
        try
        {
            held = new FileStream(layout.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            var holder = File.Exists(layout.ProcessId) ? $"process {File.ReadAllText(layout.ProcessId).Trim()}" : "another process";
            throw new DataFolderInUseException($"\"{layout.Root}\" is in use by {holder}. Stop that one first, "
                + $"or give another folder with --data.", e);
        }

        File.WriteAllText(layout.ProcessId, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return held;
    }

    private static void Make(DataFolderLayout layout, DateTimeOffset now, bool demo)
    {
        var marker = new DataFolderMarker(DataFolderMarker.KnownFormat, new NewIds().Next(), now, demo);
        if (File.Exists(layout.UnfinishedMarker)) StartOver(layout);

        PrivateFiles.WriteJson(layout.UnfinishedMarker, marker);
        foreach (var folder in new[] { layout.Mail, layout.Attachments, layout.Keys, layout.Checkpoints }) PrivateFiles.MakeFolder(folder);
        foreach (var key in new[] { layout.JournalKey, layout.SecretsKey }) PrivateFiles.Write(key, RandomNumberGenerator.GetBytes(DataFolderLayout.KeyLength));

        SqliteFile.Make(layout.Journal, SqliteKind.Journal, now);
        using (var journal = SqliteFile.Open(layout.Journal, SqliteKind.Journal)) JournalMeta.Begin(journal, marker.Platform, now);

        File.Move(layout.UnfinishedMarker, layout.Marker);
    }

    private static void StartOver(DataFolderLayout layout)
    {
        SqliteFile.Delete(layout.Journal);
        File.Delete(layout.JournalKey);
        File.Delete(layout.SecretsKey);
    }

    private static void Prepare(DataFolderLayout layout, DataFolderMarker marker, DateTimeOffset now)
    {
        if (!File.Exists(layout.Journal)) throw new DataFolderException($"\"{layout.Journal}\" is missing, though publicbuyers.json says that it was there. {SqliteKind.Journal.WhatToDo}");

        foreach (var folder in new[] { layout.Mail, layout.Attachments, layout.Checkpoints }) PrivateFiles.MakeFolder(folder);
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
