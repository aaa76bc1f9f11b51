namespace PublicBuyers;

/// <summary>
/// The troubles of something that is tried again and again, such as once a second while the disk is full. They are told
/// when they begin and when they are over, and counted in between. Safe for several threads.
/// </summary>
public sealed class Troubles
{
    private readonly Lock gate = new();
    private readonly HashSet<object> failing = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<Type> told = [];
    private volatile bool isAny;
    private long count;

    /// <summary>One of several things failed.</summary>
    /// <param name="what">Which one. Keep to a few that live as long as this does.</param>
    /// <returns>Whether it is to be told: the first failure, and the first of each other kind.</returns>
    public bool IsNew(object what, Exception why)
    {
        lock (gate)
        {
            isAny = true;
            failing.Add(what);
            count++;
            return told.Add(why.GetType());
        }
    }

    /// <summary>One of them works.</summary>
    /// <returns>How often they failed, where all of them work again by this; otherwise 0.</returns>
    public long OverAfter(object what)
    {
        if (!isAny)
            return 0;

        lock (gate)
        {
            if (!failing.Remove(what) || failing.Count > 0)
                return 0;

            var failures = count;
            (isAny, count) = (false, 0);
            told.Clear();
            return failures;
        }
    }
}
