using System.Collections.Immutable;
using PublicBuyers.Live;

namespace PublicBuyers.Presence;

/// <inheritdoc cref="IPresenceGrain"/>
internal sealed class PresenceGrain(TimeProvider time) : Grain, IPresenceGrain
{
    private readonly Attendance attendance = new();
    private IGrainTimer? timer;
    private bool isGathering;
    private PresenceChange.HerePut here = new(0, []);
    private PresenceChange.TypingPut typing = new([], 0);

    public Task Report(HereReport report)
    {
        if (attendance.Report(report, time.GetUtcNow())) report.Node.Passing(new(this.GetPrimaryKeyString(), [here, typing]));
        Changed();
        return Task.CompletedTask;
    }

    public Task Type(MemberId member)
    {
        attendance.Type(member, time.GetUtcNow());
        Changed();
        return Task.CompletedTask;
    }

    public Task Wrote(MemberId member)
    {
        if (attendance.Wrote(member)) Changed();
        return Task.CompletedTask;
    }

    /// <summary>The first change is told at once, those that follow it together.</summary>
    private void Changed()
    {
        if (isGathering) return;

        Tell();
        isGathering = true;
        Tick(PresenceLimits.Gathered);
    }

    /// <returns>Whether there was anything to tell.</returns>
    private bool Tell()
    {
        var (nowHere, nowTyping) = (attendance.Here(), attendance.Typing());
        ImmutableArray<Change> changed =
        [
            .. nowHere.Count == here.Count && nowHere.Members.SequenceEqual(here.Members) ? Array.Empty<Change>() : [nowHere],
            .. nowTyping.More == typing.More && nowTyping.Members.SequenceEqual(typing.Members) ? Array.Empty<Change>() : [nowTyping],
        ];

        (here, typing) = (nowHere, nowTyping);
        if (changed.IsEmpty) return false;

        foreach (var node in attendance.Nodes) node.Passing(new(this.GetPrimaryKeyString(), changed));
        return true;
    }

    private Task Tock()
    {
        attendance.Forget(time.GetUtcNow());
        isGathering = Tell();
        if (isGathering || attendance.HasTyping) Tick(PresenceLimits.Gathered);
        else if (!attendance.IsEmpty) Tick(PresenceLimits.Renewed);
        return Task.CompletedTask;
    }

    /// <summary>Nothing ticks in a room where nobody is.</summary>
    private void Tick(TimeSpan after)
    {
        if (timer is null) timer = this.RegisterGrainTimer(_ => Tock(), new GrainTimerCreationOptions(after, Timeout.InfiniteTimeSpan) { KeepAlive = true });
        else timer.Change(after, Timeout.InfiniteTimeSpan);
    }
}
