using Microsoft.Data.Sqlite;
using PublicBuyers.Platform;

namespace PublicBuyers.Storage;

/// <summary>What the outbox says of itself, to the server and, beside it, to <c>doctor</c>.</summary>
internal static class OutboxRows
{
    public const int Sent = 1;
    public const int GivenUp = 2;

    /// <summary>Another mail says it, together with others.</summary>
    public const int Gathered = 3;

    /// <summary>A newer mail to the same address, asked for since, is sent in its place.</summary>
    public const int Replaced = 4;

    /// <summary>Given up or stopped, of each the newest.</summary>
    private const int MostListed = 100;

    public static MailState State(SqliteConnection connection)
    {
        var (waiting, since) = connection.Rows("SELECT count(*), min(kept_at) FROM outbox WHERE state = 0 AND held = 0").Select(row => (row.GetInt32(0), TimeOf(row, 1))).Single();
        return new(
            waiting,
            since,
            connection.Scalar("SELECT said FROM outbox WHERE state = 0 AND held = 0 ORDER BY kept_at LIMIT 1") as string ?? "",
            connection.Rows("SELECT count(*) FROM outbox WHERE state = $state", ("$state", GivenUp)).Select(row => row.GetInt32(0)).Single(),
            [.. connection.Rows("SELECT id, because, said, done_at FROM outbox WHERE state = $state ORDER BY done_at DESC LIMIT $most", ("$state", GivenUp), ("$most", MostListed))
                .Select(row => new GivenUpMail(row.GetString(0), (GivenUpBecause)row.GetInt32(1), row.GetString(2), new(row.GetInt64(3), TimeSpan.Zero)))],
            [.. connection.Rows("SELECT address, said, at FROM stopped ORDER BY at DESC LIMIT $most", ("$most", MostListed)).Select(Stopped)]);
    }

    public static StoppedAddress? StoppedFor(SqliteConnection connection, string address) =>
        connection.Rows("SELECT address, said, at FROM stopped WHERE address = $address", ("$address", address)).Select(Stopped).FirstOrDefault();

    /// <summary>Mail servers like to repeat the address that they refuse.</summary>
    public static string Without(string address, string said) => said.Replace(address, "…", StringComparison.OrdinalIgnoreCase);

    private static StoppedAddress Stopped(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), new(row.GetInt64(2), TimeSpan.Zero));

    private static DateTimeOffset? TimeOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : new(row.GetInt64(column), TimeSpan.Zero);
}
