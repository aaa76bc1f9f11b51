using PublicBuyers.Communities;

namespace PublicBuyers.Rooms;

/// <summary>What a room remembers of its community's members: until the community says otherwise, and never for longer than
/// a minute.</summary>
/// <remarks>
/// The community tells its rooms of every change before it answers. One that it cannot tell (silos that do not hear each
/// other) looks by itself: what is remembered counts for <see cref="CommunityLimits.LooksAgainAfter"/> after the room last knew
/// how far the community's stream had got, and the community waits a little longer before it answers.
/// </remarks>
internal sealed class Standings(TimeProvider time)
{
    public const int MostKept = 5_000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly Dictionary<MemberId, (Standing Standing, long Learnt)> known = [];
    private long heard;
    private long? looked;

    /// <summary>Whether something may have changed of which this room has heard nothing.</summary>
    public bool MayBeOld => looked is not { } then || time.GetElapsedTime(then) >= CommunityLimits.LooksAgainAfter;

    /// <summary>The community's stream had got so far, or further.</summary>
    /// <param name="since">Timestamp from before it was read.</param>
    public void Saw(long head, long since)
    {
        looked = since;
        if (head > heard) ForgetEverybody(head);
    }

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
