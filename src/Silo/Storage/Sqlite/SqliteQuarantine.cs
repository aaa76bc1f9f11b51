using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Platform;

namespace PublicBuyers.Storage;

internal sealed class SqliteQuarantine(SqliteJournal journal, IClock clock) : IQuarantineLog, IQuarantine
{
    /// <summary>Streams listed: an administrator with more of them needs `verify`, not a longer list.</summary>
    private const int MostListed = 1_000;

    private const int ReferenceLength = 8;

    public async Task<string> Report(string stream, long sequence, string reason, CancellationToken cancel = default)
    {
        var reference = ReferenceOf(stream, sequence);
        await journal.Change(
            tables => tables.Connection.Run(
                "INSERT INTO quarantine (stream, sequence, reason, reference, at) VALUES ($stream, $sequence, $reason, $reference, $at) ON CONFLICT DO NOTHING",
                ("$stream", stream), ("$sequence", sequence), ("$reason", reason), ("$reference", reference), ("$at", clock.Now.UtcTicks)),
            cancel);
        return reference;
    }

    public Task<ImmutableArray<QuarantinedStream>> All(CancellationToken cancel) =>
        journal.Read(
            reader => reader.Connection.Rows("SELECT stream, sequence, reason, reference, at FROM quarantine ORDER BY at DESC LIMIT $most", ("$most", MostListed))
                .Select(row => new QuarantinedStream(row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetString(3), new DateTimeOffset(row.GetInt64(4), TimeSpan.Zero)))
                .ToImmutableArray(),
            cancel);

    /// <summary>Derived, so that it is the same on every node and after a restore; it tells nothing to who does not have the list.</summary>
    private static string ReferenceOf(string stream, long sequence) =>
        Base32.Of(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"quarantine {sequence} {stream}"))), ReferenceLength);
}
