using System.Globalization;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>What journal.db says about itself.</summary>
internal static class JournalMeta
{
    public const string Epoch = "epoch";
    public const string Created = "created";
    public const string Platform = "platform";

    /// <summary>Once, in a new journal. Again: no effect.</summary>
    public static void Begin(SqliteConnection journal, string platform, DateTimeOffset now)
    {
        using var transaction = journal.BeginTransaction();
        Put(journal, Platform, platform);
        Put(journal, Created, now.ToString("O", CultureInfo.InvariantCulture));
        Put(journal, Epoch, EpochOf(now).ToString(CultureInfo.InvariantCulture));
        transaction.Commit();
    }

    /// <summary>Positions seen before mean nothing from here on. Two restores of the same backup get two epochs.</summary>
    public static void BeginNewEpoch(SqliteConnection journal, DateTimeOffset now) =>
        Put(journal, Epoch, Math.Max(ReadEpoch(journal) + 1, EpochOf(now)).ToString(CultureInfo.InvariantCulture));

    public static void NoteProbe(SqliteConnection journal, DateTimeOffset now) => Put(journal, "probed", now.ToString("O", CultureInfo.InvariantCulture));

    public static string? Read(SqliteConnection journal, string name) =>
        journal.Scalar("SELECT value FROM meta WHERE name = $name", ("$name", name)) as string;

    public static long ReadEpoch(SqliteConnection journal) =>
        long.TryParse(Read(journal, Epoch), CultureInfo.InvariantCulture, out var epoch)
            ? epoch
            : throw new DataFolderException($"\"{journal.DataSource}\" does not say what its epoch is. {SqliteKind.Journal.WhatToDo}");

    public static long LastPosition(SqliteConnection journal) => (long?)journal.Scalar("SELECT max(position) FROM facts") ?? 0;

    private static long EpochOf(DateTimeOffset now) => now.ToUnixTimeMilliseconds();

    private static void Put(SqliteConnection journal, string name, string value) =>
        journal.Run("INSERT INTO meta (name, value) VALUES ($name, $value) ON CONFLICT (name) DO UPDATE SET value = excluded.value", ("$name", name), ("$value", value));
}
