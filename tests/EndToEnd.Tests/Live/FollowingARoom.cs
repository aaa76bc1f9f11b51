using System.Text.Json;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

public sealed class FollowingARoom(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Who_enters_gets_the_newest_posts_and_then_every_position()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "Before");
        await using var client = await server.Connect(ben);

        var entered = await client.Enter(room.Topic());
        await server.Says(room, ada, "After");
        await server.Says(room, ada, "Later");

        entered.GetProperty("snapshot").GetProperty("room").GetString().ShouldBe(room.Value);
        entered.GetProperty("snapshot").GetProperty("last").GetInt64().ShouldBe(1);
        await client.Until(it => it.Topic(room.Topic()).Posts.Count == 3);
        client.Topic(room.Topic()).Posts.Select(TextOf).ShouldBe(["<p>Before</p>\n", "<p>After</p>\n", "<p>Later</p>\n"]);
        client.Topic(room.Topic()).Posts[0].GetProperty("author").GetProperty("name").GetString().ShouldBe(ada.Name);
        client.Surprises.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_comes_back_gets_what_was_missed_once()
    {
        var (room, ada, ben) = await server.Scene();
        var topic = room.Topic();
        var client = await server.Connect(ben);
        await client.Enter(topic);
        await server.Says(room, ada, "One");
        await client.Until(it => it.Topic(topic).Posts.Count == 1);
        await client.DisposeAsync();

        await server.Says(room, ada, "Two");
        await server.Says(room, ada, "Three");
        await using var again = await server.Connect(ben, before: client);
        var entered = await again.Enter(topic);

        entered.GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Null);
        entered.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("key").GetString()).ShouldBe(["post/2", "post/3"]);
        again.Topic(topic).Posts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task What_was_deleted_meanwhile_comes_as_a_tombstone_and_its_text_never_again()
    {
        var (room, ada, ben) = await server.Scene();
        var topic = room.Topic();
        var client = await server.Connect(ben);
        await client.Enter(topic);
        await client.DisposeAsync();

        var secret = await server.Says(room, ada, "Sekret number");
        await server.Grains.Room(room).Edit(new() { By = ada.Member, Request = server.NewRequest(), Number = new(secret), Markdown = "Sekret again" });
        await server.Grains.Room(room).Delete(new() { By = ada.Member, Request = server.NewRequest(), Number = new(secret) });
        await using var again = await server.Connect(ben, before: client);
        await again.Enter(topic);
        await using var anew = await server.Connect(ben);
        await anew.Enter(topic);

        foreach (var reader in new[] { again, anew })
        {
            reader.Topic(topic).Posts.Single().GetProperty("deletedAt").ValueKind.ShouldBe(JsonValueKind.String);
            reader.Received.ShouldNotContain(frame => frame.Contains("Sekret"));
        }
    }

    [Fact]
    public async Task A_position_of_another_history_gets_a_snapshot()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Says(room, ada, "One");
        await using var client = await server.Connect(ben);

        foreach (var (epoch, position) in new (long, long)[] { (99, 1), (-1, -5), (0, 0), (long.MaxValue, long.MaxValue) })
            (await client.Call("Enter", room.Topic(), epoch, position)).GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Object);

        var own = await client.Enter(room.Topic());
        (await client.Call("Enter", room.Topic(), own.GetProperty("epoch").GetInt64(), 1_000_000)).GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Fact]
    public async Task Who_left_a_topic_hears_of_it_no_more()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(room.Topic());

        await client.Call("Leave", room.Topic());
        await server.Says(room, ada, "Unheard");
        await client.Call("Leave", room.Topic());

        client.Received.ShouldNotContain(frame => frame.Contains("Unheard"));
    }

    [Fact]
    public async Task What_is_said_over_the_connection_is_heard_by_others_and_answered_with_its_number()
    {
        var (room, ada, ben) = await server.Scene();
        await using var speaker = await server.Connect(ada);
        await using var reader = await server.Connect(ben);
        await reader.Enter(room.Topic());

        var first = await speaker.Post(room.Value, "r1", "Hello *there*");
        await speaker.Post(room.Value, "r2", "Re", thread: 1);
        var edited = await speaker.Edit(room.Value, "r3", 1, "Hello again");

        first.GetProperty("value").GetProperty("number").GetInt64().ShouldBe(1);
        edited.GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        await reader.Until(it => it.Topic(room.Topic()).Posts is [var post, _] && TextOf(post).Contains("again"));
        reader.Topic(room.Topic()).Posts[0].GetProperty("replies").GetInt32().ShouldBe(1);

        await speaker.Delete(room.Value, "r4", 1);
        await reader.Until(it => it.Topic(room.Topic()).Posts[0].GetProperty("deletedAt").ValueKind == JsonValueKind.String);
    }

    [Fact]
    public async Task A_refusal_is_an_answer()
    {
        var (room, _, ben) = await server.Scene();
        await using var client = await server.Connect(ben);

        var refused = (await client.Post(room.Value, "empty", " ")).GetProperty("refused");

        refused.GetProperty("code").GetString().ShouldBe("room.text-empty");
        refused.GetProperty("kind").GetString().ShouldBe("unprocessable");
        refused.GetProperty("status").GetInt32().ShouldBe(422);
        refused.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
    }

    /// <summary>F13.</summary>
    [Fact]
    public async Task A_command_sent_three_times_has_one_effect_and_one_answer()
    {
        var (room, ada, ben) = await server.Scene();
        await using var speaker = await server.Connect(ada);
        await using var other = await server.Connect(await server.SignIn(ada));

        var answers = await Task.WhenAll(speaker.Post(room.Value, "once", "Only once"), other.Post(room.Value, "once", "Only once"), speaker.Post(room.Value, "once", "Only once"));

        answers.Select(answer => answer.GetProperty("value").GetProperty("number").GetInt64()).ShouldAllBe(number => number == 1);
        await using var reader = await server.Connect(ben);
        await reader.Enter(room.Topic());
        reader.Topic(room.Topic()).Posts.Count.ShouldBe(1);
        (await speaker.Post(room.Value, "once", "Something else")).GetProperty("refused").GetProperty("code").GetString().ShouldBe("request-reused");
    }

    /// <summary>F14.</summary>
    [Fact]
    public async Task Every_reader_sees_the_same_order_whoever_speaks_at_once()
    {
        var (room, ada, ben) = await server.Scene();
        var readers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => server.Connect(ben)));
        foreach (var reader in readers) await reader.Enter(room.Topic());

        await Task.WhenAll(Enumerable.Range(0, 100).Select(i => server.Says(room, i % 2 == 0 ? ada : ben, $"Number {i}")));

        foreach (var reader in readers)
        {
            await reader.Until(it => it.Topic(room.Topic()).Posts.Count == 100);
            reader.Surprises.ShouldBeEmpty();
            reader.Topic(room.Topic()).Newest().ShouldBe(readers[0].Topic(room.Topic()).Newest());
            await reader.DisposeAsync();
        }
    }

    /// <summary>The race itself: entering while much is said.</summary>
    [Fact]
    public async Task Who_enters_while_others_speak_misses_nothing_and_gets_nothing_early()
    {
        var (room, ada, ben) = await server.Scene();
        var speaking = Task.WhenAll(Enumerable.Range(0, 4).Select(async speaker =>
        {
            for (var i = 0; i < 50; i++) await server.Says(room, ada, $"{speaker}/{i}");
        }));

        var readers = new List<LiveClient>();
        while (!speaking.IsCompleted)
        {
            var reader = await server.Connect(readers.Count < 15 ? ben : ada);
            readers.Add(reader);
            await reader.Enter(room.Topic());
            if (readers.Count == 30) break;
        }

        await speaking;
        await using var fresh = await server.Connect(await server.Join(room, "fay"));
        var whole = await fresh.Enter(room.Topic());
        foreach (var reader in readers)
        {
            await reader.Until(it => it.Topic(room.Topic()).Position == whole.GetProperty("position").GetInt64());
            reader.Surprises.ShouldBeEmpty();
            reader.Topic(room.Topic()).Newest().ShouldBe(fresh.Topic(room.Topic()).Newest());
            await reader.DisposeAsync();
        }
    }

    private static string TextOf(JsonElement post) => post.GetProperty("html").GetString()!;
}
