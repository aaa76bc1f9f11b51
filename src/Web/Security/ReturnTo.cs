namespace PublicBuyers.Security;

/// <summary>Where to go after signing in: a path of this site, or home.</summary>
public static class ReturnTo
{
    private const int Longest = 1_000;

    /// <remarks>Browsers read <c>//host</c>, <c>/\host</c> and a tab in between as another site.</remarks>
    public static string Path(string? asked) =>
        asked is ['/', ..] and { Length: <= Longest } && !asked.StartsWith("//", StringComparison.Ordinal) && !asked.Any(letter => letter is '\\' || char.IsControl(letter)) ? asked : "/";
}
