using System.Collections.Immutable;
using PublicBuyers.Live;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

[GenerateSerializer, Immutable]
public abstract record CommunityChange : Change
{
    private CommunityChange() { }

    /// <summary>A member joined, left or has another role. For the server's own use: connections are silenced by it.</summary>
    [GenerateSerializer, Immutable, Alias("community.standing-changed")]
    public sealed record StandingChanged([property: Id(0)] MemberId Member, [property: Id(1)] Role? Role) : CommunityChange
    {
        public override string Key => $"member/{Member.Value}";
    }

    /// <summary>It admits others than before. For the server's own use: who listens where it is not alone to say is asked for again.</summary>
    [GenerateSerializer, Immutable, Alias("community.door-moved")]
    public sealed record DoorMoved : CommunityChange
    {
        public override string Key => "door";
    }

    /// <summary>It was closed or opened again. For the server's own use: who has one of its rooms open is shown so.</summary>
    /// <param name="Closed">None: it is open.</param>
    [GenerateSerializer, Immutable, Alias("community.closed-put")]
    public sealed record ClosedPut([property: Id(0)] Act? Closed) : CommunityChange
    {
        public override string Key => "closed";
    }

    [GenerateSerializer, Immutable, Alias("community.room-put")]
    public sealed record RoomPut([property: Id(0)] RoomCard Room) : CommunityChange
    {
        public override string Key => $"room/{Room.Room.Value}";
    }
}

[GenerateSerializer, Immutable, Alias("community.snapshot")]
public sealed record CommunitySnapshot([property: Id(0)] CommunityId Community, [property: Id(1)] ImmutableArray<RoomCard> Rooms) : TopicSnapshot
{
    [Id(2)] public Act? Closed { get; init; }
}
