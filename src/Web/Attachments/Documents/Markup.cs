using System.Text;
using System.Xml;

namespace PublicBuyers.Attachments.Documents;

/// <summary>
/// Reads the XML of an upload from its start to its end: no entities, nothing fetched, and nothing in it that would
/// fill the memory. Everything that reads XML from outside reads it with this.
/// </summary>
/// <remarks>
/// Throws <see cref="InvalidDataException"/> for what is too much, and <see cref="XmlException"/> for what is not
/// well-formed.
/// </remarks>
internal sealed class Markup : IDisposable
{
    /// <summary>Elements within each other. A text of office programs has about twenty.</summary>
    public const int Deepest = 256;

    /// <summary>Of one element. The root of a text has about forty.</summary>
    public const int MostAttributes = 1_000;

    /// <summary>
    /// Names of elements, of attributes and of vocabularies: each is kept once until the part is read. A vocabulary
    /// of an office program has about a thousand.
    /// </summary>
    public const int MostNames = 20_000;

    /// <summary>Of all those names together, in characters.</summary>
    public const int LongestNames = 1024 * 1024;

    private static readonly string[] Encodings = ["utf-8", "utf-16", "us-ascii", "iso-8859-1", "windows-1252"];

    private readonly XmlReader xml;

    /// <param name="part">Closed with this.</param>
    public Markup(Stream part, ReadingBudget budget) =>
        xml = XmlReader.Create(
            new CarefulText(new CarefulStream(part, budget)),
            new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit,
                XmlResolver = null,
                IgnoreComments = true,
                IgnoreProcessingInstructions = true,
                IgnoreWhitespace = true,
                CloseInput = true,
                NameTable = new FewNames(),
            }
        );

    public XmlNodeType NodeType => xml.NodeType;

    public string LocalName => xml.LocalName;

    public string NamespaceURI => xml.NamespaceURI;

    public bool IsEmptyElement => xml.IsEmptyElement;

    public bool HasValue => xml.HasValue;

    public string Value => xml.Value;

    public string? GetAttribute(string name) => xml.GetAttribute(name);

    public bool MoveToFirstAttribute() => xml.MoveToFirstAttribute();

    public bool MoveToNextAttribute() => xml.MoveToNextAttribute();

    public bool MoveToElement() => xml.MoveToElement();

    /// <returns>Whether there was something more to read.</returns>
    public bool Read()
    {
        if (!xml.Read())
            return false;
        if (xml.Depth > Deepest)
            throw new InvalidDataException($"Its elements lie deeper than {Deepest} within each other.");
        if (xml.AttributeCount > MostAttributes)
            throw new InvalidDataException($"An element has more than {MostAttributes} attributes.");
        if (
            xml.NodeType is XmlNodeType.XmlDeclaration
            && xml.GetAttribute("encoding") is { } encoding
            && !Encodings.Contains(encoding, StringComparer.OrdinalIgnoreCase)
        )
            throw new InvalidDataException($"It says that it is written in \"{encoding}\".");

        return true;
    }

    /// <summary>
    /// Reads a part that something else is about to read, and stops where it is not well-formed: there the other
    /// stops as well.
    /// </summary>
    /// <exception cref="InvalidDataException">It has too much of something.</exception>
    public static void Measure(Stream part, ReadingBudget budget)
    {
        using var markup = new Markup(part, budget);
        try
        {
            while (markup.Read()) { }
        }
        catch (XmlException)
        {
            // A picture, or damaged: nobody reads it further than this.
        }
    }

    public void Dispose() => xml.Dispose();

    /// <summary>The reader keeps every name it has met; so there may only be so many.</summary>
    private sealed class FewNames : XmlNameTable
    {
        private readonly NameTable names = new();
        private int count;
        private int length;

        public override string Add(char[] array, int offset, int length) =>
            length == 0 ? "" : names.Get(array, offset, length) ?? Counted(names.Add(array, offset, length));

        public override string Add(string array) => names.Get(array) ?? Counted(names.Add(array));

        public override string? Get(char[] array, int offset, int length) => names.Get(array, offset, length);

        public override string? Get(string array) => names.Get(array);

        private string Counted(string name)
        {
            (count, length) = (count + 1, length + name.Length);
            if (count > MostNames || length > LongestNames)
                throw new InvalidDataException($"It has more than {MostNames} names, or too long ones.");
            return name;
        }
    }
}

/// <summary>
/// The letters of a part. Between two tags there may not be so many, or so many attributes, that reading them would
/// fill the memory: the reader takes an element with all its attributes at once.
/// </summary>
/// <remarks>Letters and not bytes, because in UTF-16 the byte of a tag can be half of another letter.</remarks>
internal sealed class CarefulText(Stream part) : TextReader
{
    private const int LongestPiece = 4 * 1024 * 1024;

    /// <summary>Each attribute has one. A cell of 32,767 letters can consist of them.</summary>
    private const int MostEqualSigns = 64 * 1024;

    private readonly StreamReader letters = new(part, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
    private bool isBegun;
    private int sinceTag;
    private int equalSigns;

    public override int Peek() => letters.Peek();

    public override int Read()
    {
        Span<char> one = stackalloc char[1];
        return Read(one) == 0 ? -1 : one[0];
    }

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var read = letters.Read(buffer);
        Measure(buffer[..read]);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            letters.Dispose();
        base.Dispose(disposing);
    }

    private void Measure(ReadOnlySpan<char> read)
    {
        // UTF-16 without its mark: another reader could guess it, and go on where this one stops.
        if (!isBegun && read[..Math.Min(read.Length, 4)].Contains('\0'))
            throw new InvalidDataException("It does not say in which encoding it is written.");

        isBegun |= read.Length > 0;
        var last = read.LastIndexOf('<');
        if (last >= 0)
        {
            (sinceTag, equalSigns) = (0, 0);
            read = read[last..];
        }

        sinceTag += read.Length;
        equalSigns += read.Count('=');
        if (sinceTag > LongestPiece || equalSigns > MostEqualSigns)
            throw new InvalidDataException(
                $"A piece of its markup is longer than {LongestPiece} characters, or has more than {MostEqualSigns} attributes."
            );
    }
}
