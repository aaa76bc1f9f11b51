using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Communities;

/// <summary>R11 over the real server, months of it.</summary>
public sealed class HowAliveItIs : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Talk_keeps_a_community_active_silence_makes_it_dormant_and_a_post_wakes_it()
    {
        var (room, ada, ben) = await server.Scene();
        (await State(ben, room)).ShouldBe("quiet");

        for (var i = 0; i < 5; i++) await server.Says(room, ada, $"Number {i}");
        (await State(ben, room)).ShouldBe("active");
        clock.Move(TimeSpan.FromDays(30));
        (await State(ben, room)).ShouldBe("quiet");
        clock.Move(TimeSpan.FromDays(60));
        (await State(ben, room)).ShouldBe("dormant");
        using var page = Visitor.As(server.Address, (await server.SignIn(ben)).Cookie);
        (await page.Get($"/communities/{room.Community}")).Html.ShouldContain("Nobody wrote anything for 90 days");
        (await page.Get("/communities")).Html.ShouldContain("Dormant");

        await server.Says(room, ada, "Is anybody here?");
        (await State(ben, room)).ShouldBe("waking");
    }

    [Fact]
    public async Task What_waits_too_long_in_its_queue_is_a_reason()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Grains.Community(room.Community).ChangeSettings(new() { By = MemberId.System, Request = server.NewRequest(), Name = "On request", Access = PublicBuyers.Communities.Access.OnRequest, Goal = "To buy well together." });
        var stranger = await server.Stranger();
        (await server.Grains.Queue(room.Community).Ask(new() { By = stranger.Member, Request = server.NewRequest() })).IsRefused.ShouldBeFalse();
        clock.Move(TimeSpan.FromDays(29));
        for (var i = 0; i < 5; i++) await server.Says(room, ada, $"Number {i}");
        using var http = server.Http(await server.SignIn(ben));

        await Settled();
        var alive = await http.GetFromJsonAsync<JsonElement>($"/api/communities/{room.Community}/vitality");

        alive.GetProperty("state").GetString().ShouldBe("quiet");
        alive.GetProperty("reasons")[0].GetProperty("kind").GetString().ShouldBe("queue");
        alive.GetProperty("reasons")[0].GetProperty("days").GetInt32().ShouldBe(29);
    }

    [Fact]
    public async Task Of_what_does_not_exist_nothing_is_said()
    {
        var (_, ada, _) = await server.Scene();
        using var http = server.Http(ada);

        (await http.GetAsync("/api/communities/not-here/vitality")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await http.GetAsync("/api/communities/Not-Here!/vitality")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>A session does not last for months.</summary>
    private async Task<string?> State(Person reader, RoomId room)
    {
        await Settled();
        using var http = server.Http(await server.SignIn(reader));
        return (await http.GetFromJsonAsync<JsonElement>($"/api/communities/{room.Community}/vitality")).GetProperty("state").GetString();
    }

    private Task Settled() => server.Services.GetRequiredService<PublicBuyers.Communities.ICommunityDirectory>().Settled(CancellationToken.None);
}
