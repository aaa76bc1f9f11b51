using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>Programs follow rooms with SignalR's own client for .NET, over whichever transport it finds.</summary>
public sealed class ByTheUsualClient(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Theory]
    [InlineData(HttpTransportType.WebSockets)]
    [InlineData(HttpTransportType.ServerSentEvents)]
    [InlineData(HttpTransportType.LongPolling)]
    public async Task A_room_is_entered_written_in_and_followed(HttpTransportType transport)
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Before");
        await using var client = Client(ben, transport);
        var changes = Channel.CreateUnbounded<JsonElement>();
        client.On<JsonElement>("changes", frame => changes.Writer.TryWrite(frame));
        await client.StartAsync();

        var entered = await client.InvokeAsync<JsonElement>("Enter", room.Topic(), 0, 0);
        var posted = await client.InvokeAsync<JsonElement>("Post", room.Value, "program:1", "From a program", null, null, null);
        await server.Says(room, ada, "After");

        var position = entered.GetProperty("position").GetInt64();
        entered.GetRawText().ShouldContain("Before");
        posted.GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        var heard = new List<string>();
        while (!heard.Any(frame => frame.Contains("After")))
        {
            var frame = await changes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            frame.GetProperty("position").GetInt64().ShouldBeGreaterThan(position);
            position = frame.GetProperty("position").GetInt64();
            heard.Add(frame.GetRawText());
        }

        heard.ShouldContain(frame => frame.Contains("From a program"));
    }

    [Fact]
    public async Task Who_has_no_session_does_not_connect()
    {
        var (_, ada, _) = await server.Scene();
        await using var client = Client(ada with { Cookie = ada.Cookie[..^4] + "AAAA" }, HttpTransportType.WebSockets);

        (await Should.ThrowAsync<HttpRequestException>(client.StartAsync())).Message.ShouldContain("401");
    }

    private HubConnection Client(Person person, HttpTransportType transport) =>
        new HubConnectionBuilder()
            .WithUrl(
                new Uri(server.Address, "/hubs/live"),
                transport,
                options =>
                {
                    options.Headers["Cookie"] = person.Cookie;
                    options.Headers["Origin"] = LiveServer.Origin;
                }
            )
            .Build();
}
