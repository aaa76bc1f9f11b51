using System.Net;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Security;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class CrowdingByAddress
{
    private readonly MovedTime time = new();
    private readonly Crowding crowding;

    public CrowdingByAddress() => crowding = new(_ => Task.CompletedTask, Allowing(2), time);

    [Fact]
    public async Task Lets_an_address_ask_so_often_in_a_minute_and_again_in_the_next()
    {
        (await Ask("192.0.2.1")).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.1")).StatusCode.ShouldBe(200);
        time.Move(TimeSpan.FromSeconds(20));
        var refused = await Ask("192.0.2.1");
        refused.StatusCode.ShouldBe(429);
        refused.Headers.RetryAfter.ToString().ShouldBe("40");

        time.Move(TimeSpan.FromSeconds(40));
        (await Ask("192.0.2.1")).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Counts_every_address_for_itself()
    {
        for (var i = 0; i < 3; i++) await Ask("192.0.2.1");

        (await Ask("192.0.2.2")).StatusCode.ShouldBe(200);
    }

    [Fact]
    public async Task Counts_forms_of_signing_in_more_narrowly_and_looking_at_them_not_at_all()
    {
        var wide = new Crowding(_ => Task.CompletedTask, Allowing(1_000), time);
        for (var i = 0; i < 30; i++) (await Ask("192.0.2.1", "POST", SignInLimit.Mark, wide)).StatusCode.ShouldBe(200);

        (await Ask("192.0.2.1", "POST", SignInLimit.Mark, wide)).StatusCode.ShouldBe(429);
        (await Ask("192.0.2.1", "GET", SignInLimit.Mark, wide)).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.1", "POST", null, wide)).StatusCode.ShouldBe(200);
        (await Ask("192.0.2.2", "POST", SignInLimit.Mark, wide)).StatusCode.ShouldBe(200);
    }

    private static WebOptions Allowing(int most) => new() { BaseUrl = new("http://publicbuyers.example"), MostRequests = most };

    private async Task<HttpResponse> Ask(string address, string method = "GET", SignInLimit? mark = null, Crowding? asked = null)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = IPAddress.Parse(address);
        http.Request.Method = method;
        http.SetEndpoint(new(null, new(mark is null ? [] : [mark]), "tried"));
        await (asked ?? crowding).InvokeAsync(http);
        return http.Response;
    }
}
