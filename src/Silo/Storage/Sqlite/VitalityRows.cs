using System.Globalization;
using Microsoft.Data.Sqlite;
using PublicBuyers.Communities;

namespace PublicBuyers.Storage;

/// <summary>Writes what happened and what waits into views.db, and reads it back sealed.</summary>
internal static class VitalityRows
{
    public static readonly string[] Tables = ["happenings", "waiting_items"];

    /// <summary>Older days are forgotten, except the day of the founding: nothing is worked out from them.</summary>
    public const int MostDays = 400;

    public static void Put(SqliteConnection connection, DirectoryRow row)
    {
        switch (row)
        {
            case DirectoryRow.OfHappening happened:
                var (count, last) = (happened.Count, happened.Last.UtcTicks);
                if (Days(connection, happened.Community, happened.Day.DayNumber, happened.Kind).FirstOrDefault() is { Count: > 0 } known) (count, last) = (count + known.Count, Math.Max(last, known.Last.UtcTicks));
                connection.Run(
                    "INSERT INTO happenings (community, day, kind, count, last, seal) VALUES ($community, $day, $kind, $count, $last, $seal) ON CONFLICT (community, day, kind) DO UPDATE SET count = excluded.count, last = excluded.last, seal = excluded.seal",
                    ("$community", happened.Community.Value), ("$day", happened.Day.DayNumber), ("$kind", happened.Kind), ("$count", count), ("$last", last),
                    ("$seal", SealOf(happened.Community.Value, happened.Day.DayNumber, happened.Kind, count, last)));
                Forget(connection, happened.Community, happened.Day.DayNumber - MostDays);
                break;
            case DirectoryRow.OfWaiting { IsOver: true } over:
                connection.Run("DELETE FROM waiting_items WHERE community = $community AND number = $number", ("$community", over.Community.Value), ("$number", over.Number.Value));
                break;
            case DirectoryRow.OfWaiting { OpenedAt: { } opened } waiting:
                Put(connection, waiting.Community, waiting.Number.Value, opened.UtcTicks, waiting.Waits);
                break;
            case DirectoryRow.OfWaiting waiting when Items(connection, waiting.Community, waiting.Number.Value).ToList() is [var item]:
                Put(connection, waiting.Community, waiting.Number.Value, item.OpenedAt, waiting.Waits);
                break;
        }
    }

    public static List<Happening> Days(SqliteConnection connection, CommunityId community, int? day = null, string? kind = null) =>
    [
        .. connection.Rows(
            "SELECT day, kind, count, last, seal FROM happenings WHERE community = $community AND ($day IS NULL OR (day = $day AND kind = $kind))",
            ("$community", community.Value), ("$day", day), ("$kind", kind))
            .Select(row =>
            {
                var read = (Day: row.GetInt32(0), Kind: row.GetString(1), Count: row.GetInt32(2), Last: row.GetInt64(3));
                return SealOf(community.Value, read.Day, read.Kind, read.Count, read.Last) == row.GetInt64(4)
                    ? new Happening(read.Kind, DateOnly.FromDayNumber(read.Day), read.Count, new(read.Last, TimeSpan.Zero))
                    : throw PostRows.Damaged("happenings", read.Day);
            }),
    ];

    /// <summary>How many items wait, and the oldest of them.</summary>
    public static (int Count, DateTimeOffset? Oldest) Waiting(SqliteConnection connection, CommunityId community)
    {
        var waiting = Items(connection, community, null).Where(item => item.Waits).ToList();
        return (waiting.Count, waiting.Count == 0 ? null : new(waiting.Min(item => item.OpenedAt), TimeSpan.Zero));
    }

    private static void Put(SqliteConnection connection, CommunityId community, long number, long opened, bool waits) =>
        connection.Run(
            "INSERT INTO waiting_items (community, number, opened_at, waits, seal) VALUES ($community, $number, $opened, $waits, $seal) ON CONFLICT (community, number) DO UPDATE SET opened_at = excluded.opened_at, waits = excluded.waits, seal = excluded.seal",
            ("$community", community.Value), ("$number", number), ("$opened", opened), ("$waits", waits ? 1 : 0), ("$seal", SealOf(community.Value, number, opened, waits)));

    private static IEnumerable<(long OpenedAt, bool Waits)> Items(SqliteConnection connection, CommunityId community, long? number) =>
        connection.Rows(
            "SELECT number, opened_at, waits, seal FROM waiting_items WHERE community = $community AND (number = $number OR ($number IS NULL AND waits = 1))",
            ("$community", community.Value), ("$number", number))
            .Select(row => SealOf(community.Value, row.GetInt64(0), row.GetInt64(1), row.GetInt32(2) != 0) == row.GetInt64(3)
                ? (row.GetInt64(1), row.GetInt32(2) != 0)
                : throw PostRows.Damaged("waiting_items", row.GetInt64(0)));

    /// <summary>The last talk stays, however long ago.</summary>
    private static void Forget(SqliteConnection connection, CommunityId community, int before) => connection.Run(
        "DELETE FROM happenings WHERE community = $community AND day < $before AND kind <> 'founded' AND day < (SELECT max(day) FROM happenings WHERE community = $community AND kind NOT IN ('founded', 'joined'))",
        ("$community", community.Value), ("$before", before));

    private static long SealOf(string community, int day, string kind, int count, long last) =>
        ChainDigest.Seal("happened", community, kind, string.Create(CultureInfo.InvariantCulture, $"{day}/{count}"), [], last);

    private static long SealOf(string community, long number, long opened, bool waits) =>
        ChainDigest.Seal("waits", community, string.Create(CultureInfo.InvariantCulture, $"{number}"), waits ? "1" : "0", [], opened);
}

/// <summary>Works vitality out of what has been followed.</summary>
internal sealed class SqliteVitality : IVitality, IAsyncDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;
    private readonly IClock clock;

    public SqliteVitality(DataFolder folder, SqliteDirectory directory, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(directory);   // it brings the tables
        (connection, this.clock) = (SqliteFile.Open(folder.Layout.Views, SqliteKind.Views), clock);
        turn = new(connection, SqliteKind.Views);
    }

    public Task<VitalityView> Of(CommunityId community, CancellationToken cancel) => turn.Use(
        () =>
        {
            var (waiting, oldest) = VitalityRows.Waiting(connection, community);
            return VitalityRules.Of(VitalityRows.Days(connection, community), oldest, waiting, ClosedRows.Since(connection, community), clock.Now);
        },
        cancel);

    public ValueTask DisposeAsync() => turn.DisposeAsync();
}
