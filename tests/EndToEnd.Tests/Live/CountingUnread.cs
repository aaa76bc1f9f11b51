using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>Unread counts are exact and absolute: page, badge and push agree.</summary>
public sealed class CountingUnread(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task What_others_say_counts_and_what_one_says_oneself_does_not()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);

        await server.Says(room, ada, "One");
        await server.Says(room, ada, "Two");
        await server.Says(room, ben, "Three");

        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 2);
        (await Page(ben, room)).ShouldBe(2);
    }

    [Fact]
    public async Task What_is_read_on_one_device_is_read_on_the_other()
    {
        var (room, ada, ben) = await server.Scene();
        await using var desk = await server.Connect(ben);
        await using var phone = await server.Connect(await server.SignIn(ben));
        await desk.Enter(TopicName.Me);
        await phone.Enter(TopicName.Me);
        await server.Says(room, ada, "One");
        var last = await server.Says(room, ada, "Two");
        await phone.Until(it => it.Topic(TopicName.Me).Unread(room) == 2);

        (await desk.Call("MarkRead", room.Value, last, null)).GetProperty("value").GetProperty("number").GetInt64().ShouldBe(last);

        await phone.Until(it => it.Topic(TopicName.Me).Unread(room) == 0);
        await desk.Until(it => it.Topic(TopicName.Me).Unread(room) == 0);
        phone.Topic(TopicName.Me).Passing($"unread/{room.Value}")!.Value.GetProperty("mark").GetInt64().ShouldBe(last);
        (await Page(ben, room)).ShouldBe(0);
        phone.Surprises.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_deleted_or_hidden_counts_no_longer_and_what_is_shown_again_does()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);
        var (one, two) = (await server.Says(room, ada, "One"), await server.Says(room, ada, "Two"));
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 2);

        await server.Grains.Room(room).Delete(new() { By = ada.Member, Request = server.NewRequest(), Number = new(one) });
        await server.Hides(room, ada, two, hidden: true);
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 0);
        await server.Hides(room, ada, two, hidden: false);
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 1);
    }

    [Fact]
    public async Task A_thread_that_was_read_is_read_although_the_room_is_not()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);
        var root = await server.Says(room, ada, "Root");
        await server.Says(room, ada, "Beside");
        var reply = await server.Says(room, ada, "Reply", root);
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 3);

        await client.Call("MarkRead", room.Value, reply, root);

        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 2);
    }

    [Fact]
    public async Task Who_comes_back_by_position_is_told_the_counts_of_now()
    {
        var (room, ada, ben) = await server.Scene();
        var away = await server.Connect(ben);
        await away.Enter(TopicName.Me);
        away.Drop();
        await server.Says(room, ada, "While you were away");

        await using var back = await server.Connect(ben, before: away);
        await back.Enter(TopicName.Me);

        await back.Until(it => it.Topic(TopicName.Me).Unread(room) == 1);
    }

    /// <summary>Another device has stayed, so that the server has heard of the change before.</summary>
    [Fact]
    public async Task Who_comes_back_by_position_is_told_the_rail_of_now()
    {
        var (room, ada, ben) = await server.Scene();
        await using var staying = await server.Connect(await server.SignIn(ben));
        var away = await server.Connect(ben);
        await staying.Enter(TopicName.Me);
        await away.Enter(TopicName.Me);
        away.Drop();
        (await server.Grains.Community(room.Community).ChangeSettings(new()
        {
            By = ada.Member, Request = server.NewRequest(), Name = "Trains", Access = PublicBuyers.Communities.Access.Open, Goal = "To buy trains.",
        })).IsRefused.ShouldBeFalse();
        await staying.Until(it => RailOf(it) is not null);

        await using var back = await server.Connect(ben, before: away);
        await back.Enter(TopicName.Me);

        await back.Until(it => RailOf(it) == RailOf(staying));

        static string? RailOf(LiveClient client) => client.Topic(TopicName.Me).Passing("rail")?.GetString();
    }

    [Fact]
    public async Task A_muted_room_is_counted_and_said_to_be_muted()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);

        (await client.Call("MuteRoom", room.Value, "mute-1", true)).GetProperty("refused").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        await server.Says(room, ada, "One");

        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 1);
        client.Topic(TopicName.Me).Passing($"unread/{room.Value}")!.Value.GetProperty("muted").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Who_leaves_a_community_is_told_nothing_more_of_its_rooms()
    {
        var (room, ada, ben) = await server.Scene();
        await using var leaving = await server.Connect(ben);
        await using var staying = await server.Connect(ada);
        await leaving.Enter(TopicName.Me);
        await leaving.Enter(room.Topic());
        await staying.Enter(TopicName.Me);
        await server.Says(room, ada, "One");
        await leaving.Until(it => it.Topic(TopicName.Me).Unread(room) == 1);

        await server.Leave(room, ben);
        await leaving.Until(it => it.Topic(TopicName.Me).Unread(room) is null);
        var heard = leaving.Received.Count;
        await server.Says(room, ada, "Among ourselves");
        await server.Says(room, await server.Join(room, "Cem"), "Quite");
        await staying.Until(it => it.Topic(TopicName.Me).Unread(room) >= 1);

        leaving.Received.Skip(heard).ShouldNotContain(frame => frame.Contains(room.Value) && frame.Contains("\"unread\""));
        (await server.Services.GetRequiredService<Unread>().Of(ben.Member, CancellationToken.None)).ShouldNotContain(value => value.Room == room);
    }

    [Fact]
    public async Task Who_joins_a_community_is_told_of_its_rooms_without_asking()
    {
        var (room, ada, _) = await server.Scene();
        var newcomer = await server.Stranger();
        await using var client = await server.Connect(newcomer);
        await client.Enter(TopicName.Me);

        await server.Grains.Community(room.Community).Join(new() { By = newcomer.Member, Request = server.NewRequest() });
        await server.Says(room, ada, "Welcome");

        await client.Until(it => it.Topic(TopicName.Me).Unread(room) is 1, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Who_joins_late_has_read_what_was_said_before()
    {
        var (room, ada, _) = await server.Scene();
        for (var i = 0; i < 3; i++) await server.Says(room, ada, $"Before {i}");
        var newcomer = await server.Join(room, "Dea");
        await server.Says(room, ada, "Welcome");
        await using var client = await server.Connect(newcomer);
        await client.Enter(TopicName.Me);

        client.Topic(TopicName.Me).Unread(room).ShouldBe(1);
        client.Topic(TopicName.Me).Passing($"unread/{room.Value}")!.Value.GetProperty("mark").GetInt64().ShouldBe(3);
    }

    [Fact]
    public async Task What_is_older_than_the_room_remembers_counts_exactly_too()
    {
        const int Posts = RoomLimits.PostsKept + 60;
        var (room, ada, ben) = await server.Scene();
        for (var i = 0; i < Posts; i++) await server.Says(room, i % 10 == 0 ? ben : ada, $"Number {i}");
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);
        client.Topic(TopicName.Me).Unread(room).ShouldBe(Posts * 9 / 10);

        await server.Grains.Room(room).Delete(new() { By = ada.Member, Request = server.NewRequest(), Number = new(2) });
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == (Posts * 9 / 10) - 1);
        await server.Says(room, ada, "One more");
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == Posts * 9 / 10);
        await client.Call("MarkRead", room.Value, 20, null);
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == (Posts * 9 / 10) - 17);
        (await Page(ben, room)).ShouldBe((Posts * 9 / 10) - 17);
    }

    [Fact]
    public async Task What_a_room_lets_go_of_counts_exactly_for_everybody_whoever_wrote_it_and_whatever_was_deleted()
    {
        var (room, ada, ben) = await server.Scene();
        Person[] people = [ada, ben, await server.Join(room, "Cem")];
        (await server.Grains.Community(room.Community).Trust(new()
        {
            By = ada.Member, Request = server.NewRequest(), Member = people[2].Member, Ground = PublicBuyers.Communities.TrustGround.Welcomed,
        })).IsRefused.ShouldBeFalse();
        await server.Services.GetRequiredService<Unread>().DirectorySettled(CancellationToken.None);
        var written = new Dictionary<long, Person>();
        for (var round = 0; round < 9; round++)
        {
            for (var i = 0; i < 35; i++)
            {
                var author = people[(round + (i * i)) % 3];
                written.Add(await server.Says(room, author, $"Number {round} {i}"), author);
            }

            foreach (var number in new[] { written.Keys.Min(), written.Keys.Max() - 5 })
            {
                var by = written[number];
                PublicBuyers.Rooms.DeletePost delete = new() { By = by.Member, Request = server.NewRequest(), Number = new(number) };
                if (round % 2 == 1 && written.Remove(number)) (await server.Grains.Room(room).Delete(delete)).IsRefused.ShouldBeFalse();
            }

            foreach (var person in people)
                (await Page(person, room)).ShouldBe(written.Values.Count(author => author != person), $"{person.Name} in round {round}");
        }
    }

    [Fact]
    public async Task Many_posts_are_told_in_few_frames()
    {
        const int Posts = 200;
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);
        var since = TimeProvider.System.GetTimestamp();

        for (var i = 0; i < Posts; i++) await server.Says(room, ada, $"Number {i}");

        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == Posts);
        var seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        client.Received.Count(frame => frame.Contains("\"passing\"")).ShouldBeLessThanOrEqualTo((int)seconds + 2);
    }

    private async Task<int> Page(Person reader, RoomId room) => (await server.Services.GetRequiredService<Unread>().Of(reader.Member, CancellationToken.None)).Single(value => value.Room == room).Unread;
}
