using System.Collections.Immutable;

namespace PublicBuyers.Storage;

/// <remarks>In journal.db: effects must not lose their place, and their rows leave with the next group commit.</remarks>
internal sealed class SqliteFollowerCursors(SqliteJournal journal, IClock clock) : IFollowerCursors
{
    public Task<long?> Read(string follower, int partition, CancellationToken cancel = default) =>
        journal.Read(
            reader => (long?)reader.Connection.Scalar("SELECT position FROM cursors WHERE follower = $follower AND partition = $partition", ("$follower", follower), ("$partition", partition)),
            cancel);

    public Task<long> Write(
        string follower, int partition, long? expected, long position, CancellationToken cancel = default) =>
        journal.Write(tables => tables.SetCursor(follower, partition, expected, position), cancel);

    /// <remarks>Parked again, a stream keeps its first reason.</remarks>
    public Task Park(string follower, string stream, long sequence, string reason, CancellationToken cancel = default) =>
        journal.Change(
            tables => tables.Connection.Run(
                "INSERT INTO parked (follower, stream, sequence, reason, at) VALUES ($follower, $stream, $sequence, $reason, $at) ON CONFLICT DO NOTHING",
                ("$follower", follower), ("$stream", stream), ("$sequence", sequence), ("$reason", reason), ("$at", clock.Now.UtcTicks)),
            cancel);

    public Task<ImmutableHashSet<string>> Parked(string follower, CancellationToken cancel = default) =>
        journal.Read(
            reader => reader.Connection.Rows("SELECT stream FROM parked WHERE follower = $follower", ("$follower", follower)).Select(row => row.GetString(0)).ToImmutableHashSet(),
            cancel);
}
