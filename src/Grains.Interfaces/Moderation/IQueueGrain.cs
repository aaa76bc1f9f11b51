using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Live;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>What waits for the moderators of one community: requests to join, reports, appeals.</summary>
/// <remarks>
/// A decision takes effect <see cref="QueueLimits.UndoWindow"/> after it was made, unless it is undone; what follows from it (membership, receipt, notice, mail) follows from that
/// fact, once each. What the target refuses comes back as an open item that says so. The topic <c>queue/…</c> is for who may read the queue.
/// </remarks>
[Alias("queue")]
public interface IQueueGrain : ITopicGrain
{
    /// <summary>Asks to join a community on request. Who has an open request gets its number again.</summary>
    [Alias("ask")] Task<Outcome<ItemNumber>> Ask(AskToJoin command);

    /// <summary>Takes a request back, until it is decided.</summary>
    [Alias("withdraw")] Task<Outcome<Done>> Withdraw(WithdrawItem command);

    /// <summary>Reports a post to the moderators: they see that post, and nothing else by it. The same post reported by the same member again has no effect.</summary>
    [Alias("report")] Task<Outcome<ItemNumber>> Report(ReportPost command);

    /// <summary>Appeals a decision once. Somebody else decides.</summary>
    [Alias("appeal")] Task<Outcome<ItemNumber>> Appeal(AppealDecision command);

    /// <summary>Looks at an item, so that nobody else decides on it meanwhile; again: renews. Ends by itself after <see cref="QueueLimits.ClaimLasts"/>.</summary>
    [Alias("claim")] Task<Outcome<Claim>> Claim(ClaimItem command);

    /// <summary>Looks at it no longer.</summary>
    [Alias("release")] Task<Outcome<Done>> Release(ReleaseItem command);

    /// <summary>Decides on the item as it was seen. Too late: the answer says who decided what, and when.</summary>
    [Alias("decide")] Task<Outcome<Decided>> Decide(DecideItem command);

    /// <summary>The same of up to <see cref="QueueLimits.MostAtOnce"/> items; each has its own answer.</summary>
    [Alias("decide-all")] Task<ImmutableArray<BulkAnswer>> DecideAll(DecideItems command);

    /// <summary>Takes a decision back before it takes effect.</summary>
    [Alias("undo")] Task<Outcome<Done>> Undo(UndoDecision command);

    /// <summary>What came of carrying out a decision. From the server only.</summary>
    [Alias("settle")] Task<Outcome<Done>> Settle(SettleItem command);

    /// <summary>Open items first, oldest first, then what was decided, newest first; at most <see cref="QueueLimits.PageSize"/>.</summary>
    [Alias("page"), ReadOnly] Task<Outcome<QueuePage>> Page(MemberId reader, QueueFilter filter);

    /// <summary>One item with its whole history, to who may read the queue.</summary>
    [Alias("item"), ReadOnly] Task<Outcome<ItemHistory>> Item(MemberId reader, ItemNumber number);

    /// <summary>What a member asked, reported and appealed here, as far as it concerns them; newest first, at most <see cref="QueueLimits.PageSize"/>.</summary>
    [Alias("mine"), ReadOnly] Task<Outcome<ImmutableArray<MyItem>>> Mine(MemberId reader);

    /// <summary>How many wait, since when, and how long deciding takes. To who may read the queue.</summary>
    [Alias("figures"), ReadOnly] Task<Outcome<QueueFigures>> Figures(MemberId reader);
}

public static class QueueLimits
{
    public static readonly TimeSpan ClaimLasts = TimeSpan.FromMinutes(2);

    /// <summary>Between a decision and its effect.</summary>
    public static readonly TimeSpan UndoWindow = TimeSpan.FromSeconds(10);

    /// <summary>Items that wait. More are refused until some are decided.</summary>
    public const int MostOpen = 20_000;

    /// <summary>Of one member in one community, open at a time.</summary>
    public const int MostOpenOfOne = 20;

    /// <summary>Settled items at hand; older ones are read from the journal.</summary>
    public const int SettledKept = 500;

    public const int LongestMessage = 2_000;

    public const int LongestReason = 2_000;

    public const int MostAtOnce = 50;

    public const int PageSize = 50;

    /// <summary>Open items in a snapshot, the oldest.</summary>
    public const int SnapshotItems = 100;

    /// <summary>The newest changes a queue remembers; whoever comes back from before them gets a snapshot.</summary>
    public const int ChangesKept = 500;

    /// <summary>Decisions that the median is taken of, the newest.</summary>
    public const int DurationsKept = 200;
}

/// <summary>The n-th item of a queue, from 1.</summary>
[GenerateSerializer, Immutable, Alias("item-number"), System.Text.Json.Serialization.JsonConverter(typeof(ItemNumberConverter))]
public readonly record struct ItemNumber([property: Id(0)] long Value) : IComparable<ItemNumber>
{
    public ItemNumber Next() => new(Value + 1);

    public int CompareTo(ItemNumber other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

public sealed class ItemNumberConverter : System.Text.Json.Serialization.JsonConverter<ItemNumber>
{
    public override ItemNumber Read(ref System.Text.Json.Utf8JsonReader reader, Type typeToConvert, System.Text.Json.JsonSerializerOptions options) => new(reader.GetInt64());

    public override void Write(System.Text.Json.Utf8JsonWriter writer, ItemNumber value, System.Text.Json.JsonSerializerOptions options) => writer.WriteNumberValue(value.Value);
}

/// <summary>An item of a community's queue.</summary>
[GenerateSerializer, Immutable, Alias("item-id")]
public sealed record ItemId([property: Id(0)] CommunityId Community, [property: Id(1)] ItemNumber Number);

[GenerateSerializer]
public enum ItemKind
{
    /// <summary>Somebody asks to join.</summary>
    AccessRequest,

    /// <summary>A member says that a post should not be there. Approving hides the post.</summary>
    Report,

    /// <summary>Somebody asks for a decision to be looked at again, by somebody else. Approving reverses it.</summary>
    Appeal,
}

[GenerateSerializer]
public enum ItemState
{
    Open,

    /// <summary>Decided, and not in effect yet: it can be undone.</summary>
    Decided,

    /// <summary>In effect; what follows from it is being carried out.</summary>
    InEffect,

    /// <summary>Carried out: there is a receipt.</summary>
    Settled,

    /// <summary>Taken back by who asked.</summary>
    Withdrawn,
}

[GenerateSerializer]
public enum Verdict
{
    Approved,
    Rejected,
}

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
public sealed record Reported([property: Id(0)] RoomId Room, [property: Id(1)] PostNumber Post, [property: Id(2)] MemberId Author);

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
    [property: Id(11)] ItemNumber? Appeals);

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
}

/// <param name="Note">A reason, or why it came back.</param>
[GenerateSerializer, Immutable, Alias("queue.item-step")]
public sealed record ItemStep([property: Id(0)] ItemAct Act, [property: Id(1)] MemberId By, [property: Id(2)] DateTimeOffset At, [property: Id(3)] Verdict? Verdict, [property: Id(4)] string Note);

/// <param name="Contact">What a rejection by this reader would carry; empty: they cannot reject before one is set.</param>
[GenerateSerializer, Immutable, Alias("queue.item-history")]
public sealed record ItemHistory([property: Id(0)] ItemView Item, [property: Id(1)] ImmutableArray<ItemStep> Steps, [property: Id(2)] string Contact, [property: Id(3)] long Position);

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
    [property: Id(8)] Reported? Reported);

/// <param name="Open">Only what waits, or what is decided only.</param>
/// <param name="Before">Of decided ones: before this one; of open ones: after. 0: from the first.</param>
[GenerateSerializer, Immutable, Alias("queue.filter")]
public sealed record QueueFilter([property: Id(0)] bool Open, [property: Id(1)] ItemKind? Kind, [property: Id(2)] MemberId? By, [property: Id(3)] long Before);

/// <param name="Waiting">All that is open, not of this page.</param>
[GenerateSerializer, Immutable, Alias("queue.page")]
public sealed record QueuePage([property: Id(0)] StreamPosition At, [property: Id(1)] ImmutableArray<ItemView> Items, [property: Id(2)] int Waiting, [property: Id(3)] bool More);

/// <param name="Median">From opening to decision, of the last <see cref="QueueLimits.DurationsKept"/>; none before the first.</param>
[GenerateSerializer, Immutable, Alias("queue.figures")]
public sealed record QueueFigures([property: Id(0)] int Waiting, [property: Id(1)] DateTimeOffset? OldestSince, [property: Id(2)] int Decided, [property: Id(3)] TimeSpan? Median);

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

    /// <summary>Passing: a claim was renewed, and lasts longer. Who missed it sees the claim end early, and by the next renewal go on.</summary>
    [GenerateSerializer, Immutable, Alias("queue.claim-renewed")]
    public sealed record ClaimRenewed([property: Id(0)] ItemNumber Number, [property: Id(1)] Claim Claim) : QueueChange
    {
        public override string Key => $"claim/{Number.Value}";
    }
}

/// <summary>The oldest <see cref="QueueLimits.SnapshotItems"/> open items, oldest first, and those decided that can still be undone.</summary>
[GenerateSerializer, Immutable, Alias("queue.snapshot")]
public sealed record QueueSnapshot([property: Id(0)] CommunityId Community, [property: Id(1)] ImmutableArray<ItemView> Items, [property: Id(2)] int Waiting) : TopicSnapshot;

/// <summary>Why a queue says no.</summary>
public static class QueueRefusal
{
    [GenerateSerializer, Immutable, Alias("queue.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "queue.absent");

    [GenerateSerializer, Immutable, Alias("queue.already-member")]
    public sealed record AlreadyAMember() : Refusal(RefusalKind.Conflict, "queue.already-member");

    /// <summary>The community is open, or by invitation: there is nothing to ask for.</summary>
    [GenerateSerializer, Immutable, Alias("queue.not-on-request")]
    public sealed record NotOnRequest([property: Id(0)] Access Access) : Refusal(RefusalKind.Conflict, "queue.not-on-request");

    /// <summary>The community admits public buyers only.</summary>
    [GenerateSerializer, Immutable, Alias("queue.buyers-only")]
    public sealed record BuyersOnly() : Refusal(RefusalKind.NotAllowed, "queue.buyers-only");

    [GenerateSerializer, Immutable, Alias("queue.banned")]
    public sealed record Banned() : Refusal(RefusalKind.NotAllowed, "queue.banned");

    /// <summary>After a rejection that named a day.</summary>
    [GenerateSerializer, Immutable, Alias("queue.too-soon")]
    public sealed record TooSoon([property: Id(0)] DateTimeOffset From) : Refusal(RefusalKind.Conflict, "queue.too-soon");

    [GenerateSerializer, Immutable, Alias("queue.text-invalid")]
    public sealed record TextInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "queue.text-invalid");

    [GenerateSerializer, Immutable, Alias("queue.reason-missing")]
    public sealed record ReasonMissing() : Refusal(RefusalKind.Unprocessable, "queue.reason-missing");

    /// <summary>R4: a rejection names whom to ask, and neither the moderator nor the community has said who.</summary>
    [GenerateSerializer, Immutable, Alias("queue.no-contact")]
    public sealed record NoContact() : Refusal(RefusalKind.Unprocessable, "queue.no-contact");

    /// <summary>Somebody was first.</summary>
    [GenerateSerializer, Immutable, Alias("queue.already-decided")]
    public sealed record AlreadyDecided([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] Verdict Verdict) : Refusal(RefusalKind.Conflict, "queue.already-decided");

    [GenerateSerializer, Immutable, Alias("queue.withdrawn")]
    public sealed record AlreadyWithdrawn() : Refusal(RefusalKind.Conflict, "queue.withdrawn");

    /// <summary>The item is not what was looked at.</summary>
    [GenerateSerializer, Immutable, Alias("queue.changed")]
    public sealed record Changed() : Refusal(RefusalKind.Conflict, "queue.changed");

    /// <summary>Somebody else looks at it.</summary>
    [GenerateSerializer, Immutable, Alias("queue.claimed")]
    public sealed record Claimed([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset Until) : Refusal(RefusalKind.Conflict, "queue.claimed");

    /// <summary>Nobody decides on what they asked themselves, on a report of their own post, or on an appeal against their own decision.</summary>
    [GenerateSerializer, Immutable, Alias("queue.own")]
    public sealed record Own() : Refusal(RefusalKind.NotAllowed, "queue.own");

    /// <summary>It is in effect: what follows from it has begun.</summary>
    [GenerateSerializer, Immutable, Alias("queue.in-effect")]
    public sealed record InEffect([property: Id(0)] DateTimeOffset Since) : Refusal(RefusalKind.Conflict, "queue.in-effect");

    [GenerateSerializer, Immutable, Alias("queue.not-decided")]
    public sealed record NotDecided() : Refusal(RefusalKind.Conflict, "queue.not-decided");

    /// <summary>Only who decided takes it back.</summary>
    [GenerateSerializer, Immutable, Alias("queue.not-yours")]
    public sealed record NotYours() : Refusal(RefusalKind.NotAllowed, "queue.not-yours");

    /// <summary>Appealed before, nothing to appeal against, or an appeal itself.</summary>
    [GenerateSerializer, Immutable, Alias("queue.no-appeal")]
    public sealed record NoAppeal() : Refusal(RefusalKind.Conflict, "queue.no-appeal");

    [GenerateSerializer, Immutable, Alias("queue.too-many")]
    public sealed record TooMany([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "queue.too-many");
}
