using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Publications;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>A moderator hides everything by one person, in a browser without script and with a program.</summary>
public sealed class RemovingEverything(OneServer one) : IClassFixture<OneServer>
{
    private const string Secret = "quibblewort";
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task With_a_reason_and_a_confirmation_all_of_it_is_on_no_page_frame_notice_or_search_and_comes_back()
    {
        var (room, ada, ben) = await server.Scene();
        var cy = await server.Join(room, "Cy");
        await server.Says(room, cy, "Who has a supplier?");
        for (var post = 2; post <= 4; post++) await server.Says(room, ben, $"Buy {Secret} {post}", thread: post == 2 ? 1 : null);
        await using var live = await server.Connect(cy);
        await live.Enter($"room/{room}");
        using var moderator = Browser(ada);
        using var member = Browser(cy);
        using var author = Browser(ben);
        var page = PageOf(room, ben);

        var before = await moderator.Get(page);
        before.Html.ShouldContain("2 posts");
        before.Html.ShouldContain("1 reply");
        before.Html.ShouldContain("0 comments");
        (await moderator.Submit(page, page + "/clear", ("reason", "Advertising"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Newest(room, ben)).ShouldBeNull();
        live.Received.Clear();

        var cleared = await moderator.Submit(page, page + "/clear", ("reason", "Advertising"), ("confirmed", "true"));
        cleared.Location.ShouldBe(page + "#clearing");
        await Over(room, ben);

        (await moderator.Get(page)).Html.ShouldContain("Posts hidden: 3.");
        foreach (var address in new[] { Of(room), Of(room) + "/posts/1", Of(room) + "/log", Of(room) + "/print", "/notices", $"/search?q={Secret}", "/" })
        {
            (await member.Get(address)).Html.ShouldNotContain($"Buy {Secret}", customMessage: address);
            (await author.Get(address)).Html.ShouldNotContain($"Buy {Secret}", customMessage: address);
        }

        live.Received.ShouldAllBe(frame => !frame.Contains(Secret, StringComparison.Ordinal));
        (await member.Get(Of(room) + "/log")).Html.ShouldContain("Advertising");
        (await author.Get("/notices")).Html.ShouldContain("hid everything you wrote in this community");
        (await Hits(cy)).ShouldBe(0);

        (await moderator.Submit(page, page + "/clear/undo", ("reason", "It was somebody else"))).Location.ShouldBe(page + "#clearing");
        await Over(room, ben);
        (await moderator.Get(page)).Html.ShouldContain("Posts shown again: 3.");
        (await member.Get(Of(room))).Html.ShouldContain($"Buy {Secret} 4");
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        (await Hits(cy)).ShouldBe(3);
    }

    [Fact]
    public async Task A_program_sees_how_far_it_is_and_a_member_may_not_and_a_leader_is_protected()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ben, "Hello");
        using var leader = server.Http(ada);
        using var member = server.Http(ben);
        var (his, hers) = (ApiOf(room, ben), ApiOf(room, ada));

        (await member.PostAsJsonAsync(hers, new { requestId = "no", reason = "Revenge" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await member.GetAsync(hers)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await leader.PostAsJsonAsync(hers, new { requestId = "self", reason = "Tired" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await leader.PostAsJsonAsync(his, new { requestId = "why", reason = " " })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await leader.PostAsJsonAsync(his + "/undo", new { requestId = "undo", reason = "None" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);

        (await leader.PostAsJsonAsync(his, new { requestId = "yes", reason = "Advertising" })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await Over(room, ben);
        var said = await leader.GetFromJsonAsync<JsonElement>(his);
        (said.GetProperty("posts").GetInt32(), said.GetProperty("state").GetString(), said.GetProperty("total").GetInt32()).ShouldBe((0, "hidden", 1));

        using var moderator = Browser(ada);
        (await moderator.Get(PageOf(room, ada))).Html.ShouldNotContain("id=\"clearing\"");
    }

    [Fact]
    public async Task Who_has_left_still_has_a_page_while_something_of_theirs_can_be_seen()
    {
        var (room, ada, ben) = await server.Scene();
        using var moderator = Browser(ada);
        await server.Says(room, ben, "Hello");
        await server.Leave(room, ben);

        (await moderator.Get(PageOf(room, ben))).Html.ShouldContain("1 post<");
        (await moderator.Get(PageOf(room, await server.Stranger()))).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Publications_are_withdrawn_too_and_come_back_but_for_those_that_somebody_withdrew()
    {
        var (room, ada, ben) = await server.Scene();
        var (spam, withdrawn) = (await Publishes(room, ben, $"Spam of {Secret}"), await Publishes(room, ben, "An error"));
        (await server.Grains.Publication(withdrawn).Withdraw(new() { By = ada.Member, Request = server.NewRequest(), Reason = "Wrong" }))
            .Refusal.ShouldBeNull();
        await server.Leave(room, ben);
        using var moderator = Browser(ada);
        using var anybody = new HttpClient { BaseAddress = server.Address };
        await server.Services.GetRequiredService<IPublications>().Settled(CancellationToken.None);
        (await anybody.GetStringAsync("/publications.atom")).ShouldContain(Secret);
        var page = PageOf(room, ben);
        (await moderator.Get(page)).Html.ShouldContain("1 publication<");

        await moderator.Submit(page, page + "/clear", ("reason", "Advertising"), ("confirmed", "true"));
        await Over(room, ben);

        (await Withdrawn(spam, ada)).ShouldBe((ada.Member, "Advertising"));
        await server.Services.GetRequiredService<IPublications>().Settled(CancellationToken.None);
        (await anybody.GetStringAsync("/publications.atom")).ShouldNotContain(Secret);
        (await moderator.Get(page)).Html.ShouldContain("0 publications<");

        await moderator.Submit(page, page + "/clear/undo", ("reason", "It was somebody else"));
        await Over(room, ben);

        (await Withdrawn(spam, ada)).ShouldBeNull();
        await server.Services.GetRequiredService<IPublications>().Settled(CancellationToken.None);
        var feed = await anybody.GetStringAsync("/publications.atom");
        feed.ShouldContain(Secret);
        feed.ShouldNotContain("An error");
    }

    private async Task<PublicationId> Publishes(RoomId room, Person author, string title)
    {
        var id = new PublicationId(room.Community, $"{Guid.NewGuid():n}");
        (await server.Grains.Publication(id).Write(new()
        {
            By = author.Member,
            Request = server.NewRequest(),
            Seen = 0,
            Content = new(PublicationKind.News, title, "", "Buy.", Classification.Public, [], []),
        })).Refusal.ShouldBeNull();
        (await server.Grains.Publication(id).Submit(new() { By = author.Member, Request = server.NewRequest(), Version = 1 }))
            .Refusal.ShouldBeNull();
        return id;
    }

    private async Task<(MemberId, string)?> Withdrawn(PublicationId id, Person reader)
    {
        var versions = await server.Grains.Publication(id).Versions(reader.Member);
        versions.Refusal.ShouldBeNull();
        return (await server.Grains.Publication(id).Read(reader.Member)).Value?.Withdrawn is { } act ? (act.By, act.Reason) : null;
    }

    private async Task<int> Hits(Person reader)
    {
        using var http = server.Http(reader);
        return (await http.GetFromJsonAsync<JsonElement>($"/api/search?q={Secret}")).GetProperty("hits").GetArrayLength();
    }

    /// <summary>The index of posts follows everything that happens: by then a step of the clearing is done.</summary>
    private async Task Over(RoomId room, Person person)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Newest(room, person) is { IsRunning: true })
            await server.Services.GetRequiredService<IPostSearch>().Settled(patience.Token);
    }

    private Task<Clearing?> Newest(RoomId room, Person person) => server.Grains.Community(room.Community).ClearingOf(person.Member);

    private Visitor Browser(Person person) => Visitor.As(server.Address, person.Cookie);

    private static string Of(RoomId room) => $"/communities/{room}";

    private static string PageOf(RoomId room, Person person) => $"/communities/{room.Community}/members/{person.Member}";

    private static string ApiOf(RoomId room, Person person) => $"/api{PageOf(room, person)}/clear";
}
