using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Administration;

public sealed class AdministratorsAmongThemselves : IAsyncLifetime
{
    private const string Page = "/administration/administrators";

    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;
    private Person ada = null!;
    private Person ben = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IMailbox>(mailbox));
        (ada, ben) = (await server.SignIn("Ada"), await server.SignIn("Ben"));
        await Appoint(MemberId.System, ada);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Appoint_list_and_dismiss_each_other()
    {
        using var page = Visitor.As(server.Address, ada.Cookie);
        (await page.Get(Page)).Html.ShouldContain("the only administrator");

        (await page.Submit(Page, Page, ("address", "ben@example.eu"))).Location.ShouldBe(Page);
        (await IsAdministrator(ben)).ShouldBeTrue();
        (await mailbox.NewestTo("ben@example.eu")).Text.ShouldContain("Ada");
        (await page.Get(Page)).Html.ShouldContain("<h2><bdi>Ben</bdi>");

        using var his = Visitor.As(server.Address, ben.Cookie);
        (await his.Get(Page)).Status.ShouldBe(HttpStatusCode.OK);
        var (field, token) = await page.TokenOn(Page);
        (await page.Post(Page + "/dismiss", (field, token), ("request", "dismiss:1"), ("member", ben.Member.Value))).Location.ShouldBe(Page);

        (await IsAdministrator(ben)).ShouldBeFalse();
        (await his.Get(Page)).Status.ShouldBe(HttpStatusCode.NotFound);
        var log = (await page.Get(Page)).Html;
        log = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(log).Body!.TextContent;
        log.ShouldContain("Ada appointed Ben");
        log.ShouldContain("Ada dismissed Ben");
        var notices = (await server.Grains.Inbox(ben.Member).Page(ben.Member, 0)).Value!.Notices;
        notices.Select(notice => notice.Kind).ShouldContain(PublicBuyers.Inbox.NoticeKind.Appointed);
        (await his.Get("/notices")).Html.ShouldContain("made you an administrator");
    }

    [Fact]
    public async Task Are_told_why_where_an_address_is_nobodys_and_where_only_one_is_left()
    {
        using var page = Visitor.As(server.Address, ada.Cookie);

        var unknown = await page.Submit(Page, Page, ("address", "nobody@example.eu"));
        unknown.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        unknown.Html.ShouldContain("“nobody@example.eu”");

        var (field, token) = await page.TokenOn(Page);
        var last = await page.Post(Page + "/dismiss", (field, token), ("request", "dismiss:2"), ("member", ada.Member.Value));
        last.Status.ShouldBe(HttpStatusCode.Conflict);
        last.Html.ShouldContain("only administrator");
        (await IsAdministrator(ada)).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_dismiss_each_other_at_the_same_moment_leave_one()
    {
        for (var round = 0; round < 20; round++)
        {
            var remaining = await IsAdministrator(ada) ? ada : ben;
            await Appoint(remaining.Member, ada);
            await Appoint(remaining.Member, ben);

            await Task.WhenAll(Dismiss(ada, ben), Dismiss(ben, ada));

            new[] { await IsAdministrator(ada), await IsAdministrator(ben) }.Count(each => each).ShouldBe(1);
        }
    }

    [Fact]
    public async Task Who_is_dismissed_hears_no_more_of_a_queue_that_was_open_to_them()
    {
        var scene = await server.QueueScene();
        await Appoint(ada.Member, ben);
        await using var open = await server.Connect(ben);
        (await open.Enter(scene.Topic)).GetProperty("refused").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);

        (await Dismiss(ada, ben)).Refusal.ShouldBeNull();

        await open.Until(it => it.Gone.Contains(scene.Topic));
        (await open.Call("Enter", scene.Topic, 0, -1)).GetProperty("refused").GetProperty("status").GetInt32().ShouldBe(404);
    }

    [Fact]
    public async Task Who_was_appointed_before_there_was_a_list_is_on_it()
    {
        var eve = await server.SignIn("Eve");
        (await server.Grains.Member(eve.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() })).Refusal.ShouldBeNull();
        await server.Services.GetRequiredService<PublicBuyers.Communities.ICommunityDirectory>().Settled(default);

        using var page = Visitor.As(server.Address, eve.Cookie);
        (await page.Get(Page)).Html.ShouldContain("Eve</bdi>");
        (await Dismiss(eve, ada)).Refusal.ShouldBeNull();
        (await Dismiss(eve, eve)).Refusal.ShouldBe(new PublicBuyers.Platform.PlatformRefusal.LastAdministrator());
    }

    private async Task Appoint(MemberId by, Person whom) =>
        (await server.Grains.Platform().Appoint(new() { By = by, Request = server.NewRequest(), Member = whom.Member })).Refusal.ShouldBeNull();

    private Task<Outcome<Done>> Dismiss(Person by, Person whom) =>
        server.Grains.Platform().Dismiss(new() { By = by.Member, Request = server.NewRequest(), Member = whom.Member });

    private async Task<bool> IsAdministrator(Person person) => (await server.Grains.Member(person.Member).Profile()).Value!.IsAdministrator;
}
