namespace PublicBuyers.Communities;

/// <summary>What a member is to a room, as of the community's position <see cref="Version"/>.</summary>
/// <param name="Role">None for who does not belong to the community.</param>
/// <param name="RoomName">None where the community has no such room.</param>
[GenerateSerializer, Immutable, Alias("community.standing")]
public sealed record Standing([property: Id(0)] MemberId Member, [property: Id(1)] Role? Role, [property: Id(2)] string? RoomName, [property: Id(3)] long Version)
{
    public bool MayRead => May(Doing.Read);

    /// <summary>Since when the member belongs to the community.</summary>
    [Id(4)] public DateTimeOffset? Since { get; init; }

    /// <summary>May read, not write, until then.</summary>
    [Id(5)] public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>Nobody writes here, and everybody reads on: the community is closed, or the bridge stands no more.</summary>
    [Id(6)] public bool IsClosed { get; init; }

    /// <summary>Is a newcomer until then, with a newcomer's limits.</summary>
    [Id(7)] public DateTimeOffset? NewUntil { get; init; }

    public bool Moderates => MayRead && Role is Communities.Role.Moderator or Communities.Role.Leader;

    public bool IsNewAt(DateTimeOffset now) => MayRead && NewUntil > now;

    public bool May(Doing what) => RoomName is not null && Rights.May(what, Role);
}
