using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Playwright;
using PublicBuyers.Browser.Tests;
using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Proxies.Tests;

/// <summary>What people and clients notice of a proxy: nothing.</summary>
public sealed class A_day_behind_a_proxy
{
    /// <summary>Counts WebSockets that opened, so that a day by long-polls is not taken for one by WebSockets.</summary>
    private const string Counting =
        "globalThis.socketsOpened = 0; const Real = globalThis.WebSocket; globalThis.WebSocket = class extends Real { constructor(...all) { super(...all); this.addEventListener('open', () => globalThis.socketsOpened++); } };";

    private const string Blocked = "globalThis.socketsOpened = 0; globalThis.WebSocket = class { constructor() { throw new Error('blocked'); } };";

    [ProxyTheory]
    [InlineData("nginx", true)]
    [InlineData("nginx", false)]
    [InlineData("haproxy", true)]
    [InlineData("haproxy", false)]
    public async Task Sign_in_write_be_heard_attach_and_decide(string proxy, bool sockets)
    {
        await using var site = await ProxiedSite.Start(proxy);
        await using var ana = await SignInByMail(site, sockets);
        await using var bo = await site.Person("Bo Lindqvist");
        await bo.Context.AddInitScriptAsync(sockets ? Counting : Blocked);

        // Written here, seen there.
        await ana.EnterRoom();
        await bo.EnterRoom();
        await ana.Say("Has anybody used models in a tender?");
        await bo.Sees("Has anybody used models in a tender?");
        await bo.Say("We have, twice.");
        await ana.Sees("We have, twice.");
        (await ana.Page.EvaluateAsync<int>("() => globalThis.socketsOpened") > 0).ShouldBe(sockets);

        // A file goes up and comes down.
        var bytes = new byte[300_000];
        Array.Fill(bytes, (byte)'x');
        await ana.Page.Locator("form.composer input[type=file]").First.SetInputFilesAsync(new FilePayload { Name = "minutes.txt", MimeType = "text/plain", Buffer = bytes });
        await Expect(ana.Page.Locator(".dock .uploads li[data-state=done]")).ToHaveCountAsync(1);
        await ana.Say("With the minutes.");
        await bo.Sees("With the minutes.");
        var file = await bo.Context.APIRequest.GetAsync(site.Url + await bo.PostSaying("With the minutes.").Locator(".files a").First.GetAttributeAsync("href"));
        (await file.BodyAsync()).Length.ShouldBe(bytes.Length);

        // A moderator decides.
        await using var mara = await site.Leader();
        await mara.Context.AddInitScriptAsync(sockets ? Counting : Blocked);
        var trams = await Asked(site, mara.Member, by: bo.Member);
        await mara.Go($"/communities/{trams}/queue");
        await Expect(mara.Page.Locator(".queue-live[data-live]")).ToHaveCountAsync(1);
        await mara.Page.Locator(".queue-row a").First.ClickAsync();
        await Expect(mara.Page.Locator("#item-heading")).ToBeFocusedAsync();
        await mara.Page.ClickAsync(".approve");
        await Expect(mara.Page.Locator(".undo-bar")).ToContainTextAsync("approved");

        // Everything went by https, and the browser had nothing to complain about.
        foreach (var visitor in new[] { ana, bo, mara }) visitor.Complaints.ShouldBeEmpty(visitor.Name);
        var cookies = await ana.Context.CookiesAsync();
        cookies.ShouldContain(cookie => cookie.Name == "__Host-publicbuyers" && cookie.Secure && cookie.HttpOnly);
        cookies.ShouldAllBe(cookie => cookie.Secure);
    }

    [ProxyTheory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    public async Task Two_clients_have_limits_of_their_own_and_forged_headers_change_nothing(string proxy)
    {
        await using var site = await ProxiedSite.Start(proxy, mostRequests: 5);
        using var one = site.From("127.0.0.2");
        using var other = site.From("127.0.0.3");
        for (var i = 0; i < 5; i++)
        {
            using var asked = new HttpRequestMessage(HttpMethod.Get, "/sign-in");
            asked.Headers.Add("X-Forwarded-For", $"192.0.2.{i}");
            asked.Headers.Add("X-Forwarded-Proto", "http");
            asked.Headers.Add("X-Forwarded-Host", "evil.example");
            var page = await one.SendAsync(asked);
            page.StatusCode.ShouldBe(HttpStatusCode.OK);
            page.Headers.GetValues("Set-Cookie").ShouldAllBe(cookie => cookie.Contains("secure", StringComparison.OrdinalIgnoreCase));
            page.Headers.GetValues("Strict-Transport-Security").Single().ShouldStartWith("max-age=");
        }

        (await one.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await other.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await other.GetAsync("/notices")).Headers.Location!.ToString().ShouldBe("/sign-in?returnTo=%2Fnotices");

        // By the name alone, as people type it.
        using var typing = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var typed = new HttpClient(typing) { BaseAddress = site.Plain };
        var sent = await typed.GetAsync("/publications?page=2");
        sent.StatusCode.ShouldBe(HttpStatusCode.MovedPermanently);
        sent.Headers.Location!.Scheme.ShouldBe("https");
        sent.Headers.Location!.PathAndQuery.ShouldBe("/publications?page=2");

        // Past the proxy, in clear: not served.
        using var direct = new HttpClient { BaseAddress = site.Behind };
        (await direct.GetAsync("/sign-in")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    /// <summary>
    /// The proxy passes the request on while it comes. A client that reads nothing before it has sent all is the worst
    /// one.
    /// </summary>
    [ProxyTheory]
    [InlineData("nginx", true)]
    [InlineData("nginx", false)]
    [InlineData("haproxy", true)]
    [InlineData("haproxy", false)]
    public async Task Who_sends_far_too_much_over_http_1_reads_the_limit_and_no_502(string proxy, bool isLengthSaid)
    {
        const int piece = 64 * 1024;
        const int pieces = 64 * 1024 * 1024 / piece;
        await using var site = await ProxiedSite.Start(proxy);
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(site.Url).Port);
        await using var secure = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, _, _, _) => true);
        await secure.AuthenticateAsClientAsync("localhost");
        var length = isLengthSaid ? $"Content-Length: {(long)piece * pieces}" : "Transfer-Encoding: chunked";
        await secure.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /sign-in HTTP/1.1\r\nHost: {new Uri(site.Url).Authority}\r\nContent-Type: "
                + $"multipart/form-data; boundary=x\r\n{length}\r\n\r\n"));

        var reading = new StreamReader(secure).ReadLineAsync();
        var body = new byte[piece];
        try
        {
            for (var i = 0; i < pieces; i++)
            {
                if (!isLengthSaid) await secure.WriteAsync(Encoding.ASCII.GetBytes($"{piece:x}\r\n"));
                await secure.WriteAsync(body);
                if (!isLengthSaid) await secure.WriteAsync("\r\n"u8.ToArray());
            }
        }
        catch (IOException)
        {
            // The proxy has answered and lets go; what it answered counts.
        }

        (await reading.WaitAsync(TimeSpan.FromSeconds(60))).ShouldNotBeNull().ShouldStartWith("HTTP/1.1 413");
    }

    /// <summary>A community that admits on request, and somebody who asks.</summary>
    private static async Task<CommunityId> Asked(Site site, MemberId leader, MemberId by)
    {
        var trams = new CommunityId("tram-buyers");
        (await site.Grains.Community(trams).Found(new()
        {
            By = leader,
            Request = new("test:trams"),
            Name = "Trams",
            Access = PublicBuyers.Communities.Access.OnRequest,
            Goal = "To buy trams well.",
            Leader = leader,
        })).IsRefused.ShouldBeFalse();
        (await site.Grains.Queue(trams).Ask(new() { By = by, Request = new("test:ask"), Message = "I buy trams." })).IsRefused.ShouldBeFalse();
        return trams;
    }

    private static async Task<Visitor> SignInByMail(Site site, bool sockets)
    {
        var ana = await site.Stranger();
        await ana.Context.AddInitScriptAsync(sockets ? Counting : Blocked);
        await ana.Go($"/communities/{Site.Community}");
        await ana.Page.FillAsync("#address", "ana@buyers.example");
        await ana.Page.ClickAsync("main form.stack .button");
        var link = MailFolder.LinkIn(await MailFolder.To("ana@buyers.example", site.MailFolder));
        link.ShouldStartWith(site.Url);
        await ana.Go(link);
        await ana.Page.ClickAsync("main .button");
        await ana.Page.FillAsync("#name", "Ana Ruiz");
        await ana.Page.FillAsync("#organisation", "City of the South");
        await ana.Page.ClickAsync("main .button");
        await ana.Page.ClickAsync("main form[action$='/join'] .button");
        await Expect(ana.Page.Locator("main .rooms")).ToBeVisibleAsync();
        return ana;
    }
}
