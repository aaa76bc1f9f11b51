using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer of one activation; it ends with it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets when it ticks next and, counted from the end of each tick, how often. <see cref="Timeout.InfiniteTimeSpan"/> is never.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>When a timer ticks, and what it may do.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>A timer that neither interleaves nor keeps its grain active.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period) : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Until the first tick.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>From the end of a tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for a single tick.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Ticks may run while a call runs.</summary>
    public bool Interleave { get; init; }

    /// <summary>A tick counts as use, so that the activation is not collected.</summary>
    public bool KeepAlive { get; init; }
}
