using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Communities;

public sealed class ListsOfAddresses
{
    [Theory]
    [InlineData("ada@example.eu")]
    [InlineData("  Ada@Example.eu \r\n\r\n")]
    [InlineData("ada@example.eu, ada@example.eu;ada@example.eu")]
    [InlineData("Ada Lovelace <ada@example.eu>")]
    public void What_people_type_is_understood(string typed) => Typed(typed).Addresses.ShouldBe(["ada@example.eu"]);

    [Fact]
    public void What_is_none_is_said_with_its_line()
    {
        var read = Typed("ada@example.eu\nnobody\n@; <");

        read.Addresses.ShouldBe(["ada@example.eu"]);
        NotAddresses(read).ShouldBe([(2, "nobody"), (3, "@"), (3, "<")]);
    }

    [Theory]
    [InlineData("a@ex.org; b@ex.org; c@ex.org")]
    [InlineData("a@ex.org,b@ex.org,c@ex.org\r\n")]
    [InlineData("a@ex.org\tb@ex.org\tc@ex.org")]
    [InlineData("a@ex.org;\"b@ex.org, c@ex.org\"")]
    [InlineData("\"a@ex.org\nb@ex.org\";c@ex.org")]
    [InlineData("sep=;\r\na@ex.org;b@ex.org;c@ex.org\r\n")]
    [InlineData("a@ex.org;\"Ana\nb@ex.org;Bo\nc@ex.org;Cy")]
    [InlineData("Participants\na@ex.org|b@ex.org|c@ex.org")]
    [InlineData("Novák, Ana;a@ex.org\nLee, Bo;b@ex.org\nRossi, Cy;c@ex.org")]
    [InlineData("E-Mail;Zweite Adresse\na@ex.org;b@ex.org\n;c@ex.org")]
    public void Every_cell_with_an_address_counts(string table) => Table(table).Addresses.ShouldBe(["a@ex.org", "b@ex.org", "c@ex.org"]);

    [Fact]
    public void What_is_between_quotes_is_one_cell_and_lines_are_those_of_the_file()
    {
        var read = Table("Name;E-mail;Note\r\n\"Ana \"\"the\nfirst\"\"\";ana@ex.org;\"two\r\nlines\"\r\n\r\nBo;bo.ex.org;x\r\n");

        read.Headings.ShouldBe(1);
        read.Addresses.ShouldBe(["ana@ex.org"]);
        NotAddresses(read).ShouldBe([(6, "Bo"), (6, "bo.ex.org"), (6, "x")]);
        read.LeftOut.Select(column => (column.Number, column.Heading, column.Cells)).ShouldBe([(1, "Name", 1), (3, "Note", 1)]);
    }

    [Theory]
    [InlineData("alice.example.org\nbo@ex.org", "alice.example.org")]
    [InlineData("Alice Smith;alice.example.org\nBo Lee;bo@ex.org", "Alice Smith")]
    public void A_first_row_with_a_mistyped_address_is_no_heading(string table, string said)
    {
        var read = Table(table);

        read.Headings.ShouldBe(0);
        NotAddresses(read).ShouldContain((1, said));
        NotAddresses(read).Select(each => each.Text).ShouldContain("alice.example.org");
    }

    [Theory]
    [InlineData("Name,E-mail")]
    [InlineData("Nom;Adresse électronique")]
    [InlineData("Nom;Courriel")]
    [InlineData("Vorname;E-Mail-Adresse")]
    [InlineData("Nombre;Correo electrónico")]
    [InlineData("EMAIL;Name")]
    public void Headings_are_known_by_their_words(string headings) =>
        Table($"{headings}\nx;a@ex.org\na@ex.org;y".Replace(';', headings.Contains(',') ? ',' : ';')).Headings.ShouldBe(1);

    [Theory]
    [InlineData("\"Müller, Dora\" <dora@ex.org>; \"Lee; Bo\" <bo@ex.org>")]
    [InlineData("dora@ex.org bo@ex.org")]
    [InlineData("mailto:dora@ex.org, <mailto:bo@ex.org>")]
    [InlineData("dora@ex.org.\nbo@ex.org.")]
    public void What_mail_programs_and_people_put_around_addresses_is_no_error(string typed)
    {
        var read = Typed(typed);

        read.Addresses.ShouldBe(["dora@ex.org", "bo@ex.org"]);
        NotAddresses(read).ShouldBeEmpty();
    }

    [Fact]
    public void A_comma_for_a_point_mails_nobody_else()
    {
        foreach (var read in new[] { Table("alice10@x,org\r\nbo@ex.org,Bo"), Typed("alice10@x,org\nbo@ex.org") })
        {
            read.Addresses.ShouldBe(["bo@ex.org"]);
            NotAddresses(read).ShouldContain((1, "alice10@x"));
        }
    }

    [Fact]
    public void A_wrong_address_beside_a_right_one_is_said()
    {
        var read = Table("Mail;Other\nana@ex.org;ana@@ex.org\nbo@ex.org;\"bo@home.eu, bo@\"");

        read.Addresses.ShouldBe(["ana@ex.org", "bo@ex.org", "bo@home.eu"]);
        NotAddresses(read).ShouldBe([(2, "ana@@ex.org"), (3, "bo@")]);
    }

    [Fact]
    public void What_is_shown_again_has_an_end()
    {
        var read = Typed(string.Join('\n', Enumerable.Repeat(new string('x', 79) + "😀😀", 1_000)));

        read.Cells.Length.ShouldBe(1_000);
        foreach (var cell in read.Cells) (cell.Shown.Length <= 81 && !char.IsHighSurrogate(cell.Shown[^2])).ShouldBeTrue(cell.Shown);
    }

    [Fact]
    public void A_list_is_refused_as_a_whole_beyond_its_limits()
    {
        Read("y@ex.org\n" + string.Concat(Enumerable.Repeat("x\n", 200_000)), InvitationTable.Empty)
            .Refusal.ShouldBe(new InvitationTableRefusal.TooManyTypedLines(1_000));
        Read(string.Concat(Enumerable.Repeat("x,", 20_001)), InvitationTable.Empty)
            .Refusal.ShouldBe(new InvitationTableRefusal.TooManyEntries(20_000));
        Read("one more", new([new(1, [string.Concat(Enumerable.Repeat("x@,", 20_000))])], []))
            .Refusal.ShouldBe(new InvitationTableRefusal.TooManyEntries(20_000));
        Read(string.Concat(Enumerable.Repeat("x\r\n", 1_000)), InvitationTable.Empty).Value.ShouldNotBeNull().Cells.Length.ShouldBe(1_000);
        Read(string.Concat(Enumerable.Repeat("x,", 20_000)), InvitationTable.Empty).Value.ShouldNotBeNull().Cells.Length.ShouldBe(20_000);
    }

    [Fact]
    public void A_report_lists_so_many_entries_and_counts_the_others()
    {
        var report = InvitationReport.Of(Typed(string.Concat(Enumerable.Repeat("x,", 3_000))), new(0, 0));

        report.Rows.Length.ShouldBe(1_000);
        (report.NotAddresses, report.Unshown).ShouldBe((3_000, 2_000));
    }

    /// <summary>Random tables: each cell is an address, is said to be none, or is in a column that is said to be left out.</summary>
    [Fact]
    public void No_cell_is_passed_over_in_silence()
    {
        string[] pieces = ["a@ex.org", "b@ex.org", "x@y", "Ana", "Lee, Bo", "E-mail", "\"", "\n", "Bo <bo@ex.org>", "c@ex.org; d@ex.org", " ", "=1+1", "ż@ex.org"];
        var random = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(300); round++)
        {
            var separator = ";,\t"[random.Next(3)];
            var rows = Enumerable.Range(0, random.Next(1, 6))
                .Select(_ => Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.GetItems(pieces, 1)[0]).ToArray())
                .ToArray();
            var text = string.Join("\r\n", rows.Select(row => string.Join(separator, row.Select(cell => $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));

            var read = Table(text);
            var filled = rows.Select(row => row.Count(cell => !string.IsNullOrWhiteSpace(cell))).Where(cells => cells > 0).ToList();
            var said = read.Cells.Count(cell => cell.InTable) + read.LeftOut.Sum(column => column.Cells) + (read.Headings > 0 ? filled[0] : 0);
            said.ShouldBeGreaterThanOrEqualTo(filled.Sum(), $"seed {Fuzz.Seed}, round {round}: {text}");
            foreach (var address in new[] { "a@ex.org", "b@ex.org", "bo@ex.org", "c@ex.org", "d@ex.org" })
                read.Addresses.Contains(address).ShouldBe(text.Contains(address, StringComparison.Ordinal), $"seed {Fuzz.Seed}, round {round}: {text}");
        }
    }

    private static (int Line, string Text)[] NotAddresses(AddressList read) =>
        [.. read.Cells.Where(cell => cell.Address is null).Select(cell => (cell.Line, cell.Text))];

    private static AddressList Typed(string typed) => Read(typed, InvitationTable.Empty).Value.ShouldNotBeNull();

    private static Outcome<AddressList> Read(string typed, InvitationTable table) => AddressList.Read(typed, table, new PlainAddressKeys());

    private static AddressList Table(string table) =>
        Read("", InvitationTable.Read(Encoding.UTF8.GetBytes(table)).Value.ShouldNotBeNull()).Value.ShouldNotBeNull();
}
