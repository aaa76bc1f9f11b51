using PublicBuyers.Live;
using PublicBuyers.Security;

namespace PublicBuyers.Rooms;

/// <summary>Pages that show very much at once, print views and histories: bounded in what they hold, in how many are made
/// at the same time, and in how often one member asks.</summary>
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
