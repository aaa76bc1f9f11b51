using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Communities;

/// <summary>What the page says of each entry of a list of people to invite.</summary>
public sealed class InvitingByTable(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task Says_what_became_of_every_cell_and_mails_nobody_who_is_banned()
    {
        var (room, ada, ben) = await server.Scene();
        var (cleo, dan) = (await server.Stranger(), await server.Stranger());
        await Ban(room, ada, cleo);
        await Ban(room, ada, dan);
        (await Community(room).Invite(new() { By = ada.Member, Request = server.NewRequest(), Addresses = [$"old@{room.Community}.example"] })).Refusal.ShouldBeNull();
        var table = $"Name;E-mail\r\nBen;{Of(ben)}\r\nCleo;{Of(cleo)}\r\n;old@{room.Community}.example\r\nŻaneta;new@{room.Community}.example\r\n"
            + $"Again;new@{room.Community}.example\r\nWrong;wrong.example.org\r\n";

        var answer = await Send(room, ada, $"{Of(dan)}; nobody", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(table)).ToArray());

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Html.ShouldContain("1 person gets a mail. 2 were invited before, or are members.");
        answer.Html.ShouldContain("2 may not come back and get no mail.");
        answer.Html.ShouldContain("3 entries are not e-mail addresses.");
        Rows(answer.Html).ShouldBe(
        [
            ["Typed, line 1", $"“{Of(dan)}”", "Is banned from this community and gets no mail. Lift the ban first if you want to invite this person."],
            ["Typed, line 1", "“nobody”", "Not an e-mail address. Correct it and send it again."],
            ["File, line 3", $"“{Of(cleo)}”", "Is banned from this community and gets no mail. Lift the ban first if you want to invite this person."],
            ["File, line 7", "“Wrong”", "Not an e-mail address. Correct it and send it again."],
            ["File, line 7", "“wrong.example.org”", "Not an e-mail address. Correct it and send it again."],
            ["File, line 2", $"“{Of(ben)}”", "Is a member already. There is nothing to do."],
            ["File, line 4", $"“old@{room.Community}.example”", "Was invited before and gets no second mail. They can sign in with this address and join."],
            ["File, line 5", $"“new@{room.Community}.example”", "Gets a mail."],
            ["File, line 6", $"“new@{room.Community}.example”", "The same address as in: File, line 5."],
        ]);
        answer.Html.ShouldContain("Line 1 of the file was read as headings.");
        answer.Html.ShouldContain("Column 1 (“Name”) of the file holds no addresses and was left out.");
        answer.Html.ShouldContain("4 cells.");
    }

    [Fact]
    public async Task Reads_a_workbook_and_says_which_sheets_it_did_not_read()
    {
        var (room, ada, _) = await server.Scene();
        var workbook = Workbooks.Of(
            ("People", "visible", Workbooks.Rows(["Name", "Mail"], ["Ana", $"ana@{room.Community}.example"])),
            ("Others", "visible", Workbooks.Rows(["bo@ex.org"])));

        var answer = await Send(room, ada, "", workbook, "people.xlsx");

        answer.Html.ShouldContain("1 person gets a mail.");
        answer.Html.ShouldContain("The sheet “Others” was not read.");
    }

    [Fact]
    public async Task Refuses_a_table_as_a_whole_and_names_the_limit()
    {
        var (room, ada, _) = await server.Scene();
        var many = string.Concat(Enumerable.Range(0, InvitationTable.MostRows + 1).Select(i => $"p{i}@{room.Community}.example\n"));

        var rows = await Send(room, ada, "", Encoding.UTF8.GetBytes(many));
        var size = await Send(room, ada, $"typed@{room.Community}.example", new byte[InvitationTable.Largest + 1]);

        rows.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        rows.Html.ShouldContain("This file has too many rows: at most 1,000. Nobody was invited.");
        size.Html.ShouldContain("This file is too large: at most 512 kB. Nobody was invited.");
        size.Html.ShouldContain($"typed@{room.Community}.example");
    }

    [Fact]
    public async Task Refuses_too_many_typed_lines_and_gives_back_what_is_short_enough()
    {
        var (room, ada, _) = await server.Scene();

        var longest = await Send(room, ada, "y@ex.org\n" + string.Concat(Enumerable.Repeat("x\n", 200_000)), []);
        var shorter = await Send(room, ada, "y@ex.org\n" + string.Concat(Enumerable.Repeat("x\n", 2_000)), []);

        foreach (var answer in new[] { longest, shorter })
        {
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
            answer.Html.ShouldContain("You typed too many lines: at most 1,000. Nobody was invited.");
            answer.Html.Length.ShouldBeLessThan(100_000);
        }

        longest.Html.ShouldContain("What you typed is too long to be put back into the box.");
        longest.Html.ShouldNotContain("y@ex.org");
        shorter.Html.ShouldContain("y@ex.org");
        shorter.Html.ShouldNotContain("too long to be put back");
    }

    private ICommunityGrain Community(RoomId room) => server.Grains.Community(room.Community);

    private async Task Ban(RoomId room, Person by, Person whom)
    {
        (await Community(room).Join(new() { By = whom.Member, Request = server.NewRequest() })).Refusal.ShouldBeNull();
        var banned = await Community(room).Restrict(new() { By = by.Member, Request = server.NewRequest(), Member = whom.Member, Kind = RestrictionKind.Ban, Reason = "Spam" });
        banned.Refusal.ShouldBeNull();
    }

    private async Task<Answer> Send(RoomId room, Person by, string typed, byte[] table, string name = "people.csv")
    {
        using var visitor = Visitor.As(server.Address, by.Cookie);
        var page = $"/communities/{room.Community}/invite";
        var token = await visitor.TokenOn(page);
        using var form = new MultipartFormDataContent
        {
            { new StringContent(token.Value), token.Name },
            { new StringContent(server.NewRequest().Value), "request" },
            { new StringContent(typed), "addresses" },
            { new ByteArrayContent(table), "table", name },
        };
        return await visitor.Send(page, form);
    }

    private static string Of(Person person) => $"{person.Name.ToLowerInvariant()}@example.eu";

    private static string[][] Rows(string html) =>
        [.. new HtmlParser().ParseDocument(html).QuerySelectorAll("main tbody tr").Select(row => row.Children.Select(cell => cell.TextContent.Trim()).ToArray())];
}
