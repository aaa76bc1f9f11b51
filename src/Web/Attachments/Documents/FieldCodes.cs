using System.Text;

namespace PublicBuyers.Attachments.Documents;

/// <summary>
/// Finds fields of a text document that start or ask another program. A field's code can be cut into pieces and lie
/// within another's.
/// </summary>
internal sealed class FieldCodes
{
    private const int Deepest = 200;

    /// <summary>Of a field's code, as much as its name can be.</summary>
    private const int LongestName = 64;

    private static readonly string[] Names = ["DDEAUTO", "DDE", "LINK"];

    private readonly Stack<StringBuilder?> open = new();

    /// <returns>Whether the element the reader stands on makes the document one that starts programs.</returns>
    /// <exception cref="InvalidDataException">Fields within fields without end.</exception>
    public bool Take(Markup xml) =>
        xml.LocalName switch
        {
            "fldSimple" => Attribute(xml, "instr") is { } code && Starts(code),
            "fldChar" => Attribute(xml, "fldCharType") switch
            {
                "begin" => Begin(),
                "separate" => Separate(),
                "end" => End(),
                _ => false,
            },
            _ => false,
        };

    /// <summary>A piece of a field's code.</summary>
    public void Add(string text)
    {
        if (open.TryPeek(out var code) && code is { Length: < LongestName })
            code.Append(text.AsSpan(0, Math.Min(text.Length, LongestName)));
    }

    private bool Begin()
    {
        if (open.Count == Deepest)
            throw new InvalidDataException($"Fields lie deeper than {Deepest} within each other.");

        // The inner field's result could finish the outer one's name.
        var isFinishedWithin = open.TryPeek(out var outer) && outer is not null && IsBeginOfName(outer.ToString());
        open.Push(new());
        return isFinishedWithin;
    }

    /// <summary>What follows is the result, no code.</summary>
    private bool Separate()
    {
        if (!open.TryPop(out var code))
            return false;

        open.Push(null);
        return code is not null && Starts(code.ToString());
    }

    private bool End() => open.TryPop(out var code) && code is not null && Starts(code.ToString());

    private static bool Starts(string code)
    {
        var name = code.AsSpan().TrimStart();
        var length = name.IndexOfAnyExcept(Letters);
        return Array.Exists(
            Names,
            (length < 0 ? name.ToString() : name[..length].ToString()).ToUpperInvariant().Equals
        );
    }

    private static bool IsBeginOfName(string code) =>
        code.TrimStart() is { Length: > 0 } begun
        && Array.Exists(Names, name => name.StartsWith(begun, StringComparison.OrdinalIgnoreCase));

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    private static string? Attribute(Markup xml, string name)
    {
        for (var found = xml.MoveToFirstAttribute(); found; found = xml.MoveToNextAttribute())
        {
            if (xml.LocalName != name)
                continue;

            var value = xml.Value;
            xml.MoveToElement();
            return value;
        }

        xml.MoveToElement();
        return null;
    }
}
