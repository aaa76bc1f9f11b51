using System.Net;
using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>Moderators and applicants with browsers without script.</summary>
public sealed class QueuesWithoutScript : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private LiveServer server = null!;
    private QueueScene scene = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));
        scene = await server.QueueScene();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task One_asks_is_rejected_told_whom_to_ask_and_appeals()
    {
        var applicant = await server.Stranger();
        await scene.Settled();
        using var asking = Browser(applicant);
        using var moderator = Browser(scene.Ben);
        using var other = Browser(scene.Ada);

        (await asking.Get($"/communities/{scene.Community}")).Html.ShouldContain($"/communities/{scene.Community}/ask");
        (await asking.Submit(Ask, Ask, ("message", "I buy bridges."))).Location.ShouldBe($"/requests#{scene.Community}-1");
        var waiting = (await asking.Get("/requests")).Html;
        waiting.ShouldContain("It waits for a moderator.");
        waiting.ShouldContain("You can expect an answer by Monday 9 March 2026.");
        (await asking.Get(Ask)).Html.ShouldContain("You have asked already");

        (await moderator.Get("/queue")).Html.ShouldContain(scene.Pages);
        (await moderator.Get(scene.Pages)).Html.ShouldContain(applicant.Name);
        var item = (await moderator.Get(Item(1))).Html;
        item.ShouldContain("I buy bridges.");
        item.ShouldContain("ben@buyers.example");

        var refused = await moderator.Submit(Item(1), Item(1) + "/decide", ("verdict", "rejected"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("role=\"alert\"");
        (await moderator.Submit(Item(1), Item(1) + "/decide", ("verdict", "rejected"), ("template", "say-more"), ("reason", "Which bridges?"), ("askAgainFrom", "2026-03-20"))).Location.ShouldBe(Item(1));
        (await moderator.Get(Item(1))).Html.ShouldContain("It takes effect at 13:00:10");
        (await asking.Get("/requests")).Html.ShouldNotContain("Which bridges?");

        var late = await other.Post(Item(1) + "/decide", await other.TokenOn("/profile"), ("request", "late"), ("version", "1"), ("verdict", "approved"));
        late.Status.ShouldBe(HttpStatusCode.Conflict);
        late.Html.ShouldContain($"Decided by {scene.Ben.Name} at 13:00: rejected.");
        (await moderator.Submit(Item(1), Item(1) + "/undo")).Location.ShouldBe(Item(1));
        (await moderator.Submit(Item(1), Item(1) + "/decide", ("verdict", "rejected"), ("template", "say-more"), ("reason", "Which bridges?"), ("askAgainFrom", "2026-03-20"))).Location.ShouldBe(Item(1));
        await TakesEffect(1);

        var told = (await asking.Get("/requests")).Html;
        told.ShouldContain("Please ask again and say a little more.");
        told.ShouldContain("Which bridges?");
        told.ShouldContain("ben@buyers.example");
        told.ShouldContain("Can ask again from 20 Mar 2026.");
        var soon = await asking.Submit(Ask, Ask, ("message", "Again"));
        soon.Status.ShouldBe(HttpStatusCode.Conflict);
        soon.Html.ShouldContain("You can ask again from 20 Mar 2026.");

        var appeal = $"/communities/{scene.Community}/requests/1/appeal";
        (await asking.Submit(appeal, appeal, ("message", "All of them."))).Location.ShouldBe($"/requests#{scene.Community}-2");
        (await asking.Get(appeal)).Status.ShouldBe(HttpStatusCode.Conflict);
        (await moderator.Submit(Item(2), Item(2) + "/decide", ("verdict", "approved"), ("reason", "Yes."))).Html.ShouldContain("somebody else decides");
    }

    [Fact]
    public async Task More_items_than_can_be_decided_at_once_are_refused_with_their_number_and_the_reason_comes_back()
    {
        await scene.Asks(await server.Stranger());
        using var moderator = Browser(scene.Ben);
        var token = await moderator.TokenOn("/profile");
        var chosen = Enumerable.Range(1, QueueLimits.MostAtOnce + 1).Select(number => KeyValuePair.Create("items", $"{number}:1"));
        KeyValuePair<string, string>[] form =
        [
            new(token.Name, token.Value), new("request", "many"), new("verdict", "approved"), new("reason", "Welcome, all of you."), .. chosen,
        ];

        var refused = await moderator.Send(scene.Pages + "/decide", new FormUrlEncodedContent(form));

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("You chose 51 items. At most 50 can be decided at once, so nothing was decided.");
        refused.Html.ShouldContain("Welcome, all of you.");
        (await moderator.Get(Item(1))).Html.ShouldContain($"action=\"{Item(1)}/decide\"");
    }

    [Fact]
    public async Task All_that_are_ticked_in_one_form_count()
    {
        for (var i = 0; i < 3; i++) await scene.Asks();
        using var moderator = Browser(scene.Ben);
        var token = await moderator.TokenOn("/profile");
        KeyValuePair<string, string>[] items =
        [
            new(token.Name, token.Value), new("request", "three"), new("verdict", "approved"), new("items", "1:1"), new("items", "2:1"), new("items", "3:1"),
        ];
        using var leader = Browser(scene.Ada);
        var hers = await leader.TokenOn("/profile");
        KeyValuePair<string, string>[] hours =
        [
            new(hers.Name, hers.Value), new("request", "hours"), new("timeZone", "Europe/Brussels"), new("from", "09:00"), new("until", "17:00"),
            new("days", "Monday"), new("days", "Thursday"), new("leadersAfter", "16"), new("administratorsAfter", "32"), new("holidays", ""),
        ];

        var answered = Text((await moderator.Send(scene.Pages + "/decide", new FormUrlEncodedContent(items))).Html);
        var saved = await leader.Send(scene.Pages + "/hours", new FormUrlEncodedContent(hours));

        foreach (var number in new[] { 1, 2, 3 }) answered.ShouldContain($"Item {number}: approved");
        saved.Status.ShouldBe(HttpStatusCode.SeeOther, Text(saved.Html));
        var days = new HtmlParser().ParseDocument((await leader.Get(scene.Pages + "/hours")).Html).QuerySelectorAll("input[name=days][checked]");
        days.Select(day => day.GetAttribute("value")).ShouldBe(["Monday", "Thursday"]);
    }

    [Fact]
    public async Task One_asks_and_is_let_in_and_the_log_has_it()
    {
        var applicant = await server.Stranger();
        await scene.Settled();
        using var asking = Browser(applicant);
        using var moderator = Browser(scene.Ben);
        await scene.Asks(applicant, "=HYPERLINK(\"x\")");

        (await moderator.Submit(Item(1), Item(1) + "/decide", ("verdict", "approved"), ("reason", "+1, \"welcome\""))).Location.ShouldBe(Item(1));
        await TakesEffect(1);

        (await asking.Get($"/communities/{scene.Community}")).Html.ShouldContain(">General<");
        var log = (await moderator.Get(scene.Pages + "/log")).Html;
        log.ShouldContain(applicant.Name);
        log.ShouldContain("1 decision");
        log.ShouldContain("Median time to a decision: 0 min");
        (await moderator.Get($"{scene.Pages}/log?person={applicant.Name.ToUpperInvariant()}")).Html.ShouldContain($"{scene.Pages}/1");
        (await moderator.Get(scene.Pages + "/log?person=nobody")).Html.ShouldContain("No decision like that.");
        (await moderator.Get(scene.Pages + "/log?kind=Report")).Html.ShouldContain("No decision like that.");

        var lines = (await moderator.Get(scene.Pages + "/log.csv?kind=&person=")).Html.TrimStart('\uFEFF').Split("\r\n");
        lines[0].ShouldStartWith("\"Item\",\"Kind\",\"Asked by\"");
        lines[1].ShouldContain($"\"{applicant.Name}\"");
        lines[1].ShouldContain("\"'=HYPERLINK(\"\"x\"\")\"");
        lines[1].ShouldContain("\"'+1, \"\"welcome\"\"\"");
    }

    /// <summary>B16.</summary>
    [Theory]
    [InlineData("=cmd|' /C calc'!A0")]
    [InlineData("+1+1")]
    [InlineData("-2+3+cmd|' /C calc'!A0")]
    [InlineData("@SUM(1+1)")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("\n=1+1")]
    [InlineData("＝1+1")]
    [InlineData("\"=1+1")]
    [InlineData("a\",\"=1+1")]
    [InlineData("a\r\n=1+1")]
    public async Task What_is_exported_is_text_and_no_formula(string written)
    {
        var applicant = await server.Stranger();
        QueueScene.Must(await server.Grains.Member(applicant.Member).ChangeProfile(new() { By = applicant.Member, Request = server.NewRequest(), Name = written, Organisation = written, Language = "en", TimeZone = "Europe/Brussels" }));
        QueueScene.Must(await server.Grains.Member(scene.Ben.Member).ChangeProfile(new() { By = scene.Ben.Member, Request = server.NewRequest(), Name = written, Organisation = "", Language = "en", TimeZone = "Europe/Brussels" }));
        await scene.Settled();   // before anybody has seen their names
        await scene.Asks(applicant, $"{written} and more");
        await scene.Publishes(scene.Ben, "+32 2 123 45 67");
        await scene.Decides(scene.Ben, 1, Verdict.Rejected, written);
        await TakesEffect(1);
        await scene.Settled();
        using var moderator = Browser(scene.Ada);

        var rows = Cells((await moderator.Get(scene.Pages + "/log.csv")).Html.TrimStart('\uFEFF'));

        rows.Count.ShouldBe(2);
        rows[1].Count.ShouldBe(rows[0].Count);
        rows[1].ShouldAllBe(cell => cell.Length == 0 || !"=+-@\t\r\n＝＋－＠".Contains(cell[0], StringComparison.Ordinal));
        rows[1].Count(cell => cell.TrimStart('\'').Contains("1+1", StringComparison.Ordinal) || cell.Contains("calc", StringComparison.Ordinal)).ShouldBe(5);
        rows[1].ShouldContain("'+32 2 123 45 67");
    }

    [Theory]
    [InlineData("en", null, ',')]
    [InlineData("en", "en-GB,de;q=0.5", ',')]
    [InlineData("en", "de-DE,en;q=0.5", ';')]
    [InlineData("en", "en;q=0.5, es-ES", ';')]
    [InlineData("en", "x-not-a-language-at-all-, *", ',')]
    [InlineData("fr", null, ';')]
    [InlineData("fr", "en-US", ';')]
    public async Task What_is_exported_opens_in_columns_where_the_reader_is(string language, string? accepted, char separator)
    {
        QueueScene.Must(await server.Grains.Member(scene.Ada.Member).ChangeProfile(new()
        {
            By = scene.Ada.Member,
            Request = server.NewRequest(),
            Name = "Ada",
            Organisation = "",
            Language = language,
            TimeZone = "Europe/Brussels",
        }));
        using var http = server.Http(scene.Ada);
        if (accepted is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accepted);

        var bytes = await http.GetByteArrayAsync(scene.Pages + "/log.csv");

        bytes[..3].ShouldBe("\uFEFF"u8.ToArray());
        var heading = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n")[0];
        heading.Split($"\"{separator}\"").Length.ShouldBe(12, heading);
    }

    [Fact]
    public async Task Several_are_decided_at_once_and_each_has_its_answer()
    {
        for (var i = 0; i < 2; i++) await scene.Asks();
        await scene.Decides(scene.Ada, 2, Verdict.Approved);
        using var moderator = Browser(scene.Ben);

        var answered = await moderator.Submit(scene.Pages, scene.Pages + "/decide", ("verdict", "approved"), ("items", "1:1"));
        answered.Html.ShouldContain("Item 1</a>: approved");
        var late = await moderator.Submit(scene.Pages, scene.Pages + "/decide", ("verdict", "approved"), ("items", "2:1"));
        Text(late.Html).ShouldContain($"Item 2: Decided by {scene.Ada.Name} at 13:00: approved.");
        (await moderator.Submit(scene.Pages, scene.Pages + "/decide", ("verdict", "approved"), ("items", "none"))).Html.ShouldContain("No item was ticked.");
    }

    [Fact]
    public async Task Who_has_named_no_contact_is_told_how_to()
    {
        await scene.Publishes(scene.Ben, "");
        await scene.Asks();
        using var moderator = Browser(scene.Ben);

        var page = (await moderator.Get(Item(1))).Html;
        page.ShouldContain("You cannot reject yet");
        page.ShouldContain($"/communities/{scene.Community}/contact");
        new HtmlParser().ParseDocument(page).QuerySelectorAll("button[value=rejected].reject").ShouldBeEmpty();
        (await moderator.Submit(Item(1), Item(1) + "/decide", ("verdict", "rejected"), ("reason", "No."))).Html.ShouldContain("Publish your contact, under");
    }

    [Fact]
    public async Task A_request_is_taken_back_until_it_is_decided()
    {
        var (applicant, number) = await scene.Asks();
        using var asking = Browser(applicant);

        (await asking.Submit("/requests", $"/communities/{scene.Community}/requests/{number}/withdraw")).Location.ShouldBe("/requests");

        (await asking.Get("/requests")).Html.ShouldContain("Taken back");
        (await asking.Submit(Ask, Ask, ("message", "After all"))).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_post_is_reported_from_its_menu_and_its_author_learns_who_decided_only()
    {
        var (member, author) = (await scene.Member("Reporter"), await scene.Member("Author"));
        var post = await server.Says(scene.Room, author, "It was Acme");
        using var reporting = Browser(member);
        using var writing = Browser(author);
        using var moderator = Browser(scene.Ben);
        var form = $"/communities/{scene.Room}/posts/{post}/report";

        (await reporting.Get($"/communities/{scene.Room}")).Html.ShouldContain(form);
        (await writing.Get(form)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await reporting.Submit(form, form, ("message", " "))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await reporting.Submit(form, form, ("message", "It names a tenderer"))).Location.ShouldBe($"/requests#{scene.Community}-1");
        (await moderator.Get(Item(1))).Html.ShouldContain("It was Acme");
        (await moderator.Submit(Item(1), Item(1) + "/decide", ("verdict", "approved"), ("template", "confidential"))).Location.ShouldBe(Item(1));
        await TakesEffect(1);

        (await reporting.Get($"/communities/{scene.Room}")).Html.ShouldNotContain("It was Acme");
        var told = (await writing.Get("/requests")).Html;
        told.ShouldContain("was reported");
        told.ShouldContain(scene.Ben.Name);
        told.ShouldNotContain(member.Name);
        told.ShouldNotContain("It names a tenderer");
        told.ShouldContain("/appeal");
    }

    [Fact]
    public async Task Who_is_banned_appeals_once_and_somebody_else_lets_them_back()
    {
        var member = await scene.Member("Member");
        using var banned = Browser(member);
        using var restricting = Browser(scene.Ben);
        using var deciding = Browser(scene.Ada);
        var form = $"/communities/{scene.Community}/appeal";
        (await banned.Get(form)).Status.ShouldBe(HttpStatusCode.NotFound);

        (await restricting.Submit($"/communities/{scene.Community}/members/{member.Member}", $"/communities/{scene.Community}/members/{member.Member}/restrict", ("kind", "Ban"), ("reason", "Advertising."))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await banned.Get($"/communities/{scene.Community}")).Html.ShouldContain(form);
        var requests = (await banned.Get("/requests")).Html;
        requests.ShouldContain("You are banned from this community.");
        requests.ShouldContain(form);
        (await banned.Submit(form, form, ("message", " "))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await banned.Submit(form, form, ("message", "It was a question."))).Location.ShouldBe($"/requests#{scene.Community}-1");
        (await banned.Get(form)).Location.ShouldBe($"/requests#{scene.Community}-1");
        MainOf((await banned.Get("/requests")).Html).ShouldNotContain($"href=\"{form}\"");

        (await restricting.Get(Item(1))).Html.ShouldNotContain("/decide\" class=\"stack deciding");
        var pane = (await deciding.Get(Item(1))).Html;
        pane.ShouldContain("Banned");
        pane.ShouldContain("Advertising.");
        pane.ShouldContain("It was a question.");
        (await deciding.Submit(Item(1), Item(1) + "/decide", ("verdict", "approved"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await deciding.Submit(Item(1), Item(1) + "/decide", ("verdict", "approved"), ("reason", "A question it was."))).Location.ShouldBe(Item(1));
        await TakesEffect(1);

        var told = (await banned.Get("/requests")).Html;
        told.ShouldContain("A question it was.");
        told.ShouldNotContain("You are banned from this community.");
        (await banned.Get(form)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await deciding.Get(Item(1))).Html.ShouldContain("It is not in force any more.");
    }

    [Fact]
    public async Task A_search_is_saved_used_and_deleted()
    {
        var (somebody, _) = await scene.Asks();
        var (other, _) = await scene.Asks();
        using var moderator = Browser(scene.Ben);
        var found = $"{scene.Pages}?kind=AccessRequest&person={somebody.Name}";

        var page = MainOf((await moderator.Get(found)).Html);
        page.ShouldContain(somebody.Name);
        page.ShouldNotContain(other.Name);
        (await moderator.Submit(found, "/queue/filters", ("name", "Theirs & mine"))).Location.ShouldBe(found);
        (await moderator.Submit($"{scene.Pages}/log?person=x", "/queue/filters", ("name", "Decided"))).Location.ShouldBe($"{scene.Pages}/log?kind=&person=x");
        (await moderator.Submit(found, "/queue/filters", ("name", " "))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        var saved = new HtmlParser().ParseDocument((await moderator.Get("/queue")).Html).QuerySelectorAll(".filters a");
        saved.Select(link => (link.TextContent, link.GetAttribute("href"))).ShouldBe([("Decided", $"{scene.Pages}/log?kind=&person=x"), ("Theirs & mine", found)]);
        (await moderator.Post("/queue/filters/drop", await moderator.TokenOn("/profile"), ("request", "drop"), ("name", "Decided"))).Location.ShouldBe("/queue");
        new HtmlParser().ParseDocument((await moderator.Get(scene.Pages)).Html).QuerySelectorAll(".filters a").Select(link => link.TextContent).ShouldBe(["Theirs & mine"]);
        using var another = Browser(scene.Ada);
        (await another.Get("/queue")).Html.ShouldNotContain("Theirs &amp; mine");
    }

    /// <summary>B6: a page of a queue that is not one's own is no page.</summary>
    [Fact]
    public async Task Its_pages_are_not_there_for_anybody_else()
    {
        var (applicant, number) = await scene.Asks();
        var member = await scene.Member("Member");
        foreach (var who in new[] { applicant, member })
        {
            using var browser = Browser(who);
            foreach (var page in new[] { "/queue", $"/queue/{number}", "/queue/log", "/queue/log.csv", "/queue?kind=Report" })
            {
                var hidden = await browser.Get($"/communities/{scene.Community}{page}");
                hidden.Status.ShouldBe(HttpStatusCode.NotFound, page);
                MainOf(hidden.Html).ShouldBe(MainOf((await browser.Get($"/communities/none-such{page}")).Html), page);
            }

            (await browser.Get("/queue")).Html.ShouldNotContain(scene.Pages);
            (await browser.Get("/communities")).Html.ShouldNotContain("href=\"/queue\"");
        }

        using var outsider = Browser(await server.Stranger());
        (await outsider.Get($"/communities/{scene.Community}/requests/{number}/appeal")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await outsider.Get("/communities/none-such/ask")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private string Ask => $"/communities/{scene.Community}/ask";

    private string Item(long number) => $"{scene.Pages}/{number}";

    /// <summary>Ten seconds pass, and what follows from the decision is done.</summary>
    private async Task TakesEffect(long number)
    {
        await using var watching = await server.Connect(scene.Ada);
        await watching.Enter(scene.Topic);
        clock.Move(QueueLimits.UndoWindow);
        await watching.Until(it => it.Topic(scene.Topic).Item(number) is not { } item || item.GetProperty("state").GetString() == "settled");
    }

    /// <summary>As RFC 4180 has them, every one quoted.</summary>
    private static List<List<string>> Cells(string csv)
    {
        var rows = new List<List<string>> { new() };
        for (var at = 0; at < csv.Length;)
        {
            csv[at].ShouldBe('"');
            var end = at + 1;
            while (csv[end] != '"' || csv[end + 1] == '"') end += csv[end] == '"' ? 2 : 1;
            rows[^1].Add(csv[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
            at = end + (csv[end + 1] == ',' ? 2 : 3);
            if (csv[end + 1] != ',' && at < csv.Length) rows.Add([]);
        }

        return rows;
    }

    private Visitor Browser(Person person) => Visitor.As(server.Address, person.Cookie);

    private static string MainOf(string html) => new HtmlParser().ParseDocument(html).QuerySelector("main")!.InnerHtml;

    private static string Text(string html) => System.Text.RegularExpressions.Regex.Replace(new HtmlParser().ParseDocument(html).Body!.TextContent, @"\s+", " ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
