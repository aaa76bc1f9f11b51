namespace PublicBuyers.Journal;

/// <summary>Turns facts into effects elsewhere: mail, commands to other grains. Starts at the head; history that was imported has no effects.</summary>
/// <remarks>May be told the same fact twice after a crash: what it does must be once under the same name.</remarks>
internal interface IEffect
{
    string Name { get; }

    /// <summary>Streams are spread over so many activations by their names; each keeps its streams' order.</summary>
    int Partitions { get; }

    bool Concerns(string type);

    /// <summary>Of a type that concerns it: no, where the fact itself shows that nothing follows from it. Most facts are passed over by this, and cost nobody a call or a write.</summary>
    bool Concerns(RecordedFact fact) => Concerns(fact.Type);

    Task Follow(RecordedFact fact, CancellationToken cancel);
}

/// <summary>One partition of one follower: a single activation, wherever it runs.</summary>
[Alias("follower")]
public interface IFollowerGrain : IGrainWithStringKey
{
    /// <summary>Follows up to the journal's head and answers the position reached. Called by every node's driver; the calls queue up and the later ones find nothing to do.</summary>
    [Alias("catch-up")] Task<long> CatchUp();
}

/// <summary>Effects, one partition after the other: key <c>effect/{name}/{partition}</c>.</summary>
[Alias("effect-follower")]
public interface IEffectFollowerGrain : IFollowerGrain;

/// <summary>The directories: key <c>directory/{partition}</c>.</summary>
[Alias("directory-follower")]
public interface IDirectoryFollowerGrain : IFollowerGrain;

/// <summary>The words of posts: key <c>post-index/0</c>.</summary>
[Alias("post-index-follower")]
public interface IPostIndexFollowerGrain : IFollowerGrain;

/// <summary>Wakes what is due: key <c>clock/0</c>.</summary>
[Alias("clock-follower")]
public interface IClockFollowerGrain : IGrainWithStringKey
{
    /// <summary>Wakes everything due now and answers when the next is.</summary>
    [Alias("attend")] Task<DateTimeOffset?> Attend();
}

/// <summary>FNV-1a, 64 bits: the same on every machine and in every version, which <see cref="string.GetHashCode()"/> is not.</summary>
internal static class StableHash
{
    public static ulong Of(string text)
    {
        var hash = 14695981039346656037ul;
        foreach (var c in text) hash = (hash ^ c) * 1099511628211ul;
        return hash;
    }

    public static int Partition(string stream, int partitions) => (int)(Of(stream) % (ulong)partitions);
}
