namespace PublicBuyers.Mails;

/// <summary>How long a mail waits after it was not taken, and when that is enough.</summary>
internal static class MailPatience
{
    /// <summary>What no server has taken by then is given up.</summary>
    public static readonly TimeSpan InAll = TimeSpan.FromDays(3);

    /// <summary>Servers that greylist want to see the same mail again after some minutes.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>An open connection is kept so long for the next mail.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromSeconds(9);

    /// <summary>A mail that makes this program fail is tried so often.</summary>
    public const int MostFaults = 5;

    /// <summary>
    /// So many times in a row the server may break off in the middle of mails, before it is asked only once a second.
    /// </summary>
    public const int MostBroken = 3;

    private static readonly TimeSpan longestPause = TimeSpan.FromSeconds(30);

    /// <summary>Until this mail is tried again.</summary>
    /// <param name="tries">That have failed.</param>
    public static TimeSpan After(int tries) => Doubled(First, tries, Longest);

    /// <summary>Until the server is asked again, when it was away so many times in a row.</summary>
    public static TimeSpan Pause(int failures) => Doubled(TimeSpan.FromSeconds(1), failures, longestPause);

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan longest)
    {
        var doubled = first * Math.Pow(2, Math.Min(times, 30) - 1);
        return doubled < longest ? doubled : longest;
    }
}
