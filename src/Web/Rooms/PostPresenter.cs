using System.Collections.Immutable;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>Makes of what the room holds what people see: the text laid out, the author named.</summary>
public sealed class PostPresenter(IMemberDirectory members)
{
    private const int MostCards = 20_000;

    /// <summary>A member whose name is not known yet is looked up again sooner.</summary>
    private static readonly TimeSpan NameLasts = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NamelessLasts = TimeSpan.FromSeconds(1);

    private readonly Live.NewestKept<MemberId, (MemberCard Card, long Until)> cards = new(MostCards, static (_, _) => 1);

    public async ValueTask<PostWire> Present(PostView post, CancellationToken cancel = default) => (await Present([post], cancel))[0];

    /// <summary>In the order of <paramref name="posts"/>; names that are not known are empty.</summary>
    public async ValueTask<ImmutableArray<PostWire>> Present(IReadOnlyCollection<PostView> posts, CancellationToken cancel = default)
    {
        var strangers = posts.Select(post => post.Author).Where(author => !IsKnown(author)).ToHashSet();
        if (strangers.Count > 0) await Meet(strangers, cancel);

        return [.. posts.Select(post => Present(post, CardOf(post.Author)))];
    }

    /// <summary>The member's card has changed.</summary>
    public void Learn(MemberCard card) => Keep(card, card.Name.Length > 0 ? NameLasts : NamelessLasts);

    private static PostWire Present(PostView post, MemberCard author) => new(
        post.Number.Value,
        author,
        post.At,
        post.IsDeleted ? "" : PostMarkup.ToHtml(post.Markdown),
        post.Thread?.Value,
        post.Replies,
        post.LastReplyAt,
        post.Revision,
        post.EditedAt,
        post.DeletedAt);

    private async Task Meet(HashSet<MemberId> strangers, CancellationToken cancel)
    {
        var known = await members.Cards(strangers, cancel);
        foreach (var stranger in strangers) Learn(known.GetValueOrDefault(stranger) ?? new(stranger, "", ""));
    }

    private bool IsKnown(MemberId member) => cards.TryGet(member, out var known) && Environment.TickCount64 < known.Until;

    private MemberCard CardOf(MemberId member) => cards.TryGet(member, out var known) ? known.Card : new(member, "", "");

    private void Keep(MemberCard card, TimeSpan lasts) => cards.Put(card.Member, (card, Environment.TickCount64 + (long)lasts.TotalMilliseconds));
}
