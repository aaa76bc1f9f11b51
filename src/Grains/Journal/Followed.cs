using System.Collections.Immutable;

namespace PublicBuyers.Journal;

/// <summary>A follower as its driver sees it: whether there is work for it behind the place it has reached. Most facts are nothing to most followers, and wake none.</summary>
/// <param name="isUrgent">The follower is to see this fact at once.</param>
/// <param name="patience">It sees everything else within this time; none where everything else is nothing to it.</param>
/// <param name="mayLag">It need not have caught up before the server serves.</param>
internal sealed class Followed(IFollowerGrain grain, Func<RecordedFact, bool> isUrgent, TimeSpan? patience = null, bool mayLag = false)
{
    /// <summary>Facts that are nothing to a follower and that it is spared: after so many it moves its place on.</summary>
    private const int MostPassedOver = 500;

    private readonly Lock gate = new();
    private TaskCompletionSource? bell;
    private long place;
    private long urgent;
    private long seen;

    public IFollowerGrain Grain => grain;

    public bool MayLag => mayLag;

    public TimeSpan? Patience => patience;

    /// <summary>Completes when there is something behind the place that cannot wait.</summary>
    public Task Needed(long behind)
    {
        lock (gate)
        {
            place = behind;
            bell?.SetResult();   // whoever waited here has gone on for another reason
            var next = bell = new(TaskCreationOptions.RunContinuationsAsynchronously);
            RingIfNeeded();
            return next.Task;
        }
    }

    /// <summary>There is so much, and nothing of it urgent.</summary>
    public void SeeUpTo(long position) => See(position, 0);

    public void See(ImmutableArray<RecordedFact> page)
    {
        if (page is [.., var last]) See(last.Position, page.LastOrDefault(isUrgent)?.Position ?? 0);
    }

    /// <summary>A fact here is damaged: the follower knows how to go on behind it.</summary>
    public void SeeDamaged(long position) => See(position, position);

    /// <summary>Somebody waits until it has followed up to here.</summary>
    public void Hurry(long position) => See(0, position);

    private void See(long upto, long last)
    {
        lock (gate)
        {
            (seen, urgent) = (Math.Max(seen, upto), Math.Max(urgent, last));
            RingIfNeeded();
        }
    }

    private void RingIfNeeded()
    {
        if (urgent <= place && seen - place < MostPassedOver) return;

        bell?.SetResult();
        bell = null;
    }
}
