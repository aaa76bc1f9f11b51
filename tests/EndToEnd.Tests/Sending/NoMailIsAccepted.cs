using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PublicBuyers.Mails;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>A server whose mail nobody takes serves on, and says so to who watches it.</summary>
public sealed class NoMailIsAccepted
{
    [Fact]
    public async Task For_minutes_and_whoever_probes_the_server_is_told_until_one_is()
    {
        var (time, refuses) = (new FakeTimeProvider(), true);
        await using var peer = new ScriptedMailServer();
        peer.Script = command =>
            Task.FromResult(refuses && command.StartsWith("MAIL", StringComparison.Ordinal) ? "550 5.7.1 Not from you" : null);
        await using var server = await LiveServer.Start(
            options => options with { Smtp = $"127.0.0.1:{peer.Port}", SmtpTls = SmtpTls.None },
            services =>
                services.AddSingleton(provider => new MailMeter(provider.GetRequiredService<IMeterFactory>(), time))
        );
        using var http = server.Http(null);

        for (var each = 0; each < 3; each++)
            await Deliver(server, $"refused{each}");
        await Says(http, "Healthy");

        time.Advance(TimeSpan.FromMinutes(6));
        await Says(http, "Degraded\nNo mail was accepted since ");
        using (var degraded = await http.GetAsync("/health/ready"))
        {
            degraded.IsSuccessStatusCode.ShouldBeTrue("pages are served all the same");
            var said = await degraded.Content.ReadAsStringAsync();
            said.ShouldNotContain("127.0.0.1");
            said.ShouldNotContain("Not from you");
        }

        refuses = false;
        await Deliver(server, "taken");
        await peer.Holds(1);
        await Says(http, "Healthy");
    }

    private static Task Deliver(LiveServer server, string id) =>
        server
            .Services.GetRequiredService<SqliteOutbox>()
            .Deliver(new(id, $"{id}@example.eu", "A subject", "A text", "<p>A text</p>", "en"), default);

    /// <summary>The three mails are refused, and the fourth is recorded, a moment after the mail server answered.</summary>
    private static async Task Says(HttpClient http, string beginning)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!(await http.GetStringAsync("/health/ready", patience.Token)).StartsWith(beginning, StringComparison.Ordinal))
            await Task.Delay(20, patience.Token);
    }
}
