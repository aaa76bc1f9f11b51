using System.Net;
using AngleSharp.Html.Parser;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

public sealed class ADemonstrationSaysSo : IDisposable
{
    private const string Banner = "Anybody who can open this page can sign in as any of them.";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task On_every_page_and_at_every_start()
    {
        var data = folder["data"];
        using (var first = await ServerProcess.Start(folder.Path, ["--demo", "--data", data, "--url", "http://127.0.0.1:0"])) await first.Stop();

        // By its folder, and not by how it is started.
        using var second = ServerProcess.StartRedirected(folder.Path, "", ["--data", data, "--url", "http://127.0.0.1:0"]);
        (await second.IsReady()).ShouldContain("This is a demonstration: its people and data are invented");

        using var browser = new Visitor(second.Address);
        var person = new HtmlParser().ParseDocument((await browser.Get("/sign-in")).Html).QuerySelector("button[name=member]")!.GetAttribute("value")!;
        var token = await browser.TokenOn("/sign-in");
        foreach (var page in new[] { "/sign-in", "/publications" }) (await browser.Get(page)).Html.ShouldContain(Banner, customMessage: page);

        (await browser.Post("/sign-in/demonstration", token, ("member", person), ("returnTo", "/"))).Status.ShouldBe(HttpStatusCode.SeeOther);
        foreach (var page in new[] { "/", "/communities", "/profile", "/search?q=bim", "/communities/bim-procurement/general", "/communities/bim-procurement/general/print" })
            (await browser.Get(page)).Html.ShouldContain(Banner, customMessage: page);
    }

    [Fact]
    public async Task And_is_reached_by_others_only_when_that_is_meant()
    {
        using var server = await ServerProcess.Start(folder.Path, ["--demo", "--data", folder["data"], "--url", "http://0.0.0.0:0", "PublicBuyers:DemonstrationOnPublicAddress=true"]);
        (await server.Stop()).ShouldBe(0);
    }
}
