using System.Collections.Concurrent;
using System.Collections.Immutable;
using PublicBuyers.Inbox;

namespace PublicBuyers.Live;

/// <summary>One connected member's unread counts: what each of their connections was told, and what it is owed.</summary>
/// <param name="pass">Writes values for a connection, of a room or that it is gone.</param>
/// <param name="follow">Has the node hear of a community's members and rooms, for as long as the member is connected.</param>
internal sealed class UnreadOf(MemberId member, Unread all, Func<HubListener, ImmutableArray<ChangeWire>, bool> pass, Func<ImmutableArray<CommunityId>, Task> follow)
{
    /// <summary>A connection that follows a room hears its posts: how many are unread it is told less often, each connection at a time of its own.</summary>
    private const long OpenEvery = 5_000;

    /// <summary>Marks are told of as they move; whoever missed one asks again.</summary>
    private static readonly TimeSpan MarksLast = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<HubListener, Told> listeners = new();
    private ImmutableDictionary<RoomId, RoomMark> marks = ImmutableDictionary<RoomId, RoomMark>.Empty;
    private ImmutableHashSet<RoomId> rooms = [];
    private ImmutableHashSet<RoomId> muted = [];
    private volatile bool isStale = true;
    private long asked;
    private bool owesRail;
    private int drops;
    private string rail = "";

    /// <summary>Of the rail as it stood when the directory was read last.</summary>
    public string Rail
    {
        get { lock (gate) return rail; }
    }

    public MemberId Member => member;

    public bool BelongsTo(CommunityId community) => rooms.Any(room => room.Communities.Contains(community));

    /// <summary>Rooms and marks are read again before the next count.</summary>
    public void Refresh() => isStale = true;

    /// <summary>The member has been notified of another standing, and their pages ask for the rail by themselves: they
    /// are told which one holds after that, whether it is another one than before or not.</summary>
    public void TellRail()
    {
        owesRail = true;
        isStale = true;
    }

    public void OweAll()
    {
        foreach (var told in listeners.Values) told.OwesAll = true;
    }

    /// <param name="owed">Everything: it has no snapshot.</param>
    public void Came(HubListener listener, bool owed)
    {
        var told = listeners.GetOrAdd(listener, _ => new());
        if (owed) (told.OwesAll, told.OwesRail) = (true, true);
    }

    public void Left(HubListener listener) => listeners.TryRemove(listener, out _);

    /// <summary>All rooms, for a connection's snapshot.</summary>
    public async Task<ImmutableArray<UnreadWire>> Snapshot(HubListener? listener, CancellationToken cancel)
    {
        await all.TalliesSettled(cancel);
        await Read(cancel);
        var values = ImmutableArray.CreateBuilder<UnreadWire>();
        foreach (var room in rooms) values.Add(await all.Count(member, room, marks.GetValueOrDefault(room), muted.Contains(room), cancel));

        if (listener is not null)
        {
            var told = listeners.GetOrAdd(listener, _ => new());
            foreach (var value in values) told.Values[value.Room] = (value.Mark, value.Unread, value.Muted);
        }

        return values.DrainToImmutable();
    }

    public void Mark(RoomMark mark)
    {
        lock (gate)
        {
            if (marks.TryGetValue(mark.Room, out var known) && known.Upto.Value > mark.Upto.Value) return;
            marks = marks.SetItem(mark.Room, mark);
        }

        Owe(mark.Room);
    }

    public void Mute(ImmutableArray<RoomId> which)
    {
        ImmutableHashSet<RoomId> before;
        lock (gate) (before, muted) = (muted, [.. which]);
        foreach (var room in before.SymmetricExcept(muted)) Owe(room);
    }

    /// <summary>Left: nothing is said of these rooms any more, but that they are gone.</summary>
    public void Drop(CommunityId community)
    {
        lock (gate)
        {
            drops++;
            isStale = true;   // what was read of the directory before may still have these rooms
            Drop(rooms.Where(room => room.Communities.Contains(community)));   // a bridged thread comes back with the next count, where the other side has them still
        }
    }

    /// <summary>Tells each connection what it is owed, and has not been told.</summary>
    public async Task Flush(ICollection<RoomId> moved, CancellationToken cancel)
    {
        foreach (var room in moved)
        {
            if (rooms.Contains(room)) Owe(room);
        }

        if (listeners.IsEmpty) return;
        if (isStale || all.Time.Ticking - asked > MarksLast.TotalMilliseconds) await Read(cancel);

        var now = all.Time.Ticking;
        foreach (var (listener, told) in listeners)
        {
            if (!listener.IsOpen || !told.IsOwed) continue;
            await Tell(listener, told, now, cancel);
        }
    }

    private async Task Tell(HubListener listener, Told told, long now, CancellationToken cancel)
    {
        var isTurnOfOpen = told.OwesAll || now >= told.TurnOfOpen;
        if (told.OwesAll)
        {
            told.OwesAll = false;
            foreach (var room in rooms) told.Owed[room] = true;
        }

        var due = told.Owed.Select(owed => owed.Key).Where(room => isTurnOfOpen || !listener.HasOpen(room)).ToList();
        if (isTurnOfOpen) told.TurnOfOpen = null;
        else if (due.Count < told.Owed.Count) told.TurnOfOpen ??= NextTurn(told, now);

        var values = new List<UnreadWire>(due.Count);
        foreach (var room in due)
        {
            told.Owed.TryRemove(room, out _);   // before it is counted: what changes meanwhile is owed again
            try
            {
                var value = await all.Count(member, room, marks.GetValueOrDefault(room), muted.Contains(room), cancel);
                if (!told.Values.TryGetValue(room, out var known) || known != (value.Mark, value.Unread, value.Muted)) values.Add(value);
            }
            catch
            {
                told.Owed[room] = true;
                throw;
            }
        }

        lock (gate)
        {
            if (told.OwesRail) told.OwesRail = !pass(listener, [RailAsChange()]);
            values.RemoveAll(value => !rooms.Contains(value.Room));   // left while it was counted
            if (values.Count == 0) return;

            var isAccepted = pass(listener, [.. values.Select(value => value.AsChange())]);
            foreach (var value in values)
            {
                if (isAccepted) told.Values[value.Room] = (value.Mark, value.Unread, value.Muted);
                else told.Owed[value.Room] = true;
            }
        }
    }

    /// <summary>Fixed for a connection: told when a room begins to talk, all who have it open would be told together ever after, and its posts would wait behind that.</summary>
    private static long NextTurn(Told told, long now) => now + OpenEvery - ((now + told.Phase) % OpenEvery);

    private async Task Read(CancellationToken cancel)
    {
        try
        {
            int dropsBefore;
            ImmutableArray<RoomId> present;
            string version;
            var tells = false;
            ImmutableDictionary<RoomId, RoomMark> read;
            do
            {
                dropsBefore = Volatile.Read(ref drops);
                var wasStale = isStale;
                isStale = false;
                tells |= Interlocked.Exchange(ref owesRail, false);   // before it is read: who is notified meanwhile is told again
                if (wasStale) await all.DirectorySettled(cancel);
                (present, version) = await all.RoomsOf(member, cancel);
                read = await all.MarksOf(member, present);
            }
            while (!TryTake(present, version, tells, read, dropsBefore));

            asked = all.Time.Ticking;
            await follow([.. present.SelectMany(room => room.Communities).Distinct()]);
        }
        catch
        {
            (isStale, owesRail) = (true, true);
            throw;
        }
    }

    /// <returns>No: a community was left meanwhile.</returns>
    private bool TryTake(ImmutableArray<RoomId> present, string version, bool tells, ImmutableDictionary<RoomId, RoomMark> read, int dropsBefore)
    {
        lock (gate)
        {
            if (drops != dropsBefore) return false;

            Drop(rooms.Except(present));
            foreach (var room in present.Where(room => !rooms.Contains(room))) Owe(room);
            foreach (var (room, mark) in read)
            {
                if (marks.TryGetValue(room, out var known) && known.Upto.Value > mark.Upto.Value) continue;
                marks = marks.SetItem(room, mark);
                Owe(room);
            }

            rooms = [.. present];
            if (version == rail && !tells) return true;

            rail = version;
            foreach (var (listener, told) in listeners) told.OwesRail = !pass(listener, [RailAsChange()]);
            return true;
        }
    }

    /// <summary>Under <see cref="gate"/>.</summary>
    private ChangeWire RailAsChange() => new("rail", RawJson.Of(rail));

    /// <summary>Under <see cref="gate"/>.</summary>
    private void Drop(IEnumerable<RoomId> which)
    {
        var gone = which.ToList();
        if (gone.Count == 0) return;

        rooms = rooms.Except(gone);
        marks = marks.RemoveRange(gone);
        var nothing = RawJson.Of<UnreadWire?>(null);
        foreach (var (listener, told) in listeners)
        {
            foreach (var room in gone)
            {
                told.Owed.TryRemove(room, out _);
                told.Values.TryRemove(room, out _);
            }

            pass(listener, [.. gone.Select(room => new ChangeWire(UnreadWire.KeyOf(room), nothing))]);
        }
    }

    private void Owe(RoomId room)
    {
        foreach (var told in listeners.Values) told.Owed[room] = true;
    }

    private sealed class Told
    {
        /// <summary>Milliseconds; has no divisor in common with the round, which it goes about by golden sections.</summary>
        private const long Stride = 3_089;

        private static long phases;

        public ConcurrentDictionary<RoomId, (long Mark, int Unread, bool Muted)> Values { get; } = new();

        public ConcurrentDictionary<RoomId, bool> Owed { get; } = new();

        public volatile bool OwesAll;

        /// <summary>It came back without a snapshot, or did not take what it was passed.</summary>
        public volatile bool OwesRail;

        /// <summary>Each connection's own, spread evenly over all of them in the order in which they came.</summary>
        public long Phase { get; } = Interlocked.Add(ref phases, Stride) % OpenEvery;

        /// <summary>None while nothing is owed of open rooms.</summary>
        public long? TurnOfOpen { get; set; }

        public bool IsOwed => OwesAll || OwesRail || !Owed.IsEmpty;
    }
}
