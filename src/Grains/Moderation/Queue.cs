using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>What a queue has at hand: all that is not over, the newest of what is, and what changed last.</summary>
internal sealed record Queue : IFolded<Queue, QueueEvent>
{
    /// <summary>Whose items are found without reading the journal.</summary>
    public const int AskersKept = 5_000;

    /// <summary>Who may not ask again before a day.</summary>
    public const int WaitingToAskKept = 2_000;

    /// <summary>Of how many people it is remembered what they opened within a day.</summary>
    public const int OpenersKept = 2_000;

    /// <summary>What <see cref="QueueEvent.HoursChanged"/> is about.</summary>
    public const string HoursSubject = "hours";

    /// <summary>In <see cref="Changes"/>: no item changed, but the arrivals or the hours.</summary>
    public static readonly ItemNumber NoItem;

    public static Queue Empty { get; } = new();

    public static int Schema => 4;

    public ItemNumber Last { get; init; }

    /// <summary>By number, so that the oldest come first; at most <see cref="QueueLimits.MostOpen"/>.</summary>
    public ImmutableSortedDictionary<long, QueueItem> Open { get; init; } = ImmutableSortedDictionary<long, QueueItem>.Empty;

    /// <summary>Numbers of what waits for a decision.</summary>
    public int Waiting { get; init; }

    /// <summary>The newest of what is over, by the sequence that ended it.</summary>
    public ImmutableSortedDictionary<long, QueueItem> Over { get; init; } = ImmutableSortedDictionary<long, QueueItem>.Empty;

    /// <summary>Of what is open, by who asked.</summary>
    public ImmutableDictionary<MemberId, ImmutableArray<ItemNumber>> OpenOf { get; init; } = ImmutableDictionary<MemberId, ImmutableArray<ItemNumber>>.Empty;

    /// <summary>Who asked for each of the newest items.</summary>
    public ImmutableSortedDictionary<long, MemberId> Askers { get; init; } = ImmutableSortedDictionary<long, MemberId>.Empty;

    /// <summary>Of <see cref="Askers"/>, what was withdrawn: forgotten before anything that was decided.</summary>
    public ImmutableSortedSet<long> WithdrawnItems { get; init; } = [];

    /// <summary>Whose post was hidden by a report, by item: they may appeal, however much came after it.</summary>
    public ImmutableSortedDictionary<long, MemberId> HiddenOf { get; init; } = ImmutableSortedDictionary<long, MemberId>.Empty;

    /// <summary>What each opened within a day, oldest first.</summary>
    public ImmutableDictionary<MemberId, ImmutableArray<OpenedItem>> OpenedBy { get; init; } =
        ImmutableDictionary<MemberId, ImmutableArray<OpenedItem>>.Empty;

    /// <summary>Items that were appealed: once each.</summary>
    public ImmutableSortedSet<long> AppealedItems { get; init; } = [];

    /// <summary>Since when the restriction was that somebody appealed last: each once.</summary>
    public ImmutableDictionary<MemberId, DateTimeOffset> AppealedRestrictions { get; init; } = ImmutableDictionary<MemberId, DateTimeOffset>.Empty;

    public ImmutableDictionary<MemberId, DateTimeOffset> NotBefore { get; init; } = ImmutableDictionary<MemberId, DateTimeOffset>.Empty;

    /// <summary>Sequence to the item it changed, for the newest <see cref="QueueLimits.ChangesKept"/> facts.</summary>
    public ImmutableSortedDictionary<long, ItemNumber> Changes { get; init; } = ImmutableSortedDictionary<long, ItemNumber>.Empty;

    /// <summary>Seconds from opening to decision, of the newest that took effect.</summary>
    public ImmutableArray<long> Durations { get; init; } = [];

    public int Decided { get; init; }

    public Arrivals Arrivals { get; init; } = Arrivals.None;

    public WorkingHours Hours { get; init; } = WorkingHours.Usual;

    /// <summary>What a moderator's page begins with.</summary>
    [JsonIgnore]
    public IEnumerable<QueueItem> Oldest => Open.Values.Take(QueueLimits.SnapshotItems);

    public Queue Apply(Happened<QueueEvent> fact)
    {
        if (Arrivals.IsAbout(fact.Subject)) return this with { Arrivals = Arrivals.Apply(fact), Changes = Changes.Add(fact.Sequence, NoItem).KeepNewest(QueueLimits.ChangesKept) };

        if (fact.Subject == HoursSubject) return this with { Hours = (fact.Event as QueueEvent.HoursChanged)?.Hours ?? Hours, Changes = Changes.Add(fact.Sequence, NoItem).KeepNewest(QueueLimits.ChangesKept) };

        var touched = this with { Changes = Changes.Add(fact.Sequence, NumberIn(fact.Subject)).KeepNewest(QueueLimits.ChangesKept) };
        var number = NumberIn(fact.Subject);
        var before = Open.GetValueOrDefault(number.Value);
        if (QueueItem.Apply(before, fact) is not { } item) return touched with { Last = Max(Last, number) };

        var next = touched with
        {
            Last = Max(Last, number),
            Waiting = Waiting + (item.State is ItemState.Open ? 1 : 0) - (before?.State is ItemState.Open ? 1 : 0),
            Open = item.IsOver ? Open.Remove(number.Value) : Open.SetItem(number.Value, item),
            Over = item.IsOver ? KeepNewest(Over.Add(fact.Sequence, item)) : Over,
        };
        return fact.Event switch
        {
            QueueEvent.ItemOpened opened => next.WithAsker(number, item.By) with
            {
                OpenOf = OpenOf.SetItem(item.By, OpenOf.GetValueOrDefault(item.By, []).Remove(number).Add(number)),
                OpenedBy = WithOpened(item),
                AppealedItems = opened.Appealed is { } appealed ? KeepNewest(AppealedItems.Add(appealed.Item.Value)) : AppealedItems,
                AppealedRestrictions = opened.Restricted is { } restricted ? AppealedRestrictions.SetItem(restricted.Member, restricted.At).KeepNewest(AskersKept) : AppealedRestrictions,
            },
            QueueEvent.TookEffect => next with { Decided = Decided + 1, Durations = item.Decision is { } decision ? Durations.Add((long)(decision.At - item.OpenedAt).TotalSeconds).KeepNewest(QueueLimits.DurationsKept) : Durations },
            QueueEvent.ItemWithdrawn => next.Close(item) with { WithdrawnItems = WithdrawnItems.Add(number.Value) },
            QueueEvent.ItemSettled when item is { Kind: ItemKind.Report, Decision.Verdict: Verdict.Approved, Reported: { } hidden } =>
                next.Close(item) with { HiddenOf = HiddenOf.SetItem(number.Value, hidden.Author).KeepNewest(AskersKept) },
            QueueEvent.ItemSettled { Receipt: { Kind: ItemKind.AccessRequest, AskAgainFrom: { } from } } => next.Close(item) with { NotBefore = NotBefore.SetItem(item.By, from).KeepNewest(WaitingToAskKept) },
            _ => item.IsOver ? next.Close(item) : next,
        };
    }

    public QueueItem? Find(ItemNumber number) => Open.GetValueOrDefault(number.Value) ?? Over.Values.LastOrDefault(item => item.Number == number);

    /// <summary>Of what a member asked here, what is open.</summary>
    public IEnumerable<QueueItem> OpenItemsOf(MemberId member) => OpenOf.GetValueOrDefault(member, []).Select(number => Open[number.Value]);

    /// <summary>The items changed after a position; none when that is further back than the queue remembers.</summary>
    public ImmutableArray<ItemNumber>? ChangedAfter(long position, long sequence) =>
        position > sequence || position < 0 || sequence - position > Changes.Count ? null
        : [.. Changes.Reverse().TakeWhile(change => change.Key > position).Select(change => change.Value).Distinct()];

    /// <summary>What somebody opened since a moment, withdrawn or not.</summary>
    public int OpenedSince(MemberId member, ItemKind kind, DateTimeOffset since) =>
        OpenedBy.GetValueOrDefault(member, []).Count(opened => opened.Kind == kind && opened.At > since);

    private ImmutableDictionary<MemberId, ImmutableArray<OpenedItem>> WithOpened(QueueItem item)
    {
        var since = item.OpenedAt - QueueLimits.OpenedWithin;
        var his = OpenedBy.GetValueOrDefault(item.By, []).RemoveAll(opened => opened.At <= since)
            .Add(new(item.Kind, item.OpenedAt))
            .KeepNewest(QueueLimits.MostOpenedInADay);
        var all = OpenedBy.SetItem(item.By, his);
        return all.Count > OpenersKept ? all.Remove(all.MinBy(each => each.Value[^1].At).Key) : all;
    }

    /// <summary>Somebody who asks and withdraws again and again pushes nothing out but what was withdrawn.</summary>
    private Queue WithAsker(ItemNumber number, MemberId asker)
    {
        var all = Askers.SetItem(number.Value, asker);
        if (all.Count <= AskersKept) return this with { Askers = all };

        var oldest = WithdrawnItems.IsEmpty ? all.Keys.First() : WithdrawnItems.Min;
        return this with { Askers = all.Remove(oldest), WithdrawnItems = WithdrawnItems.Remove(oldest) };
    }

    /// <summary>By the sequence that ended them; what was withdrawn is forgotten before anything that was decided.</summary>
    private static ImmutableSortedDictionary<long, QueueItem> KeepNewest(ImmutableSortedDictionary<long, QueueItem> over)
    {
        if (over.Count <= QueueLimits.SettledKept) return over;

        var withdrawn = over.Where(each => each.Value.State is ItemState.Withdrawn).Select(each => (long?)each.Key);
        return over.Remove(withdrawn.FirstOrDefault() ?? over.Keys.First());
    }

    private Queue Close(QueueItem item) => OpenOf.GetValueOrDefault(item.By, []).Remove(item.Number) is { IsEmpty: false } left
        ? this with { OpenOf = OpenOf.SetItem(item.By, left) }
        : this with { OpenOf = OpenOf.Remove(item.By) };

    private static ImmutableSortedSet<long> KeepNewest(ImmutableSortedSet<long> all) => all.Count > AskersKept ? all.Remove(all.Min) : all;

    private static ItemNumber NumberIn(string subject) => new(long.Parse(subject["item/".Length..], System.Globalization.CultureInfo.InvariantCulture));

    private static ItemNumber Max(ItemNumber one, ItemNumber other) => one.CompareTo(other) >= 0 ? one : other;
}

internal sealed record OpenedItem(ItemKind Kind, DateTimeOffset At);
