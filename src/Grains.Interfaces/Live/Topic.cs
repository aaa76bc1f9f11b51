using System.Collections.Immutable;

namespace PublicBuyers.Live;

/// <summary>A stream that can be followed live. Whoever follows it learns every position once, in order.</summary>
[Alias("topic")]
public interface ITopicGrain : IGrainWithStringKey
{
    /// <summary>Tells the observer of every change from here on. Renew within <see cref="TopicLimits.WatchedFor"/>; at most <see cref="TopicLimits.MostWatchers"/> are told.</summary>
    /// <remarks>Telling is one-way and may be lost: a gap in the positions is read with <see cref="Since"/>.</remarks>
    [Alias("watch")] Task<StreamPosition> Watch(IStreamObserver observer);

    [Alias("unwatch")] Task Unwatch(IStreamObserver observer);

    /// <summary>May this member read this topic now? Yes is the position to follow from.</summary>
    [Alias("admit"), ReadOnly] Task<Outcome<StreamPosition>> Admit(MemberId reader);

    /// <summary>The present view of everything that changed after <paramref name="position"/>, or one snapshot where that is too long ago, of another epoch, or not of this stream.</summary>
    /// <remarks>For the server's own feeds, which check rights by <see cref="Admit"/>: never hand the answer on unchecked.</remarks>
    [Alias("since"), ReadOnly] Task<Catchup> Since(long epoch, long position);
}

public static class TopicLimits
{
    public static readonly TimeSpan WatchedFor = TimeSpan.FromMinutes(3);

    public const int MostWatchers = 64;
}

/// <summary>A web node's ear on a stream. Void on purpose: a turn never waits for who listens.</summary>
[Alias("stream-observer")]
public interface IStreamObserver : IGrainObserver
{
    [Alias("changed")] void Changed(StreamChanges changes);

    /// <summary>Values without a position, such as how far somebody has read: the last one of each key counts, and none is ever repeated for who missed it.</summary>
    [Alias("passing")] void Passing(PassingValues values);
}

[GenerateSerializer, Immutable, Alias("passing-values")]
public sealed record PassingValues([property: Id(0)] string Stream, [property: Id(1)] ImmutableArray<Change> Values);

/// <summary>Where a stream stands. The epoch changes after a restore: positions of another epoch mean nothing.</summary>
[GenerateSerializer, Immutable, Alias("stream-position")]
public readonly record struct StreamPosition([property: Id(0)] long Epoch, [property: Id(1)] long Position);

/// <summary>What one append did to the view: a step for every position, none left out, a step with nothing visible included.</summary>
[GenerateSerializer, Immutable, Alias("stream-changes")]
public sealed record StreamChanges(
    [property: Id(0)] string Stream,
    [property: Id(1)] long Epoch,
    [property: Id(2)] ImmutableArray<Step> Steps);

[GenerateSerializer, Immutable, Alias("step")]
public sealed record Step([property: Id(0)] long Position, [property: Id(1)] ImmutableArray<Change> Changes);

/// <summary>A view to put in place of what the reader has under the same key. Something deleted is put as its tombstone.</summary>
[GenerateSerializer, Immutable]
public abstract record Change
{
    /// <summary>What the change is about: <c>post/17</c>. The last change of a key is the whole truth about it.</summary>
    public abstract string Key { get; }
}

/// <summary>A topic as a whole, for who enters it anew.</summary>
[GenerateSerializer, Immutable]
public abstract record TopicSnapshot;

/// <summary>Exactly one of <see cref="Snapshot"/> and <see cref="Changes"/> counts: with a snapshot, what the reader had is replaced.</summary>
[GenerateSerializer, Immutable, Alias("catchup")]
public sealed record Catchup(
    [property: Id(0)] StreamPosition At,
    [property: Id(1)] TopicSnapshot? Snapshot,
    [property: Id(2)] ImmutableArray<Change> Changes);

/// <summary>The safety net of the feeds: which streams moved, whoever wrote them.</summary>
public interface IStreamHeads
{
    /// <summary>Heads of the streams with facts after the global position <paramref name="after"/>, at most <paramref name="most"/> facts looked at; <see cref="MovedStreams.Upto"/> is where to go on.</summary>
    Task<MovedStreams> MovedSince(long after, int most, CancellationToken cancel);
}

public sealed record MovedStreams(long Upto, ImmutableDictionary<string, long> Heads);
