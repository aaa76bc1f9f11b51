using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>Whom the facts of a room concern.</summary>
internal sealed partial class RoomGrain
{
    private static readonly Concerned nobody = new(null, [], false, [], null, []);

    public async Task<Concerned> Concerned(long sequence)
    {
        if (Damaged is not null || sequence > Sequence || await FactAt(sequence) is not { Subject.Length: > 0 } fact) return nobody;
        if (await Find(Rooms.Post.NumberIn(fact.Subject)) is not { } post) return nobody;

        var root = post.Thread is { } thread ? await Find(thread) : null;
        var meant = ConcernedBy(fact, post, root);
        var readers = await ReadersAmong([.. meant.Mentioned.Concat(meant.Following).Concat(meant.ToldBefore).Concat(meant.Author is { } author ? [author] : []).Where(member => member != fact.By).Distinct()]);
        readers = readers.Remove(fact.By);

        return meant with
        {
            Post = post.IsWithheld ? null : post.View(),
            Mentioned = [.. meant.Mentioned.Where(readers.Contains)],
            Following = [.. meant.Following.Where(readers.Contains)],
            Author = meant.Author is { } reactedTo && readers.Contains(reactedTo) ? reactedTo : null,
            ToldBefore = [.. meant.ToldBefore.Where(readers.Contains)],
        };
    }

    /// <summary>Whom a fact is meant for, whether they may read the room or not. Of a post that is withheld by now nobody is told.</summary>
    private static Concerned ConcernedBy(Happened<RoomEvent> fact, Post post, Post? root) => (fact.Event, fact.Type) switch
    {
        (_, RoomEvent.Hidden or RoomEvent.Shown or RoomEvent.Deleted) => nobody with
        {
            Everybody = post.ToldEverybody,
            ToldBefore = ToldOf(post, root),
            Written = post.Author,
        },
        _ when post.IsWithheld => nobody,
        (RoomEvent.PostPosted posted, _) => ConcernedBy([.. MentionRules.Told(posted.Mentions ?? [], fact.By)], MentionRules.TellsEverybody(posted.Mentions ?? []), root),
        (RoomEvent.PostEdited edited, _) => ConcernedBy(edited, post, root),
        (RoomEvent.ReactionAdded added, _) => nobody with { Author = post.HasReaction(added.Reaction, fact.By) ? post.Author : null },
        (RoomEvent.ReactionRemoved, _) => nobody with { Author = post.Author },
        _ => nobody,
    };

    private static Concerned ConcernedBy(ImmutableArray<MemberId> mentioned, bool everybody, Post? root) =>
        nobody with { Mentioned = mentioned, Everybody = everybody, Following = [.. Taking(root).Except(mentioned)] };

    /// <summary>By the post as it stands now: who was taken out again meanwhile is not told, and who was put back keeps what told them.</summary>
    private static Concerned ConcernedBy(RoomEvent.PostEdited edited, Post post, Post? root)
    {
        var named = MentionRules.Told(post.Mentions, post.Author).ToImmutableArray();
        var isToAll = MentionRules.TellsEverybody(post.Mentions);
        ImmutableArray<MemberId> told = [.. (edited.Told ?? []).Intersect(named)];
        return nobody with
        {
            Mentioned = told,
            Everybody = isToAll && edited.ToldEverybody == true,
            ToldBefore = isToAll && edited.ToldEverybody == true ? [.. named.Concat(Taking(root)).Append(post.Author).Distinct().Except(told)] : [],
            NamedNoMore = isToAll ? [] : [.. post.Told.Except(named)],
            EverybodyNoMore = post.ToldEverybody && !isToAll,
            FollowingStill = isToAll ? [] : [.. Taking(root)],
        };
    }

    private static ImmutableArray<MemberId> ToldOf(Post post, Post? root) => [.. post.Told.Concat(Taking(root)).Append(post.Author).Distinct()];

    /// <summary>Who began a thread or replied in it lately.</summary>
    private static IEnumerable<MemberId> Taking(Post? root) => root is null ? [] : root.Followers.Prepend(root.Author).Distinct();
}
