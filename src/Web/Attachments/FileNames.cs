using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace PublicBuyers.Attachments;

/// <summary>Names of files as they are shown and offered for saving. On the server's disk they are called otherwise.</summary>
internal static class FileNames
{
    private const string Nameless = "file";

    private static readonly FrozenSet<char> Awkward = "<>:\"|?*".ToFrozenSet();

    /// <summary>What Windows takes for a device, whatever its extension.</summary>
    private static readonly FrozenSet<string> Devices = new[] { "CON", "PRN", "AUX", "NUL" }
        .Concat(Enumerable.Range(0, 10).SelectMany(number => new[] { $"COM{number}", $"LPT{number}" }))
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The last part of a path, without what cannot be seen or turns the text around; at most <see cref="AttachmentLimits.LongestName"/> characters, the extension among them.</summary>
    public static string Shown(string? given)
    {
        var last = (given ?? "").Split('/', '\\')[^1];
        var kept = new StringBuilder(last.Length);
        foreach (var rune in last.EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned || rune == Rune.ReplacementChar) continue;

            kept.Append(Rune.IsWhiteSpace(rune) ? " " : rune.IsBmp && Awkward.Contains((char)rune.Value) ? "_" : rune.ToString());
        }

        var name = kept.ToString().Normal().TrimEnd(' ', '.');
        var extension = ExtensionOf(name);
        var stem = name[..(name.Length - extension.Length)].Trim(' ', '.');
        if (stem.Length == 0) stem = Nameless;
        if (IsDevice(stem)) stem = "_" + stem;
        return Cut(stem, AttachmentLimits.LongestName - extension.Length) + extension;
    }

    public static bool IsDevice(string stem) => Devices.Contains(stem);

    /// <summary>With its dot, as written; empty where there is none that could be one.</summary>
    public static string ExtensionOf(string name) => name.LastIndexOf('.') is > -1 and var dot && name.Length - dot is > 1 and <= 6 ? name[dot..] : "";

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
