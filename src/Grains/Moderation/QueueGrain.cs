using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Platform;

namespace PublicBuyers.Moderation;

/// <inheritdoc cref="IQueueGrain"/>
internal sealed partial class QueueGrain(Workbench bench, IVitality vitality, IAdministrators administrators, [PersistentState("queue", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Queue, QueueEvent>(bench, snapshot), IQueueGrain, IQueueDue
{
    private Leases leases = new(default);

    private CommunityId Id => new(Stream["queue/".Length..]);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        leases = new(Clock.Now);
        await base.OnActivateAsync(cancellationToken);
    }

    public async Task<Outcome<ItemNumber>> Ask(AskToJoin command)
    {
        var applicant = await BearingOf(command.By);
        var isBuyer = applicant.BuyersOnly && (await GrainFactory.Member(command.By).Profile()) is { IsRefused: false, Value.IsBuyer: true };
        return await Decide(command, (queue, now) => QueueRules.Ask(queue, applicant, isBuyer, command, now));
    }

    public async Task<Outcome<Done>> Withdraw(WithdrawItem command) =>
        await Decide<Done>(command, async (queue, _) => QueueRules.Withdraw(await Find(queue, command.Number), command));

    public async Task<Outcome<ItemNumber>> Report(ReportPost command)
    {
        var (author, sequence) = command.Room.Community == Id ? await Seen(command) : (null, null);
        return await Decide(command, (queue, now) => QueueRules.Report(queue, author, command, now, sequence));
    }

    public Task<Outcome<ItemNumber>> Submit(SubmitWork command) => Decide(command, (queue, now) => QueueRules.Submit(queue, command, now));

    public Task<Outcome<Done>> TakeBack(TakeBackWork command) => Decide(command, (queue, _) => QueueRules.TakeBack(queue, command));

    public async Task<Outcome<Done>> TakeBackAll(TakeBackAll command)
    {
        var moderator = await BearingOf(command.By);
        return await Decide(command, (queue, _) => QueueRules.TakeBackAll(queue, moderator.Role, command));
    }

    public Task<Outcome<ItemNumber>> Appeal(AppealDecision command) =>
        Decide<ItemNumber>(command, async (queue, now) =>
        {
            var item = await Find(queue, command.Number);
            var isGone = item?.Reported is { } reported && await ThenAndNow(reported) is not { Now.DeletedAt: null };
            return QueueRules.Appeal(queue, item, command, now, isGone);
        });

    public async Task<Outcome<ItemNumber>> AppealRestriction(AppealRestriction command)
    {
        var community = await GrainFactory.Community(Id).Describe(command.By);
        var restriction = community.IsRefused ? null : community.Value.MyRestriction;
        return await Decide(command, (queue, now) => RestrictionAppealRules.Appeal(queue, restriction, command, now));
    }

    public async Task<Outcome<Claim>> Claim(ClaimItem command)
    {
        if (await WhyNot(command.By, Doing.Claim) is { } why) return why;

        var claimed = await Decide<Done>(command, async (queue, now) =>
        {
            var item = await Find(queue, command.Number);
            return QueueRules.Claim(item, leases.Of(item, now), command);
        });
        if (claimed.Refusal is { } refused) return refused;

        // The answer to a request that was answered before may be about a claim that is over.
        var now = Clock.Now;
        if (State.Open.GetValueOrDefault(command.Number.Value)?.Claim is not { } held || held.By != command.By) return new QueueRefusal.Changed();

        leases.Renew(command.Number, held.Fence, now);
        var claim = new Claim(held.By, now + QueueLimits.ClaimLasts, held.Fence);
        Pass(new QueueChange.ClaimRenewed(command.Number, claim));
        return claim;
    }

    public async Task<Outcome<Done>> Release(ReleaseItem command) =>
        await WhyNot(command.By, Doing.Claim) ?? await Decide<Done>(command, async (queue, _) => QueueRules.Release(await Find(queue, command.Number), command));

    public async Task<Outcome<Decided>> Decide(DecideItem command)
    {
        var moderator = await BearingOf(command.By);
        return await WhyNot(moderator, Doing.Decide) is { } why ? why : await Decide(moderator, command);
    }

    public async Task<ImmutableArray<BulkAnswer>> DecideAll(DecideItems command)
    {
        var moderator = await BearingOf(command.By);
        var why = command.Items.Length > QueueLimits.MostAtOnce
            ? new QueueRefusal.TooManyAtOnce(command.Items.Length, QueueLimits.MostAtOnce)
            : await WhyNot(moderator, Doing.Decide);
        var answers = ImmutableArray.CreateBuilder<BulkAnswer>();
        foreach (var seen in command.Items.DistinctBy(seen => seen.Number).Take(QueueLimits.MostAtOnce))
        {
            var answer = why is not null ? why : await Decide(moderator, new()
            {
                By = command.By,
                Request = RequestId.PartOf(command.Request, seen.Number.ToString()),
                Number = seen.Number,
                Version = seen.Version,
                Verdict = command.Verdict,
                Reason = command.Reason,
                Template = command.Template,
                AskAgainFrom = command.AskAgainFrom,
            });
            answers.Add(new(seen.Number, answer.Value, answer.Refusal));
        }

        return answers.ToImmutable();
    }

    public async Task<Outcome<Done>> Undo(UndoDecision command) =>
        await WhyNot(command.By, Doing.Decide) ?? await Decide<Done>(command, async (queue, now) => QueueRules.Undo(await Find(queue, command.Number), command, now));

    public Task<Outcome<Done>> Settle(SettleItem command) =>
        Decide<Done>(command, async (queue, now) => QueueRules.Settle(await Find(queue, command.Number), command, now));

    public async Task<DateTimeOffset?> Due(DueCommand command)
    {
        if (command.Kind.Split('/') is not [var what, var item] || !long.TryParse(item, System.Globalization.CultureInfo.InvariantCulture, out var value)) throw NotWokenFor(command);

        var number = new ItemNumber(value);
        switch (what + "/")
        {
            case QueueRules.EffectDue:
                await Decide<Done>(command, async (queue, now) => QueueRules.TakeEffect(await Find(queue, number), now));
                return null;
            case EscalationRules.EscalationDue:
                return await LookAtAgain(number, command);
            default:
                throw NotWokenFor(command);
        }

        static InvalidOperationException NotWokenFor(DueCommand command) => new($"A queue is not woken for \"{command.Kind}\".");
    }

    private Task<Outcome<Decided>> Decide(Bearing moderator, DecideItem command) =>
        Decide<Decided>(command, async (queue, now) =>
        {
            var item = await Find(queue, command.Number);
            return QueueRules.Decide(item, leases.Of(item, now), moderator.Contact, command, now);
        });

    private Task<Bearing> BearingOf(MemberId member) => GrainFactory.Community(Id).BearingOf(member);

    private async Task<Refusal?> WhyNot(MemberId member, Doing what) => await WhyNot(await BearingOf(member), what);

    /// <summary>A queue that one may not read is not there.</summary>
    private async Task<Refusal?> WhyNot(Bearing member, Doing what) =>
        Damaged
        ?? (member.IsFounded && (Rights.May(what, member.Role) || Rights.May(what, null, await GrainFactory.IsAdministrator(member.Member))) ? null : new QueueRefusal.NotVisible());

    /// <summary>
    /// As the reporter may see it: what they may not read cannot be reported. The sequence is the room's from before it
    /// was read, or older.
    /// </summary>
    private async Task<(MemberId? Author, long? Sequence)> Seen(ReportPost command)
    {
        var room = GrainFactory.Room(command.Room);
        var at = await room.Admit(command.By);
        if (at.IsRefused) return (null, null);

        var found = await room.Posts(command.By, [command.Post]);
        return found is { IsRefused: false, Value: [{ DeletedAt: null, Hidden: null } post] } ? (post.Author, at.Value.Position) : (null, null);
    }

    private async ValueTask<QueueItem?> Find(Queue queue, ItemNumber number) =>
        queue.Find(number) ?? (number.Value < 1 || number.Value > queue.Last.Value ? null : QueueItem.Fold(Understood(await Journal.ReadSubjects(Stream, [QueueItem.SubjectOf(number)]))));
}

/// <summary>The queue as the clock sees it.</summary>
[Alias("queue-due")]
public interface IQueueDue : IDueGrain;
