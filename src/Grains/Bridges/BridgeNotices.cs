using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;

namespace PublicBuyers.Bridges;

/// <summary>Effect: leaders are told what the other side did, and who proposed what came of it, on their pages and by mail; of a thread, the other side's moderators, on their pages.</summary>
internal sealed partial class BridgeNotices(IGrainFactory grains, IMailWriter writer, IMailbox mailbox, ILogger<BridgeNotices> log) : IEffect
{
    public string Name => "bridge-notices";

    public int Partitions => 2;

    public bool Concerns(string type) => type is BridgeEvent.Proposing or BridgeEvent.Agreeing or BridgeEvent.Declining or BridgeEvent.Ending or BridgeEvent.Opening;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var bridge = new BridgeId(fact.Stream["bridge/".Length..]);
        switch (FactCodec<BridgeEvent>.Read(fact).Event)
        {
            case BridgeEvent.BridgeProposed proposed:
                var asked = bridge.OtherThan(proposed.Side);
                await Tell(fact, asked, await LeadersOf(asked), BridgeNews.Proposed, proposed.Message, cancel);
                break;
            case BridgeEvent.BridgeAgreed agreed:
                await Tell(fact, bridge.OtherThan(agreed.Side), [agreed.ProposedBy], BridgeNews.Agreed, agreed.Message, cancel);
                break;
            case BridgeEvent.BridgeDeclined declined:
                await Tell(fact, bridge.OtherThan(declined.Side), [declined.ProposedBy], BridgeNews.Declined, declined.Reason, cancel);
                break;
            case BridgeEvent.BridgeEnded ended:
                var left = bridge.OtherThan(ended.Side);
                await Tell(fact, left, await LeadersOf(left), BridgeNews.Ended, ended.Reason, cancel);
                break;
            case BridgeEvent.ThreadOpened opened:
                var there = bridge.OtherThan(opened.Room.Community);
                await Tell(fact, there, await ReadersAmong(await grains.Community(there).Moderators(), opened.Room), BridgeNews.ThreadOpened, opened.Room);
                break;
        }
    }

    private async Task Tell(RecordedFact fact, CommunityId side, ImmutableArray<MemberId> leaders, BridgeNews news, string text, CancellationToken cancel)
    {
        await Tell(fact, side, leaders, news, null);

        var (community, across) = (await NameOf(side), await NameOf(Across(fact, side)));
        var by = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        foreach (var leader in leaders.Where(leader => leader != fact.By))
        {
            if (await grains.ReachableProfile(leader) is not { } to) continue;

            var name = $"{fact.Stream.Replace('/', '.')}.{fact.Sequence}.{leader.Value}";
            var mail = writer.Bridge(name, to.Address, to.Language, new(news, side, community, across, by, text));
            var about = new MailAbout.Bridged(leader, new(fact.Stream["bridge/".Length..]), side, news);
            await mailbox.Deliver(mail.CausedBy(fact.By, about), cancel);
        }
    }

    private async Task Tell(RecordedFact fact, CommunityId side, ImmutableArray<MemberId> members, BridgeNews news, RoomId? thread)
    {
        var answers = await Task.WhenAll(members.Where(member => member != fact.By).Select(member => grains.Inbox(member).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
            Kind = NoticeKind.Bridge,
            Of = new(side, null, null, null, null, null) { Across = Across(fact, side), News = news, Thread = thread },
            Actor = fact.By,
        })));
        foreach (var why in answers.Select(answer => answer.Refusal).OfType<Refusal>()) LogRefused(why.Code);
    }

    private async Task<ImmutableArray<MemberId>> ReadersAmong(ImmutableArray<MemberId> moderators, RoomId thread) =>
        [.. (await grains.Door(thread).Standings(moderators, thread)).Where(standing => standing.MayRead).Select(standing => standing.Member)];

    private async Task<ImmutableArray<MemberId>> LeadersOf(CommunityId community) => (await grains.Community(community).Describe(MemberId.System)) is { IsRefused: false, Value.Leaders: var leaders } ? leaders : [];

    private async Task<string> NameOf(CommunityId community) => (await grains.Community(community).BearingOf(MemberId.System)).Name;

    private static CommunityId Across(RecordedFact fact, CommunityId side) => new BridgeId(fact.Stream["bridge/".Length..]).OtherThan(side);

    [LoggerMessage(1131, LogLevel.Warning, "An inbox was not told of a bridge: {Code}")]
    private partial void LogRefused(string code);
}
