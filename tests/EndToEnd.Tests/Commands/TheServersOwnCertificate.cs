using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PublicBuyers.Commands;
using PublicBuyers.Running;
using Microsoft.Extensions.Logging;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>Without a proxy the server ends TLS itself, by Kestrel's standard settings.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class TheServersOwnCertificate : IDisposable
{
    private const string Password = "open sesame";
    private const string Setting = "Kestrel__Certificates__Default__";

    private readonly TemporaryFolder folder = new();

    public TheServersOwnCertificate()
    {
        Directory.CreateDirectory(folder["working"]);
        Write("buyers", TimeProvider.System.GetUtcNow(), usage: "1.3.6.1.5.5.7.3.1");
        Write("other", TimeProvider.System.GetUtcNow());
        Write("ended", TimeProvider.System.GetUtcNow().AddDays(-10));
        Write("coming", TimeProvider.System.GetUtcNow().AddDays(10));
        Write("client", TimeProvider.System.GetUtcNow(), usage: "1.3.6.1.5.5.7.3.2");
        Secret("password", Password);
        Secret("wrong", "close sesame");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("Path=../buyers.pem", "KeyPath=../buyers.key")]
    [InlineData("Path=../buyers.pem", "KeyPath=../buyers.locked.key", "Password=" + Password)]
    [InlineData("Path=../buyers.pem", "KeyPath=../buyers.locked.key", "PasswordFile=../password")]
    [InlineData("Path=../buyers.pfx", "Password=" + Password)]
    [InlineData("Path=../buyers.pfx", "PasswordFile=../password")]
    public async Task Is_what_browsers_get(params string[] settings)
    {
        using var server = await ServerProcess.Start(
            folder["working"],
            ["--data", folder["data"], "--url", "https://127.0.0.1:0"],
            Environment(settings)
        );

        var (address, shown) = (server.Address, "");
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                SslOptions =
                {
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        shown = ((X509Certificate2)certificate!).Thumbprint;
                        return true;
                    },
                },
            }
        );
        using var answer = await http.GetAsync(new Uri(address, "/health/ready"));

        address.Scheme.ShouldBe("https");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var expected = X509CertificateLoader.LoadCertificateFromFile(folder["buyers.pem"]);
        shown.ShouldBe(expected.Thumbprint);
        (await server.Stop()).ShouldBe(0);
    }

    [Theory]
    [InlineData("the key belongs to another certificate", "Path=../buyers.pem", "KeyPath=../other.key")]
    [InlineData("Password does not open the key", "Path=../buyers.pem", "KeyPath=../buyers.locked.key")]
    [InlineData(
        "Password does not open the key",
        "Path=../buyers.pem",
        "KeyPath=../buyers.locked.key",
        "PasswordFile=../wrong"
    )]
    [InlineData("one of them is no PEM file", "Path=../buyers.pfx", "KeyPath=../buyers.key")]
    [InlineData("Password does not open it", "Path=../buyers.pfx")]
    [InlineData("Password does not open it", "Path=../buyers.pfx", "Password=close sesame")]
    [InlineData("it is no .pfx file", "Path=../buyers.pem")]
    [InlineData("that file cannot be read", "Path=../nowhere.pem", "KeyPath=../buyers.key")]
    [InlineData("that file cannot be read", "Path=../buyers.pem", "KeyPath=../nowhere.key")]
    [InlineData("there is no certificate", "Path=", "KeyPath=")]
    [InlineData("that file cannot be read", "Path=..")]
    [InlineData("holds no private key", "Path=../buyers.keyless.pfx", "PasswordFile=../password")]
    [InlineData("ended at", "Path=../ended.pem", "KeyPath=../ended.key")]
    [InlineData("begins at", "Path=../coming.pem", "KeyPath=../coming.key")]
    [InlineData("lack server authentication", "Path=../client.pem", "KeyPath=../client.key")]
    [InlineData("are both set", "Path=../buyers.pfx", "PasswordFile=../password", "Password=" + Password)]
    [InlineData("names \"../nowhere\", which cannot be read", "Path=../buyers.pfx", "PasswordFile=../nowhere")]
    [InlineData("holds no valid certificate of that name", "Subject=nowhere.example", "Store=My")]
    [InlineData("It takes one of CurrentUser", "Subject=nowhere.example", "Location=Moon")]
    public async Task That_cannot_be_used_stops_the_start_with_one_sentence(string said, params string[] settings)
    {
        var refused = await ServerProcess.Run(
            folder["working"],
            ["--data", folder["data"], "--url", "https://127.0.0.1:0"],
            Environment(settings)
        );

        refused.Code.ShouldBe(ExitCodes.Refused, refused.Output);
        refused.Errors.ShouldContain(said);
        refused.Errors.TrimEnd().Split('\n').Length.ShouldBe(1, refused.Errors);
        refused.Output.ShouldNotContain("Exception");
    }

    [Fact]
    public async Task Has_a_password_file_that_others_cannot_read()
    {
        File.SetUnixFileMode(folder["password"], UnixFileMode.UserRead | UnixFileMode.OtherRead);

        await That_cannot_be_used_stops_the_start_with_one_sentence(
            "everybody on this machine can read. Run: chmod o-rwx",
            "Path=../buyers.pfx",
            "PasswordFile=../password"
        );
    }

    [Theory]
    [InlineData("https://buyers.example", 100, null, "buyers.example")]
    [InlineData("https://BUYERS.example", 100, null, "other.example", "buyers.example")]
    [InlineData("https://www.buyers.example", 100, null, "*.buyers.example")]
    [InlineData("https://127.0.0.1", 100, null, "127.0.0.1")]
    [InlineData("https://buyers.example", 100, "is for \"*.buyers.example\", and people type \"buyers.example\"", "*.buyers.example")]
    [InlineData("https://a.b.buyers.example", 100, "people type \"a.b.buyers.example\"", "*.buyers.example")]
    [InlineData("https://buyers.example", 100, "is for no name")]
    [InlineData("https://buyers.example", 14, null, "buyers.example")]
    [InlineData("https://buyers.example", 13, "ends at 2026-01-14", "buyers.example")]
    [InlineData("https://buyers.example", -1, "ended at 2025-12-31", "buyers.example")]
    public void Is_doubted_where_browsers_will_refuse_it(string address, int days, string? said, params string[] names)
    {
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var doubts = new ServerCertificate(now.AddDays(-100), now.AddDays(days), names).Doubts(new(address), now);

        if (said is null)
            doubts.ShouldBeEmpty();
        else
            doubts.ShouldHaveSingleItem().ShouldContain(said);
    }

    /// <summary>The one of these tests is for no name, and ends within a day.</summary>
    [Fact]
    public async Task Is_doubted_by_the_doctor_and_at_the_start_before_the_server_is_ready()
    {
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(folder["buyers.key"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        var settings = Environment(["Path=../buyers.pem", "KeyPath=../buyers.key"]);
        string[] where = ["--data", folder["data"], "--url", "https://127.0.0.1:0"];
        string[] doubts =
        [
            "The server's own certificate is for no name, and people type \"127.0.0.1\"",
            "The server's own certificate ends at ",
            $"Everybody on this machine can read \"{folder["buyers.key"]}\", the private key",
        ];

        using (var server = await ServerProcess.Start(folder["working"], where, settings))
        {
            foreach (var doubt in doubts)
                server.Began.Split(doubt).Length.ShouldBe(2, server.Began);
            (await server.Stop()).ShouldBe(0);
        }

        var (code, findings, _) = await ServerProcess.Run(folder["working"], ["doctor", .. where], settings);
        code.ShouldBe(ExitCodes.Refused);
        foreach (var doubt in doubts)
            findings.ShouldContain($"  MEND  https        {doubt}");
    }

    [Fact]
    public async Task Is_doubted_once_a_day_while_the_server_runs()
    {
        var (clock, log) = (new FakeClock(), new LogLines());
        using var logs = LoggerFactory.Create(logging => logging.AddProvider(log));
        var certificate = new ServerCertificate(clock.Now.AddDays(-80), clock.Now.AddDays(15), ["buyers.example"]);
        using var watch = new CertificateWatch(
            certificate, new("https://buyers.example"), clock, new(logs.CreateLogger<RunLog>()));
        await watch.StartAsync(default);
        var ends = 0;

        for (var day = 1; day <= 17; day++)
        {
            await clock.IsAwaited(clock.Now.AddDays(1));
            log.All.Count.ShouldBe(ends, $"after {day} days");
            ends += day > 1 ? 1 : 0;
            clock.Move(TimeSpan.FromDays(1));
        }

        await clock.IsAwaited(clock.Now.AddDays(1));
        await watch.StopAsync(default);
        log.All.Count(line => line.Text.Contains("certificate ends at", StringComparison.Ordinal)).ShouldBe(13);
        log.All.Count(line => line.Text.Contains("certificate ended at", StringComparison.Ordinal)).ShouldBe(3);
    }

    /// <summary>What the operator is told to run must not take the file away from the server too.</summary>
    [NobodyFact]
    public async Task Has_a_secret_that_another_s_rights_give_to_all_and_is_told_how_the_server_keeps_it()
    {
        foreach (var above in new[] { folder.Path, folder["working"] })
            File.SetUnixFileMode(above, File.GetUnixFileMode(above) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(folder["password"], UnixFileMode.UserRead | UnixFileMode.OtherRead);

        var (code, _, errors) = await ServerProcess.RunAsNobody(
            folder["working"],
            [
                "serve", "--data", folder["data"], "PublicBuyers:Smtp=127.0.0.1:25", "PublicBuyers:SmtpUser=us",
                $"PublicBuyers:SmtpPasswordFile={folder["password"]}",
            ]
        );

        code.ShouldBe(ExitCodes.Refused);
        errors.ShouldContain(
            $"Run: sudo chown nobody \"{folder["password"]}\" && sudo chmod o-rwx \"{folder["password"]}\"");
    }

    /// <summary>As certbot keeps it: a link that everybody may follow into a folder that nobody else may enter.</summary>
    [Fact]
    public void Has_a_key_that_is_its_owner_s_where_its_folder_or_what_a_link_leads_to_is()
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var key = folder["working/key"];
        File.WriteAllText(key, "key");
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        foreach (var above in new[] { folder.Path, folder["working"] })
            File.SetUnixFileMode(above, Owner | UnixFileMode.OtherExecute);
        File.CreateSymbolicLink(folder["link"], key);
        FolderRights.IsForEverybody(folder["link"]).ShouldBeTrue();

        File.SetUnixFileMode(folder["working"], Owner);
        FolderRights.IsForEverybody(folder["link"]).ShouldBeFalse();

        File.SetUnixFileMode(folder["working"], Owner | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(key, UnixFileMode.UserRead);
        FolderRights.IsForEverybody(folder["link"]).ShouldBeFalse();
    }

    private static (string, string)[] Environment(string[] settings) =>
        [.. settings.Select(each => each.Split('=', 2)).Select(pair => (Setting + pair[0], pair[1]))];

    private void Secret(string name, string text)
    {
        File.WriteAllText(folder[name], text + "\n");
        File.SetUnixFileMode(folder[name], UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void Write(string name, DateTimeOffset around, string? usage = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        if (usage is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        using var certificate = request.CreateSelfSigned(around.AddDays(-1), around.AddDays(1));
        using var keyless = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        var sealing = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000);
        File.WriteAllText(folder[$"{name}.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(folder[$"{name}.key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder[$"{name}.locked.key"], key.ExportEncryptedPkcs8PrivateKeyPem(Password, sealing));
        File.WriteAllBytes(folder[$"{name}.pfx"], certificate.Export(X509ContentType.Pfx, Password));
        File.WriteAllBytes(folder[$"{name}.keyless.pfx"], keyless.Export(X509ContentType.Pfx, Password));
    }
}
