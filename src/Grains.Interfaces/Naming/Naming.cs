using System.Globalization;
using System.Text;

namespace PublicBuyers;

/// <summary>
/// What may name somebody or something in one line: of people, organisations, communities, rooms, threads and publications.
/// Unicode's own data says what cannot be seen and what looks alike (<c>eng/make-name-data.mjs</c>).
/// </summary>
public static class Naming
{
    /// <summary>Combining marks on one letter: names need a few, nobody needs a page-high stack of them.</summary>
    private const int MostMarks = 4;

    /// <summary>UTF-16 units for each letter as people count them, marks included.</summary>
    private const int MostUnits = 4;

    /// <summary>Joiners shape letters in the scripts between these two: Arabic to Myanmar.</summary>
    private const int FirstJoining = 0x0600, LastJoining = 0x109F;

    /// <summary>In one form: single spaces, composed letters, and without characters that show nothing.</summary>
    public static string Tidy(string text)
    {
        if (HasNoForm(text)) return text;   // has no form, and is refused for it

        return string.Join(' ', WithoutUnseen(text).Normal().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>A person's name in one form. A number in brackets at its end is ours: it tells namesakes apart.</summary>
    public static string TidyName(string text)
    {
        var name = Tidy(text);
        while (name.EndsWith(')') && name.LastIndexOf(" (", StringComparison.Ordinal) is > 0 and var open && name[(open + 2)..^1] is { Length: > 0 } number && number.All(char.IsDigit))
            name = name[..open];
        return name;
    }

    /// <summary>What is wrong with a name, if anything.</summary>
    /// <param name="given">As it was typed.</param>
    /// <param name="tidy">The same as <see cref="Tidy"/> gives it.</param>
    /// <param name="most">Letters, as people count them.</param>
    /// <param name="field">Which field it was typed in, for the refusal.</param>
    /// <param name="malformed">The refusal for what is empty, too long, or holds characters that have no place in a line.</param>
    /// <param name="mayHoldAddress">An address may stand in it, as in a title; it may not be one.</param>
    public static Refusal? Wrong(string given, string tidy, int most, string field, Refusal malformed, bool mayHoldAddress = false)
    {
        if (tidy.Length == 0) return string.IsNullOrWhiteSpace(given) ? malformed : new NameRefusal.Unseen(field);
        if (HasNoForm(tidy) || tidy.Length > most * MostUnits || new StringInfo(tidy).LengthInTextElements > most) return malformed;
        if (HasLoneMark(tidy)) return new NameRefusal.Unseen(field);
        if (!IsLine(tidy)) return malformed;

        return (mayHoldAddress ? NameAddresses.IsOne(tidy) : NameAddresses.HasOne(tidy)) ? new NameRefusal.IsAddress(field) : null;
    }

    /// <summary>What a name looks like (UTS 39): names with one skeleton can be taken for each other. Case, width and what cannot be seen do not count.</summary>
    public static string Skeleton(string name)
    {
        if (HasNoForm(name)) return name;

        var once = Mapped(WithoutUnseen(name).Normal(NormalizationForm.FormKC));
        return string.Concat(Mapped(once.ToLowerInvariant()).Where(letter => !char.IsWhiteSpace(letter)));
    }

    private static string Mapped(string text)
    {
        var mapped = new StringBuilder(text.Length);
        foreach (var rune in text.Normal(NormalizationForm.FormD).EnumerateRunes())
        {
            if (NameData.LooksLike.TryGetValue(rune.Value, out var other)) mapped.Append(other);
            else mapped.Append(rune.ToString());
        }

        return mapped.ToString().Normal();
    }

    private static string WithoutUnseen(string text)
    {
        if (text.All(char.IsAscii)) return text;

        var kept = new StringBuilder(text.Length);
        var before = default(Rune);
        foreach (var rune in text.EnumerateRunes())
        {
            if (NameData.IsUnseen(rune) && !(rune.Value is 0x200C or 0x200D && before.Value is >= FirstJoining and <= LastJoining)) continue;

            kept.Append(rune.ToString());
            before = rune;
        }

        return kept.ToString().TrimEnd('\u200C', '\u200D');
    }

    /// <summary>Halves of characters, and code points that are no characters: Unicode gives them no normal form.</summary>
    private static bool HasNoForm(string text) =>
        Texts.HasLoneSurrogate(text) || text.EnumerateRunes().Any(rune => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF);

    private static bool HasLoneMark(string text)
    {
        var hasBase = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsMark(rune) && !hasBase) return true;

            hasBase = !Rune.IsWhiteSpace(rune);
        }

        return false;
    }

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Can be shown in a line beside others: no control characters, nothing that turns the direction of what follows, no towers of marks.</summary>
    private static bool IsLine(string text)
    {
        var marks = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var category = Rune.GetUnicodeCategory(rune);
            if (category is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) return false;
            if (category is UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D)) return false;

            marks = category is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? marks + 1 : 0;
            if (marks > MostMarks) return false;
        }

        return true;
    }
}

/// <summary>Why something cannot be called that.</summary>
public static class NameRefusal
{
    /// <summary>Nothing of it would show, or a mark in it stands on no letter.</summary>
    [GenerateSerializer, Immutable, Alias("name.unseen")]
    public sealed record Unseen([property: Id(0)] string Field) : Refusal(RefusalKind.Unprocessable, "name.unseen");

    /// <summary>A mail or web address is not a name: mail programs would make a link of it.</summary>
    [GenerateSerializer, Immutable, Alias("name.address")]
    public sealed record IsAddress([property: Id(0)] string Field) : Refusal(RefusalKind.Unprocessable, "name.address");

    /// <summary>A name that pretends to be the server, who runs it, or everybody (<see cref="ReservedNames"/>).</summary>
    [GenerateSerializer, Immutable, Alias("name.reserved")]
    public sealed record Reserved([property: Id(0)] string Name) : Refusal(RefusalKind.Unprocessable, "name.reserved");
}
