using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PublicBuyers.Commands;
using PublicBuyers.Journal;
using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Administration;

public sealed class TheFirstAdministrator : IAsyncLifetime
{
    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Comes_in_by_the_link_that_the_first_start_prints_and_nobody_else_does()
    {
        var link = FirstStart.PathOf(TokenOf(server)!);
        using var administrator = new Visitor(server.Address);
        using var thief = new Visitor(server.Address);

        (await thief.Get(link)).Html.ShouldContain("not connected to a mail server", customMessage: "without a mail server nothing verifies the address");
        (await administrator.Submit(link, "/administrator", ("address", "admin@example.eu"), ("name", "Renate"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await thief.Get(link)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await administrator.Get("/administration")).Status.ShouldBe(HttpStatusCode.OK);
        (await administrator.Submit("/communities/new", "/communities/new", ("name", "Green IT"), ("slug", "green-it"), ("goal", "Buy less, buy green."), ("access", "Open"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await administrator.Get("/communities/green-it/general")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Is_not_asked_for_again_once_there_is_one()
    {
        using var administrator = new Visitor(server.Address);
        await administrator.Submit(FirstStart.PathOf(TokenOf(server)!), "/administrator", ("address", "admin@example.eu"), ("name", "Renate"));

        server = await server.Restart();

        TokenOf(server).ShouldBeNull();
    }

    [Fact]
    public async Task Comes_in_by_the_newest_link_and_after_that_no_earlier_one_works()
    {
        var links = new List<string>();
        for (var start = 1; start < 4; start++)
        {
            links.Add(FirstStart.PathOf(TokenOf(server)!));
            server = await server.Restart();
        }

        var newest = FirstStart.PathOf(TokenOf(server)!);
        using var administrator = new Visitor(server.Address);
        using var stranger = new Visitor(server.Address);
        foreach (var old in links) (await stranger.Get(old)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await administrator.Submit(newest, "/administrator", ("address", "admin@example.eu"), ("name", "Renate"))).Status.ShouldBe(HttpStatusCode.SeeOther);

        var (field, token) = await stranger.TokenOn("/sign-in");
        foreach (var old in links.Append(newest))
        {
            var answer = await stranger.Post("/administrator", (field, token), ("request", "stranger:" + old.Split('=')[1]), ("t", old.Split('=')[1]), ("address", "stranger@example.eu"), ("name", "Stranger"));
            answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        }

        stranger.IsSignedIn.ShouldBeFalse();
    }

    [Fact]
    public async Task Verifies_the_address_first_where_mail_is_sent()
    {
        await using var mailing = await LiveServer.Start(options => options with { Smtp = "127.0.0.1:9" }, services => services.AddSingleton<IMailbox>(mailbox));
        using var administrator = new Visitor(mailing.Address);

        var sent = await administrator.Submit(FirstStart.PathOf(TokenOf(mailing)!), "/administrator", ("address", "admin@example.eu"));
        sent.Location!.ShouldStartWith("/sign-in/sent");
        administrator.IsSignedIn.ShouldBeFalse("nobody has shown yet that the address is theirs");

        var link = LinkIn(await mailbox.NewestTo("admin@example.eu"));
        var welcome = (await administrator.Submit(link.PathAndQuery, "/sign-in/confirm")).Location!;
        var back = (await administrator.Submit(welcome, "/welcome", ("name", "Renate"), ("organisation", "Ministry"), ("language", "en"), ("timeZone", "Europe/Brussels"))).Location!;
        back.ShouldStartWith("/administrator?s=");
        (await administrator.Get("/administration")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await administrator.Get(back)).Html.ShouldContain("admin@example.eu");
        (await administrator.Submit(back, "/administrator")).Location.ShouldBe("/administration");
        (await administrator.Get("/administration")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Is_let_in_again_by_a_link_that_a_command_makes_while_the_server_is_stopped()
    {
        using (var first = new Visitor(server.Address))
            await first.Submit(FirstStart.PathOf(TokenOf(server)!), "/administrator", ("address", "gone@example.eu"), ("name", "Gone"));

        using var output = new StringWriter();
        server = await server.Restart(whileStopped: folder => AdministratorLinkCommand.Make(new() { DataFolder = folder, BaseUrl = LiveServer.Origin }, TimeProvider.System.GetUtcNow(), output, default).GetAwaiter().GetResult());

        var link = new Uri(output.ToString().Split('\n')[0].Trim());
        link.GetLeftPart(UriPartial.Authority).ShouldBe(LiveServer.Origin);
        using var operatorOfIt = new Visitor(server.Address);
        (await operatorOfIt.Submit(link.PathAndQuery, "/administrator", ("address", "operator@example.eu"), ("name", "Operator"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await operatorOfIt.Get("/administration")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Takes_the_file_of_the_link_along_while_the_server_runs()
    {
        var layout = DataFolderLayout.At(server.Folder);
        var now = TimeProvider.System.GetUtcNow();
        AdministratorLinkFile.Read(layout, now).ShouldNotBeNull().ShouldEndWith(TokenOf(server)!);
        AdministratorLinkFile.Read(layout, now + AdministratorLimits.LinkLasts).ShouldBeNull("it is too old by then");

        using var administrator = new Visitor(server.Address);
        await administrator.Submit(
            FirstStart.PathOf(TokenOf(server)!), "/administrator", ("address", "a@example.eu"), ("name", "Renate"));

        AdministratorLinkFile.Read(layout, now).ShouldBeNull("it was used");
        await server.Grains.GetGrain<IEffectFollowerGrain>("effect/administrator-link/0").CatchUp();
        File.Exists(layout.AdministratorLink).ShouldBeFalse();
    }

    [Fact]
    public async Task Is_the_only_one_who_sees_the_administration()
    {
        var member = await server.SignIn("Ada");
        using var http = server.Http(member);

        using var page = await http.GetAsync("/administration");
        using var nothing = await http.GetAsync("/nothing-of-this-name");

        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        nothing.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string? TokenOf(LiveServer server) => server.Services.GetServices<IHostedService>().OfType<FirstStart>().Single().AdministratorToken;

    private static Uri LinkIn(Mail mail) => new(mail.Text.Split('\n').First(line => line.StartsWith("http", StringComparison.Ordinal)));
}
