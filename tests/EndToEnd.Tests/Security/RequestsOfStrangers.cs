using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Running;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Signing in runs in the server's name: what a stranger calls their request must not be what the server will call one of its own.</summary>
public sealed class RequestsOfStrangers : IAsyncLifetime
{
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start();

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Theory]
    [InlineData("administrator:1")]
    [InlineData("ADMINISTRATOR:1")]
    [InlineData("effect:queue/cpb-network/5")]
    [InlineData("part:0123")]
    [InlineData("due:decision/4:1:2")]
    public async Task Cannot_take_the_name_of_one_of_the_server_s(string taken)
    {
        using var stranger = new Visitor(server.Address);

        var answer = await stranger.Submit("/sign-in", "/sign-in", ("request", taken), ("address", "x1@evil.example"));

        answer.Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Do_not_keep_the_first_administrator_out()
    {
        var link = FirstStart.PathOf(server.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<FirstStart>().Single().AdministratorToken!);
        using var stranger = new Visitor(server.Address);
        foreach (var taken in new[] { "administrator:1", "administrator:2", "effect:platform/1" })
            await stranger.Submit("/sign-in", "/sign-in", ("request", taken), ("address", "x1@evil.example"));

        using var administrator = new Visitor(server.Address);
        (await administrator.Submit(link, "/administrator", ("address", "admin@example.eu"), ("name", "Ada")))
            .Status.ShouldBe(HttpStatusCode.SeeOther);
        (await administrator.Get("/administration")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
