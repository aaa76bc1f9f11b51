using System.Collections.Immutable;
using PublicBuyers.Search;

namespace PublicBuyers.Storage;

/// <summary>What is looked for, in the language of SQLite's full-text search.</summary>
internal static class FullText
{
    /// <summary>All of these words, each in one of the ways it may be written.</summary>
    /// <param name="eachIsBeginning">Each word may be the beginning of one, not only the last.</param>
    public static string All(ImmutableArray<string> words, bool eachIsBeginning = false) =>
        string.Join(" AND ", PostWords.Wanted(words, eachIsBeginning).Select(entries => $"({string.Join(" OR ", entries.Select(Term))})"));

    /// <summary>In quotes: what people type is never an operator.</summary>
    private static string Term(WantedEntry entry) =>
        $"\"{entry.Word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"{(entry.IsBeginning ? "*" : "")}";
}
