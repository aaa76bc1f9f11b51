using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PublicBuyers.Search;

/// <summary>The words a post is found by. One function for the index and for whoever checks a hit against the post as it stands now.</summary>
public static partial class PostWords
{
    /// <summary>In characters; what is longer counts as its beginning.</summary>
    public const int LongestWord = 64;

    /// <summary>Folded, each once: of the text without what only Markdown reads, and of the names of its files. Of a link's address only the host counts.</summary>
    public static ImmutableSortedSet<string> Of(string markdown, IEnumerable<string> files) =>
        files.Prepend(Address().Replace(markdown, "${host} ")).SelectMany(Indexed).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>What a text is found by: its words, and each of its compounds as one.</summary>
    public static IEnumerable<string> Indexed(string text) => In(text).Concat(In(Fold.Joined(text))).Distinct(StringComparer.Ordinal);

    /// <summary>What is looked for, in the order typed: <c>e-procurement</c> finds <c>eprocurement</c> as well.</summary>
    public static IEnumerable<string> Asked(string text) => In(Fold.Joined(text));

    /// <summary>Folded, in the order typed.</summary>
    public static IEnumerable<string> In(string text) =>
        Fold.Of(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Length <= LongestWord ? word : Cut(word));

    /// <summary>Whether these words hold all that was asked for, the last as the beginning of a word.</summary>
    public static bool Match(ImmutableSortedSet<string> words, ImmutableArray<string> asked)
    {
        for (var i = 0; i < asked.Length - 1; i++)
        {
            if (!words.Contains(asked[i])) return false;
        }

        return asked.IsEmpty || words.Any(word => word.StartsWith(asked[^1], StringComparison.Ordinal));
    }

    private static string Cut(string word) => char.IsHighSurrogate(word[LongestWord - 1]) ? word[..(LongestWord - 1)] : word[..LongestWord];

    [GeneratedRegex(@"(https?://|mailto:)(?<host>[^\s/?#)>\]]*)[^\s)>\]]*", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}
