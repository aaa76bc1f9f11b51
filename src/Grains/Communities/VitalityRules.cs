using System.Collections.Immutable;

namespace PublicBuyers.Communities;

/// <summary>How alive a community is (R11). Pure: the same days give the same answer on every machine.</summary>
/// <remarks>
/// Talk is posts, answers, comments and publications. <em>Dormant</em>: none for <see cref="LongSilence"/> days, or none since the founding that long ago. <em>Waking</em>: talk within
/// <see cref="Recent"/> days after a silence as long. <em>Active</em>: at least <see cref="MuchTalk"/> within <see cref="Recent"/> days, and nobody waits in the queue for longer than that.
/// <em>Quiet</em>: everything between. <em>Closed</em>: where it is, whatever was said; nobody is expected to wake it.
/// </remarks>
internal static class VitalityRules
{
    /// <summary>In days.</summary>
    public const int Recent = 28;

    /// <summary>In days.</summary>
    public const int LongSilence = 90;

    public const int MuchTalk = 5;

    private static readonly ImmutableArray<string> talk = ["posts", "answers", "comments", "publications"];

    /// <param name="happened">In any order; of one kind and day there may be several.</param>
    /// <param name="waitingSince">The oldest item that waits in the queue; none: nothing waits.</param>
    /// <param name="waiting">How many do.</param>
    /// <param name="closedSince">None while it is open.</param>
    public static VitalityView Of(IReadOnlyCollection<Happening> happened, DateTimeOffset? waitingSince, int waiting, DateTimeOffset? closedSince, DateTimeOffset now) =>
        closedSince is { } since
            ? new(VitalityState.Closed, [new("closed", 0, DaysBetween(since, now), since)], happened.Where(each => talk.Contains(each.Kind)).Select(each => (DateTimeOffset?)each.Last).Max())
            : Of(happened, waitingSince, waiting, now);

    private static VitalityView Of(IReadOnlyCollection<Happening> happened, DateTimeOffset? waitingSince, int waiting, DateTimeOffset now)
    {
        var talked = happened.Where(each => talk.Contains(each.Kind)).ToList();
        var founded = happened.Where(each => each.Kind == "founded").Select(each => (DateTimeOffset?)each.Last).Min() ?? now;
        var last = talked.Select(each => (DateTimeOffset?)each.Last).Max();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var since = today.AddDays(-Recent);
        var recently = happened.Where(each => each.Day > since).ToList();
        var lately = talked.Where(each => each.Day > since).Sum(each => each.Count);
        var ageOfQueue = waitingSince is { } oldest ? DaysBetween(oldest, now) : 0;

        var reasons = ImmutableArray.CreateBuilder<VitalityReason>();
        if (ageOfQueue > Recent) reasons.Add(new("queue", waiting, ageOfQueue, waitingSince));

        var silentFor = DaysBetween(last ?? founded, now);
        if (silentFor >= LongSilence)
        {
            reasons.Add(new("silence", 0, silentFor, last));
            return new(VitalityState.Dormant, reasons.ToImmutable(), last);
        }

        var silenceBefore = lately > 0 ? SilenceBefore(talked, since, founded) : 0;
        if (silenceBefore >= LongSilence) reasons.Add(new("silence", 0, silenceBefore, talked.Where(each => each.Day <= since).Select(each => (DateTimeOffset?)each.Last).Max()));
        reasons.AddRange(
            from kind in talk.Add("joined")
            let count = recently.Where(each => each.Kind == kind).Sum(each => each.Count)
            where count > 0
            orderby kind == "joined", count descending
            select new VitalityReason(kind, count, Recent, recently.Where(each => each.Kind == kind).Max(each => each.Last)));
        if (lately == 0) reasons.Add(new("posts", 0, Recent, last));

        return new(
            silenceBefore >= LongSilence ? VitalityState.Waking
            : lately >= MuchTalk && ageOfQueue <= Recent ? VitalityState.Active
            : VitalityState.Quiet,
            reasons.ToImmutable(),
            last);
    }

    /// <summary>In days: before the first talk of late, back to the one before, or to the founding.</summary>
    private static int SilenceBefore(List<Happening> talked, DateOnly since, DateTimeOffset founded)
    {
        var first = talked.Where(each => each.Day > since).Min(each => each.Day);
        var before = talked.Where(each => each.Day <= since).Select(each => (DateOnly?)each.Day).Max() ?? DateOnly.FromDateTime(founded.UtcDateTime);
        return Math.Max(0, first.DayNumber - before.DayNumber);
    }

    private static int DaysBetween(DateTimeOffset from, DateTimeOffset to) => Math.Max(0, (int)(to - from).TotalDays);
}

/// <summary>How often something happened on a day, and when last.</summary>
internal readonly record struct Happening(string Kind, DateOnly Day, int Count, DateTimeOffset Last);
