using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Moderation;

/// <summary>Everything that can happen to a queue. That a claim was renewed is none of it: a lease is a last value.</summary>
internal abstract partial record QueueEvent : Fact
{
    public const string Opened = "queue.item-opened";

    public const string Withdrawn = "queue.item-withdrawn";

    public const string Effect = "queue.decision-took-effect";

    public const string Back = "queue.item-came-back";

    public const string Settled = "queue.item-settled";

    public const string Escalating = "queue.item-escalated";

    public const string NewHours = "queue.hours-changed";

    private QueueEvent(ItemNumber number) => Number = number;

    /// <summary>None of what is about no item.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public ItemNumber Number { get; init; }

    public override string Subject => QueueItem.SubjectOf(Number);

    /// <param name="Restricted">What an appeal asks to be lifted.</param>
    [Fact(Opened)]
    public sealed record ItemOpened(ItemNumber Number, ItemKind Kind, string Message, Reported? Reported, Appealed? Appealed, Restriction? Restricted = null, Reviewed? Reviewed = null, SubmittedWork? Work = null) : QueueEvent(Number);

    [Fact(Withdrawn)]
    public sealed record ItemWithdrawn(ItemNumber Number, SubmittedWork? Work = null, ImmutableArray<MemberId>? Told = null) : QueueEvent(Number);

    [Fact("queue.item-claimed")]
    public sealed record ItemClaimed(ItemNumber Number, long Fence) : QueueEvent(Number);

    [Fact("queue.item-released")]
    public sealed record ItemReleased(ItemNumber Number, long Fence) : QueueEvent(Number);

    [Fact("queue.item-decided")]
    public sealed record ItemDecided(ItemNumber Number, Verdict Verdict, string Reason, string? Template, string Contact, DateTimeOffset EffectAt, DateTimeOffset? AskAgainFrom) : QueueEvent(Number);

    [Fact("queue.decision-undone")]
    public sealed record DecisionUndone(ItemNumber Number) : QueueEvent(Number);

    /// <summary>It cannot be undone any more. Holds what is to be carried out, so that whoever does needs nothing else.</summary>
    /// <param name="Told">Who was told, besides the moderators, that it waits.</param>
    [Fact(Effect)]
    public sealed record TookEffect(ItemNumber Number, ToDo? ToDo, ImmutableArray<MemberId>? Told = null) : QueueEvent(Number);

    /// <summary>These are asked to decide on it as well.</summary>
    /// <param name="For">Who asked, reported or appealed.</param>
    [Fact(Escalating)]
    public sealed record ItemEscalated(ItemNumber Number, ItemKind Kind, MemberId For, DateTimeOffset OpenedAt, EscalationLevel Level, EscalationReason Why, ImmutableArray<MemberId> Told) : QueueEvent(Number);

    [Fact(NewHours)]
    public sealed record HoursChanged(WorkingHours Hours) : QueueEvent
    {
        public override string Subject => Queue.HoursSubject;
    }

    /// <summary>What was to follow was refused where it was to happen: the item is open again.</summary>
    [Fact(Back)]
    public sealed record ItemCameBack(ItemNumber Number, ItemKind Kind, MemberId For, string Refused) : QueueEvent(Number);

    /// <summary>The receipt: what was decided has happened, and these people are told.</summary>
    [Fact(Settled)]
    public sealed record ItemSettled(ItemNumber Number, Receipt Receipt) : QueueEvent(Number);
}

/// <summary>What was done to a thing before somebody appealed.</summary>
/// <param name="DecidedBy">Decides on no appeal against it.</param>
internal sealed record Appealed(ItemNumber Item, ItemKind Kind, Verdict Verdict, MemberId DecidedBy, MemberId AskedBy);

/// <summary>What a decision has to bring about.</summary>
/// <param name="Admit">Becomes a member.</param>
/// <param name="Hide">Is hidden, or with <paramref name="Show"/> shown again.</param>
/// <param name="Ban">Is banned from the community.</param>
/// <param name="Lift">Is lifted, if it is still the one in force.</param>
/// <param name="Work">Is published, or with <paramref name="Verdict"/> sent back to its author.</param>
internal sealed record ToDo(MemberId ApprovedBy, string Reason, MemberId? Admit, Reported? Hide, bool Show, Restriction? Lift = null, MemberId? Ban = null, SubmittedWork? Work = null, Verdict? Verdict = null);

/// <summary>What who asked is told, for good.</summary>
/// <param name="For">Who asked, reported or appealed.</param>
internal sealed record Receipt(ItemKind Kind, MemberId For, Verdict Verdict, MemberId DecidedBy, DateTimeOffset DecidedAt, string Reason, string Contact, DateTimeOffset? AskAgainFrom);
