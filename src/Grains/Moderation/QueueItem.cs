using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Moderation;

/// <summary>One item, folded out of the facts about it.</summary>
internal sealed record QueueItem(ItemNumber Number, ItemKind Kind, MemberId By, DateTimeOffset OpenedAt, string Message, Reported? Reported, Appealed? Appealed)
{
    /// <summary>What an appeal asks to be lifted.</summary>
    public Restriction? Restricted { get; init; }

    public Reviewed? Reviewed { get; init; }

    public SubmittedWork? Work { get; init; }

    public Escalation? Escalation { get; init; }

    /// <summary>By escalations.</summary>
    public ImmutableArray<MemberId> Told { get; init; } = [];

    public ItemState State { get; init; }

    /// <summary>Moves with whatever a decision depends on.</summary>
    public long Version { get; init; } = 1;

    public HeldClaim? Claim { get; init; }

    public Decision? Decision { get; init; }

    /// <summary>Why the decision before could not be carried out.</summary>
    public string? CameBack { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    /// <summary>Claims so far.</summary>
    public long Fence { get; init; }

    [JsonIgnore]
    public EscalationLevel Level => Escalation?.Level ?? EscalationLevel.Moderators;

    [JsonIgnore]
    public bool IsOver => State is ItemState.Settled or ItemState.Withdrawn;

    public static string SubjectOf(ItemNumber number) => $"item/{number.Value}";

    /// <summary>None where it was erased.</summary>
    public static QueueItem? Fold(IEnumerable<Happened<QueueEvent>> facts) => facts.Aggregate<Happened<QueueEvent>, QueueItem?>(null, Apply);

    public static QueueItem? Apply(QueueItem? item, Happened<QueueEvent> fact) => (item, fact.Event) switch
    {
        (_, QueueEvent.ItemOpened opened) => new(opened.Number, opened.Kind, fact.By, fact.At, opened.Message, opened.Reported, opened.Appealed) { Restricted = opened.Restricted, Reviewed = opened.Reviewed, Work = opened.Work },
        (null, _) => null,
        (_, QueueEvent.ItemWithdrawn) => item.Next() with { State = ItemState.Withdrawn, Claim = null, SettledAt = fact.At },
        (_, QueueEvent.ItemClaimed claimed) => item with { Claim = new(fact.By, fact.At, claimed.Fence), Fence = claimed.Fence },
        (_, QueueEvent.ItemReleased) => item with { Claim = null },
        (_, QueueEvent.ItemDecided decided) => item.Next() with
        {
            State = ItemState.Decided,
            Claim = null,
            CameBack = null,
            Decision = new(decided.Verdict, fact.By, fact.At, decided.EffectAt, decided.Reason, decided.Contact, decided.AskAgainFrom),
        },
        (_, QueueEvent.DecisionUndone) => item.Next() with { State = ItemState.Open, Decision = null },
        (_, QueueEvent.TookEffect) => item with { State = ItemState.InEffect },
        (_, QueueEvent.ItemEscalated up) => item with { Escalation = new(up.Level, up.Why, fact.At), Told = [.. item.Told, .. up.Told.Except(item.Told)] },
        (_, QueueEvent.ItemCameBack back) => item.Next() with { State = ItemState.Open, Decision = null, CameBack = back.Refused },
        (_, QueueEvent.ItemSettled) => item with { State = ItemState.Settled, SettledAt = fact.At },
        _ => item,
    };

    /// <summary>Whose business it is, so that they do not decide on it.</summary>
    public bool Concerns(MemberId member) =>
        By == member || Reported?.Author == member || Restricted?.By == member || Reviewed?.Member == member || (Appealed is { } before && (before.DecidedBy == member || before.AskedBy == member));

    /// <param name="claim">As it stands: renewals are no facts.</param>
    public ItemView View(Claim? claim) => new(Number, Kind, State, Version, By, OpenedAt, Message, Reported, claim, Decision, CameBack, Appealed?.Item) { Restricted = Restricted, Reviewed = Reviewed, Work = Work, Escalation = Escalation };

    private QueueItem Next() => this with { Version = Version + 1 };
}

internal sealed record HeldClaim(MemberId By, DateTimeOffset At, long Fence);
