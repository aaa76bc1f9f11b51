using System.Collections.Immutable;
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

    /// <summary>A publication's version waits for a decision: from the server only, in its author's name. Of one publication one item is open at a time.</summary>
    [Alias("submit")] Task<Outcome<ItemNumber>> Submit(SubmitWork command);

    /// <summary>Takes a publication's open item back, in its author's name. Refused once it is decided, and before it has come.</summary>
    [Alias("take-back")] Task<Outcome<Done>> TakeBack(TakeBackWork command);

    /// <summary>
    /// Takes every submission back that a member has waiting for a decision, in the name of the moderator who hides
    /// everything they wrote. Who may not hide posts here: absent. What is decided already stays decided.
    /// </summary>
    [Alias("take-back-all")] Task<Outcome<Done>> TakeBackAll(TakeBackAll command);

    /// <summary>Appeals a decision once. Somebody else decides.</summary>
    [Alias("appeal")] Task<Outcome<ItemNumber>> Appeal(AppealDecision command);

    /// <summary>Appeals, once, the mute, suspension or ban that is in force for who asks; who is banned is no member any more and may too. Somebody else than who restricted decides; approving lifts it.</summary>
    [Alias("appeal-restriction")] Task<Outcome<ItemNumber>> AppealRestriction(AppealRestriction command);

    /// <summary>Somebody joined an open community, or posted, or left. Of who is neither new nor watched it has no effect. From the server only.</summary>
    [Alias("note-arrival")] Task<Outcome<Done>> NoteArrival(NoteArrival command);

    /// <summary>Welcomes, watches, moves to review or dismisses somebody new: nothing has to be approved. Who is late is told who did what; the member is told of one welcome.</summary>
    [Alias("answer-arrival")] Task<Outcome<Done>> AnswerArrival(AnswerArrival command);

    /// <summary>Who is new, first come first, then the newest that were answered. To who may read the queue.</summary>
    [Alias("arrivals"), ReadOnly] Task<Outcome<ImmutableArray<ArrivalView>>> Arrivals(MemberId reader);

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

    /// <summary>
    /// A file of what was reported, as it was then, also when its author has deleted the post since. Until the item is
    /// decided, to who may decide on it;
    /// to everybody else, and afterwards, absent.
    /// </summary>
    [Alias("reported-file"), ReadOnly]
    Task<Outcome<Attachment>> ReportedFile(MemberId reader, ItemNumber number, AttachmentId file);

    /// <summary>
    /// Whether an item that is not decided is about this post, so that its files stay. For the server's own use.
    /// </summary>
    /// <remarks>Waits for its turn: a report that is on its way has come when this answers.</remarks>
    [Alias("holds")] Task<bool> Holds(RoomId room, PostNumber post);

    /// <summary>What a member asked, reported and appealed here, as far as it concerns them; newest first, at most <see cref="QueueLimits.PageSize"/>.</summary>
    [Alias("mine"), ReadOnly] Task<Outcome<ImmutableArray<MyItem>>> Mine(MemberId reader);

    /// <summary>Says when the community's moderators work, and after how long of that time an item goes up: from moderators to leaders, and from them to administrators. Leaders and administrators only.</summary>
    [Alias("change-hours")] Task<Outcome<Done>> ChangeHours(ChangeHours command);

    /// <summary>Fewer may be there than before: what nobody there may decide on goes up now. From the server only.</summary>
    [Alias("look-again")] Task<Outcome<Done>> LookAgain(LookAgain command);

    /// <summary>What holds now. To who may read the queue.</summary>
    [Alias("hours"), ReadOnly] Task<Outcome<WorkingHours>> Hours(MemberId reader);

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

    /// <summary>Of one member in one community, of one kind within <see cref="OpenedWithin"/>, withdrawn ones included.</summary>
    public const int MostOpenedInADay = 50;

    public static readonly TimeSpan OpenedWithin = TimeSpan.FromDays(1);

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

    /// <summary>A moderator asks another to look at somebody who is new. Approving means that all is well; rejecting bans them from the community, with the reason given.</summary>
    Review,

    /// <summary>A publication's version. Approving publishes it.</summary>
    Submission,
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
