using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>
/// Who has nothing to do with somebody learns neither their name nor that they have an account, however they name them.
/// </summary>
public sealed class WhoMayKnowWhom(OneServer one) : IClassFixture<OneServer>
{
    private const string Nobody = "aaaaaaaaaaaaaaaa";

    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task Muting_a_stranger_answers_as_muting_nobody()
    {
        var (_, _, ben) = await server.Scene();
        var stranger = await server.Stranger();
        using var http = server.Http(ben);
        await using var live = await server.Connect(ben);
        using var browser = Visitor.As(server.Address, ben.Cookie);

        (await Mutes(http, stranger.Member.Value)).ShouldBe(await Mutes(http, Nobody));
        (await Mutes(http, "system")).ShouldBe(await Mutes(http, Nobody));
        var hub = await live.Call("MuteMember", stranger.Member.Value, "hub", true);
        hub.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
        (await browser.Get("/mutes")).Html.ShouldNotContain(stranger.Name);
    }

    [Fact]
    public async Task Who_shares_a_community_can_be_muted_and_who_has_left_but_for_their_posts()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Hello");
        await server.Says(room, ben, "Hello");
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);
        using var http = server.Http(ada);
        (await Mutes(http, ben.Member.Value)).Status.ShouldBe(HttpStatusCode.NoContent);

        await server.Leave(room, ben);
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        using var other = server.Http(await server.Join(room, "Cy"));
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);

        (await Mutes(other, ben.Member.Value)).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Banning_a_stranger_answers_as_banning_nobody_and_the_server_cannot_be_banned()
    {
        var scene = await server.QueueScene();
        var stranger = await server.Stranger();
        var (applicant, _) = await scene.Asks();
        await scene.Settled();
        using var http = server.Http(scene.Ben);

        (await Bans(http, scene, stranger.Member.Value)).ShouldBe(await Bans(http, scene, Nobody));
        (await Bans(http, scene, "system")).Status.ShouldBe(HttpStatusCode.NotFound);
        using var cleared = await http.PostAsJsonAsync(
            $"/api/communities/{scene.Community}/members/system/clear", new { requestId = "clear", reason = "Silence" });
        cleared.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Bans(http, scene, applicant.Member.Value)).Status.ShouldBe(HttpStatusCode.NoContent);
        var restrictions = QueueScene.Must(await server.Grains.Community(scene.Community).Restrictions(scene.Ada.Member));
        restrictions.Select(each => each.Member).ShouldBe([applicant.Member]);
    }

    private static Task<(HttpStatusCode Status, string Body)> Mutes(HttpClient http, string member) =>
        Sends(http, "/api/me/mutes/members", new { requestId = $"mute-{member}", member, muted = true });

    private static Task<(HttpStatusCode Status, string Body)> Bans(HttpClient http, QueueScene scene, string member) =>
        Sends(
            http,
            $"/api/communities/{scene.Community}/members/{member}/restrict",
            new { requestId = $"ban-{member}", kind = "ban", reason = "As agreed." });

    private static async Task<(HttpStatusCode Status, string Body)> Sends(HttpClient http, string address, object body)
    {
        using var answer = await http.PostAsJsonAsync(address, body);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
