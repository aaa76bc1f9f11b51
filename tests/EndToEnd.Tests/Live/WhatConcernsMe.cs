using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Live;
using PublicBuyers.Publications;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>The topic <c>me</c>: what concerns a member reaches them wherever they are on the site, and nobody else.</summary>
public sealed class WhatConcernsMe(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task A_mention_reaches_its_person_wherever_they_are()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);

        await server.Mentions(room, ada, ben);

        await client.Until(it => it.Topic(TopicName.Me).Notices.Count == 1);
        var notice = client.Topic(TopicName.Me).Notices[0];
        notice.GetProperty("kind").GetString().ShouldBe("mention");
        notice.GetProperty("by").GetProperty("name").GetString().ShouldBe(ada.Name);
        notice.GetProperty("roomName").GetString().ShouldNotBeNullOrEmpty();
        notice.GetProperty("communityName").GetString().ShouldBe(room.Community.Value);
        notice.GetProperty("excerpt").GetString()!.ShouldContain("could you look");
        client.Topic(TopicName.Me).Value("counts")!.Value.GetProperty("unread").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Who_comes_back_by_position_has_what_who_comes_anew_has()
    {
        var (room, ada, ben) = await server.Scene();
        var away = await server.Connect(ben);
        await away.Enter(TopicName.Me);
        await server.Mentions(room, ada, ben);
        await away.Until(it => it.Topic(TopicName.Me).Notices.Count == 1);
        away.Drop();
        await server.Mentions(room, ada, ben);
        await server.Until(ben, unread: 2);

        await using var back = await server.Connect(ben, before: away);
        (await back.Enter(TopicName.Me)).GetProperty("snapshot").ValueKind.ShouldBe(JsonValueKind.Null);
        await using var fresh = await server.Connect(ben);
        await fresh.Enter(TopicName.Me);

        back.Topic(TopicName.Me).Concerns().ShouldBe(fresh.Topic(TopicName.Me).Concerns());
    }

    [Fact]
    public async Task What_was_deleted_is_in_no_notice_however_one_comes_back()
    {
        var (room, ada, ben) = await server.Scene();
        await using var before = await server.Connect(ben);
        await before.Enter(TopicName.Me);
        var number = await server.Mentions(room, ada, ben, "the secret word is abracadabra");
        await before.Until(it => it.Topic(TopicName.Me).Notices.Count == 1);

        await server.Grains.Room(room).Delete(new() { By = ada.Member, Request = server.NewRequest(), Number = new(number) });
        await before.Until(it => it.Topic(TopicName.Me).Notices.Count == 0);

        await using var fresh = await server.Connect(ben);
        await fresh.Enter(TopicName.Me);
        await using var back = await server.Connect(ben);
        await back.Call("Enter", TopicName.Me, fresh.Topic(TopicName.Me).Epoch, 0);
        fresh.Received.Concat(back.Received).ShouldNotContain(frame => frame.Contains("abracadabra"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_mention_that_is_edited_out_or_made_silent_is_gone_from_every_device_with_its_count(bool silent)
    {
        var (room, ada, ben) = await server.Scene();
        await using var desk = await server.Connect(ben);
        await using var phone = await server.Connect(await server.SignIn(ben));
        foreach (var device in new[] { desk, phone }) await device.Enter(TopicName.Me);
        var number = await server.Mentions(room, ada, ben);
        foreach (var device in new[] { desk, phone }) await device.Until(it => it.Topic(TopicName.Me).Notices.Count == 1);
        using var http = server.Http(ada);

        var (markdown, mentions) = silent
            ? ($"As @_{ben.Name} said", new object[] { new { start = 3, length = ben.Name.Length + 2, member = ben.Member.Value, silent = true } })
            : ("As somebody said", []);
        (await http.PutAsJsonAsync($"/api/rooms/{room}/posts/{number}", new { requestId = $"out-{ben.Name}", markdown, mentions })).EnsureSuccessStatusCode();

        foreach (var device in new[] { desk, phone })
        {
            await device.Until(it =>
                it.Topic(TopicName.Me).Notices.Count == 0 && it.Topic(TopicName.Me).Value("counts")!.Value.GetProperty("unread").GetInt32() == 0);
        }
    }

    [Fact]
    public async Task What_one_device_reads_is_read_on_the_other()
    {
        var (room, ada, ben) = await server.Scene();
        await using var desk = await server.Connect(ben);
        await using var phone = await server.Connect(await server.SignIn(ben));
        await desk.Enter(TopicName.Me);
        await phone.Enter(TopicName.Me);
        await server.Mentions(room, ada, ben);
        await phone.Until(it => it.Topic(TopicName.Me).Notices.Count == 1);

        await desk.Call("ReadNotices", "read-1", null, phone.Topic(TopicName.Me).Notices[0].GetProperty("number").GetInt64());

        await phone.Until(it => it.Topic(TopicName.Me).Notices[0].GetProperty("isRead").GetBoolean());
        phone.Topic(TopicName.Me).Value("counts")!.Value.GetProperty("unread").GetInt32().ShouldBe(0);
    }

    [Fact]
    public async Task It_can_be_asked_for_and_waited_for()
    {
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ben);
        var at = await http.GetFromJsonAsync<JsonElement>("/api/live/me");
        var waiting = http.GetFromJsonAsync<JsonElement>($"/api/live/me?epoch={at.GetProperty("epoch")}&after={at.GetProperty("position")}");

        await server.Mentions(room, ada, ben);

        var answer = await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        answer.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("key").GetString()).ShouldContain("notice/1");
        answer.GetProperty("passing").EnumerateArray().Single(change => change.GetProperty("key").GetString() == $"unread/{room.Value}").GetProperty("put").GetProperty("unread").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("inbox/{0}")]
    [InlineData("me/{0}")]
    [InlineData("member/{0}")]
    [InlineData("presence/{1}")]
    public async Task Nobody_enters_what_concerns_somebody_else(string form)
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);

        var entered = await client.Enter(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, ada.Member.Value, room.Value));

        entered.GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
    }

    [Fact]
    public async Task An_outsider_mentioned_is_neither_told_nor_revealed()
    {
        var (room, ada, ben) = await server.Scene();
        var outsider = await server.Stranger();
        await using var client = await server.Connect(outsider);
        await client.Enter(TopicName.Me);
        await using var inside = await server.Connect(ada);
        await inside.Enter(room.Topic());

        var known = await inside.Call("Post", room.Value, "b8-1", "@Eve, look", null, new[] { new { start = 0, length = 4, member = outsider.Member.Value, silent = false } }, null);
        var unknown = await inside.Call("Post", room.Value, "b8-2", "@Eve, look", null, new[] { new { start = 0, length = 4, member = "aaaaaaaaaaaaaaaa", silent = false } }, null);
        await inside.Until(it => it.Topic(room.Topic()).Posts.Count == 2);
        await server.Mentions(room, ada, ben);
        await server.Until(ben, unread: 1);   // told after the others, if they are told at all

        known.GetProperty("value").GetProperty("unreached").GetInt32().ShouldBe(1);
        unknown.GetProperty("value").GetProperty("unreached").GetInt32().ShouldBe(1);
        inside.Received.ShouldNotContain(frame => frame.Contains(outsider.Member.Value) || frame.Contains(outsider.Name));
        client.Topic(TopicName.Me).Notices.ShouldBeEmpty();
        client.Received.ShouldNotContain(frame => frame.Contains(room.Value));
    }

    /// <summary>B8: who belonged to it once, is kept out of it, or may not read this room of it is no different from nobody.</summary>
    [Theory]
    [InlineData("has left")]
    [InlineData("is suspended")]
    [InlineData("is banned")]
    [InlineData("is no participant")]
    public async Task Who_may_not_read_the_room_is_mentioned_in_vain(string who)
    {
        var (room, ada, ben) = await server.Scene();
        var cem = await server.Join(room, "Cem");
        var community = server.Grains.Community(room.Community);
        if (who == "has left") await server.Leave(room, cem);
        else if (who == "is no participant") room = await Comments(room.Community, ada, ben);
        else (await community.Restrict(new() { By = ada.Member, Request = server.NewRequest(), Member = cem.Member, Kind = who == "is banned" ? RestrictionKind.Ban : RestrictionKind.Suspension, Reason = "As agreed." })).Refusal.ShouldBeNull();
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);
        await using var told = await server.Connect(cem);
        await told.Enter(TopicName.Me);
        var before = told.Received.Count;
        using var http = server.Http(ada);

        foreach (var (member, name) in new[] { (cem.Member.Value, cem.Name), ("aaaaaaaaaaaaaaaa", "Nobody") })
        {
            var mentions = new[] { new { start = 0, length = name.Length + 1, member, silent = false } };
            var posted = await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = $"b8-{member}", markdown = $"@{name}, look", mentions });
            (await posted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("unreached").GetInt32().ShouldBe(1, name);
            var preview = await http.PostAsJsonAsync($"/api/rooms/{room}/preview", new { markdown = $"@{name}, look", mentions });
            (await preview.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("html").GetString().ShouldBe($"<p><span class=\"mention\" data-member=\"{member}\">@<bdi>{name}</bdi></span>, look</p>\n");
            var probe = await http.PostAsJsonAsync($"/api/rooms/{room}/preview", new { markdown = "@x?", mentions = new[] { new { start = 0, length = 2, member, silent = false } } });
            (await probe.Content.ReadAsStringAsync()).Replace(member, "", StringComparison.Ordinal).ShouldBe("""{"html":"<p><span class=\"mention\" data-member=\"\">@<bdi>x</bdi></span>?</p>\n","unreached":0,"reach":null}""", name);
        }

        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "b8-named", markdown = $"@{cem.Name}, look: by name alone, and with @room" })).EnsureSuccessStatusCode();
        await server.Mentions(room, ada, ben);
        await server.Until(ben, unread: room.Publication is null ? 2 : 4);   // told after the others, if they are told at all; of comments on their own publication besides
        told.Topic(TopicName.Me).Notices.ShouldNotContain(notice => notice.GetProperty("room").ValueKind == JsonValueKind.String && notice.GetProperty("room").GetString() == room.Value);
        told.Received.Skip(before).ShouldNotContain(frame => frame.Contains(room.Value) && frame.Contains("look"));
        if (who is "has left" or "is banned") (await http.GetStringAsync($"/api/rooms/{room}/members?name={cem.Name}")).ShouldBe("[]");
    }

    [Fact]
    public async Task Who_is_no_member_is_named_as_a_participant_in_vain_and_no_different_from_nobody()
    {
        var (room, _, ben) = await server.Scene();
        var outsider = await server.Stranger();
        using var http = server.Http(ben);

        var answers = new List<string>();
        foreach (var member in new[] { outsider.Member.Value, "aaaaaaaaaaaaaaaa" })
        {
            using var answer = await http.PostAsJsonAsync($"/api/communities/{room.Community}/publications", new { requestId = $"b8-{member}", kind = "news", title = "T", summary = "", markdown = "M", classification = "participants", participants = new[] { member } });
            answers.Add($"{answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        }

        answers[0].ShouldStartWith("UnprocessableEntity");
        answers[1].ShouldBe(answers[0]);
    }

    /// <summary>Of a publication of Ben's that Ada reads as a moderator.</summary>
    private async Task<RoomId> Comments(CommunityId community, Person ada, Person ben)
    {
        var id = new PublicationId(community, $"{Guid.NewGuid():n}");
        (await server.Grains.Publication(id).Write(new() { By = ben.Member, Request = server.NewRequest(), Seen = 0, Content = new(PublicationKind.News, "For two", "", "About it.", Classification.Participants, [ada.Member], []) })).Refusal.ShouldBeNull();
        (await server.Grains.Publication(id).Submit(new() { By = ben.Member, Request = server.NewRequest(), Version = 1 })).Refusal.ShouldBeNull();
        return id.Comments;
    }
}
