using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PublicBuyers.Running;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Administration;

public sealed class TheFirstAdministrator : IAsyncLifetime
{
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Comes_in_by_the_link_that_the_first_start_prints_and_nobody_else_does()
    {
        var link = FirstStart.PathOf(TokenOf(server)!);
        using var administrator = new Visitor(server.Address);
        using var thief = new Visitor(server.Address);

        (await administrator.Submit(link, "/administrator", ("address", "admin@example.eu"), ("name", "Administrator"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await thief.Get(link)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);

        (await administrator.Get("/administration")).Status.ShouldBe(HttpStatusCode.OK);
        (await administrator.Submit("/communities/new", "/communities/new", ("name", "Green IT"), ("slug", "green-it"), ("goal", "Buy less, buy green."), ("access", "Open"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await administrator.Get("/communities/green-it/general")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Is_not_asked_for_again_once_there_is_one()
    {
        using var administrator = new Visitor(server.Address);
        await administrator.Submit(FirstStart.PathOf(TokenOf(server)!), "/administrator", ("address", "admin@example.eu"), ("name", "Administrator"));

        server = await server.Restart();

        TokenOf(server).ShouldBeNull();
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
}
