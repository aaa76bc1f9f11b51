using System.Collections.Concurrent;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>What unread counts are worked out from: one tally for each room that somebody counts on this node, asked for again once the room has moved.</summary>
internal sealed class Tallies(IGrainFactory grains, IStreamHeads heads)
{
    private const int MostKept = 10_000;
    private const int MostFacts = 5_000;
    private const string RoomPrefix = "room/";

    private readonly NewestKept<RoomId, Kept> kept = new(MostKept, static (_, _) => 1);
    private readonly SemaphoreSlim looking = new(1, 1);
    private ConcurrentDictionary<RoomId, bool> moved = new();
    private long upto = -1;

    /// <summary>The room as it stands, as far as this node knows that it moved.</summary>
    /// <remarks>Nothing is kept before the safety net has begun to look: a room might move unseen.</remarks>
    public ValueTask<RoomTally> Of(RoomId room) => HasBegun ? kept.Get(room, static _ => new Kept()).Tally(grains.Room(room)) : new(grains.Room(room).Tally());

    /// <summary>From here on no room moves unseen.</summary>
    public bool HasBegun => Volatile.Read(ref upto) >= 0;

    /// <summary>A feed saw the room move.</summary>
    public void Moved(RoomId room, StreamPosition at)
    {
        if (!kept.TryGet(room, out var known) || known.Moved(at.Position)) moved[room] = true;
    }

    /// <summary>The safety net saw what moved.</summary>
    public void Moved(MovedStreams streams)
    {
        foreach (var (stream, head) in streams.Heads)
        {
            if (stream.StartsWith(RoomPrefix, StringComparison.Ordinal) && RoomId.TryRead(stream[RoomPrefix.Length..], out var room)) Moved(room, new(0, head));
        }

        InterlockedMax(ref upto, streams.Upto);
    }

    /// <summary>The rooms that moved since this was asked last.</summary>
    public ICollection<RoomId> TakeMoved() => moved.IsEmpty ? [] : Interlocked.Exchange(ref moved, new()).Keys;

    /// <summary>Completes when every room that moved before the call is known to have moved.</summary>
    public async Task Settled(CancellationToken cancel)
    {
        await looking.WaitAsync(cancel);
        try
        {
            for (long from = Volatile.Read(ref upto), before = -1; from != before && from >= 0; before = from, from = Volatile.Read(ref upto))
                Moved(await heads.MovedSince(from, MostFacts, cancel));
        }
        finally
        {
            looking.Release();
        }
    }

    private static void InterlockedMax(ref long target, long value)
    {
        for (var present = Volatile.Read(ref target); present < value;)
        {
            var found = Interlocked.CompareExchange(ref target, value, present);
            if (found == present) return;
            present = found;
        }
    }

    private sealed class Kept
    {
        private readonly Lock gate = new();
        private RoomTally? tally;
        private long head;
        private Task<RoomTally>? asking;

        /// <returns>Whether that is news.</returns>
        public bool Moved(long position)
        {
            lock (gate)
            {
                if (position <= head) return false;

                head = position;
                return true;
            }
        }

        /// <remarks>Asked once for all who want it; asked again where the room moved while it was asked.</remarks>
        public async ValueTask<RoomTally> Tally(IRoomGrain room)
        {
            while (true)
            {
                Task<RoomTally> answer;
                lock (gate)
                {
                    if (tally is { } known && known.At.Position >= head) return known;
                    answer = asking ??= Ask(room);
                }

                await answer;
            }
        }

        private async Task<RoomTally> Ask(IRoomGrain room)
        {
            await Task.Yield();   // not under the lock of who asked first
            try
            {
                var before = Volatile.Read(ref head);
                var answer = await room.Tally();
                lock (gate)
                {
                    tally = answer;
                    if (head == before) head = answer.At.Position;   // the room itself knows best, after a restore too
                    return answer;
                }
            }
            finally
            {
                lock (gate) asking = null;
            }
        }
    }
}
