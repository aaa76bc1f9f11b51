using System.Collections.Frozen;
using System.IO.Compression;

namespace PublicBuyers.Attachments.Documents;

/// <summary>One line of a <c>.rels</c> part: what a part refers to, and as what.</summary>
/// <param name="Type">The last word of its address, which is the same in all dialects of the format.</param>
internal sealed record Relationship(string Type, string Target, bool IsOutside)
{
    private static readonly FrozenSet<string> Macros = new[]
    {
        "vbaProject",
        "vbaProjectSignature",
        "vbaProjectSignatureAgile",
        "vbaProjectSignatureV3",
        "wordVbaData",
        "xlMacrosheet",
        "xlIntlMacrosheet",
        "dialogsheet",
        "attachedToolbars",
        "extensibility",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Objects = new[]
    {
        "oleObject",
        "control",
        "activeXControlBinary",
        "aFChunk",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What a link may begin with that somebody chooses to follow.</summary>
    private static readonly FrozenSet<string> Followed = new[]
    {
        "http",
        "https",
        "ftp",
        "mailto",
        "tel",
        "file",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<Relationship> In(Package package, ZipArchiveEntry part)
    {
        using var xml = package.Xml(part);
        while (xml.Read())
        {
            if (xml.NodeType is not System.Xml.XmlNodeType.Element || xml.LocalName != "Relationship")
                continue;

            var target = xml.GetAttribute("Target") ?? "";
            var isOutside =
                string.Equals(xml.GetAttribute("TargetMode"), "External", StringComparison.OrdinalIgnoreCase)
                || SchemeOf(target) is not null
                || target.StartsWith("\\\\", StringComparison.Ordinal);
            var type = (xml.GetAttribute("Type") ?? "").TrimEnd('/');
            yield return new(type[(type.LastIndexOf('/') + 1)..], target, isOutside);
        }
    }

    /// <summary>None where there is nothing against it.</summary>
    public UnsafeContent? WhyNot() =>
        Macros.Contains(Type) ? UnsafeContent.Macros
        : Objects.Contains(Type) ? UnsafeContent.Objects
        : !IsOutside || IsFollowed || IsOwnTemplate ? null
        : UnsafeContent.Elsewhere;

    private bool IsFollowed => Is("hyperlink") && (SchemeOf(Target) is not { } scheme || Followed.Contains(scheme));

    /// <summary>
    /// Programs write down which template on their own disk a text began with. It leads nowhere else.
    /// </summary>
    private bool IsOwnTemplate =>
        Is("attachedTemplate")
        && (IsOnADrive(Target) || (SchemeOf(Target) is null && Target.AsSpan().IndexOfAny('/', '\\') < 0));

    private bool Is(string type) => string.Equals(Type, type, StringComparison.OrdinalIgnoreCase);

    private static bool IsOnADrive(string target)
    {
        var path = target.StartsWith("file:///", StringComparison.OrdinalIgnoreCase)
            ? target["file:///".Length..]
            : target;
        return path is [(>= 'A' and <= 'Z') or (>= 'a' and <= 'z'), ':', '\\' or '/', ..];
    }

    /// <summary>None where it is a path. A single letter is a drive.</summary>
    private static string? SchemeOf(string target)
    {
        var trimmed = target.AsSpan().TrimStart();
        var colon = trimmed.IndexOf(':');
        if (colon < 2)
            return null;

        foreach (var letter in trimmed[..colon])
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('+' or '-' or '.'))
                return null;
        return trimmed[..colon].ToString();
    }
}
