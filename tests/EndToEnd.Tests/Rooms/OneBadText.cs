using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B41: a text that cannot be laid out is refused when it is written; where one is stored already, it closes nothing.</summary>
public sealed class OneBadText
{
    private static readonly string Bad = string.Concat(Enumerable.Repeat("*a ", 150)) + "badtext" + string.Concat(Enumerable.Repeat(" b*", 150));

    [Fact]
    public async Task Is_refused_by_every_way_of_writing_with_what_to_do()
    {
        await using var server = await LiveServer.Start();
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        var first = await server.Says(room, ada, "Good morning");

        await ShouldBeRefused(await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "bad-1", markdown = Bad }), "room.text-too-deep");
        await ShouldBeRefused(await http.PutAsJsonAsync($"/api/rooms/{room}/posts/{first}", new { requestId = "bad-2", markdown = Bad }), "room.text-too-deep");
        await ShouldBeRefused(
            await http.PostAsJsonAsync($"/api/communities/{room.Community}/publications", new { requestId = "bad-3", kind = "news", classification = "public", title = "T", summary = "", markdown = Bad }),
            "publication.text-too-deep");
        (await server.Grains.Community(room.Community).ChangeSettings(Settings(server, ada, Bad))).Refusal.ShouldBe(new CommunityRefusal.TextTooDeep(RoomLimits.DeepestNesting));
        (await server.Grains.Community(new("another")).Found(new() { By = MemberId.System, Request = server.NewRequest(), Name = "A", Access = PublicBuyers.Communities.Access.Open, Goal = "G", About = Bad, Leader = ada.Member }))
            .Refusal.ShouldBe(new CommunityRefusal.TextTooDeep(RoomLimits.DeepestNesting));
        (await http.GetStringAsync($"/api/rooms/{room}/posts")).ShouldNotContain("badtext");
    }

    [Fact]
    public async Task That_is_stored_already_is_shown_as_it_was_typed_and_everything_around_it_goes_on()
    {
        await using var server = await LiveServer.Start(adjust: services => services.AddSingleton<IMarkdown>(new TakesEverything()));   // as the server did once
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ben);
        await using var client = await server.Connect(ben);
        await client.Enter(room.Topic());

        var number = await server.Says(room, ada, "@" + ben.Name + " " + Bad);
        (await server.Grains.Room(room).Post(new() { By = ada.Member, Request = server.NewRequest(), Markdown = $"@{ben.Name} {Bad}", Mentions = [new(0, ben.Name.Length + 1, ben.Member)] })).IsRefused.ShouldBeFalse();
        await server.Says(room, ada, "afterwards", number);
        await client.Until(it => it.Topic(room.Topic()).Posts.Any(post => post.ToString().Contains("afterwards", StringComparison.Ordinal)));
        (await server.Grains.Community(room.Community).ChangeSettings(Settings(server, ada, Bad))).IsRefused.ShouldBeFalse();
        var publication = await Publish(server, room, ada);
        await server.Until(ben, unread: 1);
        await server.Services.GetRequiredService<IPostSearch>().Settled(CancellationToken.None);
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);

        string[] shown =
        [
            $"/communities/{room}", $"/communities/{room}/print", $"/communities/{room}/posts/{number}", $"/communities/{room}/posts/{number}/history", $"/api/rooms/{room}/posts",
            $"/api/rooms/{room}/posts/{number}", $"/api/rooms/{room}/posts/{number}/history", $"/api/live/room/{room}", "/search?q=badtext", "/api/search?q=badtext",
            $"/communities/{room.Community}", $"/communities/{room.Community}/publications/{publication.Key}",
        ];
        foreach (var path in shown) await ShouldShow(http, path, "badtext");
        foreach (var path in new[] { "/", "/notices", "/api/me/notices", "/api/live/me", "/publications.atom", "/publications" }) await ShouldShow(http, path, "");
    }

    [Fact]
    public async Task Is_in_the_log_once_whatever_it_is_the_text_of()
    {
        var log = new LogLines();
        await using var server = await LiveServer.Start(adjust: services => services
            .AddSingleton<IMarkdown>(new TakesEverything()).AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(log));
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        (await server.Grains.Community(room.Community).ChangeSettings(Settings(server, ada, $"{Bad} about"))).IsRefused.ShouldBeFalse();
        var publication = await Publish(server, room, ada, $"{Bad} published");
        var number = await server.Says(room, ada, $"{Bad} said first");
        (await server.Grains.Room(room).Edit(new() { By = ada.Member, Request = server.NewRequest(), Number = new(number), Markdown = "Corrected" })).IsRefused.ShouldBeFalse();

        for (var time = 0; time < 2; time++)
        {
            await ShouldShow(http, $"/communities/{room.Community}", "badtext");
            await ShouldShow(http, $"/communities/{room.Community}/publications/{publication.Key}", "badtext");
            await ShouldShow(http, $"/communities/{room}/posts/{number}/history", "badtext");
            await ShouldShow(http, $"/api/rooms/{room}/posts/{number}/history", "badtext");
        }

        log.All.Count(line => line.Text == $"The description of community {room.Community} cannot be laid out and is shown as it was typed").ShouldBe(1);
        log.All.Count(line => line.Text == $"The text of publication {publication} cannot be laid out and is shown as it was typed").ShouldBe(1);
        log.All.Count(line => line.Text.StartsWith($"Post {number} of", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static async Task ShouldShow(HttpClient http, string path, string text)
    {
        using var answer = await http.GetAsync(path);
        var body = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{path}: {body[..Math.Min(300, body.Length)]}");
        body.ShouldContain(text, customMessage: path);
    }

    private static async Task ShouldBeRefused(HttpResponseMessage answer, string code)
    {
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.ToString().ShouldContain(code);
        problem.GetProperty("detail").GetString()!.ShouldContain("Simplify it and send it again.");
    }

    private static ChangeSettings Settings(LiveServer server, Person leader, string about) => new()
    {
        By = leader.Member, Request = server.NewRequest(), Name = "Buyers", Access = PublicBuyers.Communities.Access.Open, Goal = "To buy well.", About = about, Contact = "", BuyersOnly = false, AnswerDays = 10,
    };

    private static async Task<PublicationId> Publish(LiveServer server, RoomId room, Person author, string? text = null)
    {
        var publication = new PublicationId(room.Community, new string('a', 32));
        var content = new PublicationContent(PublicationKind.News, "A notice", "", text ?? Bad, Classification.Public, [], []);
        (await server.Grains.Publication(publication).Write(new() { By = author.Member, Request = server.NewRequest(), Content = content, Seen = 0 })).IsRefused.ShouldBeFalse();
        (await server.Grains.Publication(publication).Submit(new() { By = author.Member, Request = server.NewRequest(), Version = 1 })).IsRefused.ShouldBeFalse();
        return publication;
    }

    private sealed class TakesEverything : IMarkdown
    {
        public bool CanShowPost(string markdown, ImmutableArray<Mention> mentions) => true;

        public bool CanShowArticle(string markdown) => true;

        public int LinksIn(string markdown, ImmutableArray<Mention> mentions) => 0;

        public int LinksInArticle(string markdown) => 0;
    }
}
