using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

internal sealed partial class QueueGrain
{
    public async Task<Outcome<QueuePage>> Page(MemberId reader, QueueFilter filter)
    {
        if (await WhyNot(reader, Doing.ReadQueue) is { } why) return why;

        var found = filter.Open
            ? State.Open.Values.Where(item => item.Number.Value > filter.Before && IsAsked(item, filter)).Take(QueueLimits.PageSize + 1).ToImmutableArray()
            : await Ended(filter);
        var page = found.Take(QueueLimits.PageSize).Select(View).ToImmutableArray();
        return new QueuePage(Position, page, State.Waiting, found.Length > QueueLimits.PageSize);
    }

    public async Task<Outcome<ItemHistory>> Item(MemberId reader, ItemNumber number)
    {
        var bearing = await BearingOf(reader);
        if (await WhyNot(bearing, Doing.ReadQueue) is { } why) return why;

        var facts = number.Value > 0 ? Understood(await Journal.ReadSubjects(Stream, [QueueItem.SubjectOf(number)])).ToImmutableArray() : [];
        if (QueueItem.Fold(facts) is not { } item) return new QueueRefusal.NotVisible();

        return new ItemHistory(View(item), [.. facts.Select(Step).OfType<ItemStep>()], bearing.Contact, Sequence)
        {
            Reported = await ToDecideOn(item, reader),
        };
    }

    public async Task<Outcome<Attachment>> ReportedFile(MemberId reader, ItemNumber number, AttachmentId file)
    {
        if (await WhyNot(reader, Doing.Decide) is { } why) return why;

        return await Find(State, number) is { } item
            && await ToDecideOn(item, reader) is { } post
            && post.Then.Attachments.FirstOrDefault(each => each.Id == file) is { } found
                ? found
                : new QueueRefusal.NotVisible();
    }

    public Task<bool> Holds(RoomId room, PostNumber post) =>
        Task.FromResult(State.Open.Values.Any(item => item.Reported is { } about && about.Room == room && about.Post == post));

    /// <summary>
    /// What was reported, for a reader who may read the queue. Whose business it is does not decide, and after the
    /// decision nobody does.
    /// </summary>
    private async Task<PostThenAndNow?> ToDecideOn(QueueItem item, MemberId reader) =>
        item is { IsOver: false, Reported: { } reported } && !item.Concerns(reader) ? await ThenAndNow(reported) : null;

    private async Task<PostThenAndNow?> ThenAndNow(Reported reported) =>
        reported.Sequence is { } sequence
            ? await GrainFactory.Room(reported.Room).ThenAndNow(reported.Post, sequence)
            : null;

    public async Task<Outcome<ImmutableArray<MyItem>>> Mine(MemberId reader)
    {
        if (Damaged is { } damaged) return damaged;

        var open = State.OpenItemsOf(reader);
        var over = State.Askers.Reverse().Where(asked => asked.Value == reader && !State.Open.ContainsKey(asked.Key)).Take(QueueLimits.PageSize).Select(asked => new ItemNumber(asked.Key)).ToArray();
        var hidden = State.HiddenOf.Reverse().Where(each => each.Value == reader).Take(QueueLimits.PageSize)
            .Select(each => new ItemNumber(each.Key)).ToArray();
        var concerning = (await Find(hidden)).Where(item => item.By != reader && QueueRules.MayAppeal(item, reader));
        var found = open.Concat(await Find(over)).Concat(concerning).OrderByDescending(item => item.Number).Take(QueueLimits.PageSize);
        var mine = found.Select(item => Mine(item, reader)).ToImmutableArray();
        return mine.Any(IsPromised) ? await WithPromises(mine, reader) : mine;
    }

    public async Task<Outcome<QueueFigures>> Figures(MemberId reader)
    {
        if (await WhyNot(reader, Doing.ReadQueue) is { } why) return why;

        var oldest = State.Open.Values.FirstOrDefault(item => item.State is ItemState.Open)?.OpenedAt;
        var sorted = State.Durations.Sort();
        return new QueueFigures(State.Waiting, oldest, State.Decided, sorted.IsEmpty ? null : TimeSpan.FromSeconds(sorted[sorted.Length / 2])) { Arrived = ArrivalCounts.Of(State.Arrivals.Open.Values) };
    }

    public override async Task<Outcome<StreamPosition>> Admit(MemberId reader) => await WhyNot(reader, Doing.ReadQueue) is { } why ? why : Position;

    public override async Task<Catchup> Since(long epoch, long position) =>
        epoch == Position.Epoch && State.ChangedAfter(position, Sequence) is { } changed
            ? new(Position, null, changed.IsEmpty ? [] : [.. await Puts(changed.Remove(Moderation.Queue.NoItem)), .. changed.Contains(Moderation.Queue.NoItem) ? [ArrivalsNow] : ImmutableArray<Change>.Empty, new QueueChange.CountsPut(State.Waiting)])
            : new(Position, Snapshot(), []);

    protected override TopicSnapshot Snapshot() => new QueueSnapshot(Id, [.. State.Oldest.Select(View)], State.Waiting) { Arrivals = State.Arrivals.View() };

    protected override async ValueTask<ImmutableArray<Change>> ChangesOf(Happened<QueueEvent> fact)
    {
        if (State.Changes[fact.Sequence] == Moderation.Queue.NoItem) return [ArrivalsNow];

        if (fact.Event is { } happened && State.Open.GetValueOrDefault(happened.Number.Value) is not { Claim: not null }) leases.Forget(happened.Number);
        return [.. await Puts([State.Changes[fact.Sequence]]), new QueueChange.CountsPut(State.Waiting)];
    }

    /// <summary>Whoever has the oldest few lets the next come up for each that is over.</summary>
    private async ValueTask<IEnumerable<Change>> Puts(ImmutableArray<ItemNumber> numbers)
    {
        var items = (await Find(numbers)).ToDictionary(item => item.Number);
        var comeUp = State.Oldest.TakeLast(items.Values.Count(item => item.IsOver)).Where(item => !items.ContainsKey(item.Number));
        return items.Values.Concat(comeUp).OrderBy(item => item.Number).Select(item => new QueueChange.ItemPut(View(item)));
    }

    private async ValueTask<ImmutableArray<QueueItem>> Find(IReadOnlyCollection<ItemNumber> numbers)
    {
        var atHand = numbers.Select(State.Find).OfType<QueueItem>().ToImmutableArray();
        var missing = numbers.Except(atHand.Select(item => item.Number)).Select(QueueItem.SubjectOf).ToArray();
        if (missing.Length == 0) return atHand;

        var facts = await Journal.ReadSubjects(Stream, missing);
        return atHand.AddRange(Understood(facts).GroupBy(fact => fact.Subject, StringComparer.Ordinal).Select(QueueItem.Fold).OfType<QueueItem>());
    }

    /// <summary>What is over, newest first by number: at hand, and further back in the journal.</summary>
    private async Task<ImmutableArray<QueueItem>> Ended(QueueFilter filter)
    {
        var found = ImmutableArray.CreateBuilder<QueueItem>();
        var next = filter.Before > 0 ? Math.Min(filter.Before - 1, State.Last.Value) : State.Last.Value;
        for (var looked = 0; next > 0 && found.Count <= QueueLimits.PageSize && looked < MostLookedAt;)
        {
            var numbers = new List<ItemNumber>();
            for (; next > 0 && numbers.Count < QueueLimits.PageSize; next--, looked++)
                if (!State.Open.ContainsKey(next)) numbers.Add(new(next));

            found.AddRange((await Find(numbers)).Where(item => IsAsked(item, filter)).OrderByDescending(item => item.Number));
        }

        return found.ToImmutable();
    }

    /// <summary>Items passed over in search of a page of those asked for.</summary>
    private const int MostLookedAt = 5_000;

    private ItemView View(QueueItem item) => item.View(item.IsOver ? null : leases.Of(item, Clock.Now));

    private MyItem Mine(QueueItem item, MemberId reader)
    {
        // A decision that can still be undone has told nobody anything.
        var isTold = item.State is ItemState.Settled;
        var state = item.State is ItemState.Decided or ItemState.InEffect ? ItemState.Open : item.State;
        return new(
            item.Number, item.Kind, state, item.OpenedAt, item.By == reader ? item.Message : "", isTold ? item.Decision : null, item.SettledAt,
            QueueRules.MayAppeal(item, reader) && QueueRules.CanBeAppealed(State, item), item.Reported) { Restricted = item.Restricted, Work = item.Work };
    }

    /// <summary>A community says within how many working days it answers who asks to join and who submits.</summary>
    private static bool IsPromised(MyItem item) => item is { State: ItemState.Open, Kind: ItemKind.AccessRequest or ItemKind.Submission };

    private async Task<ImmutableArray<MyItem>> WithPromises(ImmutableArray<MyItem> mine, MemberId reader)
    {
        var days = (await BearingOf(reader)).AnswerDays;
        var work = (State.Hours.Until - State.Hours.From) * days;
        return [.. mine.Select(item => IsPromised(item) ? item with { ExpectedBy = State.Hours.After(item.OpenedAt, work) } : item)];
    }

    private static bool IsAsked(QueueItem item, QueueFilter filter) => (filter.Kind is not { } kind || item.Kind == kind) && (filter.By is not { } by || item.By == by);

    private static ItemStep? Step(Happened<QueueEvent> fact) => fact.Event switch
    {
        QueueEvent.ItemOpened => new(ItemAct.Opened, fact.By, fact.At, null, ""),
        QueueEvent.ItemWithdrawn => new(ItemAct.Withdrawn, fact.By, fact.At, null, ""),
        QueueEvent.ItemClaimed => new(ItemAct.Claimed, fact.By, fact.At, null, ""),
        QueueEvent.ItemReleased => new(ItemAct.Released, fact.By, fact.At, null, ""),
        QueueEvent.ItemDecided decided => new(ItemAct.Decided, fact.By, fact.At, decided.Verdict, decided.Reason),
        QueueEvent.DecisionUndone => new(ItemAct.Undone, fact.By, fact.At, null, ""),
        QueueEvent.TookEffect => new(ItemAct.TookEffect, fact.By, fact.At, null, ""),
        QueueEvent.ItemEscalated up => new(ItemAct.Escalated, fact.By, fact.At, null, $"{up.Level}.{up.Why}"),
        QueueEvent.ItemCameBack back => new(ItemAct.CameBack, fact.By, fact.At, null, back.Refused),
        QueueEvent.ItemSettled settled => new(ItemAct.Settled, fact.By, fact.At, settled.Receipt.Verdict, ""),
        _ => null,
    };
}
