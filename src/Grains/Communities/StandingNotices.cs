using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;

namespace PublicBuyers.Communities;

/// <summary>Effect: whose role changed, or who was restricted or let go, is told on their page; of a restriction by mail too, with the reason and whom to ask.</summary>
internal sealed partial class StandingNotices(IGrainFactory grains, IMailWriter writer, IMailbox mailbox, ILogger<StandingNotices> log) : IEffect
{
    public string Name => "standing-notices";

    public int Partitions => 2;

    public bool Concerns(string type) => type is CommunityEvent.NewRole or CommunityEvent.Restricted or CommunityEvent.Lifted or CommunityEvent.Trusted;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var community = new CommunityId(fact.Stream["community/".Length..]);
        switch (FactCodec<CommunityEvent>.Read(fact).Event)
        {
            case CommunityEvent.RoleChanged { Member: var member, Role: var role }:
                await Tell(fact, member, new(community, null, null, null, role, null));
                break;
            case CommunityEvent.RestrictionLifted { Member: var member }:
                await Tell(fact, member, new(community, null, null, null, null, null));
                break;
            case CommunityEvent.MemberTrusted { Member: var member, Ground: TrustGround.Lifted }:
                await Tell(fact, member, new(community, null, null, null, null, null) { IsTrusted = true });
                break;
            case CommunityEvent.MemberRestricted restricted:
                await Tell(fact, restricted.Member, new(community, null, null, null, null, restricted.Kind));
                await Write(fact, community, restricted, cancel);
                break;
        }
    }

    private async Task Tell(RecordedFact fact, MemberId member, Concern of)
    {
        var told = await grains.Inbox(member).TellOf(new() { By = MemberId.System, Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member), Kind = NoticeKind.Standing, Of = of, Actor = fact.By });
        if (told.Refusal is { } why) LogRefused(why.Code);
    }

    private async Task Write(RecordedFact fact, CommunityId community, CommunityEvent.MemberRestricted restricted, CancellationToken cancel)
    {
        if (await grains.ReachableProfile(restricted.Member) is not { } to) return;

        var by = await grains.Community(community).BearingOf(fact.By);
        var name = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        var said = new RestrictedMail(community, by.Name, restricted.Kind, restricted.Until, restricted.Reason, name, by.Contact);
        var mail = writer.Restricted($"standing.{community.Value}.{fact.Sequence}", to.Address, to.Language, to.TimeZone, said);
        var about = new MailAbout.Restricted(restricted.Member, community, restricted.Kind, fact.At);
        await mailbox.Deliver(mail.CausedBy(fact.By, about), cancel);
    }

    [LoggerMessage(1111, LogLevel.Warning, "An inbox was not told of its member's standing: {Code}")]
    private partial void LogRefused(string code);
}
