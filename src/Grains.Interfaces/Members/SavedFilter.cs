using PublicBuyers.Moderation;

namespace PublicBuyers.Members;

/// <summary>A search in queues that a moderator keeps under a name of their own.</summary>
/// <param name="Name">One line, at most <see cref="MemberLimits.LongestFilterName"/>; the same name again replaces.</param>
/// <param name="Decided">What is decided; otherwise what waits.</param>
/// <param name="Person">Part of a name; may be empty.</param>
[GenerateSerializer, Immutable, Alias("member.saved-filter")]
public sealed record SavedFilter(
    [property: Id(0)] string Name,
    [property: Id(1)] CommunityId Community,
    [property: Id(2)] ItemKind? Kind,
    [property: Id(3)] bool Decided,
    [property: Id(4)] string Person);

[GenerateSerializer, Immutable, Alias("member.save-filter")]
public sealed record SaveFilter : Command
{
    [Id(0)] public required SavedFilter Filter { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.drop-filter")]
public sealed record DropFilter : Command
{
    [Id(0)] public required string Name { get; init; }
}
