using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Members;
using PublicBuyers.SignIn;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Communities;

/// <summary>Leaders, moderators and administrators with a browser without script, and with a program.</summary>
public sealed class LookingAfterACommunity(OneServer one) : IClassFixture<OneServer>
{
    private static readonly string[] pages = ["settings", "contact", "restrictions", "invite", "members/nobody"];

    private readonly LiveServer server = one.Server;

    [Fact]
    public async Task A_leader_changes_the_settings_and_everybody_sees_them()
    {
        var (room, ada, ben) = await server.Scene();
        using var leader = Browser(ada);
        using var stranger = Browser(await server.Stranger());

        var saved = await leader.Submit($"{Of(room)}/settings", $"{Of(room)}/settings",
            ("name", "Clean <vehicles>"), ("goal", "To buy buses"), ("access", "OnRequest"), ("answerDays", "1"), ("contact", "buses@example.eu"));

        saved.Location.ShouldBe($"{Of(room)}/settings?saved");
        var page = (await stranger.Get(Of(room))).Html;
        page.ShouldContain("Clean &lt;vehicles&gt;");
        page.ShouldContain("within 1 working day.");
        page.ShouldContain($"href=\"{Of(room)}/ask\"");
        (await stranger.Get("/communities")).Html.ShouldContain("Clean &lt;vehicles&gt;");
        (await leader.Get($"{Of(room)}/settings")).Html.ShouldContain("buses@example.eu");
        (await server.Grains.Community(room.Community).BearingOf(ben.Member)).Contact.ShouldBe("buses@example.eu");
    }

    [Theory]
    [InlineData("name", "two\nlines")]
    [InlineData("name", "")]
    [InlineData("contact", "two\r\nlines")]
    [InlineData("answerDays", "0")]
    [InlineData("answerDays", "soon")]
    [InlineData("access", "Nobody")]
    public async Task What_cannot_be_a_setting_is_refused_beside_the_form(string field, string value)
    {
        var (room, ada, _) = await server.Scene();
        using var leader = Browser(ada);

        var refused = await leader.Submit($"{Of(room)}/settings", $"{Of(room)}/settings", (field, value));

        ((int)refused.Status).ShouldBeInRange(403, 422);
        refused.Html.ShouldContain("role=\"alert\"");
    }

    [Fact]
    public async Task A_leader_makes_a_member_a_moderator_who_says_whom_to_ask()
    {
        var (room, ada, ben) = await server.Scene();
        using var leader = Browser(ada);
        using var moderator = Browser(ben);
        (await moderator.Get($"{Of(room)}/contact")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await leader.Get($"{Of(room)}/members")).Html.ShouldContain($"{Of(room)}/members/{ben.Member}");

        var changed = await leader.Submit(About(room, ben), $"{About(room, ben)}/role", ("role", "Moderator"));
        changed.Location.ShouldBe($"{Of(room)}/members?changed={ben.Member}");
        Status(await leader.Get(changed.Location!)).ShouldBe("Ben is now a moderator.".Replace("Ben", ben.Name, StringComparison.Ordinal));

        (await moderator.Submit($"{Of(room)}/contact", $"{Of(room)}/contact", ("contact", "ben@example.eu"))).Location.ShouldBe($"{Of(room)}/contact?saved");
        (await server.Grains.Community(room.Community).BearingOf(ben.Member)).Contact.ShouldBe("ben@example.eu");
        (await leader.Submit(About(room, ada), $"{About(room, ada)}/role", ("role", "Member"))).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_moderator_restricts_with_a_reason_and_lifts_it_again()
    {
        var (room, ada, ben) = await server.Scene();
        using var moderator = Browser(ada);
        using var member = Browser(ben);

        (await moderator.Submit(About(room, ben), $"{About(room, ben)}/restrict", ("kind", "Suspension"), ("reason", " "))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await moderator.Submit(About(room, ben), $"{About(room, ben)}/restrict", ("kind", "Suspension"), ("until", "2020-01-01"), ("reason", "A quarrel"))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await moderator.Submit(About(room, ben), $"{About(room, ben)}/restrict", ("kind", "Suspension"), ("reason", "A <quarrel>"))).Location.ShouldBe($"{Of(room)}/restrictions?of={ben.Member}");
        Status(await moderator.Get($"{Of(room)}/restrictions?of={ben.Member}")).ShouldBe($"{ben.Name} is now suspended.");

        (await moderator.Get($"{Of(room)}/restrictions")).Html.ShouldContain("A &lt;quarrel&gt;");
        (await member.Get(Of(room))).Html.ShouldContain("A &lt;quarrel&gt;");
        (await member.Get($"/communities/{room}")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await moderator.Submit(About(room, ben), $"{About(room, ben)}/lift", ("reason", "Settled"))).Location.ShouldBe($"{Of(room)}/restrictions?of={ben.Member}");
        Status(await moderator.Get($"{Of(room)}/restrictions?of={ben.Member}")).ShouldBe($"{ben.Name} is not restricted.");
        (await member.Get($"/communities/{room}")).Status.ShouldBe(HttpStatusCode.OK);
        (await moderator.Get($"{Of(room)}/restrictions")).Html.ShouldNotContain("quarrel");
    }

    [Fact]
    public async Task An_administrator_founds_for_an_address_sees_that_nobody_has_signed_in_and_puts_another_leader_in_place()
    {
        var (_, _, ben) = await server.Scene();
        var admin = await Administrator();
        using var administrator = Browser(admin);
        var slug = "for-" + admin.Name.ToLowerInvariant();
        var address = $"typo@{slug}.example";

        var founded = await administrator.Submit("/communities/new", "/communities/new",
            ("name", slug), ("slug", slug), ("goal", "To buy trams"), ("leader", address));

        founded.Location.ShouldBe($"/communities/{slug}");
        var page = await administrator.Get($"/communities/{slug}");
        foreach (var seen in new[] { page.Html, (await administrator.Get($"/communities/{slug}/members")).Html })
        {
            seen.ShouldContain(address);
            seen.ShouldContain("invited, has not signed in yet");
        }

        page.Html.ShouldContain($"href=\"/communities/{slug}/open-room\"");
        page.Html.ShouldContain($"href=\"/communities/{slug}/members\"");
        var opened = await administrator.Submit(
            $"/communities/{slug}/open-room", $"/communities/{slug}/open-room", ("name", "Trams"), ("slug", "trams"));
        opened.Location.ShouldBe($"/communities/{slug}?opened");
        Status(await administrator.Get(opened.Location!)).ShouldStartWith("The room was opened.");

        await Invite(slug, admin, ben);
        (await server.Grains.Community(new(slug)).Describe(admin.Member)).Value!.Contact.ShouldBe("");
        using var member = Browser(ben);
        (await member.Submit($"/communities/{slug}", $"/communities/{slug}/join")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await member.Get($"/communities/{slug}/members")).Html.ShouldNotContain(address);
        var about = $"/communities/{slug}/members/{ben.Member}";
        (await administrator.Submit(about, about + "/role", ("role", "Leader"))).Location
            .ShouldBe($"/communities/{slug}/members?changed={ben.Member}");
        (await server.Grains.Community(new(slug)).BearingOf(ben.Member)).Role.ShouldBe(Role.Leader);
    }

    [Fact]
    public async Task A_community_gets_its_short_name_and_its_contact_while_it_is_made()
    {
        var admin = await Administrator();
        using var administrator = Browser(admin);

        var founded = await administrator.Submit("/communities/new", "/communities/new",
            ("name", $"Écoles & Co {admin.Name}"), ("goal", "To buy books"), ("contact", "desk@example.eu"));

        var slug = $"ecoles-co-{admin.Name.ToLowerInvariant()}";
        founded.Location.ShouldBe($"/communities/{slug}");
        (await server.Grains.Community(new(slug)).BearingOf(admin.Member)).Contact.ShouldBe("desk@example.eu");
        (await administrator.Get($"/communities/{slug}")).Html.ShouldNotContain("No contact is published");
    }

    [Fact]
    public async Task The_only_leader_is_told_whom_to_choose_first_and_a_missing_contact_is_said_to_leaders()
    {
        var (room, ada, ben) = await server.Scene();
        using var leader = Browser(ada);
        using var member = Browser(ben);

        (await leader.Get($"{Of(room)}/leave")).Html.ShouldContain("You are the only leader.");
        (await leader.Get(Of(room))).Html.ShouldContain("No contact is published");
        (await member.Get(Of(room))).Html.ShouldNotContain("No contact is published");
    }

    [Fact]
    public async Task A_suspended_member_reads_on_the_start_page_until_when()
    {
        var (room, ada, ben) = await server.Scene();
        using var moderator = Browser(ada);
        using var member = Browser(ben);
        var day = DateOnly.FromDateTime(server.Services.GetRequiredService<IClock>().Now.UtcDateTime.AddDays(10));
        await moderator.Submit(About(room, ben), $"{About(room, ben)}/restrict",
            ("kind", "Suspension"), ("until", day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), ("reason", "A quarrel"));

        var home = (await member.Get("/")).Html;

        home.ShouldContain("You are suspended from this community.");
        home.ShouldContain($"Until the end of {day.ToString("dddd d MMMM yyyy", System.Globalization.CultureInfo.GetCultureInfo("en-GB"))}.");
        home.ShouldNotContain("three things get you going");
    }

    [Fact]
    public async Task A_member_is_no_administrator_and_sees_no_address()
    {
        var (room, ada, _) = await server.Scene();
        using var leader = Browser(ada);
        var nameless = await server.Services.GetRequiredService<IAccounts>().Of($"quiet@{room.Community}.example", "en");
        (await server.Grains.Community(room.Community).Join(new() { By = nameless, Request = server.NewRequest() })).Refusal.ShouldBeNull();

        (await leader.Get($"{Of(room)}/members")).Html.ShouldNotContain($"quiet@{room.Community}.example");
    }

    [Fact]
    public async Task Strangers_cannot_tell_what_is_there_from_what_is_not()
    {
        var (room, ada, ben) = await server.Scene();
        var stranger = await server.Stranger();
        using var browser = Browser(stranger);
        using var member = Browser(ben);
        using var http = server.Http(stranger);

        foreach (var page in pages)
        {
            var (there, absent) = (await browser.Get($"{Of(room)}/{page}"), await browser.Get($"/communities/nowhere/{page}"));
            there.Status.ShouldBe(HttpStatusCode.NotFound, page);
            Content(there).ShouldBe(Content(absent), page);
        }

        foreach (var page in pages.SkipLast(1)) (await member.Get($"{Of(room)}/{page}")).Status.ShouldBe(HttpStatusCode.Forbidden, page);
        foreach (var (address, body) in Commands(ada))
        {
            var (there, absent) = (await http.PostAsJsonAsync($"/api/communities/{room.Community}/{address}", body), await http.PostAsJsonAsync($"/api/communities/nowhere/{address}", body));
            there.StatusCode.ShouldBe(HttpStatusCode.NotFound, address);
            (await there.Content.ReadAsStringAsync()).ShouldBe(await absent.Content.ReadAsStringAsync(), address);
        }

        (await http.GetAsync($"/api/communities/{room.Community}/restrictions")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Members_are_refused_what_moderators_and_leaders_do()
    {
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ben);

        foreach (var (address, body) in Commands(ada))
            (await http.PostAsJsonAsync($"/api/communities/{room.Community}/{address}", body)).StatusCode.ShouldBe(HttpStatusCode.Forbidden, address);
        (await http.GetAsync($"/api/communities/{room.Community}/restrictions")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_program_does_what_the_forms_do()
    {
        var (room, ada, ben) = await server.Scene();
        using var http = server.Http(ada);

        foreach (var (address, body) in Commands(ben).Where(each => each.Address.EndsWith("restrict", StringComparison.Ordinal)))
            (await http.PostAsJsonAsync($"/api/communities/{room.Community}/{address}", body)).StatusCode.ShouldBe(HttpStatusCode.NoContent, address);

        var restriction = (await http.GetFromJsonAsync<JsonElement>($"/api/communities/{room.Community}/restrictions")).GetProperty("restrictions")[0];
        restriction.GetProperty("kind").GetString().ShouldBe("mute");
        restriction.GetProperty("member").GetProperty("member").GetString().ShouldBe(ben.Member.Value);
        (await http.PostAsJsonAsync($"/api/communities/{room.Community}/members/{ben.Member}/restrict", new { requestId = "x", kind = 9, reason = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Invitations_say_how_many_are_new_and_what_is_no_address()
    {
        var (room, ada, _) = await server.Scene();
        using var leader = Browser(ada);
        var name = room.Community.Value;

        var first = await leader.Submit($"{Of(room)}/invite", $"{Of(room)}/invite", ("addresses", $"one@{name}.example\nnobody <script>\ntwo@{name}.example"));
        first.Html.ShouldContain("2 people get a mail. 1 entry is not an e-mail address.");
        first.Html.ShouldContain("nobody &lt;script&gt;");

        var second = await leader.Submit($"{Of(room)}/invite", $"{Of(room)}/invite", ("addresses", $"one@{name}.example\nthree@{name}.example"));
        second.Html.ShouldContain("1 person gets a mail. 1 was invited before");
        (await leader.Submit($"{Of(room)}/invite", $"{Of(room)}/invite", ("addresses", string.Join('\n', Enumerable.Range(1, 201).Select(i => $"p{i}@{name}.example"))))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await leader.Submit($"{Of(room)}/invite", $"{Of(room)}/invite")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Who_is_invited_finds_a_button_and_comes_in()
    {
        var (room, ada, _) = await server.Scene();
        using (var leader = Browser(ada)) await leader.Submit($"{Of(room)}/settings", $"{Of(room)}/settings", ("access", "ByInvitation"));
        var cleo = await server.Stranger();
        using var visitor = Browser(cleo);
        (await visitor.Get(Of(room))).Html.ShouldNotContain($"{Of(room)}/join");

        (await server.Grains.Community(room.Community).Invite(new() { By = ada.Member, Request = server.NewRequest(), Addresses = [$"{cleo.Name.ToLowerInvariant()}@example.eu"] })).Value.ShouldNotBeNull().New.ShouldBe(1);

        (await visitor.Submit(Of(room), $"{Of(room)}/join")).Location.ShouldBe(Of(room));
        (await visitor.Get($"/communities/{room}")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_buyer_is_confirmed_by_an_administrator_and_then_comes_in()
    {
        var (room, ada, _) = await server.Scene();
        using (var leader = Browser(ada)) await leader.Submit($"{Of(room)}/settings", $"{Of(room)}/settings", ("buyersOnly", "yes"));
        var (cleo, admin) = (await server.Stranger(), await server.Stranger());
        (await server.Grains.Member(admin.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() })).Refusal.ShouldBeNull();
        using var visitor = Browser(cleo);
        using var administrator = Browser(admin);
        (await visitor.Get(Of(room))).Html.ShouldContain("/profile#kind");

        (await visitor.Submit("/profile", "/profile/kind", ("kind", nameof(MemberKind.Buyer)))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await visitor.Get("/profile")).Html.ShouldContain("waits for an administrator");
        (await visitor.Get("/administration")).Status.ShouldBe(HttpStatusCode.NotFound);
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);
        (await Confirm(administrator, cleo)).Status.ShouldBe(HttpStatusCode.SeeOther);

        (await administrator.Get("/administration")).Html.ShouldNotContain(cleo.Member.Value);
        (await visitor.Get("/profile")).Html.ShouldContain("An administrator has confirmed this");
        (await visitor.Submit(Of(room), $"{Of(room)}/join")).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task No_room_takes_the_address_of_a_page()
    {
        var (room, ada, _) = await server.Scene();
        var pagesThereAre = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText?.Split('/') is ["", "communities", "{community}", var name, ..] && Slugs.IsSlug(name) ? name : null).OfType<string>().Distinct().ToList();

        pagesThereAre.Count.ShouldBeGreaterThan(10);
        foreach (var name in pagesThereAre)
            (await server.Grains.Community(room.Community).OpenRoom(new() { By = ada.Member, Request = server.NewRequest(), Slug = name, Name = "A room" })).Refusal.ShouldBeOfType<CommunityRefusal.SlugInvalid>(name);
    }

    /// <summary>B26: what is not in a form is as if it were empty.</summary>
    [Fact]
    public async Task Forms_with_nothing_in_them_are_refused()
    {
        var (room, ada, ben) = await server.Scene();
        using var leader = Browser(ada);
        using var http = server.Http(ada);
        var token = new HtmlParser().ParseDocument((await leader.Get($"{Of(room)}/settings")).Html).QuerySelector("form[action$=settings] input")!;

        foreach (var action in new[] { $"{Of(room)}/settings", $"{Of(room)}/contact", $"{Of(room)}/invite", $"{About(room, ben)}/role", $"{About(room, ben)}/restrict", $"{About(room, ben)}/lift", "/profile/kind" })
        {
            using var nothing = new FormUrlEncodedContent([new(token.GetAttribute("name")!, token.GetAttribute("value"))]);
            ((int)(await leader.Send(action, nothing)).Status).ShouldBe(404, action);
        }

        foreach (var (address, _) in Commands(ben))
        {
            using var nothing = new StringContent("{}", Encoding.UTF8, "application/json");
            ((int)(await http.PostAsync($"/api/communities/{room.Community}/{address}", nothing)).StatusCode).ShouldBe(400, address);
        }

        using var half = new StringContent("""{"requestId":"r","addresses":["a\ud800b@example.eu"]}""", Encoding.UTF8, "application/json");
        ((int)(await http.PostAsync($"/api/communities/{room.Community}/invitations", half)).StatusCode).ShouldBeInRange(400, 422);
    }

    private static (string Address, object Body)[] Commands(Person about) =>
    [
        ($"members/{about.Member}/role", new { requestId = "1", role = "moderator" }),
        ($"members/{about.Member}/restrict", new { requestId = "2", kind = "mute", reason = "x" }),
        ($"members/{about.Member}/lift", new { requestId = "3", reason = "x" }),
        ("settings", new { requestId = "4", name = "n", access = "open", goal = "g" }),
        ("contact", new { requestId = "5", contact = "c" }),
        ("invitations", new { requestId = "6", addresses = new[] { "a@example.eu" } }),
    ];

    private static async Task<Answer> Confirm(Visitor administrator, Person whom)
    {
        var document = new HtmlParser().ParseDocument((await administrator.Get("/administration")).Html);
        var form = document.QuerySelector($"input[value='{whom.Member}']")!.Closest("form")!;
        using var content = new FormUrlEncodedContent([.. form.QuerySelectorAll("input").Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value")!)), new("kind", nameof(MemberKind.Buyer))]);
        return await administrator.Send("/administration/kinds", content);
    }

    private async Task<Person> Administrator()
    {
        var admin = await server.Stranger();
        (await server.Grains.Member(admin.Member).AppointAdministrator(new() { By = MemberId.System, Request = server.NewRequest() })).Refusal.ShouldBeNull();
        return admin;
    }

    private async Task Invite(string community, Person by, Person whom)
    {
        var address = (await server.Grains.Member(whom.Member).Profile()).Value!.Address;
        (await server.Grains.Community(new(community)).Invite(new() { By = by.Member, Request = server.NewRequest(), Addresses = [address] })).Refusal.ShouldBeNull();
    }

    /// <summary>What a page says was done.</summary>
    private static string Status(Answer answer) =>
        new HtmlParser().ParseDocument(answer.Html).QuerySelector("main [role=status]")!.TextContent.Trim();

    private static string Of(RoomId room) => $"/communities/{room.Community}";

    private static string About(RoomId room, Person person) => $"{Of(room)}/members/{person.Member}";

    private static string Content(Answer answer) => new HtmlParser().ParseDocument(answer.Html).QuerySelector("main")!.InnerHtml;

    private Visitor Browser(Person person) => Visitor.As(server.Address, person.Cookie);
}
