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
    public void What_is_none_is_said()
    {
        var read = Typed("ada@example.eu\nnobody\n@\n<");

        read.Addresses.ShouldBe(["ada@example.eu"]);
        read.Others.ShouldBe(["nobody", "@", "<"]);
    }

    [Fact]
    public void The_first_column_with_an_address_counts()
    {
        var read = Table("Name;Mail;Other mail\nAda;ada@example.eu;other@example.eu\n\"Bo; the second\";bo@example.eu;\nCy;;\n");

        read.Addresses.ShouldBe(["ada@example.eu", "bo@example.eu"]);
        read.Others.ShouldBe(["Cy;;"]);
    }

    [Theory]
    [InlineData("ada@example.eu\r\nbo@example.eu")]
    [InlineData("ada@example.eu,Ada\nbo@example.eu,Bo")]
    [InlineData("Ada\tada@example.eu\nBo\tbo@example.eu\n\n")]
    [InlineData("\"ada@example.eu\"\n\"The \"\"other\"\"\",\"bo@example.eu\"")]
    public void A_table_needs_no_heading(string table) => Table(table).Addresses.Length.ShouldBe(2);

    [Fact]
    public void What_is_shown_again_has_an_end()
    {
        var read = Typed(string.Join('\n', Enumerable.Repeat(new string('x', 79) + "😀😀", 5_000)));

        read.Others.Length.ShouldBe(AddressList.MostOthers);
        foreach (var line in read.Others) (line.Length <= 81 && !char.IsHighSurrogate(line[^2])).ShouldBeTrue(line);
    }

    private static AddressList Typed(string typed) => AddressList.Read(typed.ReplaceLineEndings("\n"), "", new PlainAddressKeys());

    private static AddressList Table(string table) => AddressList.Read("", table, new PlainAddressKeys());
}
