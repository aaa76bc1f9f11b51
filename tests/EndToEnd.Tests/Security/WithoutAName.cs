using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.SignIn;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Somebody who signed in and has not said what they are called.</summary>
public sealed class WithoutAName(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task Every_change_through_the_API_and_the_live_connection_is_refused_with_what_to_do()
    {
        var nameless = await Nameless();
        using var http = server.Http(nameless);

        foreach (var (method, path) in Changes())
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(new { requestId = "r" }) };
            using var answer = await http.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden, $"{method} {path}");
            var why = await answer.Content.ReadFromJsonAsync<JsonElement>();
            why.GetProperty("type").GetString().ShouldBe("urn:publicbuyers:refusal:member.nameless", $"{method} {path}");
            why.GetProperty("detail").GetString()!.ShouldStartWith("Give your name first");
        }

        await Should.ThrowAsync<Exception>(() => server.Connect(nameless));
        (await http.GetAsync("/api/publications")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Until_they_have_said_it()
    {
        var nameless = await Nameless();
        var (room, _, _) = await server.Scene();
        using var http = server.Http(nameless);
        const string Mutes = "/api/me/mutes/rooms";
        (await http.PostAsJsonAsync(Mutes, new { requestId = "early", room = room.Value, muted = false })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        (await server.Grains.Member(nameless.Member).ChangeProfile(new()
        {
            By = nameless.Member,
            Request = server.NewRequest(),
            Name = "Nina Named",
            Organisation = "",
            Language = "en",
            TimeZone = "Europe/Brussels",
        })).Refusal.ShouldBeNull();

        (await http.PostAsJsonAsync(Mutes, new { requestId = "late", room = room.Value, muted = false })).StatusCode
            .ShouldBe(HttpStatusCode.NoContent);
        await using var live = await server.Connect(nameless);
    }

    private async Task<Person> Nameless()
    {
        var address = $"nameless-{server.NewRequest().Value.Replace(':', '-')}@example.eu";
        return await server.SignIn(await server.Services.GetRequiredService<IAccounts>().Of(address, "en"), "");
    }

    /// <summary>Every route of the API that changes something, and where a live connection begins.</summary>
    private IEnumerable<(HttpMethod Method, string Path)> Changes()
    {
        var routes =
            from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints)
            where endpoint is RouteEndpoint
            let route = (RouteEndpoint)endpoint
            let path = "/" + route.RoutePattern.RawText!.TrimStart('/')
            where path.StartsWith("/api/", StringComparison.Ordinal) || path.StartsWith("/hubs/", StringComparison.Ordinal)
            from method in route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["POST"]
            where method is not ("GET" or "HEAD" or "OPTIONS")
            select (new HttpMethod(method), Regex.Replace(path, "{[^}]*}", "1", RegexOptions.NonBacktracking));
        var all = routes.Distinct().ToList();
        all.Count.ShouldBeGreaterThan(40);
        return all;
    }
}
