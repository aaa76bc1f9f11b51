using System.Collections.Immutable;

namespace PublicBuyers.Communities;

internal sealed partial class CommunityGrain
{
    public Task<Outcome<Done>> AdmitMember(AdmitMember command) => throw new NotSupportedException();

    public Task<Outcome<Done>> ChangeRole(ChangeRole command) => throw new NotSupportedException();

    public Task<Outcome<Done>> Restrict(RestrictMember command) => throw new NotSupportedException();

    public Task<Outcome<Done>> Lift(LiftRestriction command) => throw new NotSupportedException();

    public Task<Outcome<Done>> ChangeSettings(ChangeSettings command) => throw new NotSupportedException();

    public Task<Outcome<Done>> PublishContact(PublishContact command) => throw new NotSupportedException();

    public Task<Outcome<Invited>> Invite(InviteMembers command) => throw new NotSupportedException();

    public Task<Bearing> BearingOf(MemberId member) => throw new NotSupportedException();

    public Task<ImmutableArray<MemberId>> Moderators() => throw new NotSupportedException();

    public Task<Outcome<ImmutableArray<Restriction>>> Restrictions(MemberId reader) => throw new NotSupportedException();
}
