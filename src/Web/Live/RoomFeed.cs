using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using PublicBuyers.Members;
using PublicBuyers.Presence;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>A room on this node: its newest posts, and who has it open.</summary>
internal sealed class RoomFeed(RoomId room, IGrainFactory grains, PostPresenter presenter, IHubProtocol protocol, Func<CommunityId, Task<CommunityWatch>> follow, Action<Follower> release, Tallies tallies, Func<Feed, Task> recheck, TimeProvider time, ILogger logger)
    : Feed(TopicName.Of(room), grains.Room(room), grains, protocol, logger)
{
    /// <summary>Of the passing value that says whether the community is closed.</summary>
    public const string ClosedKey = "closed";

    /// <summary>How long a rendered snapshot is handed out before the names in it are looked up again.</summary>
    private static readonly TimeSpan SnapshotLasts = TimeSpan.FromSeconds(10);

    /// <summary>New names that whoever polls is answered with.</summary>
    private const int NamesKept = 20;

    private static readonly RoomSettings NoSettings = new(0, null, []);

    private readonly IPresenceGrain presence = grains.Presence(room);
    private ImmutableSortedDictionary<long, PostView> newest = ImmutableSortedDictionary<long, PostView>.Empty;
    private RoomSettings settings = NoSettings;
    private long last;
    private (Task<RawJson> Json, StreamPosition At, long Since)? snapshot;
    private readonly Lock closing = new();
    private volatile ChangeWire? here;
    private volatile ChangeWire? closed;
    private volatile PassingMessage? greeting;
    private volatile bool hereChanged;
    private volatile PresenceChange.HerePut? lastHere;
    private ImmutableArray<ChangeWire> names = [];
    private long reported;
    private int reportedCount;

    public RoomId Room => room;

    private ImmutableArray<CommunityWatch> watches = [];

    /// <summary>Whose standing in the community this feed obeys; of a bridged thread, the first of two.</summary>
    public CommunityWatch? Community => watches is [var first, ..] ? first : null;

    /// <summary>Whether nobody writes here because the community is closed, or one of two, as it is told; none before it is known.</summary>
    public ChangeWire? Closed => closed;

    /// <summary>Who may be listening has changed: presence is counted again.</summary>
    public void Recount() => hereChanged = true;

    /// <summary>Tells the other nodes who has the room open on this one, where that changed or is due to be renewed.</summary>
    public async Task ReportHere()
    {
        var now = time.Ticking;
        if (!hereChanged && (reportedCount == 0 || now - reported < PresenceLimits.Renewed.TotalMilliseconds)) return;

        hereChanged = false;
        var members = Listeners().Where(listener => listener is HubListener { IsAdmitted: true }).Select(listener => listener.Member).Distinct().ToList();
        if (members.Count == 0 && reportedCount == 0) return;

        (reported, reportedCount) = (now, members.Count);
        try
        {
            await presence.Report(new(Reference, members.Count, [.. members.Take(PresenceLimits.MostNamed)]));
        }
        catch
        {
            hereChanged = true;
            throw;
        }
    }

    public override async Task Stop()
    {
        await base.Stop();
        foreach (var watch in watches) release(watch);
    }

    protected override async Task Begin(StreamPosition at)
    {
        foreach (var community in room.Communities) watches = watches.Add(await follow(community));
        await ShowClosed();
        await base.Begin(at);
    }

    protected override void Came(Listener listener, bool anew)
    {
        listener.Greeting = () => greeting;
        hereChanged = true;
    }

    /// <summary>As it stands: the newest of several at once is what is told last.</summary>
    public async Task ShowClosed()
    {
        try
        {
            var act = ClosedBy();
            var wire = new ChangeWire(ClosedKey, RawJson.Of(act is null ? null : await presenter.Present(act)));
            lock (closing)
            {
                if (ClosedBy() != act) return;

                closed = wire;
                Greet();
                Tell(Passing(wire));
            }
        }
        catch (Exception failure)
        {
            LogNotPassed(Stream, failure);
        }
    }

    private Act? ClosedBy() => watches.Select(watch => watch.Closed).OfType<Act>().MinBy(act => act.At);

    private void Greet() => greeting = Passing([.. new[] { here, closed }.OfType<ChangeWire>()]);

    protected override void Left(Listener listener) => hereChanged = true;

    protected override void Moved() => tallies.Moved(room, At);

    protected override void Pass(PassingValues values) => _ = Render(values);

    protected override void Replace(TopicSnapshot? whole)
    {
        var known = (RoomSnapshot?)whole;
        newest = (known?.Posts ?? []).ToImmutableSortedDictionary(post => post.Number.Value, post => post);
        last = known?.Last.Value ?? 0;
        settings = known?.Settings ?? NoSettings;
        snapshot = null;
    }

    protected override void Fold(Change change)
    {
        if (change is RoomChange.SettingsPut put) settings = put.Settings;
        if (change is RoomChange.DoorMoved) _ = recheck(this);
        if (change is not RoomChange.PostPut { Post: var post }) return;

        if (post.Number.Value > last && ShowsTyping) _ = EndTyping(post.Author);
        last = Math.Max(last, post.Number.Value);
        if (newest.Count >= RoomLimits.SnapshotPosts && post.Number.Value < newest.Keys.First()) return;

        newest = newest.SetItem(post.Number.Value, post);
        if (newest.Count > RoomLimits.SnapshotPosts) newest = newest.Remove(newest.Keys.First());
    }

    /// <summary>Values without a position that who polls is answered with, because nobody tells them.</summary>
    public ImmutableArray<ChangeWire> ForPolls()
    {
        lock (closing) return closed is { } act ? [act, .. names] : names;
    }

    protected override bool Shows(MemberId member) => newest.Values.Any(post => PostPresenter.Names(post, member));

    protected override void Renamed(MemberCard card, ChangeWire name)
    {
        lock (Gate) snapshot = null;
        lock (closing) names = [.. names.Where(each => each.Key != name.Key).TakeLast(NamesKept - 1), name];
        base.Renamed(card, name);
        _ = ShowClosed();
        if (lastHere is { } present && present.Members.Contains(card.Member)) _ = Render(new PassingValues(Stream, [present]));
    }

    protected override Task<RawJson> Snapshot(Listener listener)
    {
        if (snapshot is { } made && made.At == At && !made.Json.IsFaulted && time.Ticking - made.Since < SnapshotLasts.TotalMilliseconds) return made.Json;

        var json = Render(last, [.. newest.Values], settings);
        snapshot = (json, At, time.Ticking);
        return json;
    }

    protected override bool IsSeen(Change change) => change is not RoomChange.DoorMoved;

    protected override async ValueTask<ImmutableArray<ChangeWire>> Render(ImmutableArray<Change> changes)
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

        return wires.ToImmutable();
    }

    private async Task<RawJson> Render(long number, ImmutableArray<PostView> posts, RoomSettings rules)
    {
        await Task.Yield();   // not under the lock of who asked first
        var wires = Newest(await presenter.Present(posts));
        return RawJson.Of(new RoomSnapshotWire(room, number, [.. wires.Select(RawJson.Of)], await presenter.Present(rules)));
    }

    /// <summary>Of very long posts, the newest that fit; a page reads on backwards for the rest.</summary>
    private static ImmutableArray<PostWire> Newest(ImmutableArray<PostWire> posts)
    {
        var fit = LongPages.ThatFit(posts.Reverse(), post => post.Html).Count();
        return posts[^fit..];
    }

    /// <summary>Somebody is there to see who writes. That its author writes may not have been told yet when a post
    /// comes.</summary>
    private bool ShowsTyping => lastHere is null or { Count: > 1 and <= PresenceLimits.MostNamed };

    /// <summary>A post ends what its author was shown to be writing. If this fails, it ends by itself a few seconds
    /// later.</summary>
    private async Task EndTyping(MemberId author)
    {
        try
        {
            await presence.Wrote(author);
        }
        catch (Exception failure)
        {
            LogNotPassed(Stream, failure);
        }
    }

    /// <summary>What cannot be rendered is not missed for long: the next value takes its place.</summary>
    private async Task Render(PassingValues values)
    {
        try
        {
            foreach (var value in values.Values)
            {
                if (value is PresenceChange.HerePut { Count: var count, Members: var members })
                {
                    lastHere = (PresenceChange.HerePut)value;
                    var wire = new ChangeWire(value.Key, RawJson.Of(new HereWire(count, await presenter.Cards(members))));
                    lock (closing)
                    {
                        here = wire;
                        Greet();
                    }

                    Tell(Passing(wire));
                }
                else if (value is PresenceChange.TypingPut typing)
                {
                    Tell(Passing(new ChangeWire(value.Key, RawJson.Of(new TypingWire(await presenter.Cards(typing.Members), typing.More)))));
                }
            }
        }
        catch (Exception failure)
        {
            LogNotPassed(Stream, failure);
        }
    }
}
