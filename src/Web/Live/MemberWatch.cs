using Microsoft.Extensions.Logging;
using PublicBuyers.Members;

namespace PublicBuyers.Live;

/// <summary>One connected member on this node: hears that a session ended, and closes what was opened by it.</summary>
internal sealed class MemberWatch(MemberId member, IGrainFactory grains, Feeds feeds, ILogger logger) : Follower(Streams.Of(member), grains.Member(member), grains, logger)
{
    private readonly HashSet<Seat> seats = [];

    public int Seats
    {
        get { lock (Gate) return seats.Count; }
    }

    public void Keep(Seat seat)
    {
        lock (Gate) seats.Add(seat);
    }

    public bool Free(Seat seat)
    {
        lock (Gate) return seats.Remove(seat);
    }

    protected override Task Begin(StreamPosition at)
    {
        lock (Gate) Advance(at);
        return Task.CompletedTask;
    }

    protected override Task Apply(IReadOnlyList<Step> steps)
    {
        foreach (var step in steps) Obey(step.Changes);
        lock (Gate) Advance(At with { Position = steps[^1].Position });
        return Task.CompletedTask;
    }

    protected override Task Apply(Catchup missed)
    {
        Obey(missed.Changes);
        lock (Gate) Advance(missed.At);
        return Task.CompletedTask;
    }

    protected override Task StartOver(Catchup whole)
    {
        var running = ((MemberSnapshot?)whole.Snapshot)?.Sessions ?? [];
        End(seat => !running.Contains(seat.Session));
        _ = feeds.RecheckBridged(member);
        _ = feeds.RecheckQueues(member);
        lock (Gate) Advance(whole.At);
        return Task.CompletedTask;
    }

    private void Obey(IEnumerable<Change> changes)
    {
        foreach (var change in changes)
        {
            if (change is MemberChange.SessionEnded ended) End(seat => seat.Session == ended.Session);
            else if (change is MemberChange.AdministratorDismissed) _ = feeds.RecheckQueues(member);
            else if (change is MemberChange.KindChanged) _ = feeds.RecheckBridged(member);
        }
    }

    private void End(Predicate<Seat> which)
    {
        List<Seat> ending;
        lock (Gate) ending = [.. seats.Where(seat => which(seat))];
        foreach (var seat in ending) seat.End();
    }
}

/// <summary>One open connection, or one request that waits, by a session.</summary>
internal sealed class Seat(SessionId session, Action end)
{
    public SessionId Session => session;

    public void End() => end();
}
