using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Search;

/// <summary>Projection: the words of posts, out of nothing but the journal. Each post that changed is written as it stands, so that writing it again changes nothing.</summary>
internal sealed partial class PostIndexFollowerGrain(IJournal journal, IPostRows posts, ILogger<PostIndexFollowerGrain> log) : Grain, IPostIndexFollowerGrain
{
    private const int PageOfFacts = 1_000;

    /// <summary>In one call: a million posts are followed in many, none of which takes long.</summary>
    private const int MostPages = 20;

    private long position;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => position = await posts.Position(cancellationToken);

    public async Task<long> CatchUp()
    {
        for (var pages = 0; pages < MostPages; pages++)
        {
            ImmutableArray<RecordedFact> page;
            try
            {
                page = await journal.ReadAll(position, PageOfFacts);
            }
            catch (CorruptStreamException damaged) when (damaged.Position > position)
            {
                LogUnreadable(damaged, damaged.Stream, damaged.Sequence);
                return position = await posts.Write(position, damaged.Position, []);   // the driver comes again for the others
            }

            if (page.IsEmpty) break;

            position = await posts.Write(position, page[^1].Position, await RowsOf(page));
            if (page.Length < PageOfFacts && position == page[^1].Position) break;
        }

        return position;
    }

    private async Task<List<PostRow>> RowsOf(ImmutableArray<RecordedFact> page)
    {
        var rows = new List<PostRow>();
        foreach (var changed in page.Where(fact => PostIndex.Concerns(fact.Type)).GroupBy(fact => (fact.Stream, fact.Subject)))
        {
            try
            {
                if (await Stands([.. changed]) is { } post) rows.Add(PostIndex.RowOf(new RoomId(changed.Key.Stream["room/".Length..]), post));
            }
            catch (UnreadableFactException unreadable)
            {
                LogUnreadable(unreadable, changed.Key.Stream, unreadable.Sequence);   // its stream is read-only; the index keeps what it knew
            }
            catch (CorruptStreamException damaged)
            {
                LogUnreadable(damaged, damaged.Stream, damaged.Sequence);
            }
        }

        return rows;
    }

    /// <summary>A post that is new here is its one fact; of any other all facts are read, however long ago it was made.</summary>
    private async Task<Post?> Stands(ImmutableArray<RecordedFact> changes)
    {
        if (changes is [{ Type: RoomEvent.Posted } only]) return Post.Apply(null, FactCodec<RoomEvent>.Read(only));

        Post? post = null;
        ImmutableArray<RecordedFact> facts;
        var after = 0L;
        do
        {
            facts = await journal.ReadSubject(changes[0].Stream, changes[0].Subject, after, PageOfFacts);
            foreach (var fact in facts.Where(fact => PostIndex.Concerns(fact.Type))) post = Post.Apply(post, FactCodec<RoomEvent>.Read(fact));
            if (!facts.IsEmpty) after = facts[^1].Sequence;
        }
        while (facts.Length == PageOfFacts);

        return post;
    }

    [LoggerMessage(1105, LogLevel.Warning, "The index of posts passes over {Stream}/{Sequence}")]
    private partial void LogUnreadable(Exception why, string stream, long sequence);
}
