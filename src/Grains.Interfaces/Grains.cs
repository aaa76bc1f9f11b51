using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Platform;
using PublicBuyers.Presence;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers;

/// <summary>Grains found by meaning. A grain's key is the name of its stream.</summary>
public static class Grains
{
    extension(IGrainFactory grains)
    {
        public IRoomGrain Room(RoomId room) => grains.GetGrain<IRoomGrain>(Streams.Of(room));

        public ICommunityGrain Community(CommunityId community) => grains.GetGrain<ICommunityGrain>(Streams.Of(community));

        public IPublicationGrain Publication(PublicationId publication) => grains.GetGrain<IPublicationGrain>(Streams.Of(publication));

        /// <summary>Who says who may come into a room.</summary>
        public IRoomDoor Door(RoomId room) =>
            room.Publication is { } commented ? grains.Publication(commented)
            : room.Bridge is { } bridge ? grains.Bridge(bridge)
            : grains.Community(room.Community);

        public IBridgeGrain Bridge(BridgeId bridge) => grains.GetGrain<IBridgeGrain>(Streams.Of(bridge));

        public IStateOfPlayGrain StateOfPlay(CommunityId community) => grains.GetGrain<IStateOfPlayGrain>(Streams.StateOfPlayOf(community));

        public IQueueGrain Queue(CommunityId community) => grains.GetGrain<IQueueGrain>(Streams.QueueOf(community));

        public IMemberGrain Member(MemberId member) => grains.GetGrain<IMemberGrain>(Streams.Of(member));

        public IInboxGrain Inbox(MemberId member) => grains.GetGrain<IInboxGrain>(Streams.InboxOf(member));

        public IPresenceGrain Presence(RoomId room) => grains.GetGrain<IPresenceGrain>(Streams.PresenceIn(room));

        public IAddressGrain Address(AddressKey address) => grains.GetGrain<IAddressGrain>(Streams.Of(address));

        public IPlatformGrain Platform() => grains.GetGrain<IPlatformGrain>(Streams.Platform);
    }
}

/// <summary>The names of streams. One function for each noun; every one has a prefix and a slash.</summary>
public static class Streams
{
    public const string Platform = "platform/administration";

    public static string Of(RoomId room) => "room/" + room.Value;

    public static string Of(CommunityId community) => "community/" + community.Value;

    public static string Of(PublicationId publication) => "publication/" + publication.Value;

    public static string StateOfPlayOf(CommunityId community) => "state-of-play/" + community.Value;

    public static string Of(BridgeId bridge) => "bridge/" + bridge.Value;

    public static string QueueOf(CommunityId community) => "queue/" + community.Value;

    public static string Of(MemberId member) => "member/" + member.Value;

    public static string InboxOf(MemberId member) => "inbox/" + member.Value;

    /// <summary>No stream: nothing of it is stored.</summary>
    public static string PresenceIn(RoomId room) => "presence/" + room.Value;

    public static string Of(AddressKey address) => "address/" + address.Value;
}
