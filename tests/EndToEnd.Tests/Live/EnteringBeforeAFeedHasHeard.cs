using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>What was acknowledged holds for everybody who enters afterwards, even where this node has not been told of it.</summary>
public sealed class EnteringBeforeAFeedHasHeard : IAsyncLifetime
{
    private readonly HeldNotifications notifications = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: notifications.Adjust);

    public async Task DisposeAsync() => await server.DisposeAsync();

    public enum Gone
    {
        Deleted,
        Hidden,
        Edited,
    }

    [Theory]
    [InlineData(Gone.Deleted)]
    [InlineData(Gone.Hidden)]
    [InlineData(Gone.Edited)]
    public async Task The_old_text_leaves_in_no_answer(Gone how)
    {
        var (room, ada, ben) = await server.Scene();
        var before = await server.Connect(ben);
        await before.Enter(room.Topic());
        await before.DisposeAsync();
        await using var there = await server.Connect(ada);
        await there.Enter(room.Topic());
        var secret = await server.Says(room, ada, "Sekret number");
        await there.Until(it => it.Topic(room.Topic()).Posts.Count == 1);   // the feed remembers it

        notifications.Hold();
        await Withdraw(room, ada, secret, how);

        await using var again = await server.Connect(ben, before);
        await again.Enter(room.Topic());
        await using var anew = await server.Connect(ben);
        await anew.Enter(room.Topic());
        var polled = await Poll(room, ben);
        notifications.Release();
        await server.Says(room, ada, "Later");

        foreach (var reader in new[] { again, anew })
        {
            await reader.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
            reader.Received.ShouldNotContain(frame => frame.Contains("Sekret"));
            reader.Surprises.ShouldBeEmpty();
        }

        polled.ShouldNotContain("Sekret");
        await there.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
        there.Topic(room.Topic()).Newest().ShouldBe(anew.Topic(room.Topic()).Newest());
        there.Surprises.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_text_of_which_the_feed_has_heard_nothing_at_all_leaves_in_no_frame()
    {
        var (room, ada, ben) = await server.Scene();
        var before = await server.Connect(ben);
        await before.Enter(room.Topic());
        await before.DisposeAsync();

        notifications.Hold();
        await Withdraw(room, ada, await server.Says(room, ada, "Sekret number"), Gone.Deleted);
        await using var again = await server.Connect(ben, before);
        await again.Enter(room.Topic());
        notifications.Release();
        await server.Says(room, ada, "Later");

        await again.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
        again.Received.ShouldNotContain(frame => frame.Contains("Sekret"));
        again.Surprises.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_has_left_gets_nothing()
    {
        var (room, ada, ben) = await server.Scene();
        await using var there = await server.Connect(ada);
        await there.Enter(room.Topic());
        await server.Says(room, ada, "Sekret number");
        await there.Until(it => it.Topic(room.Topic()).Posts.Count == 1);

        notifications.Hold();
        await server.Leave(room, ben);

        await using var gone = await server.Connect(ben);
        var entered = await gone.Enter(room.Topic());
        entered.GetProperty("refused").GetProperty("code").GetString().ShouldBe("room.absent");
        (await server.Http(ben).GetAsync($"/api/live/{room.Topic()}")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        notifications.Release();
        gone.Received.ShouldNotContain(frame => frame.Contains("Sekret"));
    }

    [Fact]
    public async Task A_moderator_does_not_get_the_queue_as_it_was()
    {
        var (room, ada, ben) = await server.Scene();
        var queue = server.Grains.Queue(room.Community);
        await using var there = await server.Connect(ada);
        await there.Enter(TopicName.OfQueue(room.Community).Name);
        var secret = await server.Says(room, ada, "Reported");
        var report = new ReportPost { By = ben.Member, Request = server.NewRequest(), Room = room, Post = new(secret), Message = "Sekret" };
        var reported = await queue.Report(report);
        reported.Refusal.ShouldBeNull();
        var item = reported.Value.Value;
        await there.Until(it => it.Topic(TopicName.OfQueue(room.Community).Name).Item(item) is not null);

        notifications.Hold();
        (await queue.Withdraw(new() { By = ben.Member, Request = server.NewRequest(), Number = new(item) })).Refusal.ShouldBeNull();

        await using var anew = await server.Connect(ada);
        await anew.Enter(TopicName.OfQueue(room.Community).Name);
        anew.Received.ShouldNotContain(frame => frame.Contains("Sekret"));
    }

    [Fact]
    public async Task A_member_does_not_get_notices_as_they_were()
    {
        var (room, ada, ben) = await server.Scene();
        await server.Mentions(room, ada, ben);
        await server.Until(ben, unread: 1);

        notifications.Hold();
        (await server.Grains.Inbox(ben.Member).Read(new() { By = ben.Member, Request = server.NewRequest(), Upto = 1 })).Refusal.ShouldBeNull();

        await using var anew = await server.Connect(ben);
        var entered = await anew.Enter(TopicName.Me);
        entered.GetProperty("snapshot").GetProperty("unread").GetInt32().ShouldBe(0);
    }

    private async Task Withdraw(RoomId room, Person author, long number, Gone how)
    {
        var grain = server.Grains.Room(room);
        var (by, post) = (author.Member, new PostNumber(number));
        var refused = how switch
        {
            Gone.Deleted => (await grain.Delete(new() { By = by, Request = server.NewRequest(), Number = post })).Refusal,
            Gone.Hidden => (await grain.Hide(new() { By = by, Request = server.NewRequest(), Number = post, Hidden = true, Reason = "As agreed." })).Refusal,
            _ => (await grain.Edit(new() { By = by, Request = server.NewRequest(), Number = post, Markdown = "Corrected" })).Refusal,
        };
        refused.ShouldBeNull();
    }

    private async Task<string> Poll(RoomId room, Person reader)
    {
        using var http = server.Http(reader);
        var whole = await http.GetFromJsonAsync<JsonElement>($"/api/live/{room.Topic()}?wait=false");
        var changes = await http.GetStringAsync($"/api/live/{room.Topic()}?wait=false&epoch={whole.GetProperty("epoch")}&after=0");
        return whole.GetRawText() + changes;
    }
}
