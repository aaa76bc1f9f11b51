using System.Collections.Immutable;
using PublicBuyers.Live;
using PublicBuyers.Security;

namespace PublicBuyers.Rooms;

/// <summary>
/// Pages that show very much at once. What they hold is bounded. Of print views and histories few are made at the same
/// time, and one member asks for a few.
/// </summary>
internal sealed class LongPages(Pace pace) : IDisposable
{
    /// <summary>Of the texts on one page, as HTML, in characters. The first is always shown.</summary>
    public const int MostHtml = 2 * 1024 * 1024;

    /// <summary>At the same time.</summary>
    private const int MostMade = 2;

    /// <summary>That wait for their turn; more are refused.</summary>
    private const int MostWaiting = 16;

    private readonly SemaphoreSlim turns = new(MostMade);
    private int waiting;

    /// <summary>Waits for a turn, which lasts until <c>Turn</c> is disposed of; or why there is none.</summary>
    public async Task<(IDisposable? Turn, Refusal? Why)> Begin(MemberId member, CancellationToken cancel)
    {
        if (pace.LongPage(member) is { } tooFast) return (null, tooFast);
        if (Interlocked.Increment(ref waiting) > MostMade + MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return (null, new ReadingRefusal.Crowded());
        }

        try
        {
            await turns.WaitAsync(cancel);
        }
        catch
        {
            Interlocked.Decrement(ref waiting);
            throw;
        }

        return (new Turn(this), null);
    }

    /// <summary>As many of these as fit on one page, from the first on.</summary>
    public static IEnumerable<T> ThatFit<T>(IEnumerable<T> all, Func<T, string> html)
    {
        var used = 0L;
        foreach (var each in all)
        {
            var length = html(each).Length;
            if (used > 0 && used + length > MostHtml) yield break;

            used += length;

            yield return each;
        }
    }

    /// <summary>
    /// As many of a room's posts as fit on one page, those next to <paramref name="middle"/> first. What is left out is
    /// older or newer, as if the page had been asked for shorter.
    /// </summary>
    public static (PostPage Page, ImmutableArray<PostWire> Posts) Fit(
        PostPage page, ImmutableArray<PostWire> posts, long middle)
    {
        var nearest = posts.OrderBy(post => Math.Abs(post.Number - middle)).ThenBy(post => post.Number);
        var fit = ThatFit(nearest, post => post.Html).OrderBy(post => post.Number).ToImmutableArray();
        if (fit.Length == posts.Length) return (page, posts);

        var shorter = page with
        {
            Posts = page.Posts.RemoveAll(post => post.Number.Value < fit[0].Number || post.Number.Value > fit[^1].Number),
            Older = page.Older || fit[0].Number > posts[0].Number,
            Newer = page.Newer || fit[^1].Number < posts[^1].Number,
        };
        return (shorter, fit);
    }

    /// <summary>
    /// As much of a thread as fits on one page: its root, and the replies from <paramref name="after"/> on, one at
    /// least. Where not all of them fit the room is asked again for fewer, since it alone knows where to read on.
    /// </summary>
    public static async Task<Outcome<(ThreadPage Page, ImmutableArray<PostWire> Posts)>> Thread(
        IRoomGrain room,
        MemberId reader,
        PostNumber number,
        long after,
        PostPresenter presenter,
        CancellationToken cancel
    )
    {
        for (var most = RoomLimits.PageSize; ; )
        {
            var page = await room.Thread(reader, number, after, most);
            if (page.IsRefused)
                return page.Refusal;

            var posts = await presenter.Present([page.Value.Root, .. page.Value.Replies], cancel);
            var fit = ThatFit(posts, post => post.Html).Count();
            if (fit == posts.Length || most == 1)
                return (page.Value, posts);

            most = Math.Clamp(fit - 1, 1, most - 1);
        }
    }

    public void Dispose() => turns.Dispose();

    private void End()
    {
        turns.Release();
        Interlocked.Decrement(ref waiting);
    }

    private sealed class Turn(LongPages pages) : IDisposable
    {
        private LongPages? pages = pages;

        public void Dispose() => Interlocked.Exchange(ref pages, null)?.End();
    }
}
