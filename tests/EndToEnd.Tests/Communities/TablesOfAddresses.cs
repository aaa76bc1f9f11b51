using System.IO.Compression;
using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Communities;

/// <summary>Files as spreadsheets write them, and files that are none.</summary>
public sealed class TablesOfAddresses
{
    private const string Text = "Nom;Courriel\r\nŽaneta Dvořáková;zaneta@ex.org\r\nJérôme;jerome@ex.org\r\n";
    private const string Western = "Nom;Courriel\r\nJérôme Façade – «œ»;jerome@ex.org\r\n";

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16BE", false)]
    public void Are_read_in_the_encodings_that_spreadsheets_write(string name, bool marked)
    {
        var encoding = Encoding.GetEncoding(name);
        byte[] file = [.. marked ? encoding.GetPreamble() : [], .. encoding.GetBytes(Text)];

        Cells(file).ShouldBe([["Nom", "Courriel"], ["Žaneta Dvořáková", "zaneta@ex.org"], ["Jérôme", "jerome@ex.org"]]);
    }

    [Fact]
    public void Are_read_as_Excel_saves_plain_CSV_in_Western_Europe() =>
        Cells(CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetBytes(Western)).ShouldBe([["Nom", "Courriel"], ["Jérôme Façade – «œ»", "jerome@ex.org"]]);

    [Fact]
    public void Of_Excel_are_read_from_the_first_sheet_that_is_not_hidden_and_the_others_are_named()
    {
        var file = Workbooks.Of(
            ("Old", "hidden", Workbooks.Rows(["gone@ex.org"])),
            ("People", "visible", Workbooks.Rows(["Name", "E-mail"], [], ["Žaneta", "zaneta@ex.org"])),
            ("More", "visible", Workbooks.Rows(["late@ex.org"])));

        var table = InvitationTable.Read(file).Value.ShouldNotBeNull();

        table.Rows.Select(row => row.Line).ShouldBe([1, 3]);
        table.Rows[1].Cells.ShouldBe(["Žaneta", "zaneta@ex.org"]);
        table.UnreadSheets.ShouldBe(["Old", "More"]);
    }

    [Fact]
    public void Are_refused_as_a_whole_beyond_their_limits()
    {
        Refused(new string('x', InvitationTable.Largest + 1)).ShouldBe(new InvitationTableRefusal.TooLarge(512));
        Refused(string.Concat(Enumerable.Repeat("a@ex.org\n", InvitationTable.MostRows + 1))).ShouldBe(new InvitationTableRefusal.TooManyRows(1_000));
        Refused("a@ex.org;Ana\n" + new string(';', InvitationTable.MostColumns) + "b@ex.org").ShouldBe(new InvitationTableRefusal.TooManyColumns(20, 2));
        Refused("a@ex.org\n\"Ana;b@ex.org\nc@ex.org;Cy\n").ShouldBe(new InvitationTableRefusal.QuoteOpen(2));
        InvitationTable.Read(Workbooks.Of(("One", "visible", "<row r=\"1048576\"><c r=\"A1048576\" t=\"inlineStr\"><is><t>a@ex.org</t></is></c></row>")))
            .Refusal.ShouldBe(new InvitationTableRefusal.TooManyRows(1_000));
        InvitationTable.Read(Encoding.UTF8.GetBytes(new string(';', 5_000) + "\na@ex.org;")).Value.ShouldNotBeNull().Rows.Length.ShouldBe(1);
    }

    [Fact]
    public void A_sheet_that_is_too_wide_or_too_long_is_refused_even_where_it_is_empty()
    {
        const string Wide = "<row r=\"1\"><c r=\"XFD1\"/></row>";
        const string Address = "<c r=\"A1\" t=\"inlineStr\"><is><t>a@ex.org</t></is></c>";

        One(Wide + "<row r=\"90000\"/>").ShouldBe(new InvitationTableRefusal.SheetTooWide(20, 16_384));
        One($"<row r=\"1\">{Address}<c r=\"U1\"/></row>").ShouldBe(new InvitationTableRefusal.SheetTooWide(20, 21));
        One($"<row r=\"1\">{Address}</row><row r=\"1001\"><c r=\"A1001\"/></row>").ShouldBe(new InvitationTableRefusal.TooManyRows(1_000));
        One($"<row r=\"1\">{Address}<c r=\"T1\"/></row><row r=\"1000\"><c r=\"A1000\"/></row>").ShouldBeNull();
    }

    [Fact]
    public void A_workbook_costs_no_more_than_its_bytes_however_often_they_are_named()
    {
        var rows = Workbooks.Rows([.. Enumerable.Repeat<string[]>([new string('x', 30_000)], 20)]);
        var sheets = Enumerable.Range(0, 21).Select(i => ($"S{i}", "hidden", "")).ToArray();
        var wide = $"<row r=\"1\">{new string(' ', 900_000)}</row>";
        var large = Enumerable.Range(0, 20).Select(i => ($"S{i}", "hidden", i == 0 ? wide : "")).ToArray();

        One(rows).ShouldBe(new InvitationTableRefusal.TooLarge(512));
        InvitationTable.Read(Workbooks.Of(sheets)).Refusal.ShouldBe(new InvitationTableRefusal.TooManySheets(20));
        InvitationTable.Read(Workbooks.Of(large)).Refusal.ShouldBe(new InvitationTableRefusal.TooManySheets(20));
    }

    [Fact]
    public void A_workbook_that_unpacks_to_gigabytes_is_refused_before_it_is_unpacked()
    {
        var bomb = Workbooks.Of(("One", "visible", "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>" + new string('a', 40_000_000) + "</t></is></c></row>"));

        bomb.Length.ShouldBeLessThan(InvitationTable.Largest);
        InvitationTable.Read(bomb).Refusal.ShouldBe(new InvitationTableRefusal.WorkbookUnreadable());
    }

    [Fact]
    public void What_is_no_table_is_refused_with_what_it_is()
    {
        InvitationTable.Read(new byte[] { 0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0 }).Refusal.ShouldBe(new InvitationTableRefusal.OldWorkbook());
        Refused("PK\u0003\u0004 nothing more").ShouldBe(new InvitationTableRefusal.WorkbookUnreadable());
        Refused("%PDF-1.7\n\u0001\u0002").ShouldBe(new InvitationTableRefusal.NotATable());
    }

    /// <summary>Damaged workbooks and random bytes: each is read or refused, and nothing is thrown.</summary>
    [Fact]
    public void Whatever_is_sent_is_read_or_refused()
    {
        var random = new Random(Fuzz.Seed);
        var workbook = Workbooks.Of(("One", "visible", Workbooks.Rows(["Name", "Mail"], ["Ana", "ana@ex.org"])));
        var csv = Encoding.UTF8.GetBytes(Text);
        for (var round = 0; round < Fuzz.Rounds(400); round++)
        {
            var file = ((byte[])(round % 3 == 0 ? workbook : round % 3 == 1 ? csv : new byte[random.Next(200)]).Clone()).AsSpan();
            if (round % 3 == 2) random.NextBytes(file);
            for (var i = random.Next(1, 12); i > 0 && file.Length > 0; i--) file[random.Next(file.Length)] = (byte)random.Next(256);
            var cut = file[..(random.Next(4) == 0 ? random.Next(file.Length + 1) : file.Length)].ToArray();

            Should.NotThrow(() => InvitationTable.Read(cut), $"seed {Fuzz.Seed}, round {round}: {Convert.ToHexString(cut)}");
        }
    }

    /// <summary>Why a workbook with this one sheet is refused.</summary>
    private static Refusal? One(string rows) => InvitationTable.Read(Workbooks.Of(("One", "visible", rows))).Refusal;

    private static Refusal? Refused(string text) => InvitationTable.Read(Encoding.UTF8.GetBytes(text)).Refusal;

    private static string[][] Cells(byte[] file) => [.. InvitationTable.Read(file).Value.ShouldNotBeNull().Rows.Select(row => row.Cells.ToArray())];
}

/// <summary>Small Excel workbooks.</summary>
internal static class Workbooks
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006";

    public static byte[] Of(params (string Name, string State, string Rows)[] sheets)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var numbers = Enumerable.Range(1, sheets.Length).ToList();
            Add(zip, "[Content_Types].xml", $"<Types xmlns=\"{Package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>");
            Add(zip, "_rels/.rels", $"<Relationships xmlns=\"{Package}/relationships\"><Relationship Id=\"r\" Type=\"{Links}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Add(zip, "xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Links}\"><sheets>{string.Concat(numbers.Select(i => $"<sheet name=\"{sheets[i - 1].Name}\" sheetId=\"{i}\" state=\"{sheets[i - 1].State}\" r:id=\"r{i}\"/>"))}</sheets></workbook>");
            Add(zip, "xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Package}/relationships\">{string.Concat(numbers.Select(i => $"<Relationship Id=\"r{i}\" Type=\"{Links}/worksheet\" Target=\"worksheets/sheet{i}.xml\"/>"))}</Relationships>");
            foreach (var i in numbers) Add(zip, $"xl/worksheets/sheet{i}.xml", $"<worksheet xmlns=\"{Main}\"><sheetData>{sheets[i - 1].Rows}</sheetData></worksheet>");
        }

        return file.ToArray();
    }

    public static string Rows(params string[][] rows) => string.Concat(rows.Select((cells, i) =>
        $"<row r=\"{i + 1}\">{string.Concat(cells.Select((cell, j) => $"<c r=\"{(char)('A' + j)}{i + 1}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"))}</row>"));

    private static void Add(ZipArchive zip, string name, string text)
    {
        using var writer = new StreamWriter(zip.CreateEntry(name).Open());
        writer.Write(text);
    }
}
