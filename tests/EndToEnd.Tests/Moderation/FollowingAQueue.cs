using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>Two moderators with the queue open.</summary>
public sealed class FollowingAQueue(OneServer one) : IClassFixture<OneServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task Both_see_what_is_asked_looked_at_and_decided()
    {
        var scene = await server.QueueScene();
        await using var ada = await Enter(scene, scene.Ada);
        await using var ben = await Enter(scene, scene.Ben);

        var (who, number) = await scene.Asks("I buy bridges.");
        await ada.Until(it => it.Topic(scene.Topic).Item(number) is not null);
        await ben.Until(it => it.Topic(scene.Topic).Item(number) is not null);
        var item = ben.Topic(scene.Topic).Item(number)!.Value;
        item.GetProperty("by").GetProperty("name").GetString().ShouldBe(who.Name);
        item.GetProperty("kind").GetString().ShouldBe("accessRequest");
        item.GetProperty("message").GetString().ShouldBe("I buy bridges.");
        ben.Topic(scene.Topic).Value("counts")!.Value.GetProperty("waiting").GetInt32().ShouldBe(1);

        var claim = (await ada.Call("ClaimItem", scene.Community.Value, "c", number)).GetProperty("value");
        await ben.Until(it => it.Topic(scene.Topic).Item(number)!.Value.GetProperty("claim") is { ValueKind: JsonValueKind.Object } told && told.GetProperty("by").GetProperty("name").GetString() == scene.Ada.Name);
        claim.GetProperty("fence").GetInt64().ShouldBe(1);

        var decided = (await ada.Call("DecideItem", scene.Community.Value, "d", number, item.GetProperty("version").GetInt64(), "approved", "Welcome.", "welcome", null)).GetProperty("value");
        decided.GetProperty("verdict").GetString().ShouldBe("approved");
        await ben.Until(it => it.Topic(scene.Topic).Item(number)!.Value.GetProperty("state").GetString() == "decided");
        ben.Topic(scene.Topic).Value("counts")!.Value.GetProperty("waiting").GetInt32().ShouldBe(0);

        (await ada.Call("UndoDecision", scene.Community.Value, "u", number, decided.GetProperty("version").GetInt64())).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        await ben.Until(it => it.Topic(scene.Topic).Item(number)!.Value.GetProperty("state").GetString() == "open");
        await ada.Until(it => it.Topic(scene.Topic).Queue() == ben.Topic(scene.Topic).Queue());
    }

    [Fact]
    public async Task Who_is_late_is_told_who_decided_what_and_when()
    {
        var scene = await server.QueueScene();
        var (_, number) = await scene.Asks();
        await using var ben = await Enter(scene, scene.Ben);
        await scene.Decides(scene.Ada, number, Verdict.Rejected);

        var late = (await ben.Call("DecideItem", scene.Community.Value, "late", number, 1, "approved", "", null, null)).GetProperty("refused");

        late.GetProperty("code").GetString().ShouldBe("queue.already-decided");
        late.GetProperty("status").GetInt32().ShouldBe(409);
        late.GetProperty("detail").GetString()!.ShouldMatch($@"^Decided by {scene.Ada.Name} at \d\d:\d\d: rejected\.$");
    }

    [Fact]
    public async Task Who_looks_at_it_is_named_to_who_would_decide()
    {
        var scene = await server.QueueScene();
        var (_, number) = await scene.Asks();
        await using var ada = await Enter(scene, scene.Ada);
        await using var ben = await Enter(scene, scene.Ben);
        await ada.Call("ClaimItem", scene.Community.Value, "c", number);

        var claimed = (await ben.Call("ClaimItem", scene.Community.Value, "c", number)).GetProperty("refused");
        claimed.GetProperty("detail").GetString().ShouldBe($"{scene.Ada.Name} is looking at this.");

        var answers = (await ben.Call("DecideItems", scene.Community.Value, "d", new[] { new { number, version = 1 } }, "approved", "", null, null)).GetProperty("value");
        answers[0].GetProperty("decided").ValueKind.ShouldBe(JsonValueKind.Null);
        answers[0].GetProperty("refused").GetProperty("detail").GetString().ShouldBe($"{scene.Ada.Name} is looking at this.");
    }

    [Fact]
    public async Task Claims_are_given_up_with_the_connection()
    {
        var scene = await server.QueueScene();
        var (_, number) = await scene.Asks();
        await using var ben = await Enter(scene, scene.Ben);
        await using (var ada = await Enter(scene, scene.Ada))
        {
            await ada.Call("ClaimItem", scene.Community.Value, "c", number);
            await ben.Until(it => it.Topic(scene.Topic).Item(number)!.Value.GetProperty("claim").ValueKind == JsonValueKind.Object);
        }

        await ben.Until(it => it.Topic(scene.Topic).Item(number)!.Value.GetProperty("claim").ValueKind == JsonValueKind.Null);
        (await ben.Call("ClaimItem", scene.Community.Value, "c2", number)).GetProperty("value").GetProperty("fence").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task A_claim_that_is_renewed_passes_by_the_others()
    {
        var scene = await server.QueueScene();
        var (_, number) = await scene.Asks();
        await using var ada = await Enter(scene, scene.Ada);
        await using var ben = await Enter(scene, scene.Ben);
        await ada.Call("ClaimItem", scene.Community.Value, "c", number);

        var renewed = (await ada.Call("ClaimItem", scene.Community.Value, "c2", number)).GetProperty("value").GetProperty("until").GetDateTimeOffset();

        await ben.Until(it => it.Topic(scene.Topic).Passing($"claim/{number}")?.GetProperty("until").GetDateTimeOffset() == renewed);
        await using var fresh = await Enter(scene, scene.Ben);
        fresh.Topic(scene.Topic).Item(number)!.Value.GetProperty("claim").GetProperty("until").GetDateTimeOffset().ShouldBe(renewed);
    }

    /// <summary>Between nodes messages overtake each other.</summary>
    [Fact]
    public async Task A_renewal_that_comes_before_its_claim_or_after_a_newer_one_takes_nothing_back()
    {
        var scene = await server.QueueScene();
        var (_, number) = await scene.Asks();
        await using var ben = await Enter(scene, scene.Ben);
        var feed = server.Services.GetRequiredService<Followers>().Find<QueueFeed>(scene.Topic)!;
        var renewed = new DateTimeOffset(2100, 1, 1, 12, 0, 0, TimeSpan.Zero);

        Comes(renewed);
        Comes(renewed.AddMinutes(-1));
        await using var ada = await Enter(scene, scene.Ada);
        await ada.Call("ClaimItem", scene.Community.Value, "c", number);
        await ben.Until(it => it.Topic(scene.Topic).Item(number) is { } item && item.GetProperty("claim").ValueKind == JsonValueKind.Object);

        await using var fresh = await Enter(scene, scene.Ben);
        fresh.Topic(scene.Topic).Item(number)!.Value.GetProperty("claim").GetProperty("until").GetDateTimeOffset().ShouldBe(renewed);

        void Comes(DateTimeOffset until) => ((IStreamObserver)feed).Passing(new(scene.Topic, [new QueueChange.ClaimRenewed(new(number), new(scene.Ada.Member, until, 1))]));
    }

    [Fact]
    public async Task Who_moderates_no_longer_hears_nothing_after()
    {
        var scene = await server.QueueScene();
        await using var ada = await Enter(scene, scene.Ada);
        await using var ben = await Enter(scene, scene.Ben);
        await ben.Enter(scene.Room.Topic());

        await scene.Changes(scene.Ben, Role.Member);
        await ben.Until(it => it.Gone.Contains(scene.Topic), Soon);
        var (_, number) = await scene.Asks("Among ourselves");
        await ada.Until(it => it.Topic(scene.Topic).Item(number) is not null);
        await server.Says(scene.Room, scene.Ada, "To all");
        await ben.Until(it => it.Topic(scene.Room.Topic()).Posts.Count == 1);   // still a member

        ben.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
        (await ben.Enter(scene.Topic)).GetProperty("refused").GetProperty("code").GetString().ShouldBe("queue.absent");
        (await ben.Call("ClaimItem", scene.Community.Value, "c", number)).GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
    }

    [Fact]
    public async Task A_request_that_waits_ends_with_the_role()
    {
        var scene = await server.QueueScene();
        using var http = server.Http(scene.Ben);
        var first = await http.GetFromJsonAsync<JsonElement>($"/api/live/{scene.Topic}");
        await using var ben = await Enter(scene, scene.Ben);   // its loss shows that the node has heard
        var waiting = http.GetAsync($"/api/live/{scene.Topic}?epoch={first.GetProperty("epoch")}&after={first.GetProperty("position")}");

        await scene.Changes(scene.Ben, Role.Member);
        await ben.Until(it => it.Gone.Contains(scene.Topic), Soon);

        (await waiting.WaitAsync(TimeSpan.FromSeconds(30))).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Without_a_live_connection_one_asks_and_waits()
    {
        var scene = await server.QueueScene();
        using var http = server.Http(scene.Ben);
        var first = await http.GetFromJsonAsync<JsonElement>($"/api/live/{scene.Topic}");
        first.GetProperty("snapshot").GetProperty("waiting").GetInt32().ShouldBe(0);

        var waiting = http.GetFromJsonAsync<JsonElement>($"/api/live/{scene.Topic}?epoch={first.GetProperty("epoch")}&after={first.GetProperty("position")}");
        var (_, number) = await scene.Asks();

        (await waiting).GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("key").GetString()).ShouldBe([$"item/{number}", "counts"]);
    }

    /// <summary>B6, B34: nobody but moderators can tell a queue from none.</summary>
    [Fact]
    public async Task An_outsider_learns_nothing_and_neither_does_a_member()
    {
        var scene = await server.QueueScene();
        var (applicant, number) = await scene.Asks("Not for you");
        var member = await scene.Member($"Mem{scene.Community}".Replace("-", "", StringComparison.Ordinal));
        foreach (var who in new[] { await server.Stranger(), applicant, member })
        {
            await using var client = await server.Connect(who);
            HubCalls.WithoutTopic(await client.Enter(scene.Topic)).ShouldBe(HubCalls.WithoutTopic(await client.Enter("queue/none-such")));
            foreach (var (method, arguments) in Commands(number))
            {
                var closed = await client.Call(method, [scene.Community.Value, .. arguments]);
                closed.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404, method);
                closed.GetRawText().ShouldBe((await client.Call(method, ["none-such", .. arguments])).GetRawText(), method);
            }

            using var http = server.Http(who);
            foreach (var address in new[] { "", "?open=false", $"/items/{number}" }) (await Read(http, scene.Api + address)).ShouldBe(await Read(http, "/api/queues/none-such" + address));
            client.Received.ShouldNotContain(frame => frame.Contains("Not for you"));
        }

        (await (await server.Connect(scene.Ben)).Enter(scene.Topic)).GetRawText().ShouldContain("Not for you");
    }

    [Fact]
    public async Task A_reported_post_is_shown_by_its_beginning_as_it_stands_now_and_nothing_else_is()
    {
        var scene = await server.QueueScene();
        var (member, author) = (await scene.Member($"Rep{scene.Community}".Replace("-", "", StringComparison.Ordinal)), await scene.Member($"Aut{scene.Community}".Replace("-", "", StringComparison.Ordinal)));
        await server.Says(scene.Room, author, "Something else of mine");
        var post = await server.Says(scene.Room, author, "It was **Acme**");
        await using var ben = await Enter(scene, scene.Ben);

        var number = QueueScene.Must(await scene.Queue.Report(new() { By = member.Member, Request = server.NewRequest(), Room = scene.Room, Post = new(post), Message = "A name" })).Value;
        await ben.Until(it => it.Topic(scene.Topic).Item(number) is not null);
        var reported = ben.Topic(scene.Topic).Item(number)!.Value.GetProperty("reported");
        reported.GetProperty("excerpt").GetString().ShouldBe("It was Acme");
        reported.GetProperty("roomName").GetString().ShouldNotBeNullOrEmpty();
        reported.GetProperty("author").GetProperty("name").GetString().ShouldBe(author.Name);
        ben.Received.ShouldNotContain(frame => frame.Contains("Something else"));

        await server.Grains.Room(scene.Room).Delete(new() { By = author.Member, Request = server.NewRequest(), Number = new(post) });
        await using var fresh = await Enter(scene, scene.Ada);
        fresh.Topic(scene.Topic).Item(number)!.Value.GetProperty("reported").GetProperty("excerpt").GetString().ShouldBeEmpty();
        fresh.Received.ShouldNotContain(frame => frame.Contains("Acme"));
    }

    private static (string Method, object?[] Arguments)[] Commands(long number) =>
    [
        ("ClaimItem", ["1", number]), ("ReleaseItem", ["2", number, 1]), ("DecideItem", ["3", number, 1, "approved", "", null, null]),
        ("DecideItems", ["4", new[] { new { number, version = 1 } }, "approved", "", null, null]), ("UndoDecision", ["5", number, 2]),
    ];

    private static async Task<string> Read(HttpClient http, string address)
    {
        using var answer = await http.GetAsync(address);
        return $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }

    private async Task<LiveClient> Enter(QueueScene scene, Person who)
    {
        var client = await server.Connect(who);
        await client.Enter(scene.Topic);
        return client;
    }
}
