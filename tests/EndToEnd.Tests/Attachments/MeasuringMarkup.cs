using System.IO.Compression;
using System.Text;
using PublicBuyers.Attachments;
using PublicBuyers.Attachments.Documents;
using PublicBuyers.Communities;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>The markup of an upload is read in little memory, however it is made.</summary>
public sealed class MeasuringMarkup
{
    private const int LittleMemory = 64_000_000;

    private const string SheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

    public static TheoryData<string, string> Parts =>
        new()
        {
            { "a.xlsx", "xl/worksheets/sheet1.xml" },
            { "a.xlsx", "[Content_Types].xml" },
            { "a.xlsx", "_rels/.rels" },
            { "a.xlsx", "xl/_rels/workbook.xml.rels" },
            { "a.docx", "word/document.xml" },
            { "a.pptx", "ppt/presentation.xml" },
            { "a.odt", "content.xml" },
            { "a.odt", "styles.xml" },
            { "a.odt", "META-INF/manifest.xml" },
        };

    [Theory, MemberData(nameof(Parts))]
    public void Elements_within_each_other_without_end_are_refused_in_little_memory(string name, string part) =>
        Refused(name, With(name, part, some => some.WriteRepeated("<a>", 4_000_000)));

    [Fact]
    public void As_many_as_are_allowed_are_taken_and_one_more_is_not()
    {
        Look("a.odt", Nested(Markup.Deepest)).Refusal.ShouldBeNull();
        Look("a.odt", Nested(Markup.Deepest + 1)).Refusal.ShouldBeOfType<AttachmentRefusal.Unsafe>();

        static byte[] Nested(int levels) =>
            With(
                "a.odt",
                "content.xml",
                some =>
                {
                    some.WriteRepeated("<a>", levels);
                    some.Write("x");
                    some.WriteRepeated("</a>", levels);
                }
            );
    }

    public static TheoryData<string, string, string> Endless =>
        new()
        {
            { "the same attribute again and again", "<a ", "b='' " },
            { "ever new attributes", "<a ", "b{0}='' " },
            { "attributes with ends of tags in them", "<a ", "b{0}='>' " },
            { "ever new elements", "<a>", "<b{0}/>" },
            { "ever new vocabularies", "<a>", "<b xmlns='{0}'/>" },
        };

    [Theory, MemberData(nameof(Endless))]
    public void Attributes_and_names_without_end_are_refused_in_little_memory(string what, string begin, string more)
    {
        what.ShouldNotBeEmpty();
        foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
            Refused("a.odt", With("a.odt", "content.xml", some => Write(some, begin, more, 500_000), encoding));
    }

    /// <summary>In UTF-16 the byte of a tag's first letter is also half of this one.</summary>
    [Fact]
    public void Letters_that_look_like_tags_byte_by_byte_are_none() =>
        Refused(
            "a.odt",
            With(
                "a.odt",
                "content.xml",
                some =>
                {
                    some.Write("<a b='");
                    some.WriteRepeated("\u3C3C", 12_000_000);
                },
                Encoding.Unicode
            )
        );

    [Fact]
    public void A_list_of_types_without_end_is_refused_in_little_memory() =>
        Refused(
            "a.xlsx",
            With(
                "a.xlsx",
                "[Content_Types].xml",
                some => Write(some, "<Types>", "<Override PartName='/p{0}' ContentType='t'/>", 1_000_000)
            )
        );

    [Theory]
    [InlineData("<a>", "<a>")]
    [InlineData("<a ", "b='' ")]
    [InlineData("<a>", "<b{0}/>")]
    public void A_list_of_people_to_invite_is_measured_as_well(string begin, string more)
    {
        var file = With("a.xlsx", "xl/worksheets/sheet1.xml", some => Write(some, begin, more, 2_000_000));

        InLittleMemory(() => Workbook.Read(file)).Refusal.ShouldBeOfType<InvitationTableRefusal.WorkbookUnreadable>();
    }

    [Fact]
    public void Markup_in_UTF_16_is_read_when_it_says_so_and_refused_when_it_is_to_be_guessed()
    {
        Look("a.odt", With("a.odt", "content.xml", some => some.Write("<a>ł</a>"), Encoding.Unicode))
            .Refusal.ShouldBeNull();
        var unmarked = new UnicodeEncoding(bigEndian: false, byteOrderMark: false);
        Look("a.odt", With("a.odt", "content.xml", some => some.Write("<?xml version='1.0'?><a/>"), unmarked))
            .Refusal.ShouldBeOfType<AttachmentRefusal.Unsafe>();
        var another = "<?xml version='1.0' encoding='IBM037'?><a/>";
        Look("a.odt", With("a.odt", "content.xml", some => some.Write(another)))
            .Refusal.ShouldBeOfType<AttachmentRefusal.Unsafe>();
    }

    private static void Refused(string name, byte[] file)
    {
        file.Length.ShouldBeLessThan(AttachmentLimits.Largest);
        InLittleMemory(() => Look(name, file))
            .Refusal.ShouldBeOfType<AttachmentRefusal.Unsafe>()
            .Why.ShouldBe(UnsafeContent.Unreadable);
    }

    private static T InLittleMemory<T>(Func<T> look)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var answer = look();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(LittleMemory);
        return answer;
    }

    private static Outcome<FoundFile> Look(string name, byte[] content) =>
        FileKinds.Look(name, new MemoryStream(content));

    private static void Write(StreamWriter some, string begin, string more, int times)
    {
        some.Write(begin);
        for (var n = 0; n < times; n++)
            some.Write(more.Replace("{0}", n.ToString("x", null), StringComparison.Ordinal));
    }

    /// <summary>A document of this kind in which one part is written anew.</summary>
    private static byte[] With(string name, string part, Action<StreamWriter> write, Encoding? encoding = null)
    {
        var file = new MemoryStream();
        file.Write(
            Path.GetExtension(name) switch
            {
                ".xlsx" => SampleFiles.Zip([
                    "[Content_Types].xml="
                        + SampleFiles.Types(
                            $"<Override PartName='/xl/workbook.xml' ContentType='{SampleFiles.SheetMain}'/>"
                                + $"<Override PartName='/xl/worksheets/sheet1.xml' ContentType='{SheetType}'/>"
                        ),
                    "_rels/.rels=" + SampleFiles.Rels(SampleFiles.Rel("officeDocument", "xl/workbook.xml")),
                    "xl/workbook.xml=<workbook/>",
                ]),
                ".docx" => SampleFiles.Word(),
                ".pptx" => SampleFiles.Slides(),
                _ => SampleFiles.OpenText(),
            }
        );
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            zip.GetEntry(part)?.Delete();
            using var some = new StreamWriter(
                zip.CreateEntry(part, CompressionLevel.Optimal).Open(),
                encoding ?? new UTF8Encoding(false)
            );
            write(some);
        }

        return file.ToArray();
    }
}

file static class Writing
{
    public static void WriteRepeated(this StreamWriter some, string text, int times)
    {
        for (var n = 0; n < times; n++)
            some.Write(text);
    }
}
