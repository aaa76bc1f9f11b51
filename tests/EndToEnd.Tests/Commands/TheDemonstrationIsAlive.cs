using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Demonstration;
using PublicBuyers.Running;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

using IJournal = PublicBuyers.Journal.IJournal;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>The demonstration as a newcomer meets it, over the real server.</summary>
public sealed class TheDemonstrationIsAlive : IAsyncLifetime
{
    private readonly FakeClock clock = new(AwayFromMidnight(TimeProvider.System.GetUtcNow()));
    private LiveServer server = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(plain => plain with { Demo = true }, services => services.AddSingleton<IClock>(clock));
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(default);
    }

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task Its_communities_are_active_quiet_waking_and_dormant()
    {
        var vitality = server.Services.GetRequiredService<IVitality>();

        async Task<VitalityState> Of(string community) => (await vitality.Of(new(community), default)).State;

        foreach (var community in new[] { "procure-innovation-eu", "cfit", "ai-community", "cpb-network", "big-buyers-working-together" })
            (await Of(community)).ShouldBe(VitalityState.Active, community);
        (await Of("bim-procurement")).ShouldBe(VitalityState.Quiet);
        (await Of("competence-centres")).ShouldBe(VitalityState.Waking);
        (await Of("ppe-alumni")).ShouldBe(VitalityState.Dormant);
    }

    [Fact]
    public async Task Leaders_can_look_at_promote_restrict_and_mute_its_people()
    {
        var leader = await As("leader-ai");
        var somebody = server.Services.GetRequiredService<Demonstration.Demonstration>().People.Single(person => person.Name == "Zofia").Member;
        var page = $"/communities/ai-community/members/{somebody}";

        (await leader.Get(page)).Status.ShouldBe(HttpStatusCode.OK);
        (await leader.Submit(page, $"{page}/restrict", ("kind", "Mute"), ("reason", "To try it."))).Status
            .ShouldBe(HttpStatusCode.SeeOther);
        (await leader.Get(page)).Html.ShouldContain("To try it.");
        (await leader.Submit(page, $"{page}/lift", ("reason", "Tried."))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await leader.Submit(page, $"{page}/role", ("role", "Moderator"))).Status.ShouldBe(HttpStatusCode.SeeOther);

        using var program = server.Http(await server.SignIn(Called("leader-ai"), "Tomas"));
        using var muted = await program.PostAsJsonAsync("/api/me/mutes/members", new { requestId = server.NewRequest().Value, member = somebody.Value, muted = true });
        muted.IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Somebody_writes_now_and_then_and_each_line_once_a_day()
    {
        var journal = server.Services.GetRequiredService<IJournal>();
        var remarks = server.Services.GetRequiredService<Demonstration.Demonstration>().Remarks;
        var began = clock.Now;

        await clock.IsAwaited(began + NowAndThen.FirstPause);
        clock.Move(NowAndThen.FirstPause);
        for (var said = 0; said < 3; said++)
        {
            var next = clock.Now + NowAndThen.Pause;
            await clock.IsAwaited(next);
            (await journal.FindAnswer(remarks[said].By, new($"demonstration:{began:yyyy-MM-dd}:{said}"))).ShouldNotBeNull();
            (await journal.FindAnswer(remarks[said + 1].By, new($"demonstration:{began:yyyy-MM-dd}:{said + 1}"))).ShouldBeNull();
            clock.Move(NowAndThen.Pause);
        }
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(8, true)]
    public void A_stale_one_says_how_to_make_it_anew(int days, bool offers) =>
        (Greeting.Stale(TimeProvider.System.GetUtcNow().AddDays(-days), TimeProvider.System) is not null).ShouldBe(offers);

    /// <summary>A day's lines begin anew at midnight.</summary>
    private static DateTimeOffset AwayFromMidnight(DateTimeOffset now) => now.Hour == 23 ? now.AddHours(1) : now;

    private async Task<Visitor> As(string called) =>
        Visitor.As(server.Address, (await server.SignIn(Called(called), called)).Cookie);

    private static MemberId Called(string called) => PublicBuyers.Demonstration.Person.Called(called);
}
