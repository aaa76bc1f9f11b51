using System.Net;
using System.Net.Sockets;
using PublicBuyers.Commands;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

public sealed class TheDoctor : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Finds_nothing_to_mend_before_the_first_start()
    {
        var options = Options(folder["data"], "PublicBuyers:SupportAddress=help@buyers.example");

        var findings = DoctorCommand.Examine(() => options);

        findings.ShouldAllBe(finding => finding.Remedy == null);
    }

    [Fact]
    public void Counts_the_facts_of_a_folder_that_is_whole()
    {
        var data = folder["data"];
        DataFolder.Open(data, DateTimeOffset.UnixEpoch).Dispose();

        Examine(data).Single(finding => finding.About == "database").ToString().ShouldBe("  ok    database     0 facts in 0 streams, all whole.");
    }

    /// <summary>A backup takes back everything since: it is the answer only where nothing else is.</summary>
    [Theory]
    [InlineData("views.db", "move views.db away", "restore")]
    [InlineData("state.db", "move state.db away", "restore")]
    [InlineData("journal.db", "restore the latest backup", "away")]
    public async Task Restores_only_what_cannot_be_made_again(string damaged, string said, string notSaid)
    {
        var data = folder["data"];
        DataFolder.Open(data, DateTimeOffset.UnixEpoch).Dispose();
        await File.WriteAllBytesAsync(Path.Combine(data, damaged), new byte[20_000]);

        var remedy = Examine(data).Single(finding => finding.About == "database").ToString();

        remedy.ShouldContain(said);
        remedy.ShouldNotContain(notSaid);
    }

    [Fact]
    public void Says_how_to_mend_a_database_that_is_gone()
    {
        var data = folder["data"];
        DataFolder.Open(data, DateTimeOffset.UnixEpoch).Dispose();
        File.Delete(Path.Combine(data, "journal.db"));

        Examine(data).Single(finding => finding.About == "database").Remedy.ShouldNotBeNull();
    }

    [Fact]
    public void Wants_a_runtime_without_known_security_defects()
    {
        DoctorCommand.OfRuntime(new(10, 0, 9)).Remedy.ShouldNotBeNull().ShouldContain("Install the newest .NET 10 runtime");
        DoctorCommand.OfRuntime(DoctorCommand.SecurityFloor).Remedy.ShouldBeNull();
    }

    [Fact]
    public void Wants_https_where_others_come_in()
    {
        Examine(folder["data"], "PublicBuyers:BaseUrl=http://buyers.example").Single(finding => finding.About == "address").Remedy.ShouldNotBeNull().ShouldContain("https");
    }

    [Fact]
    public void Says_that_https_needs_a_certificate_or_a_trusted_proxy()
    {
        var missing = Https("PublicBuyers:BaseUrl=https://buyers.example").ShouldNotBeNull();
        missing.Found.ShouldContain("neither a certificate nor a trusted proxy");
        missing.Remedy.ShouldNotBeNull().ShouldContain("PublicBuyers:TrustedProxies");

        var proxied = Https("PublicBuyers:BaseUrl=https://buyers.example", "PublicBuyers:TrustedProxies=127.0.0.1, 10.1.0.0/16").ShouldNotBeNull();
        proxied.Remedy.ShouldBeNull();
        proxied.Found.ShouldContain("127.0.0.1, 10.1.0.0/16");

        Https("PublicBuyers:BaseUrl=http://localhost:5080").ShouldBeNull();
    }

    [Theory]
    [InlineData("PublicBuyers:TrustedProxies=proxy.example", "proxy.example")]
    [InlineData("PublicBuyers:TrustedProxies=0.0.0.0/0", "\"0.0.0.0/0\" in PublicBuyers:TrustedProxies is every")]
    [InlineData("PublicBuyers:TrustedProxies=::/0", "is every address")]
    [InlineData("PublicBuyers:TrustedProxies=0.0.0.0", "is every address")]
    [InlineData("PublicBuyers:TrustedProxies=*", "is every address")]
    [InlineData("PublicBuyers:TrustedProxies=10.0.0.0/", "\"10.0.0.0/\" in PublicBuyers:TrustedProxies is no address")]
    [InlineData("PublicBuyers:MetricsFrom=0.0.0.0/0", "which is every address")]
    [InlineData("PublicBuyers:TrustedProxies:0=10.1.0.0/33", "10.1.0.0/33")]
    [InlineData("PublicBuyers:BaseUlr=https://buyers.example", "BaseUlr")]
    [InlineData("PublicBuyers:BaseUrl=buyers.example", "buyers.example")]
    [InlineData("BaseUrl=https://buyers.example", "BaseUrl=https://buyers.example")]
    [InlineData("PublicBuyers:SupportAddress=nobody", "nobody")]
    [InlineData("PublicBuyers:MostCommandsPerTenSeconds=many", "many")]
    [InlineData("PublicBuyers:MostCommandsPerTenSeconds=0", "MostCommandsPerTenSeconds")]
    [InlineData("PublicBuyers:Smtp=mail.buyers.example", "mail.buyers.example")]
    [InlineData("PublicBuyers:SmtpUser=us", "SmtpPassword")]
    [InlineData("PublicBuyers:SmtpTls=Sometimes", "Sometimes")]
    public void A_setting_that_cannot_be_meant_is_named(string setting, string named)
    {
        Examine(folder["data"], setting).Single(finding => finding.About == "settings").Remedy.ShouldNotBeNull().ShouldContain(named);
    }

    [Fact]
    public void Sees_a_password_that_would_go_in_clear_and_says_it_nowhere()
    {
        string[] settings = ["PublicBuyers:Smtp=mail.buyers.example:25", "PublicBuyers:SmtpUser=us", "PublicBuyers:SmtpPassword=hush", "PublicBuyers:SmtpTls=None"];
        var findings = Examine(folder["data"], settings);

        findings.First(finding => finding.About == "mail").Remedy.ShouldNotBeNull().ShouldContain("StartTls");
        string.Concat(findings).ShouldNotContain("hush");
        ServerOptions.Read(settings, demo: false, folder["data"], url: null).ToString().ShouldNotContain("hush");
    }

    [Fact]
    public void Wants_the_address_that_people_type_where_the_server_listens_on_every_address()
    {
        var options = ServerOptions.Read([], demo: false, folder["data"], url: "http://0.0.0.0:0");
        options.Warnings.ShouldHaveSingleItem().ShouldContain("PublicBuyers:BaseUrl is not set");

        var findings = DoctorCommand.Examine(() => options);
        var address = findings.Single(finding => finding.About == "address");
        address.Remedy.ShouldNotBeNull().ShouldContain("PublicBuyers:BaseUrl");
        findings.ShouldContain(finding => finding.About == "settings" && finding.Found == options.Warnings[0]);
    }

    [Fact]
    public async Task Looks_where_an_option_says_before_where_a_setting_says()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        string[] doctor = ["doctor", "--data", folder["data"]];

        var byOption = await ServerProcess.Run(
            folder.Path, [.. doctor, "--url", $"http://127.0.0.1:{port}", "PublicBuyers:Url=http://127.0.0.1:1"]);
        var bySetting = await ServerProcess.Run(folder.Path, [.. doctor, $"PublicBuyers:Url=http://127.0.0.1:{port}"]);

        byOption.Output.ShouldContain($"listens on port {port} already");
        bySetting.Output.ShouldContain($"listens on port {port} already");
    }

    /// <summary>The system's own words stand in no message alone.</summary>
    [Fact]
    public async Task And_every_command_says_what_to_do_about_what_the_system_refuses()
    {
        DataFolder.Open(folder["data"], DateTimeOffset.UnixEpoch).Dispose();
        CommandLine.WhyNot(new UnauthorizedAccessException($"Access to the path '{folder["data"]}' is denied."))
            .ShouldNotBeNull()
            .ShouldContain("and this runs as");
        CommandLine.WhyNot(new IOException($"Input/output error : '{folder["data"]}'"))
            .ShouldBe(
                $"\"{folder["data"]}\" cannot be used: Input/output error : '{folder["data"]}'. "
                    + "Look whether the disk works and this user can write there.");

        string[] nowhere = ["backup", "/proc/nowhere/backup.zip", "--data", folder["data"]];
        var backup = await ServerProcess.Run(folder.Path, nowhere);
        backup.Code.ShouldBe(ExitCodes.Refused);
        backup.Errors.TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldEndWith(".");
    }

    private DoctorCommand.Finding? Https(params string[] settings) => Examine(folder["data"], settings).SingleOrDefault(finding => finding.About == "https");

    private static List<DoctorCommand.Finding> Examine(string data, params string[] settings) =>
        DoctorCommand.Examine(() => Options(data, settings));

    private static ServerOptions Options(string data, params string[] settings) =>
        ServerOptions.Read(settings, demo: false, data, url: "http://127.0.0.1:0");
}
