using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>B33: who decides on a report is shown the post that was reported. It opens no room to them.</summary>
public sealed class WhatModeratorsSee(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task An_administrator_who_is_no_member_sees_the_reported_post_and_nothing_around_it()
    {
        var (scene, administrator, number) = await Reported();
        using var http = server.Http(administrator);
        using var browser = Visitor.As(server.Address, administrator.Cookie);

        var item = (await http.GetFromJsonAsync<JsonElement>($"{scene.Api}/items/{number}")).GetProperty("item");
        item.GetProperty("reported").GetProperty("excerpt").GetString().ShouldBe("Quibblewort reported");
        var pages = new[] { item.GetRawText(), (await browser.Get($"{scene.Pages}/{number}")).Html, (await browser.Get(scene.Pages)).Html, (await browser.Get(scene.Pages + "/log")).Html, (await browser.Get(scene.Pages + "/log.csv")).Html, await http.GetStringAsync(scene.Api) };
        pages[1].ShouldContain("Quibblewort reported");
        pages.ShouldAllBe(page => !page.Contains("Quibblewort before", StringComparison.Ordinal) && !page.Contains("Quibblewort after", StringComparison.Ordinal) && !page.Contains("Quibblewort root", StringComparison.Ordinal));

        await ReadsNothing(scene, administrator);
    }

    [Fact]
    public async Task A_moderator_of_another_community_sees_neither_the_report_nor_the_room()
    {
        var (scene, _, number) = await Reported();
        var other = await server.QueueScene();
        using var http = server.Http(other.Ada);
        using var browser = Visitor.As(server.Address, other.Ada.Cookie);

        foreach (var path in new[] { scene.Api, $"{scene.Api}/items/{number}", $"{other.Api}/items/{number}" }) (await http.GetAsync(path)).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        foreach (var page in new[] { scene.Pages, $"{scene.Pages}/{number}", $"{scene.Pages}/log", $"{scene.Pages}/log.csv" }) (await browser.Get(page)).Status.ShouldBe(HttpStatusCode.NotFound, page);
        (await http.PostAsJsonAsync($"{scene.Api}/items/{number}/decide", new { requestId = "d", version = 1, verdict = "approved" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await ReadsNothing(scene, other.Ada);
    }

    /// <summary>Of what a report is about its decision is all that can be done from there, and it is written down who did.</summary>
    [Fact]
    public async Task Deciding_on_a_report_opens_no_room_and_is_in_the_log()
    {
        var (scene, administrator, number) = await Reported();
        using var http = server.Http(administrator);

        (await http.PostAsJsonAsync($"{scene.Api}/items/{number}/decide", new { requestId = "d", version = 1, verdict = "approved", reason = "It names a tenderer." })).StatusCode.ShouldBe(HttpStatusCode.OK);

        QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(number))).Item.Decision!.By.ShouldBe(administrator.Member);
        await ReadsNothing(scene, administrator);
    }

    /// <summary>A post in the midst of others, reported by who read it.</summary>
    private async Task<(QueueScene Scene, Person Administrator, long Number)> Reported()
    {
        var scene = await server.QueueScene();
        var of = scene.Community.Value[11..];
        var (author, reporter, administrator) = (await scene.Member($"Author{of}"), await scene.Member($"Reporter{of}"), await server.Stranger());
        QueueScene.Must(await server.Grains.Member(administrator.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() }));
        var root = await server.Says(scene.Room, author, "Quibblewort root");
        await server.Says(scene.Room, author, "Quibblewort before", root);
        var post = await server.Says(scene.Room, author, "Quibblewort reported", root);
        await server.Says(scene.Room, author, "Quibblewort after", root);
        using var http = server.Http(reporter);
        using var answer = await http.PostAsJsonAsync($"/api/rooms/{scene.Room}/posts/{post}/report", new { requestId = "r", message = "A name" });
        await scene.Settled();
        return (scene, administrator, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("number").GetInt64());
    }

    private async Task ReadsNothing(QueueScene scene, Person who)
    {
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        using var http = server.Http(who);
        foreach (var path in new[] { "", "/posts/1", "/posts/3", "/posts/3/history", "/print", "/log" }) (await http.GetAsync($"/communities/{scene.Room}{path}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        foreach (var path in new[] { "posts", "posts/3", "posts/3/history", "acts", "members?name=a" }) (await http.GetAsync($"/api/rooms/{scene.Room}/{path}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        (await http.GetAsync($"/api/live/room/{scene.Room}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetFromJsonAsync<JsonElement>("/api/search?q=quibblewort")).GetProperty("hits").GetArrayLength().ShouldBe(0);
        await using var client = await server.Connect(who);
        (await client.Enter(scene.Room.Topic())).GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
    }
}
