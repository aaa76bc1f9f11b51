using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;

namespace PublicBuyers.Moderation;

/// <summary>Effect: moderators are told what waits and who joined, and those whom a decision concerns what was decided, on their pages.</summary>
internal sealed partial class QueueNotices(IGrainFactory grains, ILogger<QueueNotices> log) : IEffect
{
    public string Name => "queue-notices";

    public int Partitions => 4;

    public bool Concerns(string type) => type is QueueEvent.Opened or QueueEvent.Withdrawn or QueueEvent.Effect or QueueEvent.Back or QueueEvent.Settled or QueueEvent.Escalating or CommunityEvent.Joined;

    public Task Follow(RecordedFact fact, CancellationToken cancel) =>
        fact.Type == CommunityEvent.Joined ? Welcome(fact) : Follow(fact, FactCodec<QueueEvent>.Read(fact).Event);

    private Task Follow(RecordedFact fact, QueueEvent? happened) => happened switch
    {
        QueueEvent.ItemOpened opened => TellWhoIsThere(fact, opened.Number, opened.Kind, fact.By, QueueItem.Apply(null, new(fact.Sequence, fact.At, fact.By, fact.Type, fact.Subject, happened))!.Concerns),
        QueueEvent.ItemCameBack back => TellWhoIsThere(fact, back.Number, back.Kind, back.For, member => member == back.For),
        QueueEvent.ItemEscalated up => Tell(fact, up.Told, NoticeKind.Escalated, up.Number, up.Kind, up.For),
        QueueEvent.ItemWithdrawn withdrawn => Withdraw(fact, withdrawn.Number, withdrawn.Told),
        QueueEvent.TookEffect effect => Withdraw(fact, effect.Number, effect.Told),
        QueueEvent.ItemSettled { Receipt: var receipt } => ToEach(fact, [receipt.For], (inbox, request) => inbox.TellOf(new()
        {
            By = MemberId.System,
            Request = request,
            Kind = NoticeKind.Decided,
            Of = new(CommunityIn(fact), happened.Number, receipt.Kind, receipt.Verdict, null, null),
            Actor = receipt.DecidedBy,
        })),
        _ => Task.CompletedTask,
    };

    /// <summary>Whoever moderates and is not concerned, substitutes in the place of who is away.</summary>
    private async Task TellWhoIsThere(RecordedFact fact, ItemNumber number, ItemKind kind, MemberId asked, Predicate<MemberId> isConcerned)
    {
        var duty = await grains.Community(CommunityIn(fact)).OnDuty();
        await Tell(fact, duty.Who(member => !isConcerned(member)), NoticeKind.Waiting, number, kind, asked);
    }

    private Task Tell(RecordedFact fact, ImmutableArray<MemberId> whom, NoticeKind what, ItemNumber number, ItemKind kind, MemberId asked) => ToEach(fact, whom, (inbox, request) => inbox.TellOf(new()
    {
        By = MemberId.System,
        Request = request,
        Kind = what,
        Of = new(CommunityIn(fact), number, kind, null, null, null),
        Actor = asked,
    }));

    private async Task Withdraw(RecordedFact fact, ItemNumber number, ImmutableArray<MemberId>? told)
    {
        var community = CommunityIn(fact);
        await ToEach(fact, [.. (await grains.Community(community).Moderators()).Union(told ?? [])], (inbox, request) => inbox.Withdraw(new() { By = MemberId.System, Request = request, Community = community, Item = number }));
    }

    /// <summary>R6: in an open community nobody approves, and the moderators are told.</summary>
    private async Task Welcome(RecordedFact fact)
    {
        if (FactCodec<CommunityEvent>.Read(fact).Event is not CommunityEvent.MemberJoined { Role: Role.Member } joined || joined.Member != fact.By) return;

        var community = new CommunityId(fact.Stream["community/".Length..]);
        await ToEach(fact, await grains.Community(community).Moderators(), (inbox, request) => inbox.TellOf(new()
        {
            By = MemberId.System,
            Request = request,
            Kind = NoticeKind.Joined,
            Of = new(community, null, null, null, null, null),
            Actor = joined.Member,
        }));
    }

    private async Task ToEach(RecordedFact fact, ImmutableArray<MemberId> members, Func<IInboxGrain, RequestId, Task<Outcome<Done>>> tell)
    {
        var answers = await Task.WhenAll(members.Select(member => tell(grains.Inbox(member), RequestId.OfEffect(fact.Stream, fact.Sequence, member))));
        foreach (var why in answers.Select(answer => answer.Refusal).OfType<Refusal>()) LogRefused(why.Code);
    }

    private static CommunityId CommunityIn(RecordedFact fact) => new(fact.Stream["queue/".Length..]);

    [LoggerMessage(1108, LogLevel.Warning, "An inbox was not told of a queue: {Code}")]
    private partial void LogRefused(string code);
}
