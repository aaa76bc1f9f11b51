using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>Who has a room open and who is writing in it is shown to who has it open, and to nobody else.</summary>
public sealed class BeingHere(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Who_comes_and_goes_is_shown_to_who_is_there()
    {
        var (room, ada, ben) = await server.Scene();
        await using var first = await server.Connect(ada);
        await first.Enter(room.Topic());
        await first.Until(it => Here(it, room).SequenceEqual([ada.Name]));

        var second = await server.Connect(ben);
        await second.Enter(room.Topic());
        await first.Until(it => Here(it, room).Order().SequenceEqual([ada.Name, ben.Name]));
        await second.Until(it => Here(it, room).Length == 2);

        await second.DisposeAsync();
        await first.Until(it => Here(it, room).SequenceEqual([ada.Name]));
    }

    [Fact]
    public async Task Somebody_on_two_devices_is_there_once()
    {
        var (room, ada, ben) = await server.Scene();
        await using var desk = await server.Connect(ben);
        await using var phone = await server.Connect(await server.SignIn(ben));
        await desk.Enter(room.Topic());
        await phone.Enter(room.Topic());
        await using var other = await server.Connect(ada);
        await other.Enter(room.Topic());

        await other.Until(it => Here(it, room).Length == 2);
        other.Topic(room.Topic()).Passing("here")!.Value.GetProperty("count").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Who_writes_is_shown_for_a_moment()
    {
        var (room, ada, ben) = await server.Scene();
        await using var reader = await server.Connect(ada);
        await using var writer = await server.Connect(ben);
        await reader.Enter(room.Topic());
        await writer.Enter(room.Topic());
        await reader.Until(it => Here(it, room).Length == 2);

        await writer.Call("Typing", room.Value);

        await reader.Until(it => Typing(it, room).SequenceEqual([ben.Name]));
        await reader.Until(it => Typing(it, room).Length == 0, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Who_posts_before_they_were_shown_writing_is_not_shown_writing_after_it()
    {
        var (room, ada, ben) = await server.Scene();
        await using var reader = await server.Connect(ada);
        await using var writer = await server.Connect(ben);
        await reader.Enter(room.Topic());
        await writer.Enter(room.Topic());
        await reader.Until(it => Here(it, room).Length == 2);   // what changes now is told a second later

        await writer.Call("Typing", room.Value);
        await server.Says(room, ben, "thanks");
        await reader.Until(it => it.Received.Any(frame => frame.Contains("thanks")));
        var third = await server.Connect(await server.Join(room, "Cem"));
        await third.Enter(room.Topic());
        await reader.Until(it => Here(it, room).Length == 3);
        await third.DisposeAsync();
        await reader.Until(it => Here(it, room).Length == 2);

        var after = reader.Received.SkipWhile(frame => !frame.Contains("thanks")).Skip(1);
        after.ShouldNotContain(frame => frame.Contains("\"typing\"") && frame.Contains(ben.Name));
    }

    [Fact]
    public async Task Nothing_of_it_reaches_who_may_not_read_the_room()
    {
        var (room, ada, ben) = await server.Scene();
        await using var outsider = await server.Connect(await server.Stranger());
        await using var member = await server.Connect(ben);
        var cem = await server.Join(room, "Cem");
        await using var leaving = await server.Connect(cem);
        await outsider.Enter(room.Topic());
        await outsider.Enter(TopicName.Me);
        await member.Enter(room.Topic());
        await leaving.Enter(room.Topic());
        await member.Until(it => Here(it, room).Length == 2);

        await server.Leave(room, cem);
        await leaving.Until(it => it.Gone.Contains(room.Topic()));
        var heard = leaving.Received.Count;
        await member.Until(it => Here(it, room).SequenceEqual([ben.Name]));
        await outsider.Call("Typing", room.Value);
        await leaving.Call("Typing", room.Value);
        await using var writer = await server.Connect(ada);
        await writer.Enter(room.Topic());
        await member.Until(it => Here(it, room).Length == 2);
        await writer.Call("Typing", room.Value);
        await member.Until(it => Typing(it, room).Length > 0);

        Typing(member, room).ShouldBe([ada.Name]);
        outsider.Received.ShouldNotContain(frame => frame.Contains("\"passing\"") && frame.Contains(room.Value));
        leaving.Received.Skip(heard).ShouldNotContain(frame => frame.Contains("\"passing\""));
    }

    /// <summary>F12: every 200 ms, for 20 s of real time. The one test whose subject is a rhythm.</summary>
    [Fact]
    public async Task A_client_that_comes_and_goes_all_the_time_leaves_nothing_behind()
    {
        var (room, ada, ben) = await server.Scene();
        await using var staying = await server.Connect(ada);
        await staying.Enter(room.Topic());
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var turns = 0;
        while (!over.IsCancellationRequested)
        {
            var flapping = await server.Connect(ben);
            await flapping.Enter(room.Topic());
            await flapping.Enter(TopicName.Me);
            if (turns++ % 2 == 0) await flapping.Call("Typing", room.Value);
            await flapping.DisposeAsync();
            await Task.Delay(200, CancellationToken.None);
        }

        turns.ShouldBeGreaterThan(10);
        await staying.Until(it => Here(it, room).SequenceEqual([ada.Name]) && Typing(it, room).Length == 0, TimeSpan.FromSeconds(20));
        var followers = server.Services.GetRequiredService<Followers>();
        followers.Find<RoomFeed>(room.Topic())!.Listeners().Select(listener => listener.Member).ShouldBe([ada.Member]);
        followers.Find<MeFeed>(Streams.InboxOf(ben.Member))!.Listeners().ShouldBeEmpty();
        followers.Find<MemberWatch>(Streams.Of(ben.Member))!.Seats.ShouldBe(0);
    }

    private static string[] Here(LiveClient client, RoomId room) => NamesIn(client.Topic(room.Topic()).Passing("here"));

    private static string[] Typing(LiveClient client, RoomId room) => NamesIn(client.Topic(room.Topic()).Passing("typing"));

    private static string[] NamesIn(JsonElement? value) => value is { } present ? [.. present.GetProperty("members").EnumerateArray().Select(card => card.GetProperty("name").GetString()!)] : [];
}
