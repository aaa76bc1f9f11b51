using System.Text;
using PublicBuyers.Attachments;
using PublicBuyers.Attachments.Documents;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>
/// A document is taken when the list of its parts, what they refer to and what they hold show nothing that runs or
/// fetches.
/// </summary>
public sealed class LookingIntoDocuments
{
    private const string Evil = "http://evil.example/x";

    public static TheoryData<string, string, byte[], UnsafeContent> Unsafe
    {
        get
        {
            var all = new TheoryData<string, string, byte[], UnsafeContent>();
            void Add(string what, string name, byte[] content, UnsafeContent why) => all.Add(what, name, content, why);

            Add(
                "entries hidden behind a lower count",
                "a.docx",
                SampleFiles.Hiding(SampleFiles.Word("word/extra.bin"), 1),
                UnsafeContent.Unreadable
            );
            Add("an entry twice", "a.docx", SampleFiles.Word("word/a.xml", "WORD/A.XML"), UnsafeContent.Unreadable);
            Add("macros by name", "a.docx", SampleFiles.Word("word/vbaProject.bin"), UnsafeContent.Macros);
            Add(
                "macros under another name",
                "a.docx",
                Typed("word/data.bin", "application/vnd.ms-office.vbaProject"),
                UnsafeContent.Macros
            );
            Add(
                "macros by extension",
                "a.docx",
                Document(
                    $"<Default Extension='dat' ContentType='application/vnd.ms-office.vbaProject'/>",
                    "",
                    "word/x.dat"
                ),
                UnsafeContent.Macros
            );
            Add(
                "macros by what refers to them",
                "a.docx",
                Related(SampleFiles.Rel("vbaProject", "x.bin")),
                UnsafeContent.Macros
            );
            Add(
                "a document with macros under a harmless name",
                "a.docx",
                SampleFiles.Office(
                    "word/document.xml",
                    "application/vnd.ms-word.document.macroEnabled.main+xml",
                    "<x/>"
                ),
                UnsafeContent.Macros
            );
            Add(
                "what looks like macros from before",
                "a.xlsx",
                Workbook(
                    "<Override PartName='/xl/macrosheets/sheet1.xml' ContentType='application/vnd.ms-excel.macrosheet+xml'/>",
                    "",
                    "xl/macrosheets/sheet1.xml"
                ),
                UnsafeContent.Macros
            );
            Add(
                "such a sheet by what refers to it",
                "a.xlsx",
                Workbook("", SampleFiles.Rel("xlMacrosheet", "s.xml")),
                UnsafeContent.Macros
            );
            Add(
                "a ribbon that calls macros",
                "a.docx",
                Related(SampleFiles.Rel("extensibility", "customUI.xml")),
                UnsafeContent.Macros
            );
            Add(
                "a template from elsewhere",
                "a.docx",
                Settings(SampleFiles.Rel("attachedTemplate", Evil + ".dotm", outside: true)),
                UnsafeContent.Elsewhere
            );
            Add(
                "a template on another machine",
                "a.docx",
                Settings(SampleFiles.Rel("attachedTemplate", "file:///\\\\evil\\x.dotm", outside: true)),
                UnsafeContent.Elsewhere
            );
            Add(
                "a picture from elsewhere",
                "a.docx",
                Related(SampleFiles.Rel("image", Evil + ".png", outside: true)),
                UnsafeContent.Elsewhere
            );
            Add(
                "a text from elsewhere",
                "a.docx",
                Related(SampleFiles.Rel("subDocument", Evil, outside: true)),
                UnsafeContent.Elsewhere
            );
            Add("a frame", "a.docx", Related(SampleFiles.Rel("frame", Evil, outside: true)), UnsafeContent.Elsewhere);
            Add(
                "something from elsewhere that is not called so",
                "a.docx",
                Related(SampleFiles.Rel("image", Evil)),
                UnsafeContent.Elsewhere
            );
            Add(
                "another workbook",
                "a.xlsx",
                Workbook("", SampleFiles.Rel("externalLinkPath", "file:///C:/x.xlsx", outside: true)),
                UnsafeContent.Elsewhere
            );
            Add(
                "a link that runs",
                "a.docx",
                Related(SampleFiles.Rel("hyperlink", "ms-msdt:/id", outside: true)),
                UnsafeContent.Elsewhere
            );
            Add(
                "an object",
                "a.docx",
                With(("word/embeddings/oleObject1.bin", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])),
                UnsafeContent.Objects
            );
            Add(
                "an object by what refers to it",
                "a.docx",
                Related(SampleFiles.Rel("oleObject", "media/image1.bin")),
                UnsafeContent.Objects
            );
            Add(
                "an object from elsewhere",
                "a.docx",
                Related(SampleFiles.Rel("oleObject", Evil + ".html!", outside: true)),
                UnsafeContent.Objects
            );
            Add(
                "an object under another name",
                "a.docx",
                With(("word/media/image1.png", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0])),
                UnsafeContent.Objects
            );
            Add("a control", "a.docx", Related(SampleFiles.Rel("control", "activeX1.xml")), UnsafeContent.Objects);
            Add(
                "a control by its type",
                "a.docx",
                Typed("word/x.xml", "application/vnd.ms-office.activeX+xml"),
                UnsafeContent.Objects
            );
            Add(
                "another text that is taken in",
                "a.docx",
                Related(SampleFiles.Rel("aFChunk", "a.html")),
                UnsafeContent.Objects
            );
            Add(
                "another text under another name",
                "a.docx",
                With(("word/a.dat", "{\\rtf1 x}"u8.ToArray())),
                UnsafeContent.Objects
            );
            Add(
                "a program under another name",
                "a.docx",
                With(("word/media/a.png", "MZ\x90"u8.ToArray())),
                UnsafeContent.Programs
            );
            Add(
                "an archive within",
                "a.docx",
                With(("word/embeddings/a.bin", SampleFiles.Zip("a.txt"))),
                UnsafeContent.Objects
            );
            Add(
                "a document with macros within",
                "a.pptx",
                Slides(("ppt/embeddings/a.xlsx", SampleFiles.Sheet("xl/vbaProject.bin"))),
                UnsafeContent.Macros
            );
            Add(
                "documents within documents without end",
                "a.pptx",
                Slides(("ppt/embeddings/a.xlsx", Deep())),
                UnsafeContent.Objects
            );
            Add(
                "a field that starts a program",
                "a.docx",
                Text(
                    "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> DDEAUTO c:\\\\windows</w:instrText></w:r><w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "such a field in pieces",
                "a.docx",
                Text(
                    "<w:fldChar w:fldCharType='begin'/><w:instrText>D</w:instrText><w:instrText>DE </w:instrText><w:instrText>cmd</w:instrText><w:fldChar w:fldCharType='separate'/><w:fldChar w:fldCharType='end'/>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "such a field made by another",
                "a.docx",
                Text(
                    "<w:fldChar w:fldCharType='begin'/><w:instrText>DD</w:instrText><w:fldChar w:fldCharType='begin'/><w:instrText>QUOTE 69</w:instrText><w:fldChar w:fldCharType='end'/><w:fldChar w:fldCharType='end'/>"
                ),
                UnsafeContent.Programs
            );
            Add("a simple field", "a.docx", Text("<w:fldSimple w:instr='dde excel'/>"), UnsafeContent.Programs);
            Add(
                "such a field in a footer",
                "a.docx",
                Document(
                    "<Override PartName='/word/f.xml' ContentType='application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml'/>",
                    "",
                    "word/f.xml=<w:fldSimple xmlns:w='w' w:instr='DDEAUTO x'/>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "a formula that asks a program",
                "a.xlsx",
                SampleFiles.Office(
                    "xl/workbook.xml",
                    SampleFiles.SheetMain,
                    "<workbook><definedName>cmd|'/C calc'!A0</definedName></workbook>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "a link to a program",
                "a.xlsx",
                Workbook(
                    "<Override PartName='/xl/e.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml'/>",
                    "",
                    "xl/e.xml=<externalLink><ddeLink ddeService='cmd'/></externalLink>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "a slide that starts a program",
                "a.pptx",
                SampleFiles.Office(
                    "ppt/presentation.xml",
                    SampleFiles.SlidesMain,
                    "<p><hlinkMouseOver action='ppaction://program?x'/></p>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "entities",
                "a.docx",
                SampleFiles.Office(
                    "word/document.xml",
                    SampleFiles.WordMain,
                    "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"
                ),
                UnsafeContent.Unreadable
            );
            Add(
                "a script",
                "a.odt",
                Open("<office:scripts xmlns:office='o'><office:script/></office:scripts>"),
                UnsafeContent.Macros
            );
            Add(
                "a click that runs a macro",
                "a.odt",
                Open("<script:event-listener xmlns:script='urn:oasis:names:tc:opendocument:xmlns:script:1.0'/>"),
                UnsafeContent.Macros
            );
            Add(
                "a click that starts a program",
                "a.odt",
                Open(
                    "<p:event-listener xmlns:p='urn:oasis:names:tc:opendocument:xmlns:presentation:1.0' p:action='execute'/>"
                ),
                UnsafeContent.Programs
            );
            Add(
                "a library of macros",
                "a.odt",
                SampleFiles.OpenText("Basic/Standard/Module1.xml"),
                UnsafeContent.Macros
            );
            Add("an object within", "a.odt", Open("<draw:object-ole xmlns:draw='d'/>"), UnsafeContent.Objects);
            Add(
                "an object by its bytes",
                "a.odt",
                SampleFiles.Zip([
                    ("mimetype", "application/vnd.oasis.opendocument.text"u8.ToArray()),
                    ("content.xml", null),
                    ("Object 1", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
                ]),
                UnsafeContent.Objects
            );
            Add(
                "a picture from elsewhere in it",
                "a.odt",
                Open("<draw:image xmlns:draw='d' xmlns:xlink='x' xlink:href='http://evil.example/a.png'/>"),
                UnsafeContent.Elsewhere
            );
            Add(
                "a connection to a program",
                "a.odt",
                Open("<text:dde-connection-decl xmlns:text='t'/>"),
                UnsafeContent.Programs
            );
            Add(
                "what is encrypted",
                "a.odt",
                SampleFiles.OpenText("META-INF/manifest.xml=<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"),
                UnsafeContent.Unreadable
            );
            return all;
        }
    }

    [Theory, MemberData(nameof(Unsafe))]
    public void What_runs_or_fetches_is_refused_however_it_is_called(
        string what,
        string name,
        byte[] content,
        UnsafeContent why
    ) => Look(name, content).Refusal.ShouldBeOfType<AttachmentRefusal.Unsafe>(what).Why.ShouldBe(why, what);

    public static TheoryData<string, string, byte[]> Fine =>
        new()
        {
            { "a link", "a.docx", Related(SampleFiles.Rel("hyperlink", "https://ted.europa.eu/x", outside: true)) },
            {
                "a template on the author's own disk",
                "a.docx",
                Settings(SampleFiles.Rel("attachedTemplate", "file:///C:\\Users\\x\\Normal.dotm", outside: true))
            },
            {
                "a page number",
                "a.docx",
                Text(
                    "<w:fldSimple w:instr=' PAGE '/><w:fldChar w:fldCharType='begin'/><w:instrText>HYPERLINK \"https://dde.example\"</w:instrText><w:fldChar w:fldCharType='end'/>"
                )
            },
            { "a chart with its workbook", "a.pptx", Slides(("ppt/embeddings/a.xlsx", SampleFiles.Sheet())) },
            {
                "a formula with a text",
                "a.xlsx",
                SampleFiles.Office(
                    "xl/workbook.xml",
                    SampleFiles.SheetMain,
                    "<workbook><definedName>A1&amp;\"|\"</definedName></workbook>"
                )
            },
            {
                "a type that no part has",
                "a.docx",
                Document(
                    "<Default Extension='bin' ContentType='application/vnd.openxmlformats-officedocument.oleObject'/>",
                    ""
                )
            },
            {
                "a click on a slide",
                "a.odt",
                Open(
                    "<p:event-listener xmlns:p='urn:oasis:names:tc:opendocument:xmlns:presentation:1.0' p:action='next-page'/>"
                )
            },
            {
                "a chart in it",
                "a.odt",
                Open(
                    "<draw:object xmlns:draw='d' xmlns:xlink='x' xlink:href='./Object 1'/><text:a xmlns:text='t' xmlns:xlink='x' xlink:href='https://ted.europa.eu'/>"
                )
            },
            { "scripts, of which there are none", "a.odt", Open("<office:scripts xmlns:office='o'/>") },
        };

    [Theory, MemberData(nameof(Fine))]
    public void What_people_do_in_documents_is_taken(string what, string name, byte[] content) =>
        Look(name, content).Refusal.ShouldBeNull(what);

    [Fact]
    public void What_unpacks_to_more_than_anybody_reads_is_refused_and_not_kept_in_memory()
    {
        var bomb = SampleFiles.Office(
            "word/document.xml",
            SampleFiles.WordMain,
            "<x>" + new string(' ', 8_000_000) + "</x>"
        );
        var before = GC.GetAllocatedBytesForCurrentThread();

        Look("a.docx", bomb).Refusal.ShouldBeOfType<AttachmentRefusal.Unsafe>().Why.ShouldBe(UnsafeContent.Unreadable);

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(60_000_000);
    }

    private static Outcome<FoundFile> Look(string name, byte[] content) =>
        FileKinds.Look(name, new MemoryStream(content));

    private static byte[] Typed(string part, string type) =>
        Document($"<Override PartName='/{part}' ContentType='{type}'/>", "", part);

    private static byte[] Related(string line) => Document("", line);

    private static byte[] Settings(string line) =>
        SampleFiles.Word("word/settings.xml", "word/_rels/settings.xml.rels=" + SampleFiles.Rels(line));

    private static byte[] Text(string body) =>
        SampleFiles.Office("word/document.xml", SampleFiles.WordMain, $"<w:document xmlns:w='w'>{body}</w:document>");

    private static byte[] Document(string types, string relations, params string[] more) =>
        Made("word/document.xml", SampleFiles.WordMain, types, relations, more);

    private static byte[] Workbook(string types, string relations, params string[] more) =>
        Made("xl/workbook.xml", SampleFiles.SheetMain, types, relations, more);

    private static byte[] Made(string part, string main, string types, string relations, string[] more) =>
        SampleFiles.Zip([
            "[Content_Types].xml=" + SampleFiles.Types($"<Override PartName='/{part}' ContentType='{main}'/>{types}"),
            "_rels/.rels=" + SampleFiles.Rels(SampleFiles.Rel("officeDocument", part)),
            part,
            $"{Path.GetDirectoryName(part)}/_rels/{Path.GetFileName(part)}.rels=" + SampleFiles.Rels(relations),
            .. more,
        ]);

    private static byte[] With(params (string Name, byte[]? Content)[] more) =>
        Packed("word/document.xml", SampleFiles.WordMain, more);

    private static byte[] Slides(params (string Name, byte[]? Content)[] more) =>
        Packed("ppt/presentation.xml", SampleFiles.SlidesMain, more);

    private static byte[] Packed(string part, string main, (string Name, byte[]? Content)[] more) =>
        SampleFiles.Zip([
            (
                "[Content_Types].xml",
                Encoding.UTF8.GetBytes(SampleFiles.Types($"<Override PartName='/{part}' ContentType='{main}'/>"))
            ),
            ("_rels/.rels", Encoding.UTF8.GetBytes(SampleFiles.Rels(SampleFiles.Rel("officeDocument", part)))),
            (part, null),
            .. more,
        ]);

    private static byte[] Deep() =>
        Packed("xl/workbook.xml", SampleFiles.SheetMain, [("xl/embeddings/b.xlsx", SampleFiles.Sheet())]);

    private static byte[] Open(string body) =>
        SampleFiles.Zip([
            ("mimetype", "application/vnd.oasis.opendocument.text"u8.ToArray()),
            ("content.xml", Encoding.UTF8.GetBytes($"<c>{body}</c>")),
        ]);
}
