using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Who is new in an open community, and who is watched.</summary>
internal sealed record Arrivals
{
    private const string Subjects = "arrival/";

    public static Arrivals None { get; } = new();

    /// <summary>Nobody has done anything about them yet; at most <see cref="ArrivalLimits.MostOpen"/>.</summary>
    public ImmutableDictionary<MemberId, ArrivalView> Open { get; init; } = ImmutableDictionary<MemberId, ArrivalView>.Empty;

    /// <summary>The newest, newest first.</summary>
    public ImmutableArray<ArrivalView> Answered { get; init; } = [];

    /// <summary>Until when.</summary>
    public ImmutableDictionary<MemberId, DateTimeOffset> Watched { get; init; } = ImmutableDictionary<MemberId, DateTimeOffset>.Empty;

    public static string SubjectOf(MemberId member) => Subjects + member.Value;

    public static bool IsAbout(string subject) => subject.StartsWith(Subjects, StringComparison.Ordinal);

    public Arrivals Apply(Happened<QueueEvent> fact) => fact.Event switch
    {
        QueueEvent.MemberArrived arrived => Put(new(arrived.Member, true, arrived.JoinedAt, [], null) { NewUntil = arrived.NewUntil }),
        QueueEvent.ArrivalPosted posted when Open.TryGetValue(posted.Member, out var known) => Put(known with { Posts = known.Posts.Add(posted.Post) }),
        QueueEvent.ArrivalPosted posted => Put(new(posted.Member, false, fact.At, [posted.Post], null)),
        QueueEvent.ArrivalLeft left => this with { Open = Open.Remove(left.Member), Watched = Watched.Remove(left.Member) },
        QueueEvent.ArrivalAnswered answered when Open.TryGetValue(answered.Member, out var known) => this with
        {
            Open = Open.Remove(answered.Member),
            Answered = [known with { Answer = new(answered.Act, fact.By, fact.At) }, .. Answered.Where(each => each.Member != answered.Member).Take(ArrivalLimits.AnsweredKept - 1)],
            Watched = answered.WatchedUntil is { } until ? Watched.SetItem(answered.Member, until).KeepNewest(ArrivalLimits.MostWatched) : Watched,
        },
        _ => this,
    };

    /// <summary>As moderators see them.</summary>
    public ImmutableArray<ArrivalView> View() => [.. InOrder(Open.Values), .. Answered];

    private Arrivals Put(ArrivalView arrival)
    {
        var open = Open.SetItem(arrival.Member, arrival);
        return this with { Open = open.Count > ArrivalLimits.MostOpen ? open.Remove(InOrder(open.Values).First().Member) : open };
    }

    private static IOrderedEnumerable<ArrivalView> InOrder(IEnumerable<ArrivalView> arrivals) => arrivals.OrderBy(each => each.Since).ThenBy(each => each.Member.Value, StringComparer.Ordinal);
}

internal abstract partial record QueueEvent
{
    public const string Answered = "queue.arrival-answered";

    private QueueEvent()
    {
    }

    /// <param name="NewUntil">Of a newcomer: when their limits end by themselves.</param>
    [Fact("queue.member-arrived")]
    public sealed record MemberArrived(MemberId Member, DateTimeOffset JoinedAt, DateTimeOffset? NewUntil = null) : QueueEvent
    {
        public override string Subject => Arrivals.SubjectOf(Member);
    }

    [Fact("queue.arrival-posted")]
    public sealed record ArrivalPosted(MemberId Member, ArrivalPost Post) : QueueEvent
    {
        public override string Subject => Arrivals.SubjectOf(Member);
    }

    [Fact("queue.arrival-left")]
    public sealed record ArrivalLeft(MemberId Member) : QueueEvent
    {
        public override string Subject => Arrivals.SubjectOf(Member);
    }

    /// <summary>A review is followed by <see cref="ItemOpened"/>.</summary>
    [Fact(Answered)]
    public sealed record ArrivalAnswered(MemberId Member, ArrivalAct Act, DateTimeOffset? WatchedUntil) : QueueEvent
    {
        public override string Subject => Arrivals.SubjectOf(Member);
    }
}
