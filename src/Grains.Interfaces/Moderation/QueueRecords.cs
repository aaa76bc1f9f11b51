using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Live;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

[GenerateSerializer, Immutable, Alias("queue.ask")]
public sealed record AskToJoin : Command
{
    /// <summary>Why; may be empty. At most <see cref="QueueLimits.LongestMessage"/> characters.</summary>
    [Id(0)] public string Message { get; init; } = "";
}

[GenerateSerializer, Immutable, Alias("queue.withdraw")]
public sealed record WithdrawItem : Command
{
    [Id(0)] public required ItemNumber Number { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.report")]
public sealed record ReportPost : Command
{
    [Id(0)] public required RoomId Room { get; init; }

    [Id(1)] public required PostNumber Post { get; init; }

    /// <summary>What is wrong with it.</summary>
    [Id(2)] public required string Message { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.submit")]
public sealed record SubmitWork : Command
{
    [Id(0)] public required SubmittedWork Work { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.take-back")]
public sealed record TakeBackWork : Command
{
    [Id(0)] public required PublicationId Publication { get; init; }

    [Id(1)] public required int Version { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.take-back-all")]
public sealed record TakeBackAll : Command
{
    /// <summary>Whose submissions.</summary>
    [Id(0)] public required MemberId Member { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.appeal")]
public sealed record AppealDecision : Command
{
    /// <summary>The item whose decision is appealed.</summary>
    [Id(0)] public required ItemNumber Number { get; init; }

    [Id(1)] public required string Message { get; init; }
}

/// <summary>Not a fact of its own when it renews: the lease is a last value.</summary>
[GenerateSerializer, Immutable, Alias("queue.claim")]
public sealed record ClaimItem : Command
{
    [Id(0)] public required ItemNumber Number { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.release")]
public sealed record ReleaseItem : Command
{
    [Id(0)] public required ItemNumber Number { get; init; }

    /// <summary>Of the claim that is given up: one taken since stays.</summary>
    [Id(1)] public required long Fence { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.decide")]
public sealed record DecideItem : Command
{
    [Id(0)] public required ItemNumber Number { get; init; }

    /// <summary>The item's version that was looked at.</summary>
    [Id(1)] public required long Version { get; init; }

    [Id(2)] public required Verdict Verdict { get; init; }

    /// <summary>For the person it concerns; a rejection needs one.</summary>
    [Id(3)] public string Reason { get; init; } = "";

    /// <summary>Which prepared reason it began with, if any.</summary>
    [Id(4)] public string? Template { get; init; }

    /// <summary>From when one may ask again; none: at once.</summary>
    [Id(5)] public DateTimeOffset? AskAgainFrom { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.decide-all")]
public sealed record DecideItems : Command
{
    [Id(0)] public required ImmutableArray<SeenItem> Items { get; init; }

    [Id(1)] public required Verdict Verdict { get; init; }

    [Id(2)] public string Reason { get; init; } = "";

    [Id(3)] public string? Template { get; init; }

    [Id(4)] public DateTimeOffset? AskAgainFrom { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.seen-item")]
public sealed record SeenItem([property: Id(0)] ItemNumber Number, [property: Id(1)] long Version);

/// <summary>Exactly one of <see cref="Decided"/> and <see cref="Refusal"/> counts.</summary>
[GenerateSerializer, Immutable, Alias("queue.bulk-answer")]
public sealed record BulkAnswer([property: Id(0)] ItemNumber Number, [property: Id(1)] Decided? Decided, [property: Id(2)] Refusal? Refusal);

[GenerateSerializer, Immutable, Alias("queue.undo")]
public sealed record UndoDecision : Command
{
    [Id(0)] public required ItemNumber Number { get; init; }

    /// <summary>The item's version that the decision made.</summary>
    [Id(1)] public required long Version { get; init; }
}

[GenerateSerializer, Immutable, Alias("queue.settle")]
public sealed record SettleItem : Command
{
    [Id(0)] public required ItemNumber Number { get; init; }

    /// <summary>Why it could not be carried out, as a refusal's code: the item is open again, and says so.</summary>
    [Id(1)] public string? Refused { get; init; }
}

/// <summary>Who looks at an item.</summary>
/// <param name="Fence">Grows with each claim of the item: who holds an older one has lost it.</param>
[GenerateSerializer, Immutable, Alias("queue.claim-view")]
public sealed record Claim([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset Until, [property: Id(2)] long Fence);

/// <param name="Version">Of the item, now.</param>
/// <param name="EffectAt">Until then it can be undone.</param>
[GenerateSerializer, Immutable, Alias("queue.decided")]
public sealed record Decided([property: Id(0)] ItemNumber Number, [property: Id(1)] Verdict Verdict, [property: Id(2)] long Version, [property: Id(3)] DateTimeOffset EffectAt);

/// <param name="Contact">Whom to ask (R4): the deciding moderator's published contact, else the community's. Empty only with an approval.</param>
[GenerateSerializer, Immutable, Alias("queue.decision")]
public sealed record Decision(
    [property: Id(0)] Verdict Verdict,
    [property: Id(1)] MemberId By,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] DateTimeOffset EffectAt,
    [property: Id(4)] string Reason,
    [property: Id(5)] string Contact,
    [property: Id(6)] DateTimeOffset? AskAgainFrom);

/// <summary>The post a report is about.</summary>
[GenerateSerializer, Immutable, Alias("queue.reported")]
public sealed record Reported(
    [property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Post, [property: Id(2)] MemberId Author)
{
    /// <summary>
    /// The room's sequence when it was reported: the post as of then is what the report is about. None: nobody noted
    /// it.
    /// </summary>
    [Id(3)] public long? Sequence { get; init; }

    /// <summary>Whenever it was reported.</summary>
    public bool IsSamePost(Reported other) => Room == other.Room && Post == other.Post;
}

/// <summary>The version of a publication that a submission is about.</summary>
[GenerateSerializer, Immutable, Alias("queue.submitted-work")]
public sealed record SubmittedWork([property: Id(0)] PublicationId Publication, [property: Id(1)] int Version, [property: Id(2)] PublicationKind Kind, [property: Id(3)] string Title);

/// <summary>An item as the moderators see it.</summary>
/// <param name="Version">Changes with whatever a decision depends on; a claim does not change it.</param>
/// <param name="By">Who asked, reported or appealed.</param>
/// <param name="Claim">The newest; over when its time is.</param>
/// <param name="CameBack">Why the last decision could not be carried out, as a refusal's code.</param>
/// <param name="Appeals">The item whose decision this appeal is about.</param>
[GenerateSerializer, Immutable, Alias("queue.item")]
public sealed record ItemView(
    [property: Id(0)] ItemNumber Number,
    [property: Id(1)] ItemKind Kind,
    [property: Id(2)] ItemState State,
    [property: Id(3)] long Version,
    [property: Id(4)] MemberId By,
    [property: Id(5)] DateTimeOffset OpenedAt,
    [property: Id(6)] string Message,
    [property: Id(7)] Reported? Reported,
    [property: Id(8)] Claim? Claim,
    [property: Id(9)] Decision? Decision,
    [property: Id(10)] string? CameBack,
    [property: Id(11)] ItemNumber? Appeals)
{
    [Id(12)] public SubmittedWork? Work { get; init; }

    /// <summary>What this appeal asks to be lifted, as it was then.</summary>
    [Id(13)] public Restriction? Restricted { get; init; }

    [Id(14)] public Reviewed? Reviewed { get; init; }

    /// <summary>Who is asked besides the moderators; none: nobody.</summary>
    [Id(15)] public Escalation? Escalation { get; init; }
}

[GenerateSerializer]
public enum ItemAct
{
    Opened,
    Withdrawn,
    Claimed,
    Released,
    Decided,
    Undone,
    TookEffect,
    CameBack,
    Settled,

    /// <summary>Went up to leaders or administrators.</summary>
    Escalated,
}

/// <param name="Note">A reason, or why it came back.</param>
[GenerateSerializer, Immutable, Alias("queue.item-step")]
public sealed record ItemStep([property: Id(0)] ItemAct Act, [property: Id(1)] MemberId By, [property: Id(2)] DateTimeOffset At, [property: Id(3)] Verdict? Verdict, [property: Id(4)] string Note);

/// <param name="Contact">What a rejection by this reader would carry; empty: they cannot reject before one is set.</param>
[GenerateSerializer, Immutable, Alias("queue.item-history")]
public sealed record ItemHistory(
    [property: Id(0)] ItemView Item,
    [property: Id(1)] ImmutableArray<ItemStep> Steps,
    [property: Id(2)] string Contact,
    [property: Id(3)] long Position)
{
    /// <summary>What was reported, until it is decided, for a reader who may decide on it.</summary>
    [Id(4)] public PostThenAndNow? Reported { get; init; }
}

/// <summary>An item as who brought it sees it: nobody's name but of who decided against them.</summary>
[GenerateSerializer, Immutable, Alias("queue.my-item")]
public sealed record MyItem(
    [property: Id(0)] ItemNumber Number,
    [property: Id(1)] ItemKind Kind,
    [property: Id(2)] ItemState State,
    [property: Id(3)] DateTimeOffset OpenedAt,
    [property: Id(4)] string Message,
    [property: Id(5)] Decision? Decision,
    [property: Id(6)] DateTimeOffset? SettledAt,
    [property: Id(7)] bool MayAppeal,
    [property: Id(8)] Reported? Reported)
{
    [Id(10)] public SubmittedWork? Work { get; init; }

    /// <summary>By when the community means to answer, counted in its working days, with its holidays; none where nothing waits, or it names no time for such a thing.</summary>
    [Id(11)] public DateTimeOffset? ExpectedBy { get; init; }

    /// <summary>What is appealed, where it is a restriction.</summary>
    [Id(9)] public Restriction? Restricted { get; init; }
}

/// <param name="Open">Only what waits, or what is decided only.</param>
/// <param name="Before">Of decided ones: before this one; of open ones: after. 0: from the first.</param>
[GenerateSerializer, Immutable, Alias("queue.filter")]
public sealed record QueueFilter([property: Id(0)] bool Open, [property: Id(1)] ItemKind? Kind, [property: Id(2)] MemberId? By, [property: Id(3)] long Before);

/// <param name="Waiting">All that is open, not of this page.</param>
[GenerateSerializer, Immutable, Alias("queue.page")]
public sealed record QueuePage([property: Id(0)] StreamPosition At, [property: Id(1)] ImmutableArray<ItemView> Items, [property: Id(2)] int Waiting, [property: Id(3)] bool More);

/// <param name="Median">From opening to decision, of the last <see cref="QueueLimits.DurationsKept"/>; none before the first.</param>
[GenerateSerializer, Immutable, Alias("queue.figures")]
public sealed record QueueFigures([property: Id(0)] int Waiting, [property: Id(1)] DateTimeOffset? OldestSince, [property: Id(2)] int Decided, [property: Id(3)] TimeSpan? Median)
{
    /// <summary>Arrivals that nobody has answered.</summary>
    [Id(6)] public ArrivalCounts Arrived { get; init; } = ArrivalCounts.None;
}

/// <param name="Joined">Who is new.</param>
/// <param name="Posted">Who has posted, of these and of who is watched.</param>
[GenerateSerializer, Immutable, Alias("queue.arrival-counts")]
public sealed record ArrivalCounts([property: Id(0)] int Joined, [property: Id(1)] int Posted)
{
    public static readonly ArrivalCounts None = new(0, 0);

    public static ArrivalCounts Of(IEnumerable<ArrivalView> arrivals)
    {
        var open = arrivals.Where(arrival => arrival.Answer is null).ToList();
        return new(open.Count(arrival => arrival.IsNew), open.Count(arrival => !arrival.Posts.IsEmpty));
    }
}

[GenerateSerializer, Immutable]
public abstract record QueueChange : Change
{
    private QueueChange() { }

    [GenerateSerializer, Immutable, Alias("queue.item-put")]
    public sealed record ItemPut([property: Id(0)] ItemView Item) : QueueChange
    {
        public override string Key => $"item/{Item.Number.Value}";
    }

    /// <summary>Absolute.</summary>
    [GenerateSerializer, Immutable, Alias("queue.counts-put")]
    public sealed record CountsPut([property: Id(0)] int Waiting) : QueueChange
    {
        public override string Key => "counts";
    }

    /// <summary>Absolute: all that are shown.</summary>
    [GenerateSerializer, Immutable, Alias("queue.arrivals-put")]
    public sealed record ArrivalsPut([property: Id(0)] ImmutableArray<ArrivalView> Arrivals) : QueueChange
    {
        public override string Key => "arrivals";
    }

    /// <summary>Passing: a claim was renewed, and lasts longer. Who missed it sees the claim end early, and by the next renewal go on.</summary>
    [GenerateSerializer, Immutable, Alias("queue.claim-renewed")]
    public sealed record ClaimRenewed([property: Id(0)] ItemNumber Number, [property: Id(1)] Claim Claim) : QueueChange
    {
        public override string Key => $"claim/{Number.Value}";
    }
}

/// <summary>The oldest <see cref="QueueLimits.SnapshotItems"/> open items, oldest first, and those decided that can still be undone.</summary>
[GenerateSerializer, Immutable, Alias("queue.snapshot")]
public sealed record QueueSnapshot([property: Id(0)] CommunityId Community, [property: Id(1)] ImmutableArray<ItemView> Items, [property: Id(2)] int Waiting) : TopicSnapshot
{
    /// <summary>Who is new, first come first, then the newest that were answered.</summary>
    [Id(3)] public ImmutableArray<ArrivalView> Arrivals { get; init; } = [];
}
