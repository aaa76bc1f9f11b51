using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PublicBuyers.Commands;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>With a virus scanner configured, a file is kept only once the scanner found nothing in it.</summary>
public sealed class LookingForViruses
{
    private static readonly byte[] Infected = Encoding.ASCII.GetBytes($"Dear all, {ClamdPeer.Marker}.");

    [Fact]
    public async Task What_the_scanner_finds_is_named_and_not_kept()
    {
        await using var clamd = new ClamdPeer();
        await using var server = await With(clamd.Address, ScannerAway.Refuse);

        var refused = await Upload(server, "letter.txt", Infected);
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Code.ShouldBe("attachment.infected");
        refused.Said.ShouldContain(ClamdPeer.Signature);
        Stored(server).ShouldBeEmpty();

        (await Upload(server, "letter.txt", "Dear all"u8.ToArray())).Status.ShouldBe(HttpStatusCode.OK);
        Stored(server).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_is_scanned_is_what_is_kept()
    {
        var socket = Path.Combine(Path.GetTempPath(), $"clamd-{Guid.NewGuid():n}.ctl");
        await using var clamd = new ClamdPeer(socket);
        await using var server = await With(clamd.Address, ScannerAway.Refuse);

        (await Upload(server, "holiday.jpg", SampleFiles.TellingJpeg(6))).Status.ShouldBe(HttpStatusCode.OK);

        Encoding.Latin1.GetString(clamd.Scanned.ShouldHaveSingleItem()).ShouldNotContain("GPS");
    }

    [Fact]
    public async Task While_the_scanner_is_away_people_are_asked_to_try_again_unless_the_setting_says_otherwise()
    {
        var nowhere = Nowhere();
        await using (var server = await With(nowhere, ScannerAway.Refuse))
        {
            var refused = await Upload(server, "letter.txt", "Dear all"u8.ToArray());
            (refused.Status, refused.Code).ShouldBe((HttpStatusCode.ServiceUnavailable, "attachment.scanner-away"));
            Stored(server).ShouldBeEmpty();
        }

        await using var lenient = await With(nowhere, ScannerAway.Accept);
        (await Upload(lenient, "letter.txt", "Dear all"u8.ToArray())).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_scanner_that_says_nothing_or_that_it_is_too_much_has_not_found_the_file_clean()
    {
        await using var mute = new ClamdPeer { IsMute = true };
        await using var small = new ClamdPeer { MostBytes = 100_000 };
        foreach (var (peer, length) in new[] { (mute, 10), (small, 1_000_000) })
        {
            var scanner = new ClamdScanner(ClamdAddress.Read(peer.Address)!, TimeProvider.System);
            (
                await scanner.Scan(new MemoryStream(new byte[length]), CancellationToken.None)
            ).ShouldBeOfType<ScanResult.Away>();
        }
    }

    [Fact]
    public async Task The_doctor_says_whether_it_answers()
    {
        await using var clamd = new ClamdPeer();
        (await Examined(clamd.Address)).ShouldBeNull();
        (await Examined(Nowhere())).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("localhost:3310", true)]
    [InlineData("[::1]:3310", true)]
    [InlineData("unix:/run/clamav/clamd.ctl", true)]
    [InlineData("unix:relative", false)]
    [InlineData("localhost", false)]
    [InlineData("http://localhost:3310", false)]
    public void Its_address_is_a_host_with_a_port_or_a_socket_file(string address, bool isOne)
    {
        var read = () =>
            ServerOptions.Read([$"PublicBuyers:VirusScanner={address}"], demo: false, data: null, url: null);

        if (isOne)
            read().ScannerAddress.ShouldNotBeNull();
        else
            Should.Throw<ConfigurationException>(() => read()).Message.ShouldContain(address);
    }

    private static Task<LiveServer> With(string clamd, ScannerAway away) =>
        LiveServer.Start(adjust: services =>
            services
                .AddSingleton<IVirusScanner>(new ClamdScanner(ClamdAddress.Read(clamd)!, TimeProvider.System))
                .AddSingleton(provider => new FileChecks(
                    provider.GetRequiredService<IVirusScanner>(),
                    away,
                    NullLogger<FileChecks>.Instance
                ))
        );

    private static async Task<(HttpStatusCode Status, string? Code, string Said)> Upload(
        LiveServer server,
        string name,
        byte[] content
    )
    {
        var (room, ada, _) = await server.Scene();
        using var http = server.Http(ada);
        using var answer = await http.PostAsync(
            $"/api/rooms/{room}/attachments?name={name}",
            new ByteArrayContent(content)
        );
        var said = await answer.Content.ReadAsStringAsync();
        return (
            answer.StatusCode,
            JsonDocument.Parse(said).RootElement.TryGetProperty("title", out var title) ? title.GetString() : null,
            said
        );
    }

    private static IEnumerable<string> Stored(LiveServer server) =>
        Directory.EnumerateFiles(
            server.Services.GetRequiredService<DataFolder>().AttachmentsFolder,
            "*.json",
            SearchOption.AllDirectories
        );

    private static async Task<string?> Examined(string clamd)
    {
        var findings = await DoctorCommand.ExamineAll(
            () =>
                ServerOptions.Read(
                    [$"PublicBuyers:VirusScanner={clamd}"],
                    demo: false,
                    Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}"),
                    url: null
                ),
            CancellationToken.None
        );
        return findings.Single(finding => finding.About == "scanner").Remedy;
    }

    /// <summary>A port that nobody listens on.</summary>
    private static string Nowhere()
    {
        using var brief = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        brief.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return $"127.0.0.1:{((IPEndPoint)brief.LocalEndPoint!).Port}";
    }
}
