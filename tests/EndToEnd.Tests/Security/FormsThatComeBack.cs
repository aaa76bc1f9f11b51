using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Members;
using PublicBuyers.Pages;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>A session ends while somebody writes, or a page lies open for too long: no form of the site loses what was
/// typed into it.</summary>
public sealed class FormsThatComeBack(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Theory, InlineData(false), InlineData(true)]
    public async Task Every_form_comes_back_with_all_that_was_typed_and_a_way_to_sign_in(bool withFiles)
    {
        EveryForm.Of(server).Count().ShouldBeGreaterThan(40);
        foreach (var form in EveryForm.Of(server))
        {
            using var http = server.Http(null);
            using var request = new HttpRequestMessage(HttpMethod.Post, form);
            request.Content = withFiles ? WithFile() : new FormUrlEncodedContent(EveryForm.Filled());
            request.Headers.Accept.ParseAdd("text/html");
            request.Headers.Referrer = new(server.Address, "/communities/somewhere?q=1");
            using var answer = await http.SendAsync(request);

            ((int)answer.StatusCode).ShouldBeOneOf([400, 401], form);
            var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
            var back = (IHtmlFormElement)page.QuerySelectorAll("main form").ShouldHaveSingleItem(form);
            back.GetAttribute("action").ShouldBe(form);
            back.GetAttribute("enctype").ShouldBe(withFiles ? "multipart/form-data" : null, form);
            foreach (var name in TypedFields.Labels.Keys)
            {
                var field = back.Elements.OfType<IHtmlTextAreaElement>().Single(each => each.Name == name);
                field.Value.ShouldBe(EveryForm.Typed, $"{form} {name}");
                back.QuerySelector($"label[for={field.Id}]").ShouldNotBeNull($"{form} {name}");
            }

            back.QuerySelector("[name=request]")!.GetAttribute("value").ShouldBe("form:kept");
            var signIn = page.QuerySelectorAll("[data-unsent] a").ShouldHaveSingleItem(form);
            signIn.GetAttribute("href").ShouldBe("/sign-in?returnTo=%2Fcommunities%2Fsomewhere%3Fq%3D1", form);
            if (withFiles) page.QuerySelector("main")!.TextContent.ShouldContain("figures.csv", customMessage: form);
        }
    }

    [Fact]
    public async Task What_came_back_is_sent_after_signing_in_with_the_same_account()
    {
        var (room, ada, _) = await server.Scene();
        using var before = Visitor.As(server.Address, ada.Cookie);
        var fields = await Write(before, room, "Half an hour of thought.");
        EndSession end = new() { By = ada.Member, Request = server.NewRequest(), Session = ada.Session };
        (await server.Grains.Member(ada.Member).EndSession(end)).IsRefused.ShouldBeFalse();

        var lost = await before.Send($"/communities/{room}", Parts(fields));
        lost.Status.ShouldBe(HttpStatusCode.Unauthorized);
        using var after = Visitor.As(server.Address, (await server.SignIn(ada)).Cookie);
        var old = await after.Send($"/communities/{room}", Parts(FieldsIn(lost.Html, $"/communities/{room}")));
        old.Status.ShouldBe(HttpStatusCode.BadRequest);
        var sent = await after.Send($"/communities/{room}", Parts(FieldsIn(old.Html, $"/communities/{room}")));
        sent.Status.ShouldBe(HttpStatusCode.SeeOther);

        var page = (await server.Grains.Room(room).Page(ada.Member, 0, 10)).Value!;
        page.Posts.Select(post => post.Markdown).ShouldBe(["Half an hour of thought."]);
    }

    [Fact]
    public async Task Nothing_is_sent_under_another_account()
    {
        var (room, ada, bob) = await server.Scene();
        using var hers = Visitor.As(server.Address, ada.Cookie);
        var fields = await Write(hers, room, "By Ada.");
        using var his = Visitor.As(server.Address, bob.Cookie);

        var answer = await his.Send($"/communities/{room}", Parts(fields));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        var page = new HtmlParser().ParseDocument(answer.Html);
        page.QuerySelectorAll("main form").ShouldBeEmpty();
        var shown = page.QuerySelectorAll("main textarea[readonly]").OfType<IHtmlTextAreaElement>();
        shown.Select(each => each.Value).ShouldContain("By Ada.");
        (await server.Grains.Room(room).Page(ada.Member, 0, 10)).Value!.Posts.ShouldBeEmpty();
    }

    /// <summary>Refused by whatever it is: no such community, no right, a wrong value, a conflict.</summary>
    [Fact]
    public async Task Whatever_a_form_is_refused_for_the_page_holds_what_was_typed()
    {
        var (room, _, ben) = await server.Scene();
        var lost = new List<string>();
        foreach (var community in new[] { "somewhere", room.Community.Value })
        {
            foreach (var form in EveryForm.Of(server, community, room.Slug))
            {
                using var visitor = Visitor.As(server.Address, (await server.SignIn(ben)).Cookie);
                var token = await visitor.TokenOn("/profile");
                var answer = await visitor.Send(form, new FormUrlEncodedContent(EveryForm.Filled().Append(new(token.Name, token.Value))));

                if ((int)answer.Status < 400) continue;   // accepted: this form has no text
                if (answer.Status is HttpStatusCode.UnsupportedMediaType) continue;   // one that takes files
                if (form is "/sign-in/confirm" or "/administrator") continue;   // a link, and nothing that is typed
                var page = new HtmlParser().ParseDocument(answer.Html);
                var shown = page.QuerySelectorAll("main textarea, main input:not([type=hidden])").Select(TextOf);
                if (!shown.Any(text => text.Contains("Angebote & Fristen", StringComparison.Ordinal))) lost.Add($"{form}: {answer.Status}");
            }
        }

        lost.ShouldBeEmpty();
    }

    private static string TextOf(AngleSharp.Dom.IElement field) =>
        field is IHtmlTextAreaElement area ? area.Value : field.GetAttribute("value") ?? "";

    [Theory, InlineData("Origin", "https://evil.example"), InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task What_a_page_of_another_site_sends_is_not_shown(string header, string value)
    {
        using var http = server.Http(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/communities/somewhere/ask") { Content = new FormUrlEncodedContent(EveryForm.Filled()) };
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.Add(header, value);
        using var answer = await http.SendAsync(request);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("Angebote");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    public async Task What_is_no_form_or_says_too_much_is_answered_as_ever(string type)
    {
        using var http = server.Http(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/communities/somewhere/publications/new");
        request.Content = new StringContent("markdown=" + new string('x', UnsentForm.MostCharacters + 1));
        request.Content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
        request.Headers.Accept.ParseAdd("text/html");
        using var answer = await http.SendAsync(request);

        ((int)answer.StatusCode).ShouldBeOneOf([400, 401, 415]);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("xxxx");
    }

    private static MultipartFormDataContent WithFile()
    {
        var content = Parts([.. EveryForm.Filled().Select(field => (field.Key, field.Value))]);
        content.Add(new ByteArrayContent(new byte[100_000]), "files", "figures.csv");
        return content;
    }

    /// <summary>The fields of a form, as its page gives them.</summary>
    private static (string Name, string Value)[] FieldsIn(string html, string action) =>
    [
        .. new HtmlParser().ParseDocument(html).Forms
            .Where(form => form.GetAttribute("action") == action)
            .First(form => form.Elements.OfType<IHtmlTextAreaElement>().Any()).Elements
            .Select(each => each switch
            {
                IHtmlTextAreaElement area => (area.Name!, area.Value),
                IHtmlInputElement { Type: not "file" } input => (input.Name!, input.Value),
                _ => ("", ""),
            })
            .Where(field => field.Item1.Length > 0),
    ];

    private static MultipartFormDataContent Parts((string Name, string Value)[] fields)
    {
        var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        return content;
    }

    private static async Task<(string Name, string Value)[]> Write(Visitor visitor, RoomId room, string text)
    {
        var fields = FieldsIn((await visitor.Get($"/communities/{room}")).Html, $"/communities/{room}");
        return [.. fields.Select(field => field.Name == "markdown" ? (field.Name, text) : field)];
    }
}
