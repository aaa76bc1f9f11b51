using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Seeing;

/// <summary>Orleans' dashboard at <c>/administration/grains</c>.</summary>
public sealed class TheGrains
{
    private const string There = "/administration/grains/";

    [Fact]
    public async Task Are_not_shown_until_the_operator_asks_for_it()
    {
        await using var server = await LiveServer.Start();
        using var administrator = await Administrator(server);

        (await administrator.GetAsync(There)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await administrator.GetStringAsync("/administration")).ShouldNotContain(There);
    }

    [Fact]
    public async Task Are_shown_to_administrators()
    {
        await using var server = await LiveServer.Start(options => options with { ShowGrains = true });
        using var administrator = await Administrator(server);

        (await administrator.GetStringAsync("/administration")).ShouldContain($"href=\"{There}\"");
        foreach (var part in new[] { "", "index.min.js", "index.css", "version", "ClusterStats", "TopGrainMethods" })
            (await administrator.GetAsync(There + part)).StatusCode.ShouldBe(HttpStatusCode.OK, part);

        var counters = await Counted(administrator);
        counters.GetProperty("totalActiveHostCount").GetInt32().ShouldBe(1);
        counters.GetProperty("simpleGrainStats").EnumerateArray()
            .ShouldContain(grain => grain.GetProperty("grainType").GetString()!.Contains("MemberGrain"));
    }

    [Fact]
    public async Task Are_shown_to_nobody_else()
    {
        await using var server = await LiveServer.Start(options => options with { ShowGrains = true });
        var (_, ada, _) = await server.Scene();
        using var member = server.Http(ada);
        using var stranger = server.Http(null);

        foreach (var part in new[] { "", "index.min.js", "ClusterStats", "DashboardCounters", "GrainState", "Trace" })
        {
            (await member.GetAsync(There + part)).StatusCode.ShouldBe(HttpStatusCode.NotFound, part);
            (await stranger.GetAsync(There + part)).StatusCode
                .ShouldBeOneOf(HttpStatusCode.Found, HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task Show_neither_what_people_wrote_nor_the_log()
    {
        await using var server = await LiveServer.Start(options => options with { ShowGrains = true });
        using var administrator = await Administrator(server);

        foreach (var part in new[] { "GrainState?grainId=a&grainType=b", "Trace", "trace", "GRAINSTATE/" })
            (await administrator.GetAsync(There + part)).StatusCode.ShouldBe(HttpStatusCode.NotFound, part);
    }

    /// <summary>The dashboard counts for the first time some seconds after it was first asked.</summary>
    private static async Task<JsonElement> Counted(HttpClient administrator)
    {
        for (var tries = 0; ; tries++)
        {
            var counters = await administrator.GetFromJsonAsync<JsonElement>(There + "DashboardCounters");
            if (tries == 100 || counters.GetProperty("totalActiveHostCount").GetInt32() > 0)
                return counters;

            await Task.Delay(200);
        }
    }

    private static async Task<HttpClient> Administrator(LiveServer server)
    {
        var (_, ada, _) = await server.Scene();
        var account = server.Grains.Member(ada.Member);
        (await account.AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() })).IsRefused.ShouldBeFalse();
        return server.Http(ada);
    }
}
