using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>One room on this node, for all who listen to it here: rendered once, written once, sent in one pass.</summary>
internal sealed class Feed(IRoomGrain grain, RoomId room, IGrainFactory grains, PostPresenter presenter, IHubProtocol protocol, Func<CommunityId, Task<CommunityWatch>> follow, Action<Follower> release, ILogger logger)
    : Follower(Streams.Of(room), grain, grains, logger)
{
    /// <summary>How long a rendered snapshot is handed out before the names in it are looked up again.</summary>
    private static readonly TimeSpan SnapshotLasts = TimeSpan.FromSeconds(10);

    private readonly ChangeMemory memory = new();
    private readonly HashSet<Listener> listeners = [];
    private Listener[]? everybody = [];
    private ImmutableSortedDictionary<long, PostView> newest = ImmutableSortedDictionary<long, PostView>.Empty;
    private long last;
    private RoomSettings settings = new(0, null, []);
    private (Task<RawJson> Json, StreamPosition At, long Since)? snapshot;

    public RoomId Room => room;

    /// <summary>Whose standing in the community this feed obeys.</summary>
    public CommunityWatch? Community { get; private set; }

    public void Register(Listener listener)
    {
        lock (Gate)
        {
            listeners.Add(listener);
            everybody = null;
        }
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(Listener listener)
    {
        listener.Close();
        lock (Gate)
        {
            if (!listeners.Remove(listener)) return false;

            everybody = null;
            return true;
        }
    }

    public ImmutableArray<Listener> Listeners()
    {
        lock (Gate) return [.. listeners];
    }

    /// <summary>What a registered and admitted listener missed; from there on it is told. None when its right was lost in between.</summary>
    public async Task<Entered?> Read(Listener listener, long epoch, long position)
    {
        lock (Gate)
        {
            if (epoch == At.Epoch && position >= memory.From && position <= At.Position) return Answer(listener, At, memory.After(position));
        }

        if (position < 0 || epoch != At.Epoch) return await Anew(listener);

        var missed = await grain.Since(epoch, position);
        if (missed.Snapshot is not null) return await Anew(listener);

        var changes = await Render(missed.Changes);
        lock (Gate)
        {
            if (missed.At.Epoch == At.Epoch && missed.At.Position >= At.Position) return Answer(listener, missed.At, changes);
            if (missed.At.Epoch == At.Epoch && missed.At.Position >= memory.From) return Answer(listener, At, Newest(changes, memory.After(missed.At.Position)));
        }

        return await Anew(listener);
    }

    public override async Task Stop()
    {
        await base.Stop();
        if (Community is not null) release(Community);
    }

    protected override async Task Begin(StreamPosition at)
    {
        Community = await follow(room.Community);
        await StartOver(await grain.Since(0, -1));
    }

    protected override async Task Apply(IReadOnlyList<Step> steps)
    {
        var changes = await Render([.. steps.SelectMany(step => step.Changes)]);
        var positions = new ChangesFrame[steps.Count];
        for (int i = 0, taken = 0; i < steps.Count; taken += steps[i].Changes.Length, i++)
            positions[i] = new(Stream, At.Epoch, steps[i].Position, changes.Slice(taken, steps[i].Changes.Length));

        Publish(positions, [.. steps.SelectMany(step => step.Changes)], At with { Position = steps[^1].Position }, remember: static position => position);
    }

    /// <remarks>The first of the missed positions brings everything, so that a reader who is cut off in the middle has it all; the memory holds it as of the last, so that whoever comes back to the middle gets it again.</remarks>
    protected override async Task Apply(Catchup missed)
    {
        var changes = await Render(missed.Changes);
        var first = At.Position + 1;
        var positions = new ChangesFrame[missed.At.Position - At.Position];
        for (var i = 0; i < positions.Length; i++) positions[i] = new(Stream, At.Epoch, first + i, i == 0 ? changes : []);

        Publish(positions, missed.Changes, missed.At, remember: _ => missed.At.Position);
    }

    protected override Task StartOver(Catchup whole)
    {
        var known = (RoomSnapshot?)whole.Snapshot;

        Listener[] members;
        lock (Gate)
        {
            Advance(whole.At);
            memory.StartAt(whole.At.Position);
            newest = (known?.Posts ?? []).ToImmutableSortedDictionary(post => post.Number.Value, post => post);
            last = known?.Last.Value ?? 0;
            settings = known?.Settings ?? new(0, null, []);
            snapshot = null;
            members = Everybody();
        }

        if (!HasBegun) return Task.CompletedTask;

        var frames = Frames.Of(protocol, [new(Stream, whole.At.Epoch, whole.At.Position, [])], startsOver: true);
        foreach (var member in members) member.Deliver(frames);
        return Task.CompletedTask;
    }

    private void Publish(ChangesFrame[] positions, ImmutableArray<Change> changes, StreamPosition at, Func<long, long> remember)
    {
        var frames = Frames.Of(protocol, positions);

        Listener[] members;
        lock (Gate)
        {
            foreach (var position in positions)
            {
                foreach (var change in position.Changes) memory.Put(remember(position.Position), change);
            }

            foreach (var change in changes) Fold(change);
            Advance(at);
            members = Everybody();
        }

        foreach (var member in members) member.Deliver(frames);
    }

    private void Fold(Change change)
    {
        if (change is RoomChange.SettingsPut put) settings = put.Settings;
        if (change is not RoomChange.PostPut { Post: var post }) return;

        last = Math.Max(last, post.Number.Value);
        if (newest.Count >= RoomLimits.SnapshotPosts && post.Number.Value < newest.Keys.First()) return;

        newest = newest.SetItem(post.Number.Value, post);
        if (newest.Count > RoomLimits.SnapshotPosts) newest = newest.Remove(newest.Keys.First());
    }

    private async Task<Entered?> Anew(Listener listener)
    {
        StreamPosition at;
        Task<RawJson> json;
        lock (Gate)
        {
            if (!listener.Hold(At.Position)) return null;
            at = At;
            json = Snapshot();
        }

        return new(Stream, at.Epoch, at.Position, await json, [], null) { Listener = listener };
    }

    private Task<RawJson> Snapshot()
    {
        if (snapshot is { } made && made.At == At && !made.Json.IsFaulted && Environment.TickCount64 - made.Since < SnapshotLasts.TotalMilliseconds) return made.Json;

        var json = Render(room, last, [.. newest.Values], settings);
        snapshot = (json, At, Environment.TickCount64);
        return json;
    }

    private async Task<RawJson> Render(RoomId of, long number, ImmutableArray<PostView> posts, RoomSettings rules)
    {
        await Task.Yield();   // not under the lock of who asked first
        var wires = await presenter.Present(posts);
        return RawJson.Of(new RoomSnapshotWire(of, number, [.. wires.Select(RawJson.Of)], await presenter.Present(rules)));
    }

    private async ValueTask<ImmutableArray<ChangeWire>> Render(ImmutableArray<Change> changes)
    {
        var posts = await presenter.Present([.. changes.OfType<RoomChange.PostPut>().Select(put => put.Post)]);
        var wires = ImmutableArray.CreateBuilder<ChangeWire>(changes.Length);
        var next = 0;
        foreach (var change in changes)
        {
            wires.Add(new(change.Key, change switch
            {
                RoomChange.PostPut => RawJson.Of(posts[next++]),
                RoomChange.SettingsPut { Settings: var put } => RawJson.Of(await presenter.Present(put)),
                _ => throw new NotSupportedException($"A change of '{Stream}' has no form on the wire; add it to the feed."),
            }));
        }

        return wires.MoveToImmutable();
    }

    private Entered? Answer(Listener listener, StreamPosition at, ImmutableArray<ChangeWire> changes) =>
        listener.Hold(at.Position) ? new(Stream, at.Epoch, at.Position, null, changes, null) { Listener = listener } : null;

    private static ImmutableArray<ChangeWire> Newest(ImmutableArray<ChangeWire> earlier, ImmutableArray<ChangeWire> later)
    {
        var replaced = later.Select(change => change.Key).ToHashSet();
        return [.. earlier.Where(change => !replaced.Contains(change.Key)), .. later];
    }

    private Listener[] Everybody() => everybody ??= [.. listeners];
}
