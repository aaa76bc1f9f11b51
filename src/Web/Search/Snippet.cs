using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.RegularExpressions;
using System.Text.Unicode;

namespace PublicBuyers.Search;

/// <summary>A stretch of a post around what was looked for, as HTML: the words found are marked.</summary>
internal static partial class Snippet
{
    /// <summary>In characters.</summary>
    public const int Longest = 240;

    private const int Lead = 60;

    /// <summary>Of a compound, looked at as one word.</summary>
    private const int MostParts = 6;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <param name="markdown">As the reader may see it now.</param>
    /// <param name="words">Folded, the last one perhaps the beginning of a word.</param>
    public static string Of(string markdown, ImmutableArray<string> words)
    {
        var text = Plain(markdown);
        var found = Found(text, [.. PostWords.Wanted(words).SelectMany(entries => entries).Distinct()]);
        var start = found is [var first, ..] ? WordStart(text, first.Start - Lead) : 0;
        var end = WordEnd(text, start + Longest);

        var html = new StringBuilder(start > 0 ? "… " : "");
        var at = start;
        foreach (var (mark, length) in found.Where(run => run.Start >= start && run.Start + run.Length <= end))
        {
            html.Append(Html.Encode(text[at..mark])).Append("<mark>").Append(Html.Encode(text[mark..(mark + length)])).Append("</mark>");
            at = mark + length;
        }

        return html.Append(Html.Encode(text[at..end])).Append(end < text.Length ? " …" : "").ToString();
    }

    /// <summary>Without what only Markdown reads, on one line.</summary>
    internal static string Plain(string markdown) => Blank().Replace(Marks().Replace(Emphasis().Replace(Target().Replace(markdown, "${text}"), ""), " "), " ").Trim();

    /// <summary>A compound that is meant is marked as a whole, and so are two neighbours that are meant as one word.</summary>
    private static List<(int Start, int Length)> Found(string text, ImmutableArray<WantedEntry> wanted)
    {
        var runs = Runs(text).ToList();
        var found = new List<(int, int)>();
        for (var i = 0; i < runs.Count; i++)
        {
            var last = i;
            while (last + 1 < runs.Count && last - i + 1 < MostParts && AreJoined(text, runs[last], runs[last + 1])) last++;
            while (last > i && !IsMeant(Fold.Joined(Between(i, last)), wanted)) last--;

            if (last == i && !IsMeant(Between(i, i), wanted))
            {
                if (i + 1 == runs.Count || !AreMeantTogether(Between(i, i), Between(i + 1, i + 1), wanted)) continue;
                last = i + 1;
            }

            found.Add((runs[i].Start, runs[last].Start + runs[last].Length - runs[i].Start));
            i = last;
        }

        return found;

        string Between(int first, int last) => text[runs[first].Start..(runs[last].Start + runs[last].Length)];
    }

    private static bool AreJoined(string text, (int Start, int Length) run, (int Start, int Length) next) =>
        next.Start == run.Start + run.Length + 1 && Fold.IsJoiner(text[next.Start - 1]);

    private static bool IsMeant(string stretch, ImmutableArray<WantedEntry> wanted) =>
        PostWords.In(stretch).Any(word => wanted.Any(entry => entry.IsMetBy(word)));

    private static bool AreMeantTogether(string first, string second, ImmutableArray<WantedEntry> wanted) =>
        PostWords.In(first).LastOrDefault() is { } one && PostWords.In(second).FirstOrDefault() is { } other
        && wanted.Contains(new(PostWords.AsNeighbours(one, other), false));

    /// <summary>Letters and digits with their marks, one word after the other.</summary>
    private static IEnumerable<(int Start, int Length)> Runs(string text)
    {
        var start = -1;
        var at = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isWord = Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format;
            if (isWord && start < 0) start = at;
            if (!isWord && start >= 0)
            {
                yield return (start, at - start);
                start = -1;
            }

            at += rune.Utf16SequenceLength;
        }

        if (start >= 0) yield return (start, at - start);
    }

    private static int WordStart(string text, int near)
    {
        if (near <= 0) return 0;

        var space = text.IndexOf(' ', near);
        return space >= 0 && space - near < Lead ? space + 1 : char.IsLowSurrogate(text[near]) ? near - 1 : near;
    }

    private static int WordEnd(string text, int near)
    {
        if (near >= text.Length) return text.Length;

        var space = text.LastIndexOf(' ', near);
        return near - space < Lead ? space : char.IsLowSurrogate(text[near]) ? near - 1 : near;
    }

    [GeneratedRegex(@"!?\[(?<text>[^\]\n]*)\]\([^)\n]*\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Target();

    [GeneratedRegex("[*`~]+", RegexOptions.NonBacktracking)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"[_|]+|^[ \t]*([>#]+|[-+])[ \t]", RegexOptions.NonBacktracking | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Marks();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blank();
}
