using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Security;
using PublicBuyers.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Security;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>Print views and histories are as long as a page can be, and few are made at the same time.</summary>
public sealed class LongPagesAreBounded(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Fact]
    public void A_text_of_nothing_but_addresses_is_shown_as_it_was_typed()
    {
        var links = string.Concat(Enumerable.Repeat("www.a.bc ", 1_800));

        PostMarkup.ToHtml(links).Length.ShouldBeLessThan(2 * links.Length);
        PostMarkup.CanShowPost(links, []).ShouldBeFalse();
        PostMarkup.ToHtml("See www.a.bc and https://example.org.").ShouldContain("<a ");
        PostMarkup.CanShowPost(string.Concat(Enumerable.Repeat("**word** *other* `code`\n", 300)), []).ShouldBeTrue();
    }

    [Fact]
    public async Task A_thread_is_read_to_its_end_on_pages_that_each_hold_as_much_as_fits()
    {
        var (room, ada, _) = await server.Scene();
        var long_ = string.Concat(Enumerable.Repeat("\"\"\"\"\"\"\"\" ", 1_700));   // one character, six in HTML
        var root = await server.Says(room, ada, long_);
        var replies = new List<long>();
        for (var i = 0; i < 45; i++) replies.Add(await server.Says(room, ada, long_ + i, thread: root));
        using var http = server.Http(ada);

        var read = new List<long>();
        for (long? after = 0; after is { } from;)
        {
            var answer = await http.GetStringAsync($"/api/rooms/{room}/posts/{root}?after={from}");
            answer.Length.ShouldBeLessThan(2 * LongPages.MostHtml);
            var page = JsonDocument.Parse(answer).RootElement;
            read.AddRange(page.GetProperty("replies").EnumerateArray().Select(reply => reply.GetProperty("number").GetInt64()));
            after = page.GetProperty("after") is { ValueKind: JsonValueKind.Number } next ? next.GetInt64() : null;
        }

        read.ShouldBe(replies);
        var first = await http.GetStringAsync($"/communities/{room}/posts/{root}");
        first.Length.ShouldBeLessThan(2 * LongPages.MostHtml);
        first.ShouldContain("?after=");
    }

    [Fact]
    public async Task Who_enters_a_room_is_told_the_newest_posts_that_fit()
    {
        var (room, ada, ben) = await server.Scene();
        var long_ = string.Concat(Enumerable.Repeat("\"\"\"\"\"\"\"\" ", 1_700));
        long last = 0;
        for (var i = 0; i < 45; i++) last = await server.Says(room, ada, long_ + i);
        await using var client = await server.Connect(ben);

        var entered = await client.Enter(room.Topic());

        entered.GetRawText().Length.ShouldBeLessThan(2 * LongPages.MostHtml);
        var told = entered.GetProperty("snapshot").GetProperty("posts").EnumerateArray()
            .Select(post => post.GetProperty("number").GetInt64()).ToArray();
        told.Length.ShouldBeInRange(5, 44);
        told.ShouldBe(Enumerable.Range(0, told.Length).Select(back => last - told.Length + 1 + back));
    }

    [Fact]
    public async Task A_print_view_and_a_history_hold_as_much_as_fits()
    {
        var (room, ada, _) = await server.Scene();
        var long_ = string.Concat(Enumerable.Repeat("\"\"\"\"\"\"\"\" ", 1_700));   // one character, six in HTML
        var number = await server.Says(room, ada, long_ + 0);
        for (var i = 1; i < 45; i++) await server.Says(room, ada, long_ + i);
        using var http = server.Http(ada);

        var page = await http.GetStringAsync($"/communities/{room}/print");

        page.Length.ShouldBeLessThan(2 * LongPages.MostHtml);
        page.ShouldContain("there are more");
        for (var i = 0; i < 45; i++)
        {
            (await server.Grains.Room(room).Edit(new()
            {
                By = ada.Member,
                Request = server.NewRequest(),
                Number = new(number),
                Markdown = $"{long_}edited {i}",
            })).IsRefused.ShouldBeFalse();
        }

        var history = await http.GetStringAsync($"/communities/{room}/posts/{number}/history");
        history.Length.ShouldBeLessThan(2 * LongPages.MostHtml);
        history.ShouldContain("edited 44");
        history.ShouldContain("Older versions are not shown");
        (await http.GetStringAsync($"/api/rooms/{room}/posts/{number}/history")).Length.ShouldBeLessThan(2 * LongPages.MostHtml);
    }

    [Fact]
    public async Task A_page_of_a_room_holds_fewer_posts_where_they_are_long_and_reading_goes_on_where_it_stopped()
    {
        var (room, ada, _) = await server.Scene();
        var long_ = string.Concat(Enumerable.Repeat("\"\"\"\"\"\"\"\" ", 1_700));
        for (var i = 1; i <= RoomLimits.PageSize; i++) await server.Says(room, ada, long_ + i);
        using var http = server.Http(ada);

        var page = await http.GetStringAsync($"/communities/{room}");
        page.Length.ShouldBeLessThan(2 * LongPages.MostHtml);
        page.ShouldContain("?before=");

        var seen = new List<long>();
        for (long before = 0, pages = 0; pages == 0 || before > 0; pages++)
        {
            pages.ShouldBeLessThan(10);
            using var read = JsonDocument.Parse(await http.GetStringAsync($"/api/rooms/{room}/posts?before={before}"));
            var numbers = read.RootElement.GetProperty("posts").EnumerateArray().Select(post => post.GetProperty("number").GetInt64()).ToList();
            numbers.Count.ShouldBeLessThan(RoomLimits.PageSize);
            seen.InsertRange(0, numbers);
            before = read.RootElement.GetProperty("older").GetBoolean() ? numbers[0] : 0;
        }

        seen.ShouldBe(Enumerable.Range(1, RoomLimits.PageSize).Select(each => (long)each));
        using var around = JsonDocument.Parse(await http.GetStringAsync($"/api/rooms/{room}/posts?around=20"));
        around.RootElement.GetProperty("posts").EnumerateArray().ShouldContain(post => post.GetProperty("number").GetInt64() == 20);
        around.RootElement.GetProperty("newer").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Two_are_made_at_the_same_time_others_wait_and_more_are_refused()
    {
        using var pages = new LongPages(new Pace(new() { BaseUrl = server.Address, MostCommands = 1_000 }, new FakeTimeProvider()));
        var ada = new MemberId("ada");
        var (first, _) = await pages.Begin(ada, CancellationToken.None);
        var (second, _) = await pages.Begin(ada, CancellationToken.None);
        var waiting = Enumerable.Range(0, 16).Select(_ => pages.Begin(ada, CancellationToken.None)).ToList();

        waiting.ShouldAllBe(each => !each.IsCompleted);
        (await pages.Begin(ada, CancellationToken.None)).Why.ShouldBeOfType<ReadingRefusal.Crowded>();

        first!.Dispose();
        second!.Dispose();
        foreach (var each in waiting) (await each).Turn!.Dispose();
        (await pages.Begin(ada, CancellationToken.None)).Turn.ShouldNotBeNull();
    }

    [Fact]
    public async Task One_member_asks_for_a_few_and_others_go_on()
    {
        await using var strict = await LiveServer.Start(adjust: services => services.AddPaceThatStandsStill(), options: options => options with { MostCommandsPerTenSeconds = 12 });
        var (room, ada, ben) = await strict.Scene();
        using var hers = strict.Http(ada);
        using var his = strict.Http(ben);
        for (var i = 0; i < 2; i++) (await hers.GetAsync($"/communities/{room}/print")).StatusCode.ShouldBe(HttpStatusCode.OK);

        var refused = await hers.GetAsync($"/communities/{room}/print");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Headers.RetryAfter.ShouldNotBeNull();
        (await his.GetAsync($"/communities/{room}/print")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await hers.GetAsync($"/communities/{room}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
