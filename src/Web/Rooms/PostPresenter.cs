using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Attachments;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>Makes of what the room holds what people see: the text laid out, the author named.</summary>
public sealed partial class PostPresenter(
    IMemberDirectory members, PictureSizes pictures, TimeProvider time, ILogger<PostPresenter> log)
{
    private const int MostCards = 20_000;

    /// <summary>A member whose name is not known yet is looked up again sooner.</summary>
    private static readonly TimeSpan NameLasts = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan NamelessLasts = TimeSpan.FromSeconds(1);

    /// <summary>Of the same names, while somebody takes another one.</summary>
    private const int MostReadings = 3;

    private long renamings;
    private readonly Live.NewestKept<MemberId, (MemberCard Card, long Since)> cards = new(MostCards, static (_, _) => 1);

    public async ValueTask<PostWire> Present(PostView post, CancellationToken cancel = default) => (await Present([post], cancel))[0];

    /// <summary>In the order of <paramref name="posts"/>; names that are not known are empty.</summary>
    public async ValueTask<ImmutableArray<PostWire>> Present(IReadOnlyCollection<PostView> posts, CancellationToken cancel = default)
    {
        await Meet(posts.SelectMany(Named), cancel);
        return [.. posts.Select(Lay)];
    }

    public async ValueTask<RoomSettingsWire> Present(RoomSettings settings, CancellationToken cancel = default)
    {
        if (settings.SlowedBy is { } act) await Meet([act.By], cancel);
        return new(settings.SlowSeconds, Name(settings.SlowedBy), [.. settings.Pinned.Select(post => post.Value)]);
    }

    public async ValueTask<ActWire> Present(Act act, CancellationToken cancel = default)
    {
        await Meet([act.By], cancel);
        return Name(act)!;
    }

    /// <summary>One of the texts that a post had, as HTML.</summary>
    public string Lay(PostText text, PostNumber of) =>
        PostMarkup.ToHtml(text.Markdown, [], CardOf, why => LogShownAsTyped(why, of.Value, text.At));

    /// <summary>In the order of <paramref name="whom"/>; names that are not known are empty.</summary>
    public async ValueTask<ImmutableArray<MemberCard>> Cards(IReadOnlyCollection<MemberId> whom, CancellationToken cancel = default)
    {
        await Meet(whom, cancel);
        return [.. whom.Select(CardOf)];
    }

    /// <summary>The member is called this.</summary>
    public void Learn(MemberCard card) => cards.Put(card.Member, (card, time.GetTimestamp()));

    /// <summary>Somebody has another name from now on: what is being read of names may be of before.</summary>
    public void Renaming() => Interlocked.Increment(ref renamings);

    /// <summary>Whether something may have been shown with the member's name.</summary>
    public bool Knows(MemberId member) => cards.TryGet(member, out _);

    /// <summary>Whether the post shows the member's name.</summary>
    internal static bool Names(PostView post, MemberId member) => Named(post).Contains(member);

    /// <summary>Everybody whose name the post shows.</summary>
    private static IEnumerable<MemberId> Named(PostView post) =>
    [
        post.Author,
        .. post.Mentions.Select(mention => mention.Member).OfType<MemberId>(),
        .. post.Reactions.SelectMany(reacted => reacted.Members.Take(PostWire.MostNames)),
        .. new[] { post.Pinned, post.Hidden, post.Locked, post.Removed }.OfType<Act>().Select(act => act.By),
    ];

    private PostWire Lay(PostView post) => new(
        post.Number.Value,
        CardOf(post.Author),
        post.At,
        post.IsWithheld ? "" : PostMarkup.ToHtml(post.Markdown, post.Mentions, CardOf, why => LogShownAsTyped(why, post.Number.Value, post.At)),
        post.Thread?.Value,
        post.Replies,
        post.LastReplyAt,
        post.Revision,
        post.EditedAt,
        post.DeletedAt)
    {
        LastReply = post.LastReply?.Value,
        Mentions = post.IsWithheld ? [] : [.. post.Mentions.Select(mention => mention.Member).OfType<MemberId>().Distinct()],
        Everybody = !post.IsWithheld && post.Mentions.Any(mention => mention.Member is null),
        Attachments = post.IsWithheld ? [] : [.. post.Attachments.Select(pictures.Of)],
        Reactions = post.IsWithheld ? [] : [.. post.Reactions.Select(Name)],
        Pinned = Name(post.Pinned),
        Hidden = Name(post.Hidden),
        Locked = Name(post.Locked),
        Removed = Name(post.Removed),
    };

    private ReactedWire Name(Reacted reacted) => new(reacted.Reaction, reacted.Members, [.. reacted.Members.Take(PostWire.MostNames).Select(member => CardOf(member).Name)]);

    private ActWire? Name(Act? act) => act is null ? null : new(CardOf(act.By), act.At, act.Reason);

    private async ValueTask Meet(IEnumerable<MemberId> whom, CancellationToken cancel)
    {
        HashSet<MemberId>? strangers = null;
        foreach (var member in whom)
        {
            if (!IsKnown(member)) (strangers ??= []).Add(member);
        }

        if (strangers is null) return;

        for (var reading = 0; reading < MostReadings; reading++)
        {
            var before = Interlocked.Read(ref renamings);
            var known = await members.Cards(strangers, cancel);
            foreach (var stranger in strangers)
            {
                // What was learnt meanwhile is newer than what was read.
                if (reading > 0 || !IsKnown(stranger)) Learn(known.GetValueOrDefault(stranger) ?? new(stranger, "", ""));
            }

            if (Interlocked.Read(ref renamings) == before) return;
        }
    }

    private bool IsKnown(MemberId member) =>
        cards.TryGet(member, out var known)
        && time.GetElapsedTime(known.Since) < (known.Card.Name.Length > 0 ? NameLasts : NamelessLasts);

    private MemberCard CardOf(MemberId member) => cards.TryGet(member, out var known) ? known.Card : new(member, "", "");

    /// <remarks>Once as long as the text is remembered: whoever reads it is shown the same.</remarks>
    [LoggerMessage(3072, LogLevel.Warning, "Post {Number} of {At:u} cannot be laid out and is shown as it was typed")]
    private partial void LogShownAsTyped(Exception why, long number, DateTimeOffset at);
}
