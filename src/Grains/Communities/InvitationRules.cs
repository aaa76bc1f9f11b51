using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Who is invited to a community. Pure: keys stand for addresses.</summary>
internal static class InvitationRules
{
    /// <param name="keys">Of the addresses, each once.</param>
    /// <param name="members">Whose of these are members' addresses already.</param>
    public static Decision<Invited, CommunityEvent> Invite(Community community, bool isAdministrator, ImmutableArray<AddressKey> keys, ImmutableHashSet<AddressKey> members, InviteMembers command, DateTimeOffset now)
    {
        if (WhyNot(community, isAdministrator, command, now) is { } no) return no;

        var added = keys.Where(key => !community.Invited.ContainsKey(key) && !members.Contains(key)).ToImmutableArray();
        if (community.Invited.Count + added.Length > CommunityLimits.MostInvitations) return new CommunityRefusal.TooManyInvitations(CommunityLimits.MostInvitations);

        return Decision<Invited, CommunityEvent>.Yes(new Invited(added.Length, keys.Length - added.Length), [.. added.Select(key => new CommunityEvent.Invited(key))]);
    }

    /// <summary>What can be said before anything is known of the addresses.</summary>
    public static Refusal? WhyNot(Community community, bool isAdministrator, InviteMembers command, DateTimeOffset now) =>
        CommunityRules.WhyNot(Doing.Invite, community, command.By, isAdministrator, now)
        ?? (community.Closed is not null ? new CommunityRefusal.Closed()
            : command.Addresses.Length > CommunityLimits.MostInvitedAtOnce ? new CommunityRefusal.TooManyInvitations(CommunityLimits.MostInvitedAtOnce)
            : null);
}
