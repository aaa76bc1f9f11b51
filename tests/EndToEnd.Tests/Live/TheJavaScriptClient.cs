using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>The real <c>@microsoft/signalr</c>, as browsers run it, in Node.</summary>
public sealed class TheJavaScriptClient(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task Enters_a_room_hears_others_speaks_and_loses_access()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Before you came.");
        using var client = JavaScript.Start(server, ben, room);

        var entered = await client.Hears("entered");
        entered.GetProperty("snapshot").GetProperty("posts")[0].GetProperty("html").GetString()!.ShouldContain("Before you came.");
        var position = entered.GetProperty("position").GetInt64();

        await server.Says(room, ada, "Hello **Ben**");
        var heard = await client.Hears("changes");
        heard.GetProperty("position").GetInt64().ShouldBe(position + 1);
        heard.GetProperty("changes")[0].GetProperty("put").GetProperty("html").GetString()!.ShouldContain("<strong>Ben</strong>");

        await client.Asks("Post", room.Value, "js-1", "Hello Ada", null, null, null);
        await client.Asks("Post", room.Value, "js-1", "Hello Ada", null, null, null);
        var answers = new[] { await client.Hears("answered"), await client.Hears("answered") };
        answers.Select(answer => answer.GetProperty("value").GetProperty("number").GetInt64()).Distinct().ShouldBe([3]);

        await server.Leave(room, ben);
        (await client.Hears("gone")).GetProperty("topic").GetString().ShouldBe(room.Topic());
    }

    private sealed class JavaScript : IDisposable
    {
        private readonly Process node;
        private readonly Queue<(string What, JsonElement Value)> aside = [];

        private JavaScript(Process node) => this.node = node;

        public static JavaScript Start(LiveServer server, Person person, RoomId room)
        {
            var here = Path.GetDirectoryName(ThisFile())!;
            var packages = Path.GetFullPath(Path.Combine(here, "../../../src/Web/package.json"));
            var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
            foreach (var argument in new[] { Path.Combine(here, "javascript-client.mjs"), packages, new Uri(server.Address, "/hubs/live").ToString(), person.Cookie, LiveServer.Origin, room.Topic() })
                start.ArgumentList.Add(argument);

            return new(Process.Start(start)!);
        }

        public Task Asks(params object?[] command) => node.StandardInput.WriteLineAsync(JsonSerializer.Serialize(command));

        /// <summary>The next of its kind; what comes before it is kept for later.</summary>
        public async Task<JsonElement> Hears(string what)
        {
            for (var i = aside.Count; i > 0; i--)
            {
                var kept = aside.Dequeue();
                if (kept.What == what) return kept.Value;
                aside.Enqueue(kept);
            }

            while (await node.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) is { } line)
            {
                var heard = JsonDocument.Parse(line).RootElement;
                if (heard.GetProperty("what").GetString() == what) return heard.GetProperty("value");
                aside.Enqueue((heard.GetProperty("what").GetString()!, heard.GetProperty("value")));
            }

            throw new InvalidOperationException($"The client ended before it heard \"{what}\".");
        }

        public void Dispose()
        {
            node.Kill();
            node.Dispose();
        }

        private static string ThisFile([CallerFilePath] string path = "") => path;
    }
}
