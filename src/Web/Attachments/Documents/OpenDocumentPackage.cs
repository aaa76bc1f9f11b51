using System.Collections.Frozen;
using System.IO.Compression;
using System.Xml;

namespace PublicBuyers.Attachments.Documents;

/// <summary>Texts, sheets and slides of LibreOffice and others.</summary>
internal static class OpenDocumentPackage
{
    private static readonly FrozenSet<string> Scripts = new[]
    {
        "script",
        "library-embedded",
        "library-linked",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Objects = new[] { "object-ole", "applet", "plugin" }.ToFrozenSet(
        StringComparer.Ordinal
    );

    private static readonly FrozenSet<string> AskPrograms = new[]
    {
        "dde-connection-decl",
        "dde-connection",
        "dde-source",
        "dde-link",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What a click on a slide does: mostly, to show the next.</summary>
    private const string Presentation = "urn:oasis:names:tc:opendocument:xmlns:presentation:1.0";

    /// <param name="type">Media type, which its first entry says, uncompressed.</param>
    public static Content Look(Stream file, string type)
    {
        if (
            ZipDirectory.FirstStored(file, "mimetype") != type
            || ZipDirectory.Read(file) is not { } directory
            || !directory.Names.Contains("content.xml")
        )
            return Content.Other.One;

        if (!directory.IsSafe)
            return new Content.Dangerous(WhyNot(directory));

        using var package = new Package(file, new());
        foreach (var (name, part) in package.Parts)
        {
            var why =
                WhyNotBytes(package, part)
                ?? (
                    name.EndsWith("content.xml", StringComparison.OrdinalIgnoreCase)
                    || name.EndsWith("styles.xml", StringComparison.OrdinalIgnoreCase)
                        ? WhyNotMarkup(package, part)
                    : name.Equals("META-INF/manifest.xml", StringComparison.OrdinalIgnoreCase)
                        ? WhyNotManifest(package, part)
                    : null
                );
            if (why is { } refused)
                return new Content.Dangerous(refused);
        }

        return Content.Fine.One;
    }

    private static UnsafeContent WhyNot(ZipDirectory directory) =>
        directory.Names.Any(name =>
            name.StartsWith("Basic/", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Scripts/", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Dialogs/", StringComparison.OrdinalIgnoreCase)
        )
            ? UnsafeContent.Macros
        : directory.IsAsSaid && !directory.IsEncrypted ? UnsafeContent.Programs
        : UnsafeContent.Unreadable;

    /// <summary>
    /// Charts and formulas within a document lie unpacked beside it; what is packed is something else.
    /// </summary>
    private static UnsafeContent? WhyNotBytes(Package package, ZipArchiveEntry part) =>
        Beginnings.WhyNot(package, part, out var isPackage) ?? (isPackage ? UnsafeContent.Objects : null);

    private static UnsafeContent? WhyNotManifest(Package package, ZipArchiveEntry part)
    {
        using var xml = package.Xml(part);
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element)
                continue;
            if (xml.LocalName == "encryption-data")
                return UnsafeContent.Unreadable;

            foreach (var type in Attributes(xml, "media-type"))
            {
                if (type.Contains("oleobject", StringComparison.OrdinalIgnoreCase))
                    return UnsafeContent.Objects;
                if (type.Contains("script", StringComparison.OrdinalIgnoreCase))
                    return UnsafeContent.Macros;
            }
        }

        return null;
    }

    private static UnsafeContent? WhyNotMarkup(Package package, ZipArchiveEntry part)
    {
        using var xml = package.Xml(part);
        while (xml.Read())
        {
            if (xml.NodeType is not XmlNodeType.Element)
                continue;
            if (
                Scripts.Contains(xml.LocalName)
                || (xml.LocalName == "event-listener" && xml.NamespaceURI != Presentation)
            )
                return UnsafeContent.Macros;
            if (Objects.Contains(xml.LocalName))
                return UnsafeContent.Objects;
            if (AskPrograms.Contains(xml.LocalName))
                return UnsafeContent.Programs;

            if (
                xml.LocalName == "event-listener"
                && Attributes(xml, "action").Any(action => action.Trim() is "execute" or "verb")
            )
                return UnsafeContent.Programs;

            // A link that somebody chooses to follow may lead out; what is fetched to be shown may not.
            if (xml.LocalName is not ("a" or "event-listener") && Attributes(xml, "href").Any(LeadsOut))
                return UnsafeContent.Elsewhere;
            if (Attributes(xml, "formula").Any(formula => formula.Contains("DDE(", StringComparison.OrdinalIgnoreCase)))
                return UnsafeContent.Programs;
        }

        return null;
    }

    private static bool LeadsOut(string address) =>
        (address.Contains(':', StringComparison.Ordinal) && !address.StartsWith('#'))
        || address.StartsWith('/')
        || address.StartsWith('\\')
        || address.StartsWith("../", StringComparison.Ordinal);

    /// <summary>Of every vocabulary that has one of this name.</summary>
    private static List<string> Attributes(Markup xml, string name)
    {
        var found = new List<string>();
        for (var any = xml.MoveToFirstAttribute(); any; any = xml.MoveToNextAttribute())
            if (xml.LocalName == name)
                found.Add(xml.Value);
        xml.MoveToElement();
        return found;
    }
}
