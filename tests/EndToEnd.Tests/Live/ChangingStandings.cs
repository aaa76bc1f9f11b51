using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Live;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>What is decided about somebody acts on the connections they have open, within a second.</summary>
public sealed class ChangingStandings(OneServer shared) : IClassFixture<OneServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly LiveServer server = shared.Server;

    [Theory]
    [InlineData(RestrictionKind.Suspension)]
    [InlineData(RestrictionKind.Ban)]
    public async Task Who_is_suspended_or_banned_is_told_and_hears_nothing_after(RestrictionKind kind)
    {
        var (room, ada, ben) = await server.Scene();
        await using var restricted = await server.Connect(ben);
        await using var staying = await server.Connect(ada);
        await restricted.Enter(room.Topic());
        await staying.Enter(room.Topic());

        await Restrict(room, ada, ben, kind);
        await restricted.Until(it => it.Gone.Contains(room.Topic()), Soon);
        await server.Says(room, ada, "Among ourselves");
        await staying.Until(it => it.Topic(room.Topic()).Posts.Count == 1);

        CodeOf(await restricted.Post(room.Value, "late", "Still here?")).ShouldBe("room.absent");
        CodeOf(await restricted.Enter(room.Topic())).ShouldBe("room.absent");
        restricted.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
    }

    /// <summary>B34: neither who is there and who types, nor how much is unread, nor what is found.</summary>
    [Theory]
    [InlineData(RestrictionKind.Suspension)]
    [InlineData(RestrictionKind.Ban)]
    public async Task Who_is_suspended_or_banned_learns_nothing_of_what_goes_on(RestrictionKind kind)
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "A tapir to begin with");
        await using var restricted = await server.Connect(ben);
        await using var staying = await server.Connect(await server.Join(room, "Cem"));
        foreach (var topic in new[] { TopicName.Me, room.Topic() }) await restricted.Enter(topic);
        foreach (var topic in new[] { TopicName.Me, room.Topic() }) await staying.Enter(topic);
        await restricted.Until(it => it.Topic(room.Topic()).Passing("here") is { } here && here.GetProperty("count").GetInt32() == 2);
        await staying.Until(it => it.Topic(TopicName.Me).Unread(room) is not null);

        await Restrict(room, ada, ben, kind);
        await restricted.Until(it => it.Gone.Contains(room.Topic()) && it.Topic(TopicName.Me).Unread(room) is null, Soon);
        await staying.Until(it => it.Topic(room.Topic()).Passing("here") is { } here && here.GetProperty("count").GetInt32() == 1);
        var heard = restricted.Received.Count;
        await restricted.Call("Typing", room.Value);
        await using var writing = await server.Connect(ada);
        await writing.Enter(room.Topic());
        await staying.Until(it => it.Topic(room.Topic()).Passing("here") is { } here && here.GetProperty("count").GetInt32() == 2);
        await writing.Call("Typing", room.Value);
        await staying.Until(it => it.Topic(room.Topic()).Passing("typing") is { } typing && typing.GetProperty("members").GetArrayLength() == 1);
        await server.Says(room, ada, "A second tapir");
        await staying.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);

        staying.Topic(room.Topic()).Passing("typing")!.Value.GetRawText().ShouldNotContain(ben.Name);
        restricted.Received.Skip(heard).ShouldNotContain(frame => frame.Contains(room.Value) && !frame.Contains("refused"));
        using var http = server.Http(ben);
        (await http.GetFromJsonAsync<JsonElement>("/api/search?q=tapir")).GetProperty("hits").GetArrayLength().ShouldBe(0);
        (await http.GetFromJsonAsync<JsonElement>("/api/live/me")).GetProperty("snapshot").GetProperty("rooms").EnumerateArray().ShouldNotContain(each => each.GetProperty("room").GetString() == room.Value);
        foreach (var path in new[] { $"/api/rooms/{room}/members?name=a", $"/api/rooms/{room}/reach", $"/api/rooms/{room}/posts" }) (await http.GetAsync(path)).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound, path);
        foreach (var page in new[] { "/", "/search?q=tapir", "/notices" }) (await http.GetStringAsync(page)).ShouldNotContain($"/communities/{room}", Case.Sensitive, page);
    }

    [Fact]
    public async Task Who_comes_in_while_being_suspended_is_not_let_in()
    {
        for (var round = 0; round < 10; round++)
        {
            var (room, ada, ben) = await server.Scene();
            await using var client = await server.Connect(ben);
            await using var other = await server.Connect(ada);
            await other.Enter(room.Topic());

            await Task.WhenAll(Restrict(room, ada, ben, RestrictionKind.Suspension), client.Enter(room.Topic()), client.Enter(room.Topic()));
            await server.Says(room, ada, "Among ourselves");
            await other.Until(it => it.Topic(room.Topic()).Posts.Count == 1);
            await client.Call("Leave", room.Topic());

            client.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
        }
    }

    [Fact]
    public async Task A_mute_refuses_the_very_next_post_and_not_the_reading()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(room.Topic());
        (await client.Post(room.Value, "before", "Hello")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);

        await Restrict(room, ada, ben, RestrictionKind.Mute);
        var refused = await client.Post(room.Value, "after", "Hello again");
        await server.Says(room, ada, "Listen");

        CodeOf(refused).ShouldBe("room.muted");
        refused.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(403);
        CodeOf(await client.Edit(room.Value, "edit", 1, "Changed")).ShouldBe("room.muted");
        CodeOf(await client.Call("React", room.Value, "react", 1, "agree", true)).ShouldBe("room.muted");
        await client.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
        client.Gone.ShouldBeEmpty();

        await Lift(room, ada, ben);
        (await client.Post(room.Value, "lifted", "Hello")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_suspension_that_ends_lets_in_again_by_itself()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await using var staying = await server.Connect(ada);
        await staying.Enter(room.Topic());
        await client.Enter(TopicName.Me);
        await client.Enter(room.Topic());

        await Restrict(room, ada, ben, RestrictionKind.Suspension, server.Services.GetRequiredService<IClock>().Now.AddSeconds(2));
        await client.Until(it => it.Gone.Contains(room.Topic()), Soon);
        await server.Says(room, ada, "Come back");

        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 1);
        (await client.Enter(room.Topic())).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        (await client.Post(room.Value, "back", "Here I am")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Who_is_no_moderator_any_more_does_nothing_that_moderators_do()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Hello");
        await Make(room, ada, ben, Role.Moderator);
        await using var client = await server.Connect(ben);
        await client.Enter(room.Topic());
        (await client.Call("Pin", room.Value, "pin", 1, true)).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);

        await Make(room, ada, ben, Role.Member);

        CodeOf(await client.Call("Pin", room.Value, "unpin", 1, false)).ShouldBe("room.moderators-only");
        (await client.Post(room.Value, "post", "Hello")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static string? CodeOf(JsonElement answer) => answer.GetProperty("refused").GetProperty("code").GetString();

    private async Task Restrict(RoomId room, Person by, Person whom, RestrictionKind kind, DateTimeOffset? until = null) =>
        (await server.Grains.Community(room.Community).Restrict(new() { By = by.Member, Request = server.NewRequest(), Member = whom.Member, Kind = kind, Until = until, Reason = "As agreed." })).Refusal.ShouldBeNull();

    private async Task Lift(RoomId room, Person by, Person whom) =>
        (await server.Grains.Community(room.Community).Lift(new() { By = by.Member, Request = server.NewRequest(), Member = whom.Member, Reason = "As agreed." })).Refusal.ShouldBeNull();

    private async Task Make(RoomId room, Person by, Person whom, Role role) =>
        (await server.Grains.Community(room.Community).ChangeRole(new() { By = by.Member, Request = server.NewRequest(), Member = whom.Member, Role = role })).Refusal.ShouldBeNull();
}
