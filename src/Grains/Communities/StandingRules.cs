using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Communities.CommunityEvent>;

namespace PublicBuyers.Communities;

/// <summary>What people of a community are, and what is taken from them for a while. Pure.</summary>
internal static class StandingRules
{
    /// <summary>What the clock wakes the community for.</summary>
    public const string RestrictionsDue = "restrictions";

    public static Answer ChangeRole(Community community, bool isAdministrator, ChangeRole command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.ChangeRoles, community, command.By, isAdministrator, now) is { } no) return no;
        if (!Enum.IsDefined(command.Role)) return new CommunityRefusal.NotAllowed();
        if (community.RoleOnList(command.Member) is not { } role) return new CommunityRefusal.NotAMember();
        if (role == command.Role) return Answer.Yes(Done.Value);
        if (command.Member == command.By && command.Role > role) return new CommunityRefusal.NotAllowed();
        if (IsLastLeader(community, command.Member, now)) return new CommunityRefusal.LastLeader();

        var holds = Community.Under(community.RestrictionOf(command.Member, now)?.Kind, command.Role);
        return Answer.Yes(Done.Value, new CommunityEvent.RoleChanged(command.Member, command.Role, holds));
    }

    /// <param name="isKnown">Who does not belong to the community has to do with it all the same, and can be banned.</param>
    public static Answer Restrict(
        Community community, bool isAdministrator, RestrictMember command, DateTimeOffset now, bool isKnown = true)
    {
        if (CommunityRules.WhyNot(Doing.Restrict, community, command.By, isAdministrator || command.IsDecided, now) is { } no)
            return no;
        if (!Enum.IsDefined(command.Kind) || IsAbove(community, isAdministrator, command.By, command.Member, now)) return new CommunityRefusal.NotAllowed();
        if (WrongReason(command.Reason) is { } wrong) return wrong;
        if (command.Until is { } end && (end <= now || end > now + CommunityLimits.LongestRestriction)) return new CommunityRefusal.UntilInvalid((int)CommunityLimits.LongestRestriction.TotalDays);

        var role = community.RoleOnList(command.Member);
        if (role is null && (command.Kind is not RestrictionKind.Ban || !isKnown || command.Member == MemberId.System))
            return new CommunityRefusal.NotAMember();
        if (IsLastLeader(community, command.Member, now)) return new CommunityRefusal.LastLeader();
        if (community.Restrictions.Count >= CommunityLimits.MostRestrictions && !community.Restrictions.ContainsKey(command.Member)) return new CommunityRefusal.TooManyRestrictions(CommunityLimits.MostRestrictions);

        var until = command.Until?.ToUniversalTime();
        var reason = command.Reason.Trim();
        if (community.RestrictionOf(command.Member, now) is { } present && (present.Kind, present.Until, present.Reason) == (command.Kind, until, reason)) return Answer.Yes(Done.Value);

        var restricted = new CommunityEvent.MemberRestricted(command.Member, command.Kind, until, reason, Community.Under(command.Kind, role));
        var yes = command.Kind is RestrictionKind.Ban && role is not null
            ? Answer.Yes(Done.Value, restricted, new CommunityEvent.MemberLeft(command.Member))
            : Answer.Yes(Done.Value, restricted);
        return yes with { Due = DueWithout(community, command.Member, until) };
    }

    public static Answer Lift(Community community, bool isAdministrator, LiftRestriction command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.Restrict, community, command.By, isAdministrator || command.IsDecided, now) is { } no)
            return no;
        if (IsAbove(community, isAdministrator || command.IsDecided, command.By, command.Member, now)) return new CommunityRefusal.NotAllowed();
        if (WrongReason(command.Reason) is { } wrong) return wrong;
        if (community.RestrictionOf(command.Member, now) is not { } restriction || (command.Since is { } since && restriction.At != since)) return new CommunityRefusal.NotRestricted();

        return Answer.Yes(Done.Value, new CommunityEvent.RestrictionLifted(command.Member, restriction.Kind, command.Reason.Trim(), community.RoleOnList(command.Member)))
            with { Due = DueWithout(community, command.Member, null) };
    }

    public static Answer Trust(Community community, bool isAdministrator, TrustMember command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.TrustNewcomer, community, command.By, isAdministrator || command.IsDecided, now) is { } no)
            return no;
        if (!Enum.IsDefined(command.Ground) || command.Member == command.By) return new CommunityRefusal.NotAllowed();
        if (community.RoleOnList(command.Member) is null) return new CommunityRefusal.NotAMember();
        if (community.NewUntil(command.Member, now) is null) return Answer.Yes(Done.Value);

        return Answer.Yes(Done.Value, new CommunityEvent.MemberTrusted(command.Member, command.Ground, community.RoleOf(command.Member, now)));
    }

    /// <summary>What has run out becomes a fact, so that everything that remembers hears of it.</summary>
    public static Answer End(Community community, DateTimeOffset now)
    {
        var ended = community.Restrictions.Values.Where(restriction => restriction.Until <= now).OrderBy(restriction => restriction.Until).ThenBy(restriction => restriction.Member.Value, StringComparer.Ordinal).ToList();
        if (ended.Count == 0) return Answer.Yes(Done.Value);

        var next = community.Restrictions.Values.Where(restriction => restriction.Until > now).Min(restriction => restriction.Until);
        return Answer.Yes(Done.Value, [.. ended.Select(restriction => new CommunityEvent.RestrictionEnded(restriction.Member, restriction.Kind, community.RoleOnList(restriction.Member)))])
            with { Due = [new(RestrictionsDue, next)] };
    }

    /// <summary>Without this one nobody leads: a leader who is restricted does not.</summary>
    public static bool IsLastLeader(Community community, MemberId member, DateTimeOffset now) => community.LeadersAt(now).Take(2).ToArray() is [var only] && only == member;

    /// <summary>
    /// Nobody restricts themselves or lets themselves off, and only leaders and administrators do so with moderators and
    /// leaders.
    /// </summary>
    public static bool IsAbove(Community community, bool isAdministrator, MemberId by, MemberId member, DateTimeOffset now) =>
        by == member || !Rights.MayRestrict(community.RoleOnList(member), community.RoleOf(by, now), isAdministrator);

    public static CommunityRefusal.ReasonMissing? WrongReason(string reason) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > CommunityLimits.LongestReason || !RoomRules.IsWellFormed(reason) ? new() : null;

    /// <summary>The community is woken for the first that ends.</summary>
    private static ImmutableArray<DueChange> DueWithout(Community community, MemberId member, DateTimeOffset? until) =>
        [new(RestrictionsDue, community.Restrictions.Values.Where(restriction => restriction.Member != member).Select(restriction => restriction.Until).Append(until).Min())];
}
