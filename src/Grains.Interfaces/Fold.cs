using System.Globalization;
using System.Text;

namespace PublicBuyers;

/// <summary>Makes of a name or a text what it is looked up by: case, accents and letters that people type in place of others do not matter. One function for the picker, the lookup and the index.</summary>
public static class Fold
{
    /// <summary>Letters that no decomposition takes apart.</summary>
    private static readonly Dictionary<Rune, string> Instead = new()
    {
        [new('ß')] = "ss", [new('ł')] = "l", [new('ø')] = "o", [new('æ')] = "ae", [new('œ')] = "oe", [new('đ')] = "d", [new('ð')] = "d",
        [new('þ')] = "th", [new('ħ')] = "h", [new('ŧ')] = "t", [new('ı')] = "i", [new('ŋ')] = "n", [new('ĸ')] = "k", [new('ς')] = "σ",
    };

    /// <summary>Cyrillic й is a letter of its own; its mark alone tells it from и.</summary>
    private const char Breve = '\u0306';

    /// <summary>An apostrophe that Unicode counts among the letters.</summary>
    private static readonly Rune Apostrophe = new('ʼ');

    /// <summary>Letters and digits without case and marks; anything between them is one space. Folding again changes nothing.</summary>
    public static string Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var rune in WithoutMarks(text).Normal(NormalizationForm.FormKD).EnumerateRunes())
        {
            if (IsMark(rune))
            {
                if (rune.Value == Breve && folded.Length > 0 && folded[^1] == 'и') folded[^1] = 'й';
                continue;
            }

            if (!Rune.IsLetterOrDigit(rune) || rune == Apostrophe)
            {
                if (folded.Length > 0 && folded[^1] != ' ') folded.Append(' ');
                continue;
            }

            // Upper first: a few capitals have no small letter of their own that would meet them.
            var small = Rune.ToLowerInvariant(Rune.ToUpperInvariant(rune));
            if (Instead.TryGetValue(small, out var instead) || Instead.TryGetValue(Rune.ToLowerInvariant(rune), out instead)) folded.Append(instead);
            else folded.Append(small.ToString());
        }

        return folded.ToString().TrimEnd(' ');
    }

    /// <summary>The text with its compounds in one word: <c>e-procurement</c> is <c>eprocurement</c>, and <c>D’Angelo</c> is <c>DAngelo</c>.</summary>
    public static string Joined(string text)
    {
        var joined = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsJoiner(text[at]) || at == 0 || at == text.Length - 1 || !IsOfWord(text[at - 1]) || !IsOfWord(text[at + 1])) joined.Append(text[at]);
        }

        return joined.ToString();
    }

    /// <summary>Makes one word of two: hyphens and apostrophes of every kind. A dash between clauses does not.</summary>
    public static bool IsJoiner(char sign) =>
        sign is '-' or (>= '\u2010' and <= '\u2013') or '\uFE63' or '\uFF0D' or '\'' or '\u2018' or '\u2019' or '\u02BC' or '\uFF07';

    private static bool IsOfWord(char letter) => char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) || IsMark(new Rune(letter));

    /// <summary>Putting a tower of marks in order takes time that grows with its square; and what is no character has no normal form.</summary>
    private static string WithoutMarks(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsMark(rune) || (rune.Value == Breve && kept.Length > 0 && kept[^1] is ('и' or 'И')))
                kept.Append(Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherNotAssigned ? " " : rune.ToString());
        }

        return kept.ToString();
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format;
}
