namespace PublicBuyers.Journal;

/// <summary>How followers try again what failed: after a second, then ever more slowly, for about two hours.</summary>
internal static class Patience
{
    /// <summary>What fails so often is set aside and listed for the administrator.</summary>
    public const int MostTries = 30;

    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static TimeSpan After(int tries)
    {
        var doubled = TimeSpan.FromSeconds(Math.Pow(2, tries - 1));
        return doubled < Longest ? doubled : Longest;
    }
}
