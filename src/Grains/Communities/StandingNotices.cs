using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;

namespace PublicBuyers.Communities;

/// <summary>
/// Effect: a member who has another role, was made the leader of a new community, or was restricted or let go, is
/// notified on their page and by mail; of a restriction with the reason and whom to ask.
/// </summary>
internal sealed partial class StandingNotices(IGrainFactory grains, IMailWriter writer, IMailbox mailbox, ILogger<StandingNotices> log) : IEffect
{
    public string Name => "standing-notices";

    public int Partitions => 2;

    public bool Concerns(string type) => type is CommunityEvent.Joined or CommunityEvent.NewRole or CommunityEvent.Restricted or CommunityEvent.Lifted or CommunityEvent.Trusted;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var community = new CommunityId(fact.Stream["community/".Length..]);
        switch (FactCodec<CommunityEvent>.Read(fact).Event)
        {
            case CommunityEvent.MemberJoined { Member: var member, Role: Role.Leader and var role } when fact.By != MemberId.System:
                await TellRole(fact, community, member, role, cancel);
                break;
            case CommunityEvent.RoleChanged { Member: var member, Role: var role }:
                await TellRole(fact, community, member, role, cancel);
                break;
            case CommunityEvent.RestrictionLifted { Member: var member, Reason: var reason }:
                await Tell(fact, member, new(community, null, null, null, null, null));
                await Write(fact, community, member, null, reason, cancel);
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

    private async Task TellRole(RecordedFact fact, CommunityId community, MemberId member, Role role, CancellationToken cancel)
    {
        await Tell(fact, member, new(community, null, null, null, role, null));
        await Write(fact, community, member, role, "", cancel);
    }

    private async Task Tell(RecordedFact fact, MemberId member, Concern of)
    {
        var told = await grains.Inbox(member).TellOf(new() { By = MemberId.System, Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member), Kind = NoticeKind.Standing, Of = of, Actor = fact.By });
        if (told.Refusal is { } why) LogRefused(why.Code);
    }

    /// <param name="role">None: a restriction was lifted.</param>
    private async Task Write(
        RecordedFact fact, CommunityId community, MemberId member, Role? role, string reason, CancellationToken cancel)
    {
        if (member == fact.By || await grains.ReachableProfile(member) is not { } to) return;

        var name = (await grains.Community(community).BearingOf(member)).Name;
        var by = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        var id = $"standing.{community.Value}.{fact.Sequence}";
        var mail = writer.Standing(id, to.Address, to.Language, new(community, name, role, reason, by));
        await mailbox.Deliver(mail.CausedBy(fact.By, new MailAbout.Standing(member, community, role)), cancel);
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
