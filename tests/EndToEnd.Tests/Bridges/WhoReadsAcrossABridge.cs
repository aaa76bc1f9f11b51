using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Members;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Bridges;

/// <summary>A common thread, tried in every way by everybody: who may not read it learns of it nowhere.</summary>
public sealed class WhoReadsAcrossABridge(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Members_of_both_sides_everywhere_and_others_nowhere()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await server.Says(thread, scene.Ari, "Quibblewort from across");

        foreach (var person in scene.Everybody) await Try(scene, thread, person, mayRead: person != scene.Eve);
    }

    [Fact]
    public async Task Moderators_of_both_sides_where_it_is_theirs_alone()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene, readers: Classification.Hosts);
        await server.Says(thread, scene.Ada, "Quibblewort from across");

        foreach (var person in scene.Everybody) await Try(scene, thread, person, mayRead: new[] { scene.Ada, scene.Ann, scene.Ben, scene.Bea }.Contains(person));
    }

    [Theory]
    [InlineData(RestrictionKind.Ban)]
    [InlineData(RestrictionKind.Suspension)]
    public async Task Nobody_whom_one_of_the_sides_keeps_out(RestrictionKind kind)
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await server.Says(thread, scene.Ari, "Quibblewort from across");
        await server.Restricts(scene.Other, scene.Max, kind);
        await server.Restricts(scene.One, scene.Bob, RestrictionKind.Ban);   // who never belonged to it
        await server.Settled();

        foreach (var person in new[] { scene.Max, scene.Bob }) await Try(scene, thread, person, mayRead: false);
        foreach (var person in new[] { scene.Ari, scene.Bea }) await Try(scene, thread, person, mayRead: true);
    }

    [Fact]
    public async Task No_supplier_where_one_of_the_sides_admits_public_buyers_only()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await server.Says(thread, scene.Ari, "Quibblewort from across");
        foreach (var (person, kind) in new[] { (scene.Bob, MemberKind.Supplier), (scene.Bea, MemberKind.Buyer), (scene.Max, MemberKind.Supplier) })
        {
            (await server.Grains.Member(person.Member).ClaimKind(new() { By = person.Member, Request = server.NewRequest(), Kind = kind })).IsRefused.ShouldBeFalse();
            (await server.Grains.Member(person.Member).ConfirmKind(new() { By = MemberId.System, Request = server.NewRequest(), Kind = kind })).IsRefused.ShouldBeFalse();
        }

        await server.AdmitsBuyersOnly(scene.One);
        await server.Settled();

        foreach (var person in new[] { scene.Bob, scene.Max, scene.Ben }) await Try(scene, thread, person, mayRead: false);
        foreach (var person in new[] { scene.Bea, scene.Ari, scene.Ada }) await Try(scene, thread, person, mayRead: true);
    }

    [Fact]
    public async Task Names_are_offered_from_both_sides_to_who_reads_it()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);

        using var bob = server.Http(scene.Bob);
        var offered = await bob.GetFromJsonAsync<JsonElement>($"/api/rooms/{thread}/members?name=A");
        offered.EnumerateArray().Select(card => card.GetProperty("name").GetString()).ShouldContain(scene.Ari.Name);
        using var eve = server.Http(scene.Eve);
        (await eve.GetAsync($"/api/rooms/{thread}/members?name=A")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task Try(BridgeScene scene, RoomId thread, Person person, bool mayRead)
    {
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        using var browser = Visitor.As(server.Address, person.Cookie);
        using var http = server.Http(person);
        var missing = mayRead ? HttpStatusCode.OK : HttpStatusCode.NotFound;

        (await browser.Get($"/communities/{thread}")).Status.ShouldBe(missing, $"the page, by {person.Name}");
        (await browser.Get($"/communities/{thread}/posts/1")).Status.ShouldBe(missing);
        (await http.GetAsync($"/api/rooms/{thread}/posts")).StatusCode.ShouldBe(missing, $"its posts, by {person.Name}");
        (await http.GetAsync($"/api/live/room/{thread}?epoch=0&after=-1")).StatusCode.ShouldBe(missing);
        (await http.PostAsJsonAsync($"/api/rooms/{thread}/posts", new { requestId = server.NewRequest().Value, markdown = "And a word of mine" })).StatusCode.ShouldBe(mayRead ? HttpStatusCode.Created : HttpStatusCode.NotFound);
        (await http.PostAsJsonAsync($"/api/me/mutes/rooms", new { requestId = server.NewRequest().Value, room = thread.Value, muted = true })).IsSuccessStatusCode.ShouldBe(mayRead);

        (await browser.Get("/mutes")).Html.Contains("Clauses for trams", StringComparison.Ordinal).ShouldBe(mayRead);

        var hits = await http.GetFromJsonAsync<JsonElement>("/api/search?q=Quibblewort");
        hits.GetProperty("hits").EnumerateArray().Any(hit => hit.GetProperty("room").GetString() == thread.Value).ShouldBe(mayRead, $"searched by {person.Name}");
        WebUtility.HtmlDecode((await browser.Get("/")).Html).Contains($"/communities/{thread}", StringComparison.Ordinal).ShouldBe(mayRead, $"the rail of {person.Name}");

        foreach (var room in new[] { scene.One, scene.Other })
        {
            var isMember = (await server.Grains.Community(room.Community).BearingOf(person.Member)).Role is not null;
            (await browser.Get($"/communities/{room.Community}")).Html.Contains("Clauses for trams", StringComparison.Ordinal).ShouldBe(mayRead, $"the page of {room.Community}, by {person.Name}");
            if (isMember) (await browser.Get($"/communities/{room}")).Html.Contains("Clauses for trams", StringComparison.Ordinal).ShouldBe(mayRead);

            var list = await http.GetAsync($"/api/communities/{room.Community}/bridged-threads");
            list.StatusCode.ShouldBe(isMember ? HttpStatusCode.OK : HttpStatusCode.NotFound);
            if (isMember) (await list.Content.ReadFromJsonAsync<JsonElement>()).GetArrayLength().ShouldBe(mayRead ? 1 : 0);
        }

        await using var client = await server.Connect(person);
        ((await client.Enter(thread.Topic())).GetProperty("refused").ValueKind == JsonValueKind.Null).ShouldBe(mayRead, $"live, by {person.Name}");
    }
}
