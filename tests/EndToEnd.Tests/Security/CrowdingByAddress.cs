using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using PublicBuyers.Access;
using PublicBuyers.Security;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class CrowdingByAddress
{
    private readonly FakeTimeProvider time = new();
    private readonly SessionSeal seal = new(new EphemeralDataProtectionProvider(), Allowing(2));
    private readonly Crowding crowding;

    public CrowdingByAddress() => crowding = new(_ => Task.CompletedTask, Allowing(2), seal, time);

    [Fact]
    public async Task Lets_an_address_ask_so_often_in_a_minute_and_again_in_the_next()
    {
        (await Ask("192.0.2.1")).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.1")).StatusCode.ShouldBe(200);
        time.Advance(TimeSpan.FromSeconds(20));
        var refused = await Ask("192.0.2.1");
        refused.StatusCode.ShouldBe(429);
        refused.Headers.RetryAfter.ToString().ShouldBe("40");

        time.Advance(TimeSpan.FromSeconds(40));
        (await Ask("192.0.2.1")).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Counts_every_address_for_itself()
    {
        for (var i = 0; i < 3; i++) await Ask("192.0.2.1");

        (await Ask("192.0.2.2")).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Counts_who_is_signed_in_for_themselves_wherever_they_are()
    {
        for (var i = 0; i < 3; i++) await Ask("192.0.2.1");
        var (ada, ben) = (CookieOf("ada"), CookieOf("ben"));

        (await Ask("192.0.2.1", ada)).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.2", ada)).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.1", ada)).StatusCode.ShouldBe(429);
        (await Ask("192.0.2.1", ben)).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.1", ada + "x")).StatusCode.ShouldBe(429, "no cookie of ours: a stranger of that address");
    }

    [Fact]
    public async Task Counts_forms_of_signing_in_more_narrowly_and_looking_at_them_not_at_all()
    {
        var narrow = new SignInCrowding(_ => Task.CompletedTask, time);
        for (var i = 0; i < 30; i++) (await Sign("192.0.2.1")).StatusCode.ShouldBe(200);

        (await Sign("192.0.2.1")).StatusCode.ShouldBe(429);
        (await Sign("192.0.2.1", "GET")).StatusCode.ShouldBe(200);
        (await Sign("192.0.2.1", isMarked: false)).StatusCode.ShouldBe(200);
        (await Sign("192.0.2.2")).StatusCode.ShouldBe(200);

        Task<HttpResponse> Sign(string address, string method = "POST", bool isMarked = true) =>
            Ask(address, null, method, isMarked ? SignInLimit.Mark : null, narrow.InvokeAsync);
    }

    [Fact]
    public async Task Does_not_count_as_signing_in_what_another_site_sends()
    {
        await using var server = await LiveServer.Start();
        using var office = Visitor.As(server.Address, "none=0");
        for (var i = 0; i < 40; i++) (await office.Post("/sign-in", ("address", "x@example.eu"))).Status.ShouldBe(HttpStatusCode.BadRequest);

        (await office.Submit("/sign-in", "/sign-in", ("address", "ada@example.eu"))).Status.ShouldNotBe(HttpStatusCode.TooManyRequests);
    }

    private static WebOptions Allowing(int most) => new() { BaseUrl = new("http://publicbuyers.example"), MostRequests = most };

    private string CookieOf(string member)
    {
        var http = new DefaultHttpContext();
        seal.Write(http.Response, new(member), new("session"));
        return http.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    private async Task<HttpResponse> Ask(
        string address, string? cookie = null, string method = "GET", object? mark = null, RequestDelegate? asked = null)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        http.Request.Method = method;
        if (cookie is not null) http.Request.Headers.Cookie = cookie;
        http.SetEndpoint(new(null, new(mark is null ? [] : [mark]), "tried"));
        await (asked ?? crowding.InvokeAsync)(http);
        return http.Response;
    }
}
