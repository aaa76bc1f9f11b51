using System.Collections.Immutable;
using PublicBuyers.Inbox;
using PublicBuyers.Rooms;
using PublicBuyers.Search;

namespace PublicBuyers.Live;

/// <summary>How many posts of a room somebody has not read: of the newest by the room's tally, of the rest by the search index.</summary>
internal sealed class UnreadCounts(Tallies tallies, IPostSearch search, IGrainFactory grains, TimeProvider time)
{
    /// <summary>Of each of three: counts and beginnings of members' rooms, and authors of posts that rooms let go of.</summary>
    private const int MostKept = 100_000;

    /// <summary>Who leaves a community and joins it again begins anew, in time.</summary>
    private static readonly TimeSpan BeginningLasts = TimeSpan.FromMinutes(10);

    private readonly NewestKept<(RoomId, PostNumber From, PostNumber To), Step> steps = new(MostKept, static (_, step) => 1 + step.ByAuthor.Count);
    private readonly NewestKept<(MemberId, RoomId), Older> olders = new(MostKept, static (_, _) => 1);
    private readonly NewestKept<(MemberId, RoomId), (PostNumber Upto, long Until)> beginnings = new(MostKept, static (_, _) => 1);

    /// <summary>As the room stands now, as far as <see cref="Tallies"/> knows.</summary>
    public async ValueTask<UnreadWire> Of(MemberId member, RoomId room, RoomMark? mark, bool isMuted, CancellationToken cancel)
    {
        var tally = await tallies.Of(room);
        var upto = mark is { Upto.Value: > 0 } ? mark.Upto : await BeginningOf(member, room, cancel);
        var unread = Newer(tally, member, upto, mark);
        if (upto.Value + 1 < tally.From.Value) unread += await OlderOf(member, room, upto, tally, cancel);

        return new(room, tally.At.Epoch, tally.At.Position, upto.Value, unread, isMuted);
    }

    /// <summary>From the newest post down to the mark: who has read nearly everything costs nearly nothing.</summary>
    private static int Newer(RoomTally tally, MemberId member, PostNumber upto, RoomMark? mark)
    {
        var unread = 0;
        for (var i = tally.Posts.Length - 1; i >= 0 && tally.Posts[i].Number.Value > upto.Value; i--)
        {
            var post = tally.Posts[i];
            if (post.Author != member && !IsReadInThread(post, mark)) unread++;
        }

        return unread;
    }

    private static bool IsReadInThread(CountedPost post, RoomMark? mark) =>
        mark is { Threads.IsEmpty: false } && post.Thread is { } thread && mark.Threads.TryGetValue(thread.Value, out var read) && read.Value >= post.Number.Value;

    private async ValueTask<int> OlderOf(MemberId member, RoomId room, PostNumber upto, RoomTally tally, CancellationToken cancel)
    {
        olders.TryGet((member, room), out var known);
        if (known?.IsOf(upto, tally) is true) return known.Count;

        var count = known?.IsBefore(upto, tally) is true
            ? known.Count + (await LetGo(room, known.From, tally, cancel)).NotBy(member)
            : await CountAll(room, member, upto, tally, cancel);
        olders.Put((member, room), new(upto, tally.From, tally.OlderChanged, count));
        return count;
    }

    private async Task<int> CountAll(RoomId room, MemberId member, PostNumber upto, RoomTally tally, CancellationToken cancel)
    {
        await search.Settled(cancel);   // what the tally knows to have changed, the index knows too
        return await search.Count(room, member, upto, tally.From, cancel);
    }

    /// <summary>
    /// What the room has let go of since its tally began at <paramref name="from"/>: counted once for all members, of
    /// whom most were counted when they were counted last at the same time.
    /// </summary>
    private async Task<Step> LetGo(RoomId room, PostNumber from, RoomTally tally, CancellationToken cancel)
    {
        var key = (room, from, tally.From);
        if (steps.TryGet(key, out var known) && known.Changed == tally.OlderChanged) return known;

        await search.Settled(cancel);
        var byAuthor = await search.CountByAuthor(room, new(from.Value - 1), tally.From, cancel);
        var step = new Step(tally.OlderChanged, byAuthor.Values.Sum(), byAuthor);
        steps.Put(key, step);
        return step;
    }

    /// <summary>Who has never read a room has read what was said before they joined.</summary>
    private async ValueTask<PostNumber> BeginningOf(MemberId member, RoomId room, CancellationToken cancel)
    {
        if (beginnings.TryGet((member, room), out var known) && time.Ticking < known.Until) return known.Upto;

        var upto = default(PostNumber);
        if ((await grains.Door(room).Standing(member, room)).Since is { } since)
        {
            await search.Settled(cancel);
            upto = await search.LastBefore(room, since, cancel);
        }

        beginnings.Put((member, room), (upto, time.Ticking + (long)BeginningLasts.TotalMilliseconds));
        return upto;
    }

    private sealed record Older(PostNumber Upto, PostNumber From, long Changed, int Count)
    {
        public bool IsOf(PostNumber upto, RoomTally tally) => IsBefore(upto, tally) && From == tally.From;

        /// <summary>What it counted still counts; newer posts may be older than the tally by now.</summary>
        public bool IsBefore(PostNumber upto, RoomTally tally) =>
            Upto == upto && Changed == tally.OlderChanged && From.Value <= tally.From.Value;
    }

    private sealed record Step(long Changed, int Total, ImmutableDictionary<MemberId, int> ByAuthor)
    {
        public int NotBy(MemberId member) => Total - ByAuthor.GetValueOrDefault(member);
    }
}
