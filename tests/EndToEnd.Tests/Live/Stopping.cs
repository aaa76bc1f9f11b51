using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>F24, and F11 in small.</summary>
public sealed class Stopping
{
    [Fact]
    public async Task Who_is_connected_is_told_to_come_back_and_what_was_answered_is_there()
    {
        var server = await LiveServer.Start();
        var (room, ada, ben) = await server.Scene();
        await using var speaker = await server.Connect(ada);
        await using var reader = await server.Connect(ben);
        await reader.Enter(room.Topic());

        var answered = new List<long>();
        var speaking = Task.Run(async () =>
        {
            for (var i = 0; !speaker.Closed.IsCompleted; i++)
            {
                if ((await speaker.Post(room.Value, $"r{i}", $"Number {i}")).GetProperty("value") is { ValueKind: JsonValueKind.Object } value) answered.Add(value.GetProperty("number").GetInt64());
            }
        });
        await reader.Until(it => it.Topic(room.Topic()).Posts.Count > 3);
        await using var after = await server.Restart();
        var said = await reader.Closed.WaitAsync(TimeSpan.FromSeconds(10));
        await Should.ThrowAsync<Exception>(() => speaking);

        said.ShouldNotBeNull();
        said.AllowReconnect.ShouldBeTrue();
        await using var again = await after.Connect(ben, before: reader);
        await again.Enter(room.Topic());
        await using var fresh = await after.Connect(ada);
        await fresh.Enter(room.Topic());
        fresh.Topic(room.Topic()).Posts[^1].GetProperty("number").GetInt64().ShouldBeGreaterThanOrEqualTo(answered.Max());
        again.Topic(room.Topic()).Newest().ShouldBe(fresh.Topic(room.Topic()).Newest());
    }

    [Fact]
    public async Task Who_asks_meanwhile_is_told_when_to_come_again()
    {
        await using var server = await LiveServer.Start();
        using var http = server.Http(await server.SignIn("Ada"));
        (await http.GetAsync("/")).StatusCode.ShouldBe(HttpStatusCode.OK);

        server.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        foreach (var path in new[] { "/", "/api/search?q=trams", "/sign-in" })
        {
            using var answer = await http.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, path);
            answer.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldBe(TimeSpan.FromSeconds(5));
            answer.Headers.ConnectionClose.ShouldBe(true);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("This server is being restarted.");
        }

        (await http.GetAsync("/health/live")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task Who_waits_by_request_is_answered()
    {
        var server = await LiveServer.Start();
        var (room, _, ben) = await server.Scene();
        using var http = server.Http(ben);
        var waiting = await http.Waits(room, ben, server);

        await server.DisposeAsync();

        (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).IsSuccessStatusCode.ShouldBeTrue();
    }
}
