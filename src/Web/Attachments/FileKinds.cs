using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Unicode;

namespace PublicBuyers.Attachments;

/// <summary>The kinds of files that can be attached, and how each is told by its content. A file is what its name says, or it is refused.</summary>
internal static class FileKinds
{
    /// <summary>How far into a text a browser looks for markup, generously.</summary>
    private const int Sniffed = 1_024;

    private static readonly FrozenDictionary<string, Kind> ByExtension = new Dictionary<string, Kind>(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = new("image/png", ImageHeaders.Png),
        [".jpg"] = new("image/jpeg", ImageHeaders.Jpeg),
        [".jpeg"] = new("image/jpeg", ImageHeaders.Jpeg),
        [".gif"] = new("image/gif", ImageHeaders.Gif),
        [".webp"] = new("image/webp", ImageHeaders.WebP),
        [".pdf"] = new("application/pdf", IsPdf),
        [".docx"] = new("application/vnd.openxmlformats-officedocument.wordprocessingml.document", Office("word/document.xml")),
        [".xlsx"] = new("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Office("xl/workbook.xml")),
        [".pptx"] = new("application/vnd.openxmlformats-officedocument.presentationml.presentation", Office("ppt/presentation.xml")),
        [".odt"] = OpenDocument("application/vnd.oasis.opendocument.text"),
        [".ods"] = OpenDocument("application/vnd.oasis.opendocument.spreadsheet"),
        [".odp"] = OpenDocument("application/vnd.oasis.opendocument.presentation"),
        [".txt"] = new("text/plain", IsText),
        [".csv"] = new("text/csv", IsText),
        [".md"] = new("text/markdown", IsText),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Of these a browser shows the picture and nothing else.</summary>
    public static readonly FrozenSet<string> Pictures = new[] { "image/png", "image/jpeg", "image/gif", "image/webp" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>For the file picker of a form.</summary>
    public static string Accepted { get; } = string.Join(',', ByExtension.Keys.Order(StringComparer.Ordinal));

    private sealed record Kind(string Type, Func<Stream, Content> Look);

    /// <param name="shownName">As <see cref="FileNames.Shown"/> made it.</param>
    public static Outcome<FoundFile> Look(string shownName, Stream file)
    {
        if (WhyNot(shownName) is { } why) return why;
        if (file.Length == 0) return new AttachmentRefusal.Empty();

        var extension = FileNames.ExtensionOf(shownName);
        var kind = ByExtension[extension];
        file.Position = 0;
        return kind.Look(file) switch
        {
            Content.Image image when image.Width > AttachmentLimits.LongestSide || image.Height > AttachmentLimits.LongestSide || (long)image.Width * image.Height > AttachmentLimits.MostPixels =>
                new AttachmentRefusal.ImageTooLarge(AttachmentLimits.LongestSide, (int)(AttachmentLimits.MostPixels / 1_000_000)),
            Content.Image image => new FoundFile(shownName, kind.Type, image.Width, image.Height),
            Content.Fine => new FoundFile(shownName, kind.Type),
            Content.Dangerous => new AttachmentRefusal.Unsafe(),
            _ => new AttachmentRefusal.ContentDiffers(extension),
        };
    }

    /// <summary>Known before a byte has come.</summary>
    public static Refusal? WhyNot(string shownName) =>
        ByExtension.ContainsKey(FileNames.ExtensionOf(shownName)) ? null : new AttachmentRefusal.KindRefused(string.Join(", ", ByExtension.Keys.Order(StringComparer.Ordinal).Select(extension => extension[1..])));

    private static Content IsPdf(Stream file)
    {
        Span<byte> head = stackalloc byte[5];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual("%PDF-"u8) ? Content.Fine.One : Content.Other.One;
    }

    private static Func<Stream, Content> Office(string part) => file =>
        ZipDirectory.Read(file) is not { } zip ? Content.Other.One
        : !zip.Names.Contains("[Content_Types].xml") || !zip.Names.Contains(part) ? Content.Other.One
        : zip.IsSafe ? Content.Fine.One
        : Content.Dangerous.One;

    /// <summary>Its first entry says which it is, uncompressed, so that it can be told without unpacking.</summary>
    private static Kind OpenDocument(string type) => new(type, file =>
    {
        if (ZipDirectory.Read(file) is not { } zip || zip.FirstStored(file, "mimetype") != type || !zip.Names.Contains("content.xml")) return Content.Other.One;

        return zip.IsSafe ? Content.Fine.One : Content.Dangerous.One;
    });

    /// <summary>UTF-8 throughout, no control characters but line ends and tabs, and nothing that a browser takes for a page.</summary>
    private static Content IsText(Stream file)
    {
        var bytes = ArrayPool<byte>.Shared.Rent((int)file.Length);
        try
        {
            var text = bytes.AsSpan(0, file.ReadAtLeast(bytes.AsSpan(0, (int)file.Length), (int)file.Length, throwOnEndOfStream: false));
            if (!Utf8.IsValid(text) || text.Contains((byte)0)) return Content.Other.One;

            var head = Encoding.UTF8.GetString(text[..Math.Min(Sniffed, text.Length)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
            return head.StartsWith('<') || Array.Exists(Markup, tag => head.Contains(tag, StringComparison.OrdinalIgnoreCase)) ? Content.Dangerous.One : Content.Fine.One;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static readonly string[] Markup = ["<script", "<svg", "<html", "<!doctype", "<iframe"];
}

/// <summary>What a look at a file showed.</summary>
internal abstract record Content
{
    private Content() { }

    /// <summary>Something else than its name says.</summary>
    public sealed record Other : Content
    {
        public static readonly Other One = new();
    }

    public sealed record Fine : Content
    {
        public static readonly Fine One = new();
    }

    public sealed record Dangerous : Content
    {
        public static readonly Dangerous One = new();
    }

    public sealed record Image(int Width, int Height) : Content;
}
