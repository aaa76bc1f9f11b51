using System.Collections.Immutable;

namespace PublicBuyers.Rooms;

/// <summary>Whom one fact concerns. Only who may read the room now is in it, and never who did it.</summary>
/// <param name="Post">The post it is about; none where it is gone or withheld: then nobody is told anything more about it.</param>
/// <param name="Mentioned">Newly mentioned by the fact, and to be told.</param>
/// <param name="Everybody">Newly mentioned all of the room: <c>@room</c>. Where the fact withholds or shows a post: the post told all of the room. The room does not list them: its community does.</param>
/// <param name="Following">Who began the thread or replied in it lately, where the fact is a reply.</param>
/// <param name="Author">Of the post reacted to, where the fact is a reaction.</param>
/// <param name="ToldBefore">Where the fact withholds or shows a post: all who were told of it, for being mentioned, for its thread, or for reactions to it. Where an edit newly tells <paramref name="Everybody"/>: who was told already and is not told again.</param>
[GenerateSerializer, Immutable, Alias("room.concerned")]
public sealed record Concerned(
    [property: Id(0)] PostView? Post,
    [property: Id(1)] ImmutableArray<MemberId> Mentioned,
    [property: Id(2)] bool Everybody,
    [property: Id(3)] ImmutableArray<MemberId> Following,
    [property: Id(4)] MemberId? Author,
    [property: Id(5)] ImmutableArray<MemberId> ToldBefore)
{
    /// <summary>Where the fact is an edit: who was named in the post once and is not now, or only silently. They may read the room or not.</summary>
    [Id(6)] public ImmutableArray<MemberId> NamedNoMore { get; init; } = [];

    /// <summary>Where the fact is an edit: all of the room was named once and is not now.</summary>
    [Id(7)] public bool EverybodyNoMore { get; init; }

    /// <summary>Who is told of the post as a reply, once they are not named any more.</summary>
    [Id(8)] public ImmutableArray<MemberId> FollowingStill { get; init; } = [];

    /// <summary>Where the fact withholds or shows a post: who wrote it, whether they may read the room or not.</summary>
    [Id(9)] public MemberId? Written { get; init; }
}
