using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Journal;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Administration;

/// <summary>F16: a fact of a later version, or of nobody, in one room's stream.</summary>
public sealed class AStreamThatCannotBeRead : IAsyncLifetime
{
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("room.from-the-future", 1, "{}")]
    [InlineData("room.post-edited", 99, """{"number":1,"markdown":"?"}""")]
    [InlineData("room.post-edited", 1, "not JSON")]
    public async Task Is_readable_closed_for_writing_and_listed_and_other_rooms_are_fine(string type, int version, string payload)
    {
        var ada = await server.SignIn("Ada");
        var (sick, well) = (await server.Found("sick", ada), await server.Found("well", ada));
        await server.Says(sick, ada, "Before.");
        await Put(sick, type, version, payload);
        server = await server.Restart();
        using var http = server.Http(ada);

        (await http.GetStringAsync($"/api/rooms/{sick}/posts")).ShouldContain("Before.");
        using var refused = await Post(http, sick);
        refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var problem = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement;
        (await Post(http, well)).StatusCode.ShouldBe(HttpStatusCode.Created);

        await server.Grains.Member(ada.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() });
        var page = await http.GetStringAsync("/administration");
        page.ShouldContain(Streams.Of(sick));
        var reference = page.Split("<code>").Select(part => part.Split("</code>")[0]).Last(code => code != Streams.Of(sick));
        problem.GetProperty("detail").GetString()!.ShouldContain(reference);
    }

    [Xunit.Fact]
    public async Task Bits_that_have_rotted_close_the_room_and_no_other()
    {
        var ada = await server.SignIn("Ada");
        var (sick, well) = (await server.Found("sick", ada), await server.Found("well", ada));
        await server.Says(sick, ada, "A text that rots.");
        server = await server.Restart(whileStopped: Rot);
        using var http = server.Http(ada);

        using var answer = await http.GetAsync($"/api/rooms/{sick}/posts");
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("that rots");
        (await Post(http, well)).StatusCode.ShouldBe(HttpStatusCode.Created);
    }

    private static void Rot(string folder)
    {
        foreach (var snapshots in Directory.EnumerateFiles(folder, "state.db*")) File.Delete(snapshots);   // they still know the text, and would be believed

        using var journal = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "journal.db")};Pooling=False");
        journal.Open();
        using var flip = journal.CreateCommand();
        flip.CommandText = "UPDATE facts SET payload = CAST(replace(CAST(payload AS TEXT), 'rots', 'rats') AS BLOB) WHERE instr(payload, CAST('that rots' AS BLOB)) > 0";
        flip.ExecuteNonQuery().ShouldBe(1);
    }

    private static Task<HttpResponseMessage> Post(HttpClient http, RoomId room) =>
        http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = $"test-{room.Community}", markdown = "Hello" });

    private async Task Put(RoomId room, string type, int version, string payload)
    {
        var journal = server.Services.GetRequiredService<IJournal>();
        var facts = await journal.ReadStream(Streams.Of(room), 0, 100);
        (await journal.Append(new(Streams.Of(room), facts.Length, [new(type, version, "post/1", System.Text.Encoding.UTF8.GetBytes(payload))], MemberId.System, DateTimeOffset.UnixEpoch, [], null)))
            .ShouldBeOfType<AppendResult.Stored>();
    }
}
