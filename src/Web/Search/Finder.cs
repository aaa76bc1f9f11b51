using System.Collections.Immutable;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Search;

/// <param name="Next">Pass it to read on; none when this is the end.</param>
/// <param name="Authors">Whom the name given may mean: with more than one, nothing is looked for until one is chosen.</param>
public sealed record SearchResult(ImmutableArray<Hit> Hits, FoundPost? Next, ImmutableArray<MemberCard> Authors)
{
    public static readonly SearchResult Nothing = new([], null, []);
}

/// <param name="Author">Empty names where they are not known.</param>
public sealed record Hit(PostView Post, RoomCard Room, CommunityEntry Community, MemberCard Author, string Snippet);

/// <summary>Finds posts for one reader: in the rooms of their communities, and each hit as its room shows it to them now.</summary>
internal sealed class Finder(ICommunityDirectory communities, IMemberDirectory members, IPostSearch posts, BridgedThreads bridged, IGrainFactory grains)
{
    /// <summary>Asked of the index at a time.</summary>
    private const int Glance = 40;

    /// <summary>So often the index is asked for one page: what it still holds and nobody may see does not make it ask for ever.</summary>
    private const int MostGlances = 8;

    /// <summary>People of one name that a reader chooses among.</summary>
    private const int MostAuthors = 8;

    public async Task<Outcome<SearchResult>> Find(MemberId reader, SearchAsked asked, TimeZoneInfo zone, CancellationToken cancel)
    {
        if (asked.IsTooLong) return new SearchRefusal.TooLong(SearchLimits.LongestQuery);

        var words = PostWords.Asked(asked.Q ?? "").Reverse().Distinct(StringComparer.Ordinal).Reverse().ToImmutableArray();
        if (words.Length > SearchLimits.MostWords) return new SearchRefusal.TooManyWords(SearchLimits.MostWords);
        if (!SearchAsked.TryRead(asked.From, ends: false, zone, out var from) || !SearchAsked.TryRead(asked.To, ends: true, zone, out var to)) return new SearchRefusal.DateInvalid();

        var mine = await communities.Of(reader, cancel);
        var rooms = RoomsIn(mine, asked);
        foreach (var (thread, community) in ThreadsIn(mine, await bridged.Of(reader, [.. mine.Select(each => each.Community)], cancel), asked)) rooms[thread.Room] = (new(thread.Room, thread.Title, false), community);
        if (asked.Room is { } one && RoomId.TryRead(one, out var comments) && mine.FirstOrDefault(community => community.Community == comments.Community) is { } home && await Commented(reader, comments) is { } card) rooms[comments] = (card, home);
        var commented = mine.Where(community => (asked.Community is not { Length: > 0 } named || named == community.Community.Value) && (asked.Room is not { Length: > 0 } wanted || wanted == community.Community.Value)).ToDictionary(community => community.Community);
        if (rooms.Count == 0 && commented.Count == 0 && (asked.Room ?? asked.Community) is { Length: > 0 }) return new RoomRefusal.NotVisible();

        ImmutableArray<MemberCard> authors = string.IsNullOrWhiteSpace(asked.Author) ? [] : await AuthorsCalled(asked.Author.Trim(), mine, cancel);
        if (authors.Length > 1) return new SearchResult([], null, authors);
        if ((authors.IsEmpty && !string.IsNullOrWhiteSpace(asked.Author)) || (words.IsEmpty && authors.IsEmpty && asked.Files is not true) || rooms.Count + commented.Count == 0) return SearchResult.Nothing;

        var query = new PostQuery(words, [.. rooms.Keys.Take(SearchLimits.MostRooms)], authors is [var author] ? author.Member : null, asked.Files is true, from, to, SearchCursor.Read(asked.Before), [.. commented.Keys]);
        var (hits, next) = await Look(reader, query, cancel);
        foreach (var room in hits.Select(hit => hit.Room).Distinct().Where(room => !rooms.ContainsKey(room)).ToList())
            rooms[room] = (await Commented(reader, room) ?? new(room, "", false), commented[room.Community]);
        var cards = await members.Cards([.. hits.Select(post => post.Post.Author)], cancel);
        return new SearchResult(
            [
                .. hits.Select(hit => new Hit(
                    hit.Post, rooms[hit.Room].Room, rooms[hit.Room].Community,
                    cards.GetValueOrDefault(hit.Post.Author) ?? new(hit.Post.Author, "", ""),
                    Snippet.Of(hit.Post.Markdown, words))),
            ],
            next,
            authors);
    }

    private async Task<(List<(RoomId Room, PostView Post)> Hits, FoundPost? Next)> Look(MemberId reader, PostQuery query, CancellationToken cancel)
    {
        var hits = new List<(RoomId, PostView)>();
        for (var glance = 0; glance < MostGlances; glance++)
        {
            var found = await posts.Find(query, Glance, cancel);
            var shown = await Readable(reader, found);
            foreach (var candidate in found)
            {
                if (shown.TryGetValue((candidate.Room, candidate.Number), out var post) && Matches(post, query)) hits.Add((candidate.Room, post));
                query = query with { Before = candidate };
                if (hits.Count == SearchLimits.PageSize) return (hits, candidate == found[^1] && found.Length < Glance ? null : candidate);
            }

            if (found.Length < Glance) return (hits, null);
        }

        return (hits, query.Before);
    }

    /// <summary>Room by room, as each shows its posts to this reader: one that refuses has none.</summary>
    private async Task<Dictionary<(RoomId, PostNumber), PostView>> Readable(MemberId reader, ImmutableArray<FoundPost> found)
    {
        var shown = new Dictionary<(RoomId, PostNumber), PostView>();
        var answers = await Task.WhenAll(found.GroupBy(post => post.Room).Select(async room => (room.Key, Posts: await grains.Room(room.Key).Posts(reader, [.. room.Select(post => post.Number)]))));
        foreach (var (room, answer) in answers.Where(answer => !answer.Posts.IsRefused))
            foreach (var post in answer.Value.Where(post => !post.IsWithheld)) shown[(room, post.Number)] = post;
        return shown;
    }

    /// <summary>An edit may be newer than the index.</summary>
    private static bool Matches(PostView post, PostQuery query) =>
        (!query.HasAttachment || !post.Attachments.IsEmpty) && PostWords.Match(PostWords.Of(post.Markdown, post.Attachments.Select(file => file.Name)), query.Words);

    /// <summary>The room of a publication's comments is called as the publication is. None: not for this reader.</summary>
    private async Task<RoomCard?> Commented(MemberId reader, RoomId room) =>
        room.Publication is { } publication && await grains.Publication(publication).Read(reader) is { IsRefused: false, Value.Content.Title: var title } ? new(room, title, false) : null;

    private static Dictionary<RoomId, (RoomCard Room, CommunityEntry Community)> RoomsIn(ImmutableArray<CommunityEntry> mine, SearchAsked asked) => (
        from community in mine
        where asked.Community is not { Length: > 0 } named || named == community.Community.Value
        from room in community.Rooms
        where asked.Room is not { Length: > 0 } wanted || wanted == room.Room.Value || wanted == community.Community.Value
        select (room, community)).ToDictionary(each => each.room.Room);

    /// <summary>Each under the community that opened it, or where the reader does not belong to that, under the other.</summary>
    private static IEnumerable<(BridgedThread Thread, CommunityEntry Community)> ThreadsIn(ImmutableArray<CommunityEntry> mine, ImmutableArray<BridgedThread> threads, SearchAsked asked) =>
        from thread in threads
        where asked.Community is not { Length: > 0 } named || thread.LinkIn(new(named)) is not null
        where asked.Room is not { Length: > 0 } wanted || wanted == thread.Room.Value || thread.LinkIn(new(wanted)) is not null
        select (thread, mine.FirstOrDefault(each => each.Community == thread.Room.Community) ?? mine.First(each => thread.LinkIn(each.Community) is not null));

    /// <summary>People of the reader's communities only. Who is called exactly so is meant before who is called so among other things.</summary>
    private async Task<ImmutableArray<MemberCard>> AuthorsCalled(string name, ImmutableArray<CommunityEntry> mine, CancellationToken cancel)
    {
        var byId = MemberId.TryRead(name, out var id) ? (await members.Cards([id], cancel)).Values.FirstOrDefault() : null;
        var called = new List<MemberCard>();
        foreach (var community in mine) called.AddRange(await members.Named(community.Community, byId is null ? name : Naming.TidyName(byId.Name), MostAuthors, cancel));

        var folded = Fold.Of(name);
        var all = called.DistinctBy(card => card.Member).ToImmutableArray();
        if (byId is not null) return [.. all.Where(card => card.Member == byId.Member)];

        var exactly = all.Where(card => Fold.Of(Naming.TidyName(card.Name)) == folded).ToImmutableArray();
        return exactly.IsEmpty ? [.. all.Take(MostAuthors)] : exactly;
    }
}
