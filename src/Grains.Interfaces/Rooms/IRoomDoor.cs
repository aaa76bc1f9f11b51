using System.Collections.Immutable;
using PublicBuyers.Communities;

namespace PublicBuyers.Rooms;

/// <summary>Who may come into a room: a community says it of its own rooms, a publication of the one where it is commented, a bridge of its threads.</summary>
/// <remarks>For the server's own use: nothing is checked about who asks. Found by <see cref="Grains.Door"/>.</remarks>
[Alias("room-door")]
public interface IRoomDoor : IGrainWithStringKey
{
    /// <summary>What a member is to one of its rooms.</summary>
    [Alias("standing"), ReadOnly] Task<Standing> Standing(MemberId member, RoomId room);

    /// <summary>The same of several members at once, at most <see cref="CommunityLimits.MostStandings"/>, in their order.</summary>
    [Alias("standings"), ReadOnly] Task<ImmutableArray<Standing>> Standings(ImmutableArray<MemberId> members, RoomId room);

    /// <summary>All who may come into one of its rooms. Only moderators' <c>@room</c> comes to this.</summary>
    [Alias("everybody"), ReadOnly] Task<ImmutableArray<MemberId>> Everybody(RoomId room);
}
