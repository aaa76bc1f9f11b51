namespace PublicBuyers.Members;

/// <summary>What countries are called in the reader's language.</summary>
internal static class CountryNames
{
    public static string Word(string code) => $"country.{code.ToLowerInvariant()}";

    /// <summary>In the order of their names.</summary>
    public static IEnumerable<(string Code, string Name)> In(Words words) =>
        Countries.All.Select(code => (Code: code, Name: words[Word(code)])).OrderBy(each => each.Name, StringComparer.Create(words.Culture, ignoreCase: true));
}
