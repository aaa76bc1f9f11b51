using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>B25: of two who decide, one is told who was first and when, and the applicant hears once.</summary>
public sealed class DecidedAlready : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;
    private QueueScene scene = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock).AddSingleton<IMailbox>(mailbox));
        scene = await server.QueueScene();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Two_at_the_same_moment_get_one_decision_and_the_applicant_one_mail()
    {
        for (var round = 0; round < 5; round++)
        {
            var (applicant, number) = await scene.Asks();
            using var ada = server.Http(scene.Ada);
            using var ben = server.Http(scene.Ben);

            var answers = await Task.WhenAll(Decide(ada, number, "approved"), Decide(ben, number, "rejected"));

            answers.Select(answer => answer.Status).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Conflict]);
            var (late, first, verdict) = answers[0].Status == HttpStatusCode.OK ? (answers[1], scene.Ada, "approved") : (answers[0], scene.Ben, "rejected");
            late.Said.GetProperty("title").GetString().ShouldBe("queue.already-decided");
            late.Said.GetProperty("detail").GetString().ShouldBe($"Decided by {first.Name} at 13:00: {verdict}.");
            await OneMailAbout(applicant, number, $"It was {verdict}.");
            clock.Move(-2 * QueueLimits.UndoWindow);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_comes_later_is_told_the_same_by_every_way_before_and_after_it_takes_effect(bool hasTakenEffect)
    {
        var (applicant, number) = await scene.Asks();
        await scene.Decides(scene.Ada, number, Verdict.Approved, "Welcome.");
        if (hasTakenEffect) await OneMailAbout(applicant, number, "Welcome.");
        var told = $"Decided by {scene.Ada.Name} at 13:00: approved.";
        using var http = server.Http(scene.Ben);
        using var browser = Visitor.As(server.Address, scene.Ben.Cookie);
        await using var client = await server.Connect(scene.Ben);

        (await Decide(http, number, "rejected")).ShouldSatisfyAllConditions(answer => answer.Status.ShouldBe(HttpStatusCode.Conflict), answer => answer.Said.GetProperty("detail").GetString().ShouldBe(told));
        var live = (await client.Call("DecideItem", scene.Community.Value, "late", number, 1, "rejected", "No.", null, null)).GetProperty("refused");
        (live.GetProperty("status").GetInt32(), live.GetProperty("detail").GetString()).ShouldBe((409, told));
        var form = await browser.Post($"{scene.Pages}/{number}/decide", await browser.TokenOn("/profile"), ("request", "late"), ("version", "1"), ("verdict", "rejected"), ("reason", "No."));
        form.Status.ShouldBe(HttpStatusCode.Conflict);
        form.Html.ShouldContain(told);

        if (!hasTakenEffect) await OneMailAbout(applicant, number, "Welcome.");
        await OneMailAbout(applicant, number, "Welcome.");
        (await server.Grains.Community(scene.Community).BearingOf(applicant.Member)).Role.ShouldBe(PublicBuyers.Communities.Role.Member);
    }

    [Fact]
    public async Task Who_comes_on_another_day_is_told_which_day_it_was()
    {
        var (applicant, number) = await scene.Asks();
        await scene.Decides(scene.Ada, number, Verdict.Approved, "Welcome.");
        await OneMailAbout(applicant, number, "Welcome.");
        clock.Move(TimeSpan.FromDays(1));
        using var http = server.Http(scene.Ben);

        var late = await Decide(http, number, "rejected");

        late.Said.GetProperty("detail").GetString()!
            .ShouldMatch($@"^Decided by {scene.Ada.Name} on \d+ [A-Z][a-z]+ \d{{4}} at 13:00: approved\.$");
    }

    private static async Task<(HttpStatusCode Status, JsonElement Said)> Decide(HttpClient http, long number, string verdict)
    {
        var community = (await http.GetFromJsonAsync<JsonElement>("/api/queues"))[0].GetProperty("community").GetString();
        using var answer = await http.PostAsJsonAsync($"/api/queues/{community}/items/{number}/decide", new { requestId = $"{number}", version = 1, verdict, reason = $"It was {verdict}." });
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Ten seconds pass, and ten more. What another applicant is told of a later decision comes after whatever there is to tell of this one.</summary>
    private async Task OneMailAbout(Person applicant, long number, string says)
    {
        clock.Move(QueueLimits.UndoWindow);
        await mailbox.NewestTo(AddressOf(applicant));
        var (other, last) = await scene.Asks();
        await scene.Decides(scene.Ada, last, Verdict.Approved);
        clock.Move(QueueLimits.UndoWindow);
        await mailbox.NewestTo(AddressOf(other));

        var mail = mailbox.Deliveries.Where(mail => mail.To == AddressOf(applicant)).ShouldHaveSingleItem();
        mail.MessageId.ShouldContain($".{number}.decided.");
        mail.Text.ShouldContain(says);
    }

    private static string AddressOf(Person person) => $"{person.Name.ToLowerInvariant()}@example.eu";
}
