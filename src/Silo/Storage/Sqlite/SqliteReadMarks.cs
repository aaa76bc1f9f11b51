using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using PublicBuyers.Inbox;
using PublicBuyers.Rooms;

namespace PublicBuyers.Storage;

/// <summary>Read marks in state.db. Whatever waits is written in one transaction, and none waits for the disk.</summary>
internal sealed class SqliteReadMarks : IReadMarks, IAsyncDisposable
{
    /// <summary>Marks that wait. More wait outside.</summary>
    public const int MostWaiting = 4_096;

    private const int MostInBatch = 512;

    private readonly Channel<Write> waiting = Channel.CreateBounded<Write>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;
    private readonly Task writing;

    public SqliteReadMarks(DataFolder folder)
    {
        connection = SqliteFile.Open(folder.Layout.State, SqliteKind.State);
        turn = new(connection, SqliteKind.State);
        writing = Task.Run(WriteUntilClosed);
    }

    private sealed record Write(string Member, string Room, long Thread, long Upto, TaskCompletionSource Written);

    /// <summary>Transactions so far.</summary>
    internal long Batches { get; private set; }

    public Task<ImmutableArray<RoomMark>> Of(MemberId member, IReadOnlyCollection<RoomId> rooms, CancellationToken cancel = default) => turn.Use(
        () =>
        {
            var asked = rooms.Select(room => room.Value).ToHashSet(StringComparer.Ordinal);
            var rows = asked.Count == 1
                ? connection.Rows("SELECT room, thread, upto FROM marks WHERE member = $member AND room = $room", ("$member", member.Value), ("$room", asked.Single()))
                : connection.Rows("SELECT room, thread, upto FROM marks WHERE member = $member", ("$member", member.Value));
            return rows.Select(row => (Room: row.GetString(0), Thread: row.GetInt64(1), Upto: row.GetInt64(2))).ToList()
                .Where(row => asked.Contains(row.Room))
                .GroupBy(row => row.Room, StringComparer.Ordinal)
                .Select(room => new RoomMark(
                    new(room.Key),
                    new(room.FirstOrDefault(row => row.Thread == 0).Upto),
                    room.Where(row => row.Thread > 0).ToImmutableSortedDictionary(row => row.Thread, row => new PostNumber(row.Upto))))
                .ToImmutableArray();
        },
        cancel);

    public async Task Put(MemberId member, RoomId room, PostNumber? thread, PostNumber upto, CancellationToken cancel = default)
    {
        var write = new Write(member.Value, room.Value, thread?.Value ?? 0, upto.Value, new(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await waiting.Writer.WriteAsync(write, cancel);
        }
        catch (ChannelClosedException e)
        {
            throw new ObjectDisposedException("The read marks are closed.", e);
        }

        await write.Written.Task;
    }

    /// <summary>After what waits is written. Again: no effect.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
        await turn.DisposeAsync();
    }

    private async Task WriteUntilClosed()
    {
        var batch = new List<Write>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (batch.Count < MostInBatch && waiting.Reader.TryRead(out var write)) batch.Add(write);
            try
            {
                await turn.Use(() => WriteTogether(batch), CancellationToken.None);
                foreach (var write in batch) write.Written.SetResult();
            }
            catch (Exception failed)
            {
                foreach (var write in batch) write.Written.SetException(failed);   // the members' devices say it again
            }

            batch.Clear();
        }
    }

    private Done WriteTogether(List<Write> batch)
    {
        using var transaction = connection.BeginTransaction();
        foreach (var write in batch) Put(write);
        transaction.Commit();
        Batches++;
        return Done.Value;
    }

    private void Put(Write write)
    {
        connection.Run(
            "INSERT INTO marks (member, room, thread, upto) VALUES ($member, $room, $thread, $upto) ON CONFLICT (member, room, thread) DO UPDATE SET upto = max(upto, excluded.upto)",
            ("$member", write.Member), ("$room", write.Room), ("$thread", write.Thread), ("$upto", write.Upto));

        if (write.Thread == 0)
        {
            connection.Run(
                "DELETE FROM marks WHERE member = $member AND room = $room AND thread > 0 AND upto <= $upto",
                ("$member", write.Member), ("$room", write.Room), ("$upto", write.Upto));
            return;
        }

        connection.Run(
            """
            DELETE FROM marks WHERE member = $member AND room = $room AND thread > 0 AND thread <= coalesce(
              (SELECT thread FROM marks WHERE member = $member AND room = $room AND thread > 0 ORDER BY thread DESC LIMIT 1 OFFSET $most), 0)
            """,
            ("$member", write.Member), ("$room", write.Room), ("$most", InboxLimits.ThreadMarksKept));
    }
}
