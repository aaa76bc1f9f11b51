using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>A form that is refused comes back with the reason beside the field it is about, for eyes, screen readers
/// and the keyboard alike.</summary>
public sealed class ErrorsBesideTheirField(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    /// <summary>Page, action, field at fault and what is typed into it; other fields that have to be right.</summary>
    public static readonly TheoryData<string, string, string, string, (string Name, string Value)[]> Forms = new()
    {
        { "/profile", "/profile", "name", "a@buyers.example", [] },
        { "/profile", "/profile", "organisation", new('x', 2_000), [("name", "Ada")] },
        { "/profile", "/profile/presentation", "expertise", new('x', 2_000), [("country", "PT")] },
        { "/communities/{c}/settings", "/communities/{c}/settings", "goal", new('x', 9_000), [("name", "Ours")] },
        { "/communities/{c}/settings", "/communities/{c}/settings", "name", "", [("goal", "Buy well")] },
        { "/communities/{c}/settings", "/communities/{c}/settings", "answerDays", "0", [("name", "Ours"), ("goal", "Buy well")] },
        { "/communities/{c}/contact", "/communities/{c}/contact", "contact", new('x', 2_000), [] },
        { "/communities/{c}/open-room", "/communities/{c}/open-room", "slug", "No Slug", [("name", "New")] },
        { "/communities/{c}/open-room", "/communities/{c}/open-room", "slug", "{r}", [("name", "New")] },
        { "/communities/{c}/open-room", "/communities/{c}/open-room", "name", "", [("slug", "fresh")] },
        { "/communities/{c}/invite", "/communities/{c}/invite", "addresses", "", [] },
        { "/communities/{c}/close", "/communities/{c}/close", "reason", "", [] },
        { "/communities/{c}/members/{b}", "/communities/{c}/members/{b}/restrict", "reason", "", [("kind", "Mute")] },
        { "/communities/{c}/members/{b}", "/communities/{c}/members/{b}/restrict", "until", "2001-01-01", [("kind", "Mute"), ("reason", "Spam")] },
        { "/communities/{c}/members/{b}", "/communities/{c}/members/{b}/clear", "reason", "", [("confirmed", "true")] },
        { "/communities/{c}/{r}/slow-mode", "/communities/{c}/{r}/slow-mode", "reason", "", [("seconds", "10")] },
        { "/communities/{c}/{r}/slow-mode", "/communities/{c}/{r}/slow-mode", "seconds", "99999999", [("reason", "Calm")] },
        { "/communities/{c}/publications/new", "/communities/{c}/publications/new", "title", "", [("markdown", "Text"), ("act", "submit")] },
        { "/communities/{c}/publications/new", "/communities/{c}/publications/new", "markdown", "", [("title", "A"), ("act", "save")] },
        { "/communities/{c}/publications/new", "/communities/{c}/publications/new", "summary", new('x', 5_000), [("title", "A"), ("markdown", "B"), ("act", "save")] },
        { "/communities/{c}/publications/new", "/communities/{c}/publications/new", "people", "Nobody At All", [("title", "A"), ("markdown", "B"), ("classification", "Participants"), ("act", "save")] },
        { "/communities/{c}/absence", "/communities/{c}/absence", "until", "2001-01-01", [("from", "2001-01-02")] },
        { "/communities/{c}/state-of-play/edit", "/communities/{c}/state-of-play/edit", "mail", "nowhere", [("goal", "Buy well")] },
        { "/communities/{c}/state-of-play/edit", "/communities/{c}/state-of-play/edit", "linkedin", "nowhere", [("goal", "Buy well")] },
        { "/communities/{c}/state-of-play/edit", "/communities/{c}/state-of-play/edit", "plans", new('x', 9_000), [("goal", "Buy well")] },
        { "/sign-in", "/sign-in", "address", "nowhere", [] },
    };

    [Theory, MemberData(nameof(Forms))]
    public async Task A_refused_form_says_so_beside_the_field(
        string page, string action, string name, string typed, (string Name, string Value)[] others)
    {
        var scene = await Scene();
        using var visitor = Visitor.As(server.Address, page == "/sign-in" ? "none=" : scene.Ada.Cookie);

        var answer = await visitor.Submit(scene.In(page), scene.In(action), [(name, scene.In(typed)), .. others]);

        ((int)answer.Status).ShouldBeGreaterThanOrEqualTo(400);
        var back = new HtmlParser().ParseDocument(answer.Html);
        var field = back.QuerySelectorAll("main [aria-invalid=true]").ShouldHaveSingleItem();
        field.GetAttribute("name").ShouldBe(name);
        field.HasAttribute("autofocus").ShouldBeTrue();
        var said = field.GetAttribute("aria-describedby")!.Split(' ').Select(back.GetElementById).OfType<IElement>();
        var why = said.Single(each => each.ClassList.Contains("refusing"));
        why.TextContent.Trim().ShouldNotBeEmpty();
        back.QuerySelectorAll("main .refusing").ShouldHaveSingleItem().ShouldBe(why);   // once, and not far from it
        ((field as IHtmlTextAreaElement)?.Value ?? (field as IHtmlInputElement)!.Value).ShouldBe(scene.In(typed));
    }

    /// <summary>Of a form that only asks.</summary>
    [Theory, InlineData("/search?q={0}", "q"), InlineData("/search?q=x&from=yesterday", "from")]
    public async Task A_search_that_cannot_be_made_says_so_beside_the_field(string page, string name)
    {
        var scene = await Scene();
        using var visitor = Visitor.As(server.Address, scene.Ada.Cookie);

        var answer = await visitor.Get(string.Format(System.Globalization.CultureInfo.InvariantCulture, page, new string('x', 2_000)));

        var back = new HtmlParser().ParseDocument(answer.Html);
        back.QuerySelectorAll("main [aria-invalid=true]").ShouldHaveSingleItem().GetAttribute("name").ShouldBe(name);
        back.QuerySelectorAll("main .refusing").ShouldHaveSingleItem();
    }

    /// <summary>Of choices under one name, the group is at fault.</summary>
    [Theory]
    [InlineData("days", "", "days")]
    [InlineData("until", "00:01", "until")]
    [InlineData("holidays", "Christmas", "holidays")]
    [InlineData("administratorsAfter", "1", "administrators-after")]
    public async Task A_group_of_choices_says_so_too(string name, string typed, string id)
    {
        var scene = await Scene();
        using var visitor = Visitor.As(server.Address, scene.Ada.Cookie);
        var action = scene.In("/communities/{c}/queue/hours");
        var form = new HtmlParser().ParseDocument((await visitor.Get(action)).Html).Forms
            .Single(each => each.GetAttribute("action") == action);
        var fields = form.Elements
            .Select(each => each switch
            {
                IHtmlInputElement { Type: "checkbox", IsChecked: false } => (null, ""),
                IHtmlInputElement input => (input.Name, input.Value),
                IHtmlTextAreaElement area => (area.Name, area.Value),
                IHtmlSelectElement select => (select.Name, select.Value ?? ""),
                _ => ((string?)null, ""),
            })
            .Where(field => field.Item1 is not null && field.Item1 != name)
            .Append((name, typed))
            .Select(field => KeyValuePair.Create(field.Item1!, field.Item2));

        var answer = await visitor.Send(action, new FormUrlEncodedContent(fields));

        var back = new HtmlParser().ParseDocument(answer.Html);
        var why = back.QuerySelectorAll("main .refusing").ShouldHaveSingleItem();
        var field = back.GetElementById(id)!;
        field.GetAttribute("aria-describedby")!.Split(' ').ShouldContain(why.Id);
        field.HasAttribute("autofocus").ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_that_is_about_no_field_stands_above_the_form()
    {
        var scene = await Scene();
        using var visitor = Visitor.As(server.Address, scene.Ada.Cookie);
        var form = new HtmlParser().ParseDocument((await visitor.Get($"/communities/{scene.Room.Community}/state-of-play/edit")).Html);
        await visitor.Submit(scene.In("/communities/{c}/state-of-play/edit"), scene.In("/communities/{c}/state-of-play/edit"), ("goal", "First"));

        var answer = await visitor.Submit(scene.In("/communities/{c}/state-of-play/edit"), scene.In("/communities/{c}/state-of-play/edit"), ("goal", "Second"), ("seen", "0"));

        form.QuerySelectorAll(".refusing").ShouldBeEmpty();
        var back = new HtmlParser().ParseDocument(answer.Html);
        back.QuerySelectorAll("main [aria-invalid]").ShouldBeEmpty();
        back.QuerySelectorAll("main .refusing[role=alert]").ShouldHaveSingleItem();
    }

    /// <summary>A form without a page of its own for refusals comes back on one of the server's.</summary>
    [Fact]
    public async Task A_form_that_comes_back_on_a_page_of_the_servers_says_so_beside_the_field_too()
    {
        var scene = await Scene();
        using var visitor = Visitor.As(server.Address, scene.Ada.Cookie);
        var page = scene.In("/communities/{c}/members/{b}");
        (await visitor.Submit(page, page + "/restrict", ("kind", "Mute"), ("reason", "Spam"))).Status.ShouldBe(System.Net.HttpStatusCode.SeeOther);

        var answer = await visitor.Submit(page, page + "/lift", ("reason", ""));

        var back = new HtmlParser().ParseDocument(answer.Html);
        back.QuerySelectorAll("main [aria-invalid=true]").ShouldHaveSingleItem().GetAttribute("name").ShouldBe("reason");
        back.QuerySelectorAll("main .refusing").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("/communities/{c}/publications/new", "/communities/{c}/publications/new", "files", "title")]
    [InlineData("/communities/{c}/invite", "/communities/{c}/invite", "table", "addresses")]
    public async Task A_file_that_has_to_be_chosen_again_is_named(string page, string action, string files, string other)
    {
        var scene = await Scene();
        using var visitor = Visitor.As(server.Address, scene.Ada.Cookie);
        var form = new HtmlParser().ParseDocument((await visitor.Get(scene.In(page))).Html).Forms
            .Single(each => each.GetAttribute("action") == scene.In(action));
        using var content = new MultipartFormDataContent();
        foreach (var input in form.Elements.OfType<IHtmlInputElement>().Where(each => each is { Type: "hidden", Name: not null }))
            content.Add(new StringContent(input.Value), input.Name!);
        content.Add(new StringContent("typed"), other);
        content.Add(new ByteArrayContent("MZ\0\0 a program"u8.ToArray()), files, "figures of May.xlsx");

        var answer = await visitor.Send(scene.In(action), content);

        ((int)answer.Status).ShouldBeGreaterThanOrEqualTo(400);
        var back = new HtmlParser().ParseDocument(answer.Html);
        var field = back.QuerySelectorAll("main [aria-invalid=true]").ShouldHaveSingleItem(back.QuerySelector("main")!.TextContent);
        field.GetAttribute("name").ShouldBe(files);
        var said = field.GetAttribute("aria-describedby")!.Split(' ').Select(back.GetElementById).OfType<IElement>();
        said.Count(each => each.TextContent.Contains("figures of May.xlsx", StringComparison.Ordinal)).ShouldBe(1);
        answer.Html.ShouldContain("typed");
    }

    private sealed record InScene(RoomId Room, Person Ada, Person Ben)
    {
        public string In(string text) => text
            .Replace("{c}", Room.Community.Value, StringComparison.Ordinal)
            .Replace("{r}", Room.Slug, StringComparison.Ordinal)
            .Replace("{b}", Ben.Member.Value, StringComparison.Ordinal);
    }

    /// <summary>Ada leads, Ben is a member.</summary>
    private async Task<InScene> Scene()
    {
        var (room, ada, ben) = await server.Scene();
        return new(room, ada, ben);
    }
}
