using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class OnePaceForEveryWayIn : IAsyncLifetime
{
    /// <summary>What may be done at once, and, where time stands still, at all. Reading on is allowed three times as often.</summary>
    private const int Most = 2;

    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(
        options => options with { MostCommandsPerTenSeconds = Most },
        services => services.AddPaceThatStandsStill());

    public async Task DisposeAsync() => await server.DisposeAsync();

    /// <summary>Every route of the table that changes something: a new one cannot forget its pace.</summary>
    [Fact]
    public async Task Holds_for_every_route_that_changes_something()
    {
        var (room, _, _) = await server.Scene();
        var unpaced = new List<string>();
        var tried = 0;
        foreach (var (method, route) in Changing())
        {
            var person = await server.Stranger();
            using var http = server.Http(person);
            http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
            var answers = new List<HttpResponseMessage>();
            for (var i = 0; i <= Most * 3; i++)
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), EveryQuestion.With(route, room, "1"));
                answers.Add(await http.SendAsync(request));
            }

            tried++;
            if (answers[0].StatusCode == HttpStatusCode.TooManyRequests) unpaced.Add($"{method} {route}: from the first");
            if (answers[^1] is not { StatusCode: HttpStatusCode.TooManyRequests, Headers.RetryAfter: not null }) unpaced.Add($"{method} {route}: {(int)answers[^1].StatusCode}");
            var expected = route.StartsWith("/api/", StringComparison.Ordinal) ? "application/problem+json" : "text/html";
            if (answers[^1].Content.Headers.ContentType?.MediaType != expected) unpaced.Add($"{method} {route}: {answers[^1].Content.Headers.ContentType}");
        }

        unpaced.ShouldBeEmpty();
        tried.ShouldBeGreaterThan(90);
    }

    [Fact]
    public async Task Is_one_for_forms_the_api_and_the_live_connection_together()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ada);
        using var http = server.Http(ada);

        (await client.Post(room.Value, "r1", "Hello")).GetProperty("refused").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await http.PostAsync($"/api/rooms/{room}/posts", null)).StatusCode.ShouldNotBe(HttpStatusCode.TooManyRequests);
        (await http.PostAsync($"/communities/{room}", null)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await client.Post(room.Value, "r2", "Hello")).GetProperty("refused").GetProperty("code").GetString().ShouldBe("too-fast");

        using var other = server.Http(ben);
        (await other.PostAsync($"/communities/{room}", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);   // no token, but not too fast
    }

    [Fact]
    public async Task Gives_back_what_was_typed_into_every_form_and_says_how_long_to_wait()
    {
        var (_, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        for (var i = 0; i < Most * 3; i++) await http.PostAsync("/language", null);

        foreach (var form in EveryForm.Of(server))
        {
            using var answer = await http.PostAsync(form, new FormUrlEncodedContent(EveryForm.Filled()));

            if (answer.StatusCode != HttpStatusCode.TooManyRequests) continue;   // reading on, three times as often
            var page = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
            page.QuerySelector("[data-unsent=refused]")!.TextContent.ShouldContain("second", customMessage: form);
            var back = (IHtmlFormElement)page.QuerySelectorAll("main form").ShouldHaveSingleItem(form);
            back.GetAttribute("action").ShouldBe(form);
            back.Elements.OfType<IHtmlTextAreaElement>().Select(field => field.Value).Distinct().ShouldBe([EveryForm.Typed], form);
            back.QuerySelector("[name=request]")!.GetAttribute("value").ShouldBe("form:kept");
        }
    }

    [Fact]
    public async Task Counts_people_who_are_not_signed_in_by_their_address()
    {
        using var http = server.Http(null);

        for (var i = 0; i < Most; i++) (await http.PostAsync("/language", null)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await http.PostAsync("/language", null)).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Is_not_used_up_for_a_visitor_by_pages_of_other_sites()
    {
        using var http = server.Http(null);
        foreach (var (header, value) in new[] { ("Origin", "https://elsewhere.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site") })
            for (var i = 0; i <= Most; i++)
            {
                using var forged = new HttpRequestMessage(HttpMethod.Post, "/language");
                forged.Headers.Add(header, value);
                (await http.SendAsync(forged)).StatusCode
                    .ShouldBeOneOf(HttpStatusCode.BadRequest, HttpStatusCode.TooManyRequests);
            }

        using var own = new HttpRequestMessage(HttpMethod.Post, "/language");
        own.Headers.Add("Origin", LiveServer.Origin);
        (await http.SendAsync(own)).StatusCode.ShouldBe(HttpStatusCode.BadRequest, "no token, but not too fast");
    }

    private IEnumerable<(string Method, string Route)> Changing() =>
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let route = endpoint.RoutePattern.RawText
        where route is not null && route.StartsWith('/') && !route.StartsWith("/hubs", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
        where method is not ("GET" or "HEAD" or "OPTIONS")
        select (method, route);
}
