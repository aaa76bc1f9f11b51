using PublicBuyers.Communities;
using PublicBuyers.Members;

namespace PublicBuyers.Bridges;

/// <summary>Who comes into a bridged thread: nobody whom either side would keep out. Pure.</summary>
internal static class BridgeDoor
{
    /// <param name="thread">None: the bridge has no such thread.</param>
    /// <param name="kind">A buyer as far as an administrator has confirmed it, a supplier as soon as they say so. It matters only where a side admits public buyers only.</param>
    public static Standing Standing(BridgedThread? thread, MemberId member, (SideStanding Member, bool BuyersOnly) one, (SideStanding Member, bool BuyersOnly) other, MemberKind? kind)
    {
        var role = RoleOf(one, other, kind);
        var mayRead = thread is not null && new Reader(true, role).CanRead(thread.Classification);
        return new(member, mayRead ? role : null, mayRead ? thread!.Title : null, 0)
        {
            Since = mayRead ? Earlier(one.Member.Since, other.Member.Since) : null,
            MutedUntil = Later(MutedUntil(one.Member), MutedUntil(other.Member)),
            IsClosed = thread is { IsClosed: true },
            NewUntil = NewUntil(one.Member, other.Member),
        };
    }

    /// <summary>The higher of the two; none where a side would not have them.</summary>
    private static Role? RoleOf((SideStanding Member, bool BuyersOnly) one, (SideStanding Member, bool BuyersOnly) other, MemberKind? kind) =>
        Refuses(one.Member) || Refuses(other.Member) || IsKeptOut(one, kind) || IsKeptOut(other, kind) ? null
        : one.Member.Role is not { } role ? other.Member.Role
        : other.Member.Role is { } second && second > role ? second
        : role;

    private static bool Refuses(SideStanding member) => member.Restriction is RestrictionKind.Ban or RestrictionKind.Suspension;

    /// <summary>Whom the side has let in comes in, a supplier excepted: it may have admitted everybody once.</summary>
    private static bool IsKeptOut((SideStanding Member, bool BuyersOnly) side, MemberKind? kind) =>
        side.BuyersOnly && kind is not MemberKind.Buyer && (kind is MemberKind.Supplier || side.Member.Role is null);

    private static DateTimeOffset? MutedUntil(SideStanding member) => member.Restriction is RestrictionKind.Mute ? member.Until ?? DateTimeOffset.MaxValue : null;

    /// <summary>Whom one side has approved of is no newcomer.</summary>
    private static DateTimeOffset? NewUntil(SideStanding one, SideStanding other) =>
        one.Role is null ? other.NewUntil
        : other.Role is null ? one.NewUntil
        : Earliest(one.NewUntil, other.NewUntil);

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one < other ? one : other;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other ?? one : one;
}
