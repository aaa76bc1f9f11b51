using System.Collections.Immutable;
using PublicBuyers.Rooms;
using PublicBuyers.Search;

namespace PublicBuyers.Testing;

/// <summary>The words of posts as a dictionary: what the index over SQLite must answer, said in the plainest way.</summary>
public sealed class MemoryPostIndex : IPostRows, IPostSearch
{
    private readonly Lock gate = new();
    private readonly Dictionary<(RoomId, PostNumber), PostRow> posts = [];
    private long position;

    /// <summary>Everything in it, one line for each post.</summary>
    public string Contents
    {
        get
        {
            lock (gate)
            {
                return string.Join('\n', posts.Values.OrderBy(post => post.Room.Value, StringComparer.Ordinal).ThenBy(post => post.Number)
                    .Select(post => $"{post.Room}/{post.Number} {post.Author} {post.At:O} {post.Thread} {post.IsWithheld} {post.Files}: {string.Join(' ', post.Words)}"));
            }
        }
    }

    /// <summary>Nobody waits for what is in memory.</summary>
    public void WhenAwaited(Action<long> hurry)
    {
    }

    public void Lose()
    {
        lock (gate)
        {
            posts.Clear();
            position = 0;
        }
    }

    public Task<long> Position(CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(position);
    }

    public Task<long> Write(
        long expected, long position, IReadOnlyList<PostRow> rows, CancellationToken cancel = default)
    {
        lock (gate)
        {
            if (this.position != expected) return Task.FromResult(this.position);

            foreach (var row in rows) posts[(row.Room, row.Number)] = row;
            this.position = position;
            return Task.FromResult(position);
        }
    }

    public Task<ImmutableArray<FoundPost>> Find(PostQuery query, int most, CancellationToken cancel) => Answer<ImmutableArray<FoundPost>>(all =>
    [
        .. all.Where(post => !post.IsWithheld && query.Rooms.Contains(post.Room) && PostWords.Match(post.Words, query.Words))
            .Where(post => query.Author is not { } author || post.Author == author)
            .Where(post => !query.HasAttachment || post.Files > 0)
            .Where(post => (query.From is not { } from || post.At >= from) && (query.To is not { } to || post.At < to))
            .OrderByDescending(post => post.At).ThenByDescending(post => post.Number)
            .Select(post => new FoundPost(post.Room, post.Number, post.At))
            .SkipWhile(post => query.Before is { } before && (post.At > before.At || (post.At == before.At && post.Number.CompareTo(before.Number) >= 0)))
            .Take(most),
    ]);

    public Task<int> Count(RoomId room, MemberId notBy, PostNumber after, PostNumber before, CancellationToken cancel) => Answer(all =>
        all.Count(post => post.Room == room && !post.IsWithheld && post.Author != notBy && post.Number.CompareTo(after) > 0 && post.Number.CompareTo(before) < 0));

    public Task<ImmutableDictionary<MemberId, int>> CountByAuthor(
        RoomId room,
        PostNumber after,
        PostNumber before,
        CancellationToken cancel
    ) =>
        Answer(all =>
            all.Where(post => post.Room == room && !post.IsWithheld)
                .Where(post => post.Number.CompareTo(after) > 0 && post.Number.CompareTo(before) < 0)
                .GroupBy(post => post.Author)
                .ToImmutableDictionary(posts => posts.Key, posts => posts.Count())
        );

    public Task<ImmutableArray<FoundPost>> WrittenBy(WrittenQuery query, int most, CancellationToken cancel) =>
        Answer<ImmutableArray<FoundPost>>(all =>
        [
            .. Written(all, query.Author, query.Community, query.Withheld)
                .SkipWhile(post => query.After is { } after && Order(post.Room, post.Number, post.At).CompareTo(Order(after.Room, after.Number, after.At)) <= 0)
                .Select(post => new FoundPost(post.Room, post.Number, post.At))
                .Take(most),
        ]);

    public Task<WrittenPosts> CountWrittenBy(MemberId author, CommunityId community, CancellationToken cancel) => Answer(all =>
    {
        var written = Written(all, author, community, isWithheld: false).ToList();
        return new WrittenPosts(
            written.Count(post => post.Room.Publication is null && post.Thread is null),
            written.Count(post => post.Room.Publication is null && post.Thread is not null),
            written.Count(post => post.Room.Publication is not null));
    });

    private static IEnumerable<PostRow> Written(IEnumerable<PostRow> all, MemberId author, CommunityId community, bool isWithheld) => all
        .Where(post => post.Author == author && post.Room.Community == community && post.Room.Bridge is null && post.IsWithheld == isWithheld)
        .OrderBy(post => Order(post.Room, post.Number, post.At));

    private static (DateTimeOffset, long, string) Order(RoomId room, PostNumber number, DateTimeOffset at) => (at, number.Value, room.Value);

    public Task<PostNumber> LastBefore(RoomId room, DateTimeOffset at, CancellationToken cancel) => Answer(all =>
        all.Where(post => post.Room == room && post.At < at).OrderBy(post => post.At).ThenBy(post => post.Number).LastOrDefault()?.Number ?? default);

    /// <summary>Lets the index follow up to the head of the journal; none: it stays where it is.</summary>
    public Func<Task>? Following { get; set; }

    public Task Settled(CancellationToken cancel) => Following?.Invoke() ?? Task.CompletedTask;

    private Task<T> Answer<T>(Func<IReadOnlyCollection<PostRow>, T> answer)
    {
        lock (gate) return Task.FromResult(answer(posts.Values));
    }
}

/// <summary>Remembers which files were posted and which are gone.</summary>
public sealed class MemoryPostedFiles : IPostedFiles
{
    public ImmutableHashSet<AttachmentId> Posted { get; private set; } = [];

    public ImmutableHashSet<AttachmentId> Removed { get; private set; } = [];

    /// <summary>As at the beginning.</summary>
    public void Lose() => (Posted, Removed) = ([], []);

    Task IPostedFiles.Posted(IReadOnlyCollection<AttachmentId> files, CancellationToken cancel)
    {
        Posted = Posted.Union(files);
        return Task.CompletedTask;
    }

    Task IPostedFiles.Remove(IReadOnlyCollection<AttachmentId> files, CancellationToken cancel)
    {
        Removed = Removed.Union(files);
        return Task.CompletedTask;
    }
}
