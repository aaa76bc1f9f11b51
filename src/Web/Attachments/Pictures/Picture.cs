using System.Collections.Immutable;

namespace PublicBuyers.Attachments.Pictures;

/// <summary>A picture by its content: what it is, how large it is shown, and what of its file is kept.</summary>
/// <param name="Type">Media type.</param>
/// <param name="Extension">With its dot; the usual one of the type.</param>
/// <param name="Width">As it is shown, in pixels: after a turned picture has been turned upright.</param>
/// <param name="Parts">
/// The file without what pictures say about themselves. Pixels, colours, movement and the way up are kept;
/// places, dates, devices, names, comments, previews and whatever follows the picture's end are not.
/// </param>
internal sealed record Picture(string Type, string Extension, int Width, int Height, ImmutableArray<FilePart> Parts)
{
    private static readonly ImmutableArray<(Func<ReadOnlySpan<byte>, bool> Begins, Reader Read)> Kinds =
    [
        (PngPicture.Begins, PngPicture.Read),
        (JpegPicture.Begins, JpegPicture.Read),
        (GifPicture.Begins, GifPicture.Read),
        (WebPPicture.Begins, WebPPicture.Read),
    ];

    private delegate Picture? Reader(ReadOnlySpan<byte> file);

    /// <summary>Whether the file begins as a picture does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head)
    {
        foreach (var kind in Kinds)
            if (kind.Begins(head))
                return true;
        return false;
    }

    /// <summary>
    /// None where it is no picture, or not a whole one: its end, or a part that it promises, is missing.
    /// </summary>
    /// <remarks>Nothing is decoded. Every length in the file is checked before it is believed.</remarks>
    public static Picture? Read(ReadOnlySpan<byte> file)
    {
        foreach (var (begins, read) in Kinds)
            if (begins(file))
                return read(file);
        return null;
    }

    /// <summary>With the sides exchanged where the picture is shown lying on its side.</summary>
    /// <returns>None where a side is nothing.</returns>
    internal static Picture? Of(
        string type,
        string extension,
        (uint Width, uint Height) size,
        int orientation,
        PartList parts
    )
    {
        if (size.Width is 0 || size.Height is 0)
            return null;

        var (width, height) = ((int)Math.Min(size.Width, int.MaxValue), (int)Math.Min(size.Height, int.MaxValue));
        return Exif.IsOnItsSide(orientation)
            ? new(type, extension, height, width, parts.All)
            : new(type, extension, width, height, parts.All);
    }
}

/// <summary>A stretch of an uploaded file that is kept as it is, or bytes that are put in its place.</summary>
/// <param name="New">None: the stretch of the file.</param>
public sealed record FilePart(int Start, int Length, ReadOnlyMemory<byte>? New = null);

/// <summary>What is kept of a file, in order. Neighbours become one.</summary>
internal sealed class PartList
{
    private readonly List<FilePart> parts = [];

    public ImmutableArray<FilePart> All => [.. parts];

    public int Length => parts.Sum(part => part.Length);

    public void Keep(int start, int length)
    {
        if (parts is [.., { New: null } last] && last.Start + last.Length == start)
            parts[^1] = last with { Length = last.Length + length };
        else
            parts.Add(new(start, length));
    }

    public void Put(params byte[] bytes) => parts.Add(new(0, bytes.Length, bytes));

    public void Put(PartList others) => parts.AddRange(others.parts);
}
