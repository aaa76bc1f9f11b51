using System.Collections.Frozen;

namespace PublicBuyers;

/// <summary>
/// Which form of a word a count takes, by language: CLDR's cardinal rules for whole numbers. The forms have CLDR's
/// names: <c>zero</c>, <c>one</c>, <c>two</c>, <c>few</c>, <c>many</c>, <c>other</c>.
/// </summary>
/// <remarks>The browser's part asks <c>Intl.PluralRules</c>, which follows the same rules.</remarks>
internal static class Plurals
{
    /// <summary>The form that every language has.</summary>
    public const string Other = "other";

    private const string One = "one";
    private const string Many = "many";
    private const long Million = 1_000_000;

    /// <summary>A language of the interface has a line here; a test says so.</summary>
    private static readonly FrozenDictionary<string, Func<long, string>> rules = new Dictionary<
        string,
        Func<long, string>
    >
    {
        ["en"] = static count => count is 1 ? One : Other,
        ["fr"] = static count => count is 0 or 1 ? One : count % Million is 0 ? Many : Other,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="count">Not negative.</param>
    public static string Of(string language, long count) => rules[language](count);
}
