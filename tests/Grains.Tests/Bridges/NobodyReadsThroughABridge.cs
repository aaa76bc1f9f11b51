using PublicBuyers.Communities;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bridges;

/// <summary>What either side would refuse, a bridge refuses: tried for everything there is to combine.</summary>
public sealed class NobodyReadsThroughABridge
{
    private static readonly MemberId Ada = new("ada");
    private static readonly Classification[] classifications = Enum.GetValues<Classification>();
    private static readonly Role?[] roles = [null, .. Enum.GetValues<Role>().Cast<Role?>()];
    private static readonly RestrictionKind?[] restrictions = [null, .. Enum.GetValues<RestrictionKind>().Cast<RestrictionKind?>()];
    private static readonly MemberKind?[] kinds = [null, .. Enum.GetValues<MemberKind>().Cast<MemberKind?>()];

    [Fact]
    public void The_stricter_of_two_is_the_same_whoever_is_named_first_and_never_laxer_than_either()
    {
        foreach (var one in classifications)
        {
            Classifications.Stricter(one, one).ShouldBe(one);
            foreach (var other in classifications)
            {
                var stricter = Classifications.Stricter(one, other);
                stricter.ShouldBe(Classifications.Stricter(other, one));
                foreach (var third in classifications) Classifications.Stricter(stricter, third).ShouldBe(Classifications.Stricter(one, Classifications.Stricter(other, third)));
                foreach (var reader in Readers().Where(reader => reader.CanRead(stricter))) (reader.CanRead(one) && reader.CanRead(other)).ShouldBeTrue($"{reader} reads what is {one} and {other}");
            }
        }

        Classifications.Stricter(Classification.Public, (Classification)77).ShouldBe(Classification.Hosts);
    }

    [Fact]
    public void Nobody_comes_in_whom_a_side_would_keep_out_and_it_does_not_matter_which_side_is_named_first()
    {
        foreach (var one in Sides())
        {
            foreach (var other in Sides())
            {
                foreach (var kind in kinds)
                {
                    foreach (var classification in classifications)
                    {
                        var standing = BridgeDoor.Standing(Thread(classification), Ada, one, other, kind);
                        standing.ShouldBe(BridgeDoor.Standing(Thread(classification), Ada, other, one, kind));
                        if (!standing.MayRead) continue;

                        (one.Member.Role is not null || other.Member.Role is not null).ShouldBeTrue("belongs to a side");
                        foreach (var side in new[] { one, other })
                        {
                            side.Member.Restriction.ShouldNotBe(RestrictionKind.Ban);
                            side.Member.Restriction.ShouldNotBe(RestrictionKind.Suspension);
                            if (side.BuyersOnly) (kind is MemberKind.Buyer || (side.Member.Role is not null && kind is not MemberKind.Supplier)).ShouldBeTrue("a buyer, or one whom that side let in");
                            if (side.Member.Restriction is RestrictionKind.Mute) RoomRules.WhyNoWriting(standing, DateTimeOffset.UnixEpoch).ShouldBeOfType<RoomRefusal.Muted>();
                        }

                        new Reader(true, standing.Role).CanRead(classification).ShouldBeTrue();
                    }
                }
            }
        }
    }

    [Fact]
    public void There_is_no_thread_for_anybody_where_there_is_none() =>
        BridgeDoor.Standing(null, Ada, (new(Ada, Role.Leader, null, null, null), false), (new(Ada, Role.Leader, null, null, null), false), MemberKind.Buyer).MayRead.ShouldBeFalse();

    private static BridgedThread Thread(Classification classification) => new(new("ai/+cpb+1"), "Clauses", [new("ai/general"), new("cpb/general")], classification, Ada, DateTimeOffset.UnixEpoch);

    private static IEnumerable<(SideStanding Member, bool BuyersOnly)> Sides() =>
        from role in roles
        from restriction in restrictions
        where restriction is not (RestrictionKind.Ban or RestrictionKind.Suspension) || role is null
        from buyersOnly in new[] { false, true }
        select (new SideStanding(Ada, role, restriction, null, null), buyersOnly);

    /// <summary>On a thing's own list, and its hosts, are members of the community it belongs to.</summary>
    private static IEnumerable<Reader> Readers() =>
        from role in roles
        from isParticipant in new[] { false, true }
        from isHost in new[] { false, true }
        where role is not null || (!isParticipant && !isHost)
        select new Reader(true, role, isParticipant, isHost);
}
