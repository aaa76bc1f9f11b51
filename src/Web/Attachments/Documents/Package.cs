using System.IO.Compression;
using System.Xml;

namespace PublicBuyers.Attachments.Documents;

/// <summary>
/// The parts of a document that is a zip file, read with care: so many bytes in all, no entities, nothing fetched.
/// </summary>
/// <remarks>
/// Throws <see cref="InvalidDataException"/> or <see cref="XmlException"/> for what cannot be read, and for what is too
/// much.
/// </remarks>
internal sealed class Package : IDisposable
{
    private readonly ZipArchive zip;
    private readonly ReadingBudget budget;

    public Package(Stream file, ReadingBudget budget)
    {
        file.Position = 0;
        zip = new(file, ZipArchiveMode.Read, leaveOpen: true);
        this.budget = budget;
        Parts = zip
            .Entries.Where(entry => !entry.FullName.EndsWith('/'))
            .ToDictionary(NameOf, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>By name, without the escapes that a name may be written with.</summary>
    public IReadOnlyDictionary<string, ZipArchiveEntry> Parts { get; }

    public static string NameOf(ZipArchiveEntry entry) => Uri.UnescapeDataString(entry.FullName);

    public Stream Open(ZipArchiveEntry part) => new CarefulStream(part.Open(), budget);

    public Markup Xml(ZipArchiveEntry part) => new(part.Open(), budget);

    public void Dispose() => zip.Dispose();
}

/// <summary>How many bytes may still be unpacked for one upload, with all that is packed within it.</summary>
internal sealed class ReadingBudget
{
    /// <summary>A workbook of ten megabytes can hold a sheet of two hundred.</summary>
    private const long Most = 256L * 1024 * 1024;

    private long left = Most;

    public void Take(int bytes)
    {
        left -= bytes;
        if (left < 0)
            throw new InvalidDataException($"It unpacks to more than {Most} bytes of what has to be read.");
    }
}

/// <summary>Counts what is read.</summary>
internal sealed class CarefulStream(Stream inner, ReadingBudget budget) : UnseekableStream
{
    public override bool CanRead => true;

    public override bool CanWrite => false;

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        budget.Take(read);
        return read;
    }

    public override void Flush() { }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
