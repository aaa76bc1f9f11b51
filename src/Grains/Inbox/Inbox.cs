using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>What a member was told of and has at hand, what they muted, and what changed last.</summary>
internal sealed record Inbox : IFolded<Inbox, InboxEvent>
{
    public static Inbox Empty { get; } = new();

    public static int Schema => 3;

    /// <summary>The number of the newest notice there ever was.</summary>
    public long Last { get; init; }

    /// <summary>At most <see cref="InboxLimits.NoticesKept"/>, by number.</summary>
    public ImmutableSortedDictionary<long, KeptNotice> Notices { get; init; } = ImmutableSortedDictionary<long, KeptNotice>.Empty;

    /// <summary>In the order of muting, at most <see cref="InboxLimits.MostMutes"/>.</summary>
    public ImmutableArray<RoomId> MutedRooms { get; init; } = [];

    /// <summary>In the order of muting, at most <see cref="InboxLimits.MostMutes"/>.</summary>
    public ImmutableArray<MemberId> MutedMembers { get; init; } = [];

    /// <summary>Sequence to what it changed in the view, for the newest <see cref="InboxLimits.ChangesKept"/> facts.</summary>
    public ImmutableSortedDictionary<long, Touched> Changes { get; init; } = ImmutableSortedDictionary<long, Touched>.Empty;

    [JsonIgnore]
    public Mutes Mutes => new(MutedRooms, MutedMembers);

    [JsonIgnore]
    public int Unread => Notices.Values.Count(kept => !kept.Notice.IsRead);

    /// <summary>Unread mentions and replies, by room.</summary>
    [JsonIgnore]
    public ImmutableSortedDictionary<string, int> ByRoom => Notices.Values
        .Where(kept => kept.Notice is { IsRead: false, Kind: not NoticeKind.Reaction, Room: not null })
        .GroupBy(kept => kept.Notice.Room!.Value.Value, StringComparer.Ordinal)
        .ToImmutableSortedDictionary(room => room.Key, room => room.Count(), StringComparer.Ordinal);

    /// <summary>Newest first.</summary>
    [JsonIgnore]
    public IEnumerable<Notice> Newest => Notices.Values.Reverse().Take(InboxLimits.SnapshotNotices).Select(kept => kept.Notice);

    public static string SubjectOf(RoomId room, PostNumber post) => $"{room.Value}/{post.Value}";

    public Inbox Apply(Happened<InboxEvent> fact) => fact.Event switch
    {
        InboxEvent.Told told => Tell(told, fact.At) is var next ? next.Touch(fact, new([told.Number, .. GoneFrom(next)])) : this,
        InboxEvent.ToldOf told => Tell(told, fact.At) is var next ? next.Touch(fact, new([told.Number, .. GoneFrom(next)])) : this,
        InboxEvent.Withdrawn withdrawn => (this with { Notices = Notices.RemoveRange(withdrawn.Notices) }).Touch(fact, new(withdrawn.Notices)),
        InboxEvent.ReactionWithdrawn withdrawn => Change(withdrawn.Number, kept => kept.Without(withdrawn.Actor, withdrawn.Reaction)).Touch(fact, new([withdrawn.Number])),
        InboxEvent.Read read => read.Notices.Aggregate(this, (inbox, number) => inbox.Change(number, kept => kept with { Notice = kept.Notice with { IsRead = true } })).Touch(fact, new(read.Notices)),
        InboxEvent.RoomMuted muted => (this with { MutedRooms = MutedRooms.Remove(muted.Room).Add(muted.Room) }).Touch(fact, Touched.Mutes),
        InboxEvent.RoomUnmuted unmuted => (this with { MutedRooms = MutedRooms.Remove(unmuted.Room) }).Touch(fact, Touched.Mutes),
        InboxEvent.MemberMuted muted => (this with { MutedMembers = MutedMembers.Remove(muted.Member).Add(muted.Member) }).Touch(fact, Touched.Mutes),
        InboxEvent.MemberUnmuted unmuted => (this with { MutedMembers = MutedMembers.Remove(unmuted.Member) }).Touch(fact, Touched.Mutes),
        _ => Touch(fact, new([])),
    };

    /// <summary>What makes the view of <paramref name="position"/> the view of now; none when that is further back than the inbox remembers.</summary>
    public ImmutableArray<Change>? ChangedAfter(long position, long sequence)
    {
        if (position > sequence || position < 0) return null;
        if (sequence - position > Changes.Count) return null;

        return View([.. Changes.Reverse().TakeWhile(change => change.Key > position).Select(change => change.Value)]);
    }

    public ImmutableArray<Change> ChangedBy(long sequence) => View([Changes[sequence]]);

    private ImmutableArray<Change> View(ImmutableArray<Touched> touched)
    {
        var numbers = touched.SelectMany(each => each.Notices).ToHashSet();
        var gone = numbers.Where(number => !Notices.ContainsKey(number)).ToArray();

        // Whoever keeps the newest few lets older ones come up for each that is gone.
        var comeUp = Newest.Select(notice => notice.Number).TakeLast(gone.Length);
        var put = numbers.Except(gone).Union(comeUp).Order().Select(number => Notices[number].Notice);

        return
        [
            .. gone.Order().Select(number => new InboxChange.NoticeGone(number)),
            .. put.Select(notice => new InboxChange.NoticePut(notice)),
            .. numbers.Count > 0 ? [new InboxChange.CountsPut(Unread, ByRoom)] : Array.Empty<Change>(),
            .. touched.Any(each => each.OfMutes) ? [new InboxChange.MutesPut(Mutes)] : Array.Empty<Change>(),
        ];
    }

    private Inbox Tell(InboxEvent.Told told, DateTimeOffset at)
    {
        var notice = new Notice(told.Number, told.Kind, told.Room, told.Post, told.Thread, told.Actor, at, told.Reaction, IsRead: false);
        var before = told.Replaces is { } replaced ? Notices.GetValueOrDefault(replaced) : null;
        var kept = new KeptNotice(notice, told.Later, before?.Reactions ?? []);
        if (told.Reaction is { } reaction) kept = kept.With(new(told.Actor, reaction, at));

        var others = before is null ? Notices : Notices.Remove(before.Notice.Number);
        return this with { Last = Math.Max(Last, told.Number), Notices = Keep(others.SetItem(told.Number, kept)) };
    }

    private Inbox Tell(InboxEvent.ToldOf told, DateTimeOffset at)
    {
        var notice = new Notice(told.Number, told.Kind, null, null, null, told.Actor, at, null, IsRead: false) { Of = told.Of };
        var others = told.Replaces is { } replaced ? Notices.Remove(replaced) : Notices;
        return this with { Last = Math.Max(Last, told.Number), Notices = Keep(others.SetItem(told.Number, new(notice, Later: true, []))) };
    }

    /// <summary>
    /// Of whoever causes most, the oldest goes: nobody pushes out what others said. What somebody has to know stays until
    /// they have read it.
    /// </summary>
    private static ImmutableSortedDictionary<long, KeptNotice> Keep(ImmutableSortedDictionary<long, KeptNotice> all)
    {
        if (all.Count <= InboxLimits.NoticesKept) return all;

        var loudest = all.Values
            .Where(kept => kept.Notice.IsRead || !IsEssential(kept.Notice.Kind))
            .GroupBy(kept => kept.Notice.By)
            .MaxBy(caused => caused.Count());
        return all.Remove(loudest?.Min(kept => kept.Notice.Number) ?? all.Keys.First());
    }

    private static bool IsEssential(NoticeKind kind) => kind is
        NoticeKind.Decided or NoticeKind.Hidden or NoticeKind.Standing or NoticeKind.Withdrawn or NoticeKind.Escalated
        or NoticeKind.Closed or NoticeKind.Reopened or NoticeKind.Appointed or NoticeKind.Dismissed or NoticeKind.Cleared
        or NoticeKind.Waiting;

    private IEnumerable<long> GoneFrom(Inbox next) => Notices.Keys.Where(number => !next.Notices.ContainsKey(number));

    private Inbox Change(long number, Func<KeptNotice, KeptNotice?> change) =>
        !Notices.TryGetValue(number, out var kept) ? this
        : change(kept) is { } changed ? this with { Notices = Notices.SetItem(number, changed) }
        : this with { Notices = Notices.Remove(number) };

    private Inbox Touch(Happened<InboxEvent> fact, Touched touched) => this with
    {
        // A view holds only the newest notices, so no more than these can have changed in it.
        Changes = Changes.SetItem(fact.Sequence, touched with { Notices = [.. touched.Notices.OrderDescending().Take(InboxLimits.SnapshotNotices)] }).KeepNewest(InboxLimits.ChangesKept),
    };
}

/// <summary>A notice with what only the inbox knows of it.</summary>
/// <param name="Later">See <see cref="TellMember.Later"/>.</param>
/// <param name="Reactions">Of a reaction: who reacted to the post, oldest first. The notice shows the newest.</param>
internal sealed record KeptNotice(Notice Notice, bool Later, ImmutableArray<Reacting> Reactions)
{
    /// <summary>Whoever has read so far has read what this tells of. A reaction, or what came to a post later, is not read with the post.</summary>
    public bool IsReadBy(RoomMark mark) =>
        Notice is { Kind: not NoticeKind.Reaction, Post: { } post } && !Later && Notice.Room == mark.Room && InboxRules.Covers(mark, post, Notice.Thread);

    public KeptNotice With(Reacting reacting) => this with { Reactions = [.. Reactions.Where(each => !each.Is(reacting.By, reacting.Reaction)).Append(reacting).TakeLast(InboxLimits.ReactionsKept)] };

    /// <summary>None when nobody is left.</summary>
    public KeptNotice? Without(MemberId actor, Reaction reaction)
    {
        var left = Reactions.RemoveAll(each => each.Is(actor, reaction));
        return left is [.., var newest] ? this with { Notice = Notice with { By = newest.By, Reaction = newest.Reaction, At = newest.At }, Reactions = left } : null;
    }
}

internal sealed record Reacting(MemberId By, Reaction Reaction, DateTimeOffset At)
{
    public bool Is(MemberId by, Reaction reaction) => By == by && Reaction == reaction;
}

/// <summary>What one fact changed in the view.</summary>
internal sealed record Touched(ImmutableArray<long> Notices, bool OfMutes = false)
{
    public static Touched Mutes { get; } = new([], OfMutes: true);
}
