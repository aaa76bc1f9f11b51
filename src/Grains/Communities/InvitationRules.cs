using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Who is invited to a community. Pure: keys stand for addresses.</summary>
internal static class InvitationRules
{
    /// <param name="keys">Of the addresses, in the order of the command; one may come twice.</param>
    /// <param name="owners">Whose addresses these are, of those that are somebody's.</param>
    public static Decision<Invited, CommunityEvent> Invite(
        Community community,
        bool isAdministrator,
        ImmutableArray<AddressKey> keys,
        ImmutableDictionary<AddressKey, MemberId> owners,
        InviteMembers command,
        DateTimeOffset now)
    {
        if (WhyNot(community, isAdministrator, command, now) is { } no) return no;

        var results = keys.Distinct().ToDictionary(key => key, key => ResultFor(community, key, owners.TryGetValue(key, out var owner) ? owner : null, now));
        var added = results.Where(each => each.Value is InvitationResult.Invited).Select(each => each.Key).ToImmutableArray();
        if (community.Invited.Count + added.Length > CommunityLimits.MostInvitations) return new CommunityRefusal.TooManyInvitations(CommunityLimits.MostInvitations);

        var refused = results.Values.Count(result => result is InvitationResult.Banned or InvitationResult.Suspended);
        var answer = new Invited(added.Length, results.Count - added.Length - refused) { Refused = refused, Each = [.. keys.Select(key => results[key])] };
        return Decision<Invited, CommunityEvent>.Yes(answer, [.. added.Select(key => new CommunityEvent.Invited(key))]);
    }

    private static InvitationResult ResultFor(Community community, AddressKey key, MemberId? owner, DateTimeOffset now) => owner switch
    {
        { } member when community.RestrictionOf(member, now)?.Kind is RestrictionKind.Ban => InvitationResult.Banned,
        { } member when community.RoleOnList(member) is not null => InvitationResult.Member,
        { } member when community.RestrictionOf(member, now)?.Kind is RestrictionKind.Suspension => InvitationResult.Suspended,
        _ when community.Invited.ContainsKey(key) => InvitationResult.InvitedBefore,
        _ => InvitationResult.Invited,
    };

    /// <summary>What can be said before anything is known of the addresses.</summary>
    public static Refusal? WhyNot(Community community, bool isAdministrator, InviteMembers command, DateTimeOffset now) =>
        CommunityRules.WhyNot(Doing.Invite, community, command.By, isAdministrator, now)
        ?? (community.Closed is not null ? new CommunityRefusal.Closed()
            : command.Addresses.Length > CommunityLimits.MostInvitedAtOnce ? new CommunityRefusal.TooManyInvitations(CommunityLimits.MostInvitedAtOnce)
            : null);
}
