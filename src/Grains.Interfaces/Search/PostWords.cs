using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PublicBuyers.Search;

/// <summary>The words a post is found by. One function for the index and for whoever checks a hit against the post as it stands now.</summary>
public static partial class PostWords
{
    /// <summary>
    /// Begins the entry of two words that stand side by side. No word has it: folding leaves letters and digits only. So
    /// <c>eprocurement</c> finds <c>e procurement</c>, and <c>theme</c> does not find everything with <c>the me…</c>.
    /// </summary>
    private const string SideBySide = "·";

    /// <summary>In characters; what is longer counts as its beginning.</summary>
    public const int LongestWord = 64;

    /// <summary>Folded, each once: of the text without what only Markdown reads, and of the names of its files. Of a link's address only the host counts.</summary>
    public static ImmutableSortedSet<string> Of(string markdown, IEnumerable<string> files) =>
        files.Prepend(Address().Replace(markdown, "${host} ")).SelectMany(Indexed).ToImmutableSortedSet(StringComparer.Ordinal);

    /// <summary>What a text is found by: its words, each of its compounds as one, and each two neighbours as one.</summary>
    public static IEnumerable<string> Indexed(string text)
    {
        var words = In(text).ToList();
        return words.Concat(In(Fold.Joined(text))).Concat(Neighbours(words)).Distinct(StringComparer.Ordinal);
    }

    /// <summary>What is looked for, in the order typed: <c>e-procurement</c> finds <c>eprocurement</c> as well.</summary>
    public static IEnumerable<string> Asked(string text) => In(Fold.Joined(text));

    /// <summary>
    /// For each word that is asked for, the entries of which a text must have one. A word is also found where it was written
    /// as two, and two words are found where they were written as one.
    /// </summary>
    /// <param name="asked">Folded. The last one may be the beginning of a word.</param>
    /// <param name="eachIsBeginning">Each of them may be.</param>
    public static ImmutableArray<ImmutableArray<WantedEntry>> Wanted(ImmutableArray<string> asked, bool eachIsBeginning = false)
    {
        return [.. asked.Select((word, at) => ImmutableArray.CreateRange(EntriesFor(word, at)))];

        IEnumerable<WantedEntry> EntriesFor(string word, int at)
        {
            yield return new(word, MayGoOn(at));
            yield return new(SideBySide + word, false);
            if (at > 0) yield return new(asked[at - 1] + word, MayGoOn(at));
            if (at + 1 < asked.Length) yield return new(word + asked[at + 1], MayGoOn(at + 1));
        }

        bool MayGoOn(int at) => eachIsBeginning || at == asked.Length - 1;
    }

    /// <summary>Folded, in the order typed.</summary>
    public static IEnumerable<string> In(string text) =>
        Fold.Of(text).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.Length <= LongestWord ? word : Cut(word));

    /// <summary>Whether these words hold all that was asked for, the last as the beginning of a word.</summary>
    public static bool Match(ImmutableSortedSet<string> words, ImmutableArray<string> asked) =>
        Wanted(asked).All(entries => entries.Any(entry => entry.IsIn(words)));

    /// <summary>The entry of two words that stand side by side.</summary>
    public static string AsNeighbours(string first, string second) => SideBySide + first + second;

    /// <summary>Numbers that follow each other are no compound.</summary>
    private static IEnumerable<string> Neighbours(List<string> words)
    {
        for (var i = 1; i < words.Count; i++)
        {
            var (first, second) = (words[i - 1], words[i]);
            if (first.Length + second.Length <= LongestWord && !(IsNumber(first) && IsNumber(second))) yield return AsNeighbours(first, second);
        }
    }

    private static bool IsNumber(string word) => word.All(char.IsDigit);

    private static string Cut(string word) => char.IsHighSurrogate(word[LongestWord - 1]) ? word[..(LongestWord - 1)] : word[..LongestWord];

    [GeneratedRegex(@"(https?://|mailto:)(?<host>[^\s/?#)>\]]*)[^\s)>\]]*", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Address();
}

/// <summary>An entry of the index that is looked for.</summary>
/// <param name="IsBeginning">Longer entries that begin so will do.</param>
public readonly record struct WantedEntry(string Word, bool IsBeginning)
{
    public bool IsMetBy(string entry) => IsBeginning ? entry.StartsWith(Word, StringComparison.Ordinal) : entry == Word;

    public bool IsIn(ImmutableSortedSet<string> words) => words.Contains(Word) || (IsBeginning && words.Any(IsMetBy));
}
