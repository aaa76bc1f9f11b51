using System.Text;
using PublicBuyers.Attachments;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

public sealed class TellingFilesApart
{
    public static TheoryData<string, byte[], string, int?, int?> Fine => new()
    {
        { "a.png", SampleFiles.Png(), "image/png", 640, 480 },
        { "a.PNG", SampleFiles.Png(1, 16_384), "image/png", 1, 16_384 },
        { "a.gif", SampleFiles.Gif(300, 200), "image/gif", 300, 200 },
        { "a.jpg", SampleFiles.Jpeg(800, 600), "image/jpeg", 800, 600 },
        { "a.jpeg", SampleFiles.Jpeg(1, 2), "image/jpeg", 1, 2 },
        { "a.webp", SampleFiles.WebP(5_000, 4_000), "image/webp", 5_000, 4_000 },
        { "a.pdf", SampleFiles.Pdf, "application/pdf", null, null },
        { "a.docx", SampleFiles.Word("word/media/image1.png"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document", null, null },
        { "a.xlsx", SampleFiles.Sheet(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", null, null },
        { "a.odt", SampleFiles.OpenText(), "application/vnd.oasis.opendocument.text", null, null },
        { "a.txt", Encoding.UTF8.GetBytes("Ελληνικά\tand\r\nmore"), "text/plain", null, null },
        { "a.csv", Encoding.UTF8.GetBytes("﻿lot;price\n1;<5\n"), "text/csv", null, null },
        { "windows.csv", [.. "Société;Prix\r\nÉtude;12 €\r\n".Select(letter => letter == '€' ? (byte)0x80 : (byte)letter)], "text/csv", null, null },
        { "polish.csv", [0x8F, 0x9F, 0xB3, 0xF3, (byte)';', (byte)'1'], "text/csv", null, null },
        { "unicode.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("Łódź\t1\r\n😀")], "text/csv", null, null },
        { "big.csv", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes("Łódź\t1\r\n")], "text/csv", null, null },
        { "notice.txt", Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?>\n<notice/>"), "text/plain", null, null },
        { "drawing.txt", Encoding.UTF8.GetBytes(" \n<svg onload=alert(1)>"), "text/plain", null, null },
        { "page.md", Encoding.UTF8.GetBytes("hello <script>alert(1)</script>"), "text/markdown", null, null },
        { "gif.txt", Encoding.UTF8.GetBytes("GIF89a is how such a file begins."), "text/plain", null, null },
        { "a.pptx", SampleFiles.Slides("ppt/media/image1.png"), "application/vnd.openxmlformats-officedocument.presentationml.presentation", null, null },
        { "a.md", Encoding.UTF8.GetBytes("# Title\n<br> a > b"), "text/markdown", null, null },
    };

    [Theory, MemberData(nameof(Fine))]
    public void What_is_as_it_says_is_taken(string name, byte[] content, string type, int? width, int? height) =>
        Look(name, content).Value.ShouldNotBeNull().ShouldSatisfyAllConditions(
            found => found.Name.ShouldBe(name),
            found => found.Type.ShouldBe(type),
            found => (found.Width, found.Height).ShouldBe((width, height)));

    public static TheoryData<string, byte[], string> Refused => new()
    {
        { "page.html", Encoding.UTF8.GetBytes("<html>"), "kind-refused" },
        { "page.png", Encoding.UTF8.GetBytes("<html><script>alert(1)</script>"), "content-differs" },
        { "drawing.svg", Encoding.UTF8.GetBytes("<svg onload=alert(1)>"), "kind-refused" },
        { "drawing.png", Encoding.UTF8.GetBytes("<svg onload=alert(1)>"), "content-differs" },
        { "program.txt", [(byte)'M', (byte)'Z', 0x90, 0, 3, 0], "content-differs" },
        { "empty.txt", [], "empty" },
        { "empty.png", [], "empty" },
        { "short.png", SampleFiles.Png()[..20], "incomplete" },
        { "huge.png", SampleFiles.Png(60_000, 60_000), "image-too-large" },
        { "wide.png", SampleFiles.Png(16_385, 1), "image-too-large" },
        { "large.webp", SampleFiles.WebP(8_000, 8_000), "image-too-large" },
        { "endless.png", SampleFiles.Png(-1, -1), "image-too-large" },
        { "none.png", SampleFiles.Png(0, 10), "incomplete" },
        { "setup.exe", "MZ"u8.ToArray(), "kind-refused" },
        { "report.pdf.exe", SampleFiles.Pdf, "kind-refused" },
        { "pdf", SampleFiles.Pdf, "kind-refused" },
        { "archive.zip", SampleFiles.Zip("a.txt"), "kind-refused" },
        { "archive.docx", SampleFiles.Zip("a.txt"), "content-differs" },
        { "sheet.docx", SampleFiles.Sheet(), "content-differs" },
        { "macro.docx", SampleFiles.Word("word/vbaProject.bin"), "unsafe" },
        { "program.docx", SampleFiles.Word("word/embeddings/setup.exe"), "unsafe" },
        { "nested.docx", SampleFiles.Word("word/embeddings/42.zip"), "unsafe" },
        { "up.docx", SampleFiles.Word("../../../etc/passwd"), "unsafe" },
        { "drive.docx", SampleFiles.Word("C:\\x"), "unsafe" },
        { "root.docx", SampleFiles.Word("/etc/x"), "unsafe" },
        { "long.docx", SampleFiles.Word(new string('x', 300)), "unsafe" },
        { "bytes.docx", SampleFiles.Word(new string('é', 200)), "unsafe" },
        { "escaped.docx", SampleFiles.Word("word/%2e%2e/%2E%2E/x.xml"), "unsafe" },
        { "escaped-drive.docx", SampleFiles.Word("C%3A%5Cx.xml"), "unsafe" },
        { "nothing.docx", SampleFiles.Word("word/a\0b.xml"), "unsafe" },
        { "line.docx", SampleFiles.Word("word/a\nb.xml"), "unsafe" },
        { "device.docx", SampleFiles.Word("word/NUL.xml"), "unsafe" },
        { "dotted.docx", SampleFiles.Word("word/embeddings/setup.exe."), "unsafe" },
        { "spaced.docx", SampleFiles.Word("word/embeddings/setup.EXE "), "unsafe" },
        { "packed.docx", SampleFiles.Word("word/embeddings/more.7z"), "unsafe" },
        { "link.docx", SampleFiles.Linked(SampleFiles.Word()), "unsafe" },
        { "sum.docx", SampleFiles.Saying(SampleFiles.Word("a.xml", "b.xml", "c.xml"), 300 * 1024 * 1024), "unsafe" },
        { "program.pdf", [(byte)'M', (byte)'Z', 0x90, 0, .. SampleFiles.Pdf], "content-differs" },
        { "script.svg.png", Encoding.UTF8.GetBytes("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>"), "content-differs" },
        { "page.gif", Encoding.UTF8.GetBytes("GIF<script>alert(1)</script>"), "content-differs" },
        { "huge.gif", SampleFiles.Gif(-1, -1), "image-too-large" },
        { "huge.jpg", SampleFiles.Jpeg(-1, -1), "image-too-large" },
        { "basic.odt", SampleFiles.OpenText("Basic/Standard/Module1.xml"), "unsafe" },
        { "typeless.odt", SampleFiles.Zip("content.xml", "mimetype=application/vnd.oasis.opendocument.text"), "content-differs" },
        { "polyglot.docx", [.. "GIF89a"u8, .. SampleFiles.Word()], "content-differs" },
        { "bomb.docx", SampleFiles.Saying(SampleFiles.Word(), uint.MaxValue), "unsafe" },
        { "half.csv", [.. Encoding.Unicode.GetPreamble(), 0x3D, 0xD8], "content-differs" },
        { "odd.csv", [.. Encoding.Unicode.GetPreamble(), (byte)'a'], "content-differs" },
        { "signs.csv", [(byte)'a', 0xE9, 0x01], "content-differs" },
        { "photo.heic", [0, 0, 0, 24, .. "ftypheic"u8], "kind-refused" },
        { "photo.tiff", SampleFiles.Tiff(1), "kind-refused" },
        { "cut.docx", SampleFiles.Word()[..^10], "content-differs" },
    };

    /// <summary>B17, B18, B19.</summary>
    [Theory, MemberData(nameof(Refused))]
    public void What_is_not_is_refused(string name, byte[] content, string code) => Look(name, content).Refusal.ShouldNotBeNull().Code.ShouldBe("attachment." + code);

    [Theory]
    [InlineData("minutes.pdf", "minutes.pdf")]
    [InlineData("../../etc/passwd.txt", "passwd.txt")]
    [InlineData("C:\\x\\y.txt", "y.txt")]
    [InlineData("%2e%2e/x.txt", "x.txt")]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("a\r\nb.txt", "ab.txt")]
    [InlineData("gpj\u202Efdp.txt", "gpjfdp.txt")]
    [InlineData("half\ud800.txt", "half.txt")]
    [InlineData("NUL.txt", "_NUL.txt")]
    [InlineData("con.pdf", "_con.pdf")]
    [InlineData(".txt", "file.txt")]
    [InlineData("...", "file")]
    [InlineData("", "file")]
    [InlineData(null, "file")]
    [InlineData("a<b>:\"c|?*.txt", "a_b___c___.txt")]
    [InlineData("Προσφορά Łódź.pdf", "Προσφορά Łódź.pdf")]
    public void A_name_is_what_can_be_shown(string? given, string shown) => FileNames.Shown(given).ShouldBe(shown);

    [Fact]
    public void A_name_without_end_is_cut_and_keeps_its_extension()
    {
        var shown = FileNames.Shown(string.Concat(Enumerable.Repeat("😀", 300)) + ".docx");

        shown.Length.ShouldBeInRange(AttachmentLimits.LongestName - 1, AttachmentLimits.LongestName);
        shown.ShouldEndWith("😀.docx");
    }

    private static Outcome<FoundFile> Look(string name, byte[] content) => FileKinds.Look(name, new MemoryStream(content));
}
