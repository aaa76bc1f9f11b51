using System.Collections.Frozen;
using System.IO.Compression;
using System.Xml;

namespace PublicBuyers.Attachments.Documents;

/// <summary>
/// Word, Excel and PowerPoint: a package of parts, with a list of what each part is and what it refers to. It is that
/// list that programs go by, and not names.
/// </summary>
internal static class OfficePackage
{
    private const string ContentTypes = "[Content_Types].xml";

    private const string RootRelationships = "_rels/.rels";

    /// <summary>A chart within a slide holds a workbook; that one holds none.</summary>
    private const int Deepest = 2;

    private static readonly FrozenDictionary<string, string> MainTypes = new Dictionary<string, string>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        [".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        [".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        [".pptx"] = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly (string Piece, UnsafeContent Why)[] Refused =
    [
        ("macroEnabled", UnsafeContent.Macros),
        ("vbaProject", UnsafeContent.Macros),
        ("vbaData", UnsafeContent.Macros),
        ("macrosheet", UnsafeContent.Macros),
        ("dialogsheet", UnsafeContent.Macros),
        ("attachedToolbars", UnsafeContent.Macros),
        ("activeX", UnsafeContent.Objects),
        ("oleObject", UnsafeContent.Objects),
    ];

    /// <param name="extension">One of those this knows.</param>
    public static Content Look(Stream file, string extension) => Look(file, MainTypes[extension], new(), 1);

    /// <param name="main">What the document itself must be; none: any of those that can be attached.</param>
    private static Content Look(Stream file, string? main, ReadingBudget budget, int depth)
    {
        if (ZipDirectory.Read(file) is not { } directory || !directory.Names.Contains(ContentTypes))
            return Content.Other.One;
        if (!directory.IsSafe)
            return new Content.Dangerous(WhyNot(directory));

        using var package = new Package(file, budget);
        if (Types.Read(package) is not { } types)
            return Content.Other.One;
        if (types.All.Select(WhyNotType).FirstOrDefault(why => why is not null) is { } refused)
            return new Content.Dangerous(refused);
        if (
            MainPart(package) is not { } document
            || types.Of(document) is not { } type
            || !(main is null ? MainTypes.Values.Contains(type, StringComparer.OrdinalIgnoreCase) : Is(main, type))
        )
            return Content.Other.One;

        return WhyNot(package, types, budget, depth) is { } why ? new Content.Dangerous(why) : Content.Fine.One;
    }

    private static UnsafeContent WhyNot(ZipDirectory directory) =>
        directory.Names.Any(name => name.Contains("vba", StringComparison.OrdinalIgnoreCase)) ? UnsafeContent.Macros
        : directory.IsAsSaid && !directory.IsEncrypted ? UnsafeContent.Programs
        : UnsafeContent.Unreadable;

    private static UnsafeContent? WhyNotType(string type)
    {
        foreach (var (piece, why) in Refused)
            if (type.Contains(piece, StringComparison.OrdinalIgnoreCase))
                return why;
        return null;
    }

    /// <summary>What the package says its document is.</summary>
    private static string? MainPart(Package package) =>
        package.Parts.TryGetValue(RootRelationships, out var root)
            ? Relationship
                .In(package, root)
                .FirstOrDefault(each => Is("officeDocument", each.Type))
                ?.Target.TrimStart('/')
            : null;

    private static UnsafeContent? WhyNot(Package package, Types types, ReadingBudget budget, int depth)
    {
        foreach (var (name, part) in package.Parts)
        {
            var why = name.EndsWith(".rels", StringComparison.OrdinalIgnoreCase)
                ? Relationship.In(package, part).Select(each => each.WhyNot()).FirstOrDefault(each => each is not null)
                : WhyNotBytes(package, part, budget, depth) ?? WhyNotMarkup(package, part, types.Of(name) ?? "");
            if (why is not null)
                return why;
        }

        return null;
    }

    private static UnsafeContent? WhyNotBytes(Package package, ZipArchiveEntry part, ReadingBudget budget, int depth) =>
        Beginnings.WhyNot(package, part, out var isPackage)
        ?? (isPackage ? WhyNotWithin(package, part, budget, depth) : null);

    /// <summary>A document within the document is looked into like any other.</summary>
    private static UnsafeContent? WhyNotWithin(Package package, ZipArchiveEntry part, ReadingBudget budget, int depth)
    {
        if (depth == Deepest)
            return UnsafeContent.Objects;

        using var copy = new MemoryStream();
        using (var content = package.Open(part))
            if (!TryCopy(content, copy))
                return UnsafeContent.Objects;

        return Look(copy, null, budget, depth + 1) switch
        {
            Content.Fine => null,
            Content.Dangerous dangerous => dangerous.Why,
            _ => UnsafeContent.Objects,
        };
    }

    /// <summary>However long it says it is, no more is kept than a file may have.</summary>
    private static bool TryCopy(Stream from, MemoryStream to)
    {
        var some = new byte[64 * 1024];
        while (from.Read(some) is > 0 and var read)
        {
            if (to.Length + read > AttachmentLimits.Largest)
                return false;

            to.Write(some, 0, read);
        }

        return true;
    }

    private static UnsafeContent? WhyNotMarkup(Package package, ZipArchiveEntry part, string type)
    {
        if (!type.EndsWith("+xml", StringComparison.OrdinalIgnoreCase))
            return null;

        var starts =
            type.Contains("wordprocessingml", StringComparison.OrdinalIgnoreCase) ? HasField(package, part)
            : type.Contains("presentationml", StringComparison.OrdinalIgnoreCase) ? HasAction(package, part)
            : type.Contains("spreadsheetml", StringComparison.OrdinalIgnoreCase) && HasLinkToProgram(package, part);
        return starts ? UnsafeContent.Programs : null;
    }

    private static bool HasField(Package package, ZipArchiveEntry part)
    {
        var fields = new FieldCodes();
        using var xml = package.Xml(part);
        var isCode = false;
        while (xml.Read())
        {
            if (xml.NodeType is XmlNodeType.Element)
            {
                isCode = xml.LocalName is "instrText" or "delInstrText" && !xml.IsEmptyElement;
                if (fields.Take(xml))
                    return true;
            }
            else if (xml.NodeType is XmlNodeType.EndElement)
            {
                isCode = false;
            }
            else if (isCode && xml.HasValue)
            {
                fields.Add(xml.Value);
            }
        }

        return false;
    }

    private static bool HasAction(Package package, ZipArchiveEntry part)
    {
        using var xml = package.Xml(part);
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element || xml.GetAttribute("action") is not { } action)
                continue;
            if (
                action.AsSpan().Trim() is var asked
                && (
                    Begins(asked, "ppaction://program")
                    || Begins(asked, "ppaction://macro")
                    || Begins(asked, "ppaction://ole")
                )
            )
                return true;
        }

        return false;
    }

    /// <summary>Links to a program by its name, and formulas that ask one: <c>program|topic!item</c>.</summary>
    private static bool HasLinkToProgram(Package package, ZipArchiveEntry part)
    {
        using var xml = package.Xml(part);
        var isFormula = false;
        while (xml.Read())
        {
            if (xml.NodeType is XmlNodeType.Element)
            {
                if (xml.LocalName is "ddeLink" or "oleLink")
                    return true;

                isFormula =
                    xml.LocalName is "f" or "definedName" or "formula" or "formula1" or "formula2"
                    && !xml.IsEmptyElement;
            }
            else if (xml.NodeType is XmlNodeType.EndElement)
            {
                isFormula = false;
            }
            else if (isFormula && xml.HasValue && AsksProgram(xml.Value))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Outside of texts and of names in quotes, a formula has this sign for nothing else.</summary>
    private static bool AsksProgram(string formula)
    {
        char? quote = null;
        foreach (var letter in formula)
        {
            if (quote is not null)
                quote = letter == quote ? null : quote;
            else if (letter is '"' or '\'')
                quote = letter;
            else if (letter == '|')
                return true;
        }

        return false;
    }

    private static bool Is(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static bool Begins(ReadOnlySpan<char> text, string with) =>
        text.StartsWith(with, StringComparison.OrdinalIgnoreCase);

    /// <summary>What each part is, by its name or by its extension.</summary>
    private sealed record Types(Dictionary<string, string> ByName, Dictionary<string, string> ByExtension, string[] All)
    {
        /// <summary>Twice as many as a package has parts.</summary>
        private const int Most = 20_000;

        /// <summary>Of all names and types together, in characters.</summary>
        private const int Longest = 4 * 1024 * 1024;

        public string? Of(string part) =>
            ByName.GetValueOrDefault(part) ?? ByExtension.GetValueOrDefault(Path.GetExtension(part).TrimStart('.'));

        public static Types? Read(Package package)
        {
            if (!package.Parts.TryGetValue(ContentTypes, out var list))
                return null;

            var (names, extensions) = (
                new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
                new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            );
            var length = 0;
            using var xml = package.Xml(list);
            while (xml.Read())
            {
                if (xml.NodeType is not XmlNodeType.Element || xml.GetAttribute("ContentType")?.Trim() is not { } type)
                    continue;

                var (of, known) = xml.LocalName switch
                {
                    "Override" => (xml.GetAttribute("PartName") ?? "", names),
                    "Default" => (xml.GetAttribute("Extension") ?? "", extensions),
                    _ => ("", null),
                };
                if (known is null)
                    continue;

                known[known == names ? Uri.UnescapeDataString(of).TrimStart('/') : of.Trim()] = type;
                length += of.Length + type.Length;
                if (names.Count + extensions.Count > Most || length > Longest)
                    throw new InvalidDataException($"Its list of types has more than {Most} lines, or too long ones.");
            }

            // A type that no part has stands in many documents; programs write it down beforehand.
            var used = package
                .Parts.Keys.Select(name => Path.GetExtension(name).TrimStart('.'))
                .ToHashSet(StringComparer.OrdinalIgnoreCase);
            return new(
                names,
                extensions,
                [.. names.Values, .. extensions.Where(each => used.Contains(each.Key)).Select(each => each.Value)]
            );
        }
    }
}
