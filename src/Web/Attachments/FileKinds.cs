using System.Buffers;
using System.Collections.Frozen;
using System.Xml;
using PublicBuyers.Attachments.Documents;
using PublicBuyers.Attachments.Pictures;

namespace PublicBuyers.Attachments;

/// <summary>
/// The kinds of files that can be attached, and how each is told by its content. A picture is what its content says,
/// whatever it is called; any other file is what its name says, or it is refused. What is looked at in each kind, and
/// what is not, stands in docs/files.md.
/// </summary>
internal static class FileKinds
{
    private static readonly FrozenDictionary<string, Kind> ByExtension = new Dictionary<string, Kind>(
        StringComparer.OrdinalIgnoreCase
    )
    {
        [".png"] = Kind.OfPicture("image/png"),
        [".jpg"] = Kind.OfPicture("image/jpeg"),
        [".jpeg"] = Kind.OfPicture("image/jpeg"),
        [".gif"] = Kind.OfPicture("image/gif"),
        [".webp"] = Kind.OfPicture("image/webp"),
        [".pdf"] = new("application/pdf", IsPdf),
        [".docx"] = Office(".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        [".xlsx"] = Office(".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        [".pptx"] = Office(".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        [".odt"] = OpenDocument("application/vnd.oasis.opendocument.text"),
        [".ods"] = OpenDocument("application/vnd.oasis.opendocument.spreadsheet"),
        [".odp"] = OpenDocument("application/vnd.oasis.opendocument.presentation"),
        [".txt"] = new("text/plain", IsText),
        [".csv"] = new("text/csv", IsText),
        [".md"] = new("text/markdown", IsText),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Names that telephones and browsers give pictures, of which some are of a kind that can be attached all the same.
    /// </summary>
    private static readonly FrozenSet<string> OtherPictureNames = new[]
    {
        ".jfif",
        ".jpe",
        ".jif",
        ".pjpeg",
        ".pjp",
        ".apng",
        ".heic",
        ".heif",
        ".avif",
        ".bmp",
        ".tif",
        ".tiff",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Of these a browser shows the picture and nothing else.</summary>
    public static readonly FrozenSet<string> Pictures = new[]
    {
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>For the file picker of a form.</summary>
    public static string Accepted { get; } = string.Join(',', ByExtension.Keys.Order(StringComparer.Ordinal));

    private static string Kinds { get; } =
        string.Join(", ", ByExtension.Keys.Order(StringComparer.Ordinal).Select(extension => extension[1..]));

    /// <param name="Look">None: a picture, and nothing else may be called so.</param>
    private sealed record Kind(string Type, Func<Stream, Content>? Look)
    {
        public static Kind OfPicture(string type) => new(type, null);
    }

    /// <param name="shownName">As <see cref="FileNames.Shown"/> made it.</param>
    /// <remarks>
    /// Never throws for what is in the file. Holds at most the file in memory, and a few megabytes more.
    /// </remarks>
    public static Outcome<FoundFile> Look(string shownName, Stream file)
    {
        if (WhyNot(shownName) is { } why)
            return why;
        if (file.Length == 0)
            return new AttachmentRefusal.Empty();

        var extension = FileNames.ExtensionOf(shownName);
        var kind = ByExtension.GetValueOrDefault(extension);
        var mayBePicture = BeginsAsPicture(file);
        if (mayBePicture && Whole(file, Picture.Read) is { } picture)
            return Found(shownName, picture);

        if (kind?.Look is not { } look)
            return mayBePicture ? new AttachmentRefusal.Incomplete()
                : kind is null ? new AttachmentRefusal.KindRefused(Kinds)
                : new AttachmentRefusal.ContentDiffers(extension);

        file.Position = 0;
        return Careful(look, file) switch
        {
            Content.Fine => new FoundFile(shownName, kind.Type),
            Content.Dangerous dangerous => new AttachmentRefusal.Unsafe(dangerous.Why),
            _ => new AttachmentRefusal.ContentDiffers(extension),
        };
    }

    /// <summary>How large a picture is shown that was uploaded before that was looked at.</summary>
    /// <returns>None where it is no picture that can be read.</returns>
    public static (int Width, int Height)? SizeOf(Stream file) =>
        BeginsAsPicture(file) && Whole(file, Picture.Read) is { } picture ? (picture.Width, picture.Height) : null;

    /// <summary>Known before a byte has come.</summary>
    public static Refusal? WhyNot(string shownName) =>
        FileNames.ExtensionOf(shownName) is var extension
        && (ByExtension.ContainsKey(extension) || OtherPictureNames.Contains(extension))
            ? null
            : new AttachmentRefusal.KindRefused(Kinds);

    private static Outcome<FoundFile> Found(string shownName, Picture picture) =>
        picture.Width > AttachmentLimits.LongestSide
        || picture.Height > AttachmentLimits.LongestSide
        || (long)picture.Width * picture.Height > AttachmentLimits.MostPixels
            ? new AttachmentRefusal.ImageTooLarge(
                AttachmentLimits.LongestSide,
                (int)(AttachmentLimits.MostPixels / 1_000_000)
            )
            : new FoundFile(Named(shownName, picture), picture.Type, picture.Width, picture.Height)
            {
                Parts = picture.Parts,
            };

    /// <summary>With the extension that its content has, where it had another.</summary>
    private static string Named(string shownName, Picture picture)
    {
        var extension = FileNames.ExtensionOf(shownName);
        return ByExtension.GetValueOrDefault(extension)?.Type == picture.Type
            ? shownName
            : FileNames.Shown(shownName[..^extension.Length] + picture.Extension);
    }

    private static bool BeginsAsPicture(Stream file)
    {
        Span<byte> head = stackalloc byte[16];
        file.Position = 0;
        return Picture.Begins(head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)]);
    }

    private static Content Careful(Func<Stream, Content> look, Stream file)
    {
        try
        {
            return look(file);
        }
        catch (Exception broken)
            when (broken
                    is IOException
                        or InvalidDataException
                        or XmlException
                        or NotSupportedException
                        or ArgumentException
            )
        {
            // What a package says of itself can be wrong in every way. Whatever cannot be read to its end is not taken.
            return new Content.Dangerous(UnsafeContent.Unreadable);
        }
    }

    private static Content IsPdf(Stream file)
    {
        Span<byte> head = stackalloc byte[5];
        return
            file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length
            && head.SequenceEqual("%PDF-"u8)
            ? Content.Fine.One
            : Content.Other.One;
    }

    private static Content IsText(Stream file) => Whole(file, TextKinds.IsText) ? Content.Fine.One : Content.Other.One;

    private static Kind Office(string extension, string type) => new(type, file => OfficePackage.Look(file, extension));

    private static Kind OpenDocument(string type) => new(type, file => OpenDocumentPackage.Look(file, type));

    private static T Whole<T>(Stream file, Func<ReadOnlySpan<byte>, T> look)
    {
        var length = (int)file.Length;
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            file.Position = 0;
            return look(bytes.AsSpan(0, file.ReadAtLeast(bytes.AsSpan(0, length), length, throwOnEndOfStream: false)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
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

    public sealed record Dangerous(UnsafeContent Why) : Content;
}
