using System.Collections.Immutable;
using PublicBuyers.Layout;
using PublicBuyers.Members;

namespace PublicBuyers.Communities;

/// <summary>Members who have not given a name: administrators see their address in its place.</summary>
internal static class Nameless
{
    /// <param name="members">At most a page of them.</param>
    /// <returns>Empty for everybody but administrators.</returns>
    public static async Task<ImmutableDictionary<MemberId, Profile>> ProfilesOfNameless(
        this Visit visit,
        IEnumerable<MemberId> members,
        ImmutableDictionary<MemberId, MemberCard> cards,
        IGrainFactory grains)
    {
        if (!visit.Caller!.Profile.IsAdministrator) return ImmutableDictionary<MemberId, Profile>.Empty;

        var nameless = members.Where(member => cards.GetValueOrDefault(member) is not { Name.Length: > 0 });
        var profiles = await Task.WhenAll(nameless.Take(CommunityLimits.MembersPage).Select(member => grains.Member(member).Profile()));
        return profiles
            .Select(profile => profile.Value)
            .OfType<Profile>()
            .Where(profile => profile is { Name: "", Address.Length: > 0 })
            .ToImmutableDictionary(profile => profile.Member);
    }
}
