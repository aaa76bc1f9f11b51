using PublicBuyers.Communities;

namespace PublicBuyers.Rooms;

/// <summary>What a room remembers of its community's members: until the community says otherwise, and never for longer than a minute.</summary>
internal sealed class Standings(TimeProvider time)
{
    public const int MostKept = 5_000;

    /// <summary>The community tells of every change; this bounds what a lost telling can do.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<MemberId, (Standing Standing, long Learnt)> known = [];
    private long heard;

    public Standing? Of(MemberId member) =>
        known.TryGetValue(member, out var entry) && time.GetElapsedTime(entry.Learnt) < KeptFor ? entry.Standing : null;

    /// <summary>False: it was asked before the community said that something changed. Ask again.</summary>
    public bool Learn(Standing standing)
    {
        if (standing.Version < heard) return false;

        // A stranger may join any moment, and asks seldom.
        if (!standing.MayRead) return true;

        if (known.Count >= MostKept) known.Clear();
        known[standing.Member] = (standing, time.GetTimestamp());
        return true;
    }

    public void ForgetEverybody(long version)
    {
        known.Clear();
        heard = Math.Max(heard, version);
    }

    public void Forget(MemberId member, long version)
    {
        known.Remove(member);
        heard = Math.Max(heard, version);
    }
}
