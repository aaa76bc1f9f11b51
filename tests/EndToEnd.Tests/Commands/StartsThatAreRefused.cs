using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using PublicBuyers.Commands;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>Whatever is wrong with the settings or with the machine: one sentence, exit code 1, and never a stack trace.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StartsThatAreRefused : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("PublicBuyers:Nonsense=1", "There is no setting \"PublicBuyers:Nonsense\"")]
    [InlineData("Nonsense", "\"Nonsense\" is no setting and no command. The commands are serve, init, doctor,")]
    [InlineData("servee", "\"servee\" is no setting and no command. Did you mean \"serve\"?")]
    [InlineData("Docter", "Did you mean \"doctor\"?")]
    [InlineData("administratorlink", "Did you mean \"administrator-link\"?")]
    [InlineData("--dmeo", "\"--dmeo\" is no option and no setting. Did you mean \"--demo\"? The options are --")]
    [InlineData("PublicBuyers:BaseUrl=https://buyers.example/path", "without a path or a query")]
    [InlineData("PublicBuyers:BaseUrl=https://buyers.example/?a=b", "without a path or a query")]
    [InlineData("PublicBuyers:BaseUrl=https://buyers.example?", "without a path or a query")]
    [InlineData("PublicBuyers:BaseUrl=https://buyers.example/#here", "without a path or a query")]
    [InlineData("PublicBuyers:BaseUrl=https://someone@buyers.example", "without a path or a query")]
    [InlineData("PublicBuyers:BaseUrl=buyers.example", "is no address to be found at")]
    [InlineData("PublicBuyers:BaseUrl=ftp://buyers.example", "is no address to be found at")]
    [InlineData("PublicBuyers:Url=http://localhost:5080/path", "without a path or a query")]
    [InlineData("PublicBuyers:Url=http://localhost:99999", "is no address to listen on")]
    [InlineData("PublicBuyers:Url=http://*:5080", "is no address to listen on")]
    [InlineData("PublicBuyers:Url=http://192.0.2.1:5080", "This machine has no address http://192.0.2.1:5080")]
    [InlineData("PublicBuyers:LongestPoll=-00:00:05", "It takes a time from 00:00:01 to 00:01:40")]
    [InlineData("PublicBuyers:LongestPoll=00:00:00", "It takes a time from 00:00:01 to 00:01:40")]
    [InlineData("PublicBuyers:LongestPoll=soon", "PublicBuyers:LongestPoll is \"soon\". It takes a time from 00:00:01")]
    [InlineData(
        "PublicBuyers:LongestPoll=25",
        "PublicBuyers:LongestPoll is \"25\". It takes a time from 00:00:01 to 00:01:40, as hours:minutes:seconds. "
            + "For 25 seconds write 00:00:25")]
    [InlineData("PublicBuyers:LongestPoll=00:25", "PublicBuyers:LongestPoll is \"00:25\". It takes a time")]
    [InlineData("PublicBuyers:LongestPoll=1.00:00:00", "PublicBuyers:LongestPoll is \"1.00:00:00\". It takes a time")]
    [InlineData(
        "PublicBuyers:LongestPoll=01:00:00",
        "PublicBuyers:LongestPoll is \"01:00:00\". It takes a time from 00:00:01 to 00:01:40")]
    [InlineData("PublicBuyers:LongestPoll=00:00:00.9", "It takes a time from 00:00:01 to 00:01:40")]
    [InlineData("PublicBuyers:MostRequestsPerMinute=-1", "PublicBuyers:MostRequestsPerMinute is \"-1\"")]
    [InlineData("PublicBuyers:MostRequestsPerMinute=0", "PublicBuyers:MostRequestsPerMinute is \"0\"")]
    [InlineData("PublicBuyers:MostRequestsPerMinute=many", "It takes a whole number")]
    [InlineData("PublicBuyers:MostRequestsPerMinute=99999999999999", "It takes a whole number")]
    [InlineData("PublicBuyers:MostConnectionsPerMember=2000000000", "It takes a whole number from 1 to 10000")]
    [InlineData(
        "PublicBuyers:MostMegabytesPerRoom=9000000000000000000",
        "It takes a whole number from 1 to 1000000000")]
    [InlineData("PublicBuyers:LeastFreeDiskPercent=91", "It takes a whole number from 0 to 90")]
    [InlineData("PublicBuyers:MostRequestsPerMinute:0=1", "takes one value")]
    [InlineData("PublicBuyers:Demo=perhaps", "It takes true or false")]
    [InlineData("PublicBuyers:SmtpTls=Sometimes", "It takes one of StartTls")]
    [InlineData("PublicBuyers:SmtpTls=1", "It takes one of StartTls")]
    [InlineData("PublicBuyers:AllowedOrigins:first=https://a.example", "takes a list of texts")]
    [InlineData("PublicBuyers:MailFrom=nobody", "is no mail address")]
    [InlineData(
        "PublicBuyers:BaseUlr=https://buyers.example",
        "stands in the command line. Did you mean \"PublicBuyers:BaseUrl\"?")]
    [InlineData("PublicBuyers:BaseUrl=https://köln.example", "give https://xn--kln-sna.example")]
    [InlineData(
        "PublicBuyers:BaseUrl=http://0.0.0.0:5080",
        "Give the one that people type, such as https://buyers.example")]
    [InlineData(
        "PublicBuyers:BaseUrl=https://*.buyers.example",
        "Give the one that people type, such as https://buyers.example")]
    [InlineData("PublicBuyers:AllowedOrigins=https://*", "\"https://*\" in PublicBuyers:AllowedOrigins is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins=https://*.buyers.example", "is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins=*", "\"*\" in PublicBuyers:AllowedOrigins is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins=null", "is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins=buyers.example", "is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins=wss://buyers.example", "is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins:0=foo bar", "\"foo bar\" in PublicBuyers:AllowedOrigins is no origin")]
    [InlineData("PublicBuyers:AllowedOrigins=https://buyers.example/", "Write https://buyers.example")]
    [InlineData("PublicBuyers:AllowedOrigins=https://buyers.example/rooms", "Write https://buyers.example")]
    [InlineData("PublicBuyers:AllowedOrigins=https://buyers.example:443", "can match nothing")]
    [InlineData("PublicBuyers:AllowedOrigins=http://buyers.example:80", "can match nothing")]
    [InlineData("PublicBuyers:AllowedOrigins=https://me@buyers.example", "can match nothing")]
    [InlineData("PublicBuyers:AllowedOrigins=https://köln.example:8443", "Write https://xn--kln-sna.example:8443")]
    [InlineData("PublicBuyers:AllowedHosts=*", "\"*\" in PublicBuyers:AllowedHosts is no name of a host")]
    [InlineData("PublicBuyers:AllowedHosts=https://buyers.example", "is no name of a host")]
    [InlineData("PublicBuyers:AllowedHosts=buyers.example:443", "is no name of a host")]
    [InlineData("PublicBuyers:AllowedHosts=buyers.example/rooms", "is no name of a host")]
    [InlineData("PublicBuyers:AllowedHosts=buyers.*", "is no name of a host")]
    [InlineData("PublicBuyers:AllowedHosts:0=foo bar", "\"foo bar\" in PublicBuyers:AllowedHosts is no name of a host")]
    [InlineData("PublicBuyers:AllowedHosts=*.köln.example", "Write *.xn--kln-sna.example")]
    [InlineData("PublicBuyers:TrustedProxies=0.0.0.0", "\"0.0.0.0\" in PublicBuyers:TrustedProxies is every address")]
    [InlineData("PublicBuyers:TrustedProxies=10.1", "\"10.1\" in PublicBuyers:TrustedProxies is no address")]
    [InlineData("PublicBuyers:TrustedProxies=10.1/16", "is no address and no network")]
    [InlineData("PublicBuyers:TrustedProxies=127.0.0.1:8080", "is no address and no network")]
    [InlineData("PublicBuyers:TrustedProxies=[::1]:8080", "is no address and no network")]
    [InlineData("PublicBuyers:TrustedProxies=https://10.1.1.1", "is no address and no network")]
    [InlineData("PublicBuyers:TrustedProxies:0=127.0.0.1 ::1", "is no address and no network")]
    public Task By_a_setting_are_told_which_and_what_it_takes(string setting, string said) => Refused(said, setting);

    [Theory]
    [InlineData("{ \"PublicBuyers\": { \"Url\": } }", "is not JSON in line 1")]
    [InlineData("", "is not JSON")]
    [InlineData("[]", "does not hold an object")]
    [InlineData("{ \"PublicBuyers\": \"yes\" }", "Write it as an object")]
    [InlineData("{ \"PublicBuyers\": { \"Url\": { \"Host\": \"x\" } } }", "takes one value")]
    [InlineData("{ \"PublicBuyers\": { \"Nonsense\": 1 } }", "There is no setting")]
    [InlineData("{ \"PublicBuyers\": { \"LongestPoll\": 25 } }", "For 25 seconds write 00:00:25")]
    [InlineData("{ \"PublicBuyers\": { \"AllowedHosts\": [ { \"Name\": \"x\" } ] } }", "takes a list of texts")]
    [InlineData("{ \"PublicBuyers\": { \"AllowedHosts\": [ null ] } }", "takes a list of texts")]
    [InlineData("{ \"PublicBuyer\": { \"Url\": \"http://localhost:5081\" } }", "Did you mean \"PublicBuyers\"?")]
    [InlineData("{ \"Kestrell\": { } , \"PublicBuyers\": { } }", "Did you mean \"Kestrel\"?")]
    [InlineData("{ \"PublicBuyers\": { \"Url\": \"http://a\", \"Url\": \"http://b\" } }", "is not JSON")]
    [InlineData("{ \"Logging\": { \"LogLevel\": { \"Default\": \"Loud\" } } }", "Logging:LogLevel:Default is \"Loud\"")]
    [InlineData("{ \"Logging\": { \"Console\": { \"FormatterName\": \"xml\" } } }", "The formatters are one-line")]
    public async Task By_a_settings_file_are_told_what_is_wrong_in_it(string content, string said)
    {
        await File.WriteAllTextAsync(folder["appsettings.json"], content);
        await Refused(said);
    }

    [Fact]
    public async Task By_a_settings_file_that_everybody_can_write()
    {
        await File.WriteAllTextAsync(folder["appsettings.json"], "{}");
        File.SetUnixFileMode(folder["appsettings.json"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);

        await Refused("so its settings are not believed. Run: chmod o-w");
    }

    [Fact]
    public async Task By_a_folder_in_the_place_of_the_settings_file()
    {
        Directory.CreateDirectory(folder["appsettings.json"]);
        await Refused("is a folder");
    }

    [Fact]
    public async Task By_a_data_folder_that_is_none_or_cannot_be_used()
    {
        await File.WriteAllTextAsync(folder["file"], "");
        Directory.CreateDirectory(folder["strange"]);
        await File.WriteAllTextAsync(Path.Combine(folder["strange"], "letter.txt"), "");

        await RefusedAt(folder["file"], "is a file");
        await RefusedAt(folder["strange"], "is not a data folder of this server");
        await RefusedAt(Path.Combine(folder["file"], "below"), "is a file, so there can be no folder");
        await RefusedAt("/proc/nowhere", "cannot be made there");
    }

    [Fact]
    public Task By_a_setting_that_is_given_twice() =>
        Refused("\"PublicBuyers:BaseUrl\" is given "
            + "twice", "PublicBuyers:BaseUrl=https://a.example", "PublicBuyers:BaseUrl=https://b.example");

    [Fact]
    public async Task By_a_port_that_somebody_has()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await Refused("is in use: something listens there already", "--url", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}");
    }

    [Theory]
    [InlineData(UnixFileMode.OtherRead, "a password\n", "which everybody on this machine can read. Run: chmod o-rwx")]
    [InlineData(UnixFileMode.None, "", "whose first line is empty")]
    public async Task By_a_secret_that_is_none(UnixFileMode more, string content, string said)
    {
        await File.WriteAllTextAsync(folder["secret"], content);
        File.SetUnixFileMode(folder["secret"], UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        await Refused(said, "PublicBuyers:Smtp=mail.buyers.example:587", "PublicBuyers:SmtpUser=buyers", $"PublicBuyers:SmtpPasswordFile={folder["secret"]}");
        await Refused("which cannot be read", "PublicBuyers:Smtp=mail.buyers.example:587", "PublicBuyers:SmtpUser=buyers", $"PublicBuyers:SmtpPasswordFile={folder["nowhere"]}");
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://buyers.example:0")]
    [InlineData("http://loopback:0")]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0")]
    public async Task By_a_demonstration_that_others_could_reach(string url)
    {
        var refused = await ServerProcess.Run(folder.Path, ["--demo", "--url", url]);

        refused.Code.ShouldBe(ExitCodes.Refused);
        refused.Errors.ShouldContain("PublicBuyers:DemonstrationOnPublicAddress=true");
    }

    [Fact]
    public async Task Other_commands_say_no_more_than_that_either()
    {
        foreach (var command in new[] { "init", "verify", "doctor" })
        {
            var refused = await ServerProcess.Run(folder.Path, [command, "--data", "/proc/nowhere"]);
            refused.Code.ShouldBe(ExitCodes.Refused, command);
            (refused.Output + refused.Errors).ShouldNotContain("   at ");
        }
    }

    /// <summary>The rules of Kestrel: any name but one listens on every address.</summary>
    [Theory]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://LOCALHOST:5080", true)]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://127.8.9.10:5080", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("http://[::ffff:127.0.0.1]:5080", true)]
    [InlineData("http://0.0.0.0:5080", false)]
    [InlineData("http://[::]:5080", false)]
    [InlineData("http://[::ffff:10.0.0.1]:5080", false)]
    [InlineData("http://192.168.1.10:5080", false)]
    [InlineData("http://loopback:5080", false)]
    [InlineData("http://localhost.localdomain:5080", false)]
    [InlineData("http://*:5080", false)]
    [InlineData("http://+:5080", false)]
    public void Only_this_machine_reaches_its_own_addresses(string address, bool only) => Listening.IsOnlyThisMachine(address).ShouldBe(only);

    private Task Refused(string said, params string[] arguments) => RefusedAt(folder["data"], said, arguments);

    private async Task RefusedAt(string data, string said, params string[] arguments)
    {
        var url = arguments.Any(each => each.StartsWith("--url", StringComparison.Ordinal) || each.Contains(":Url=", StringComparison.Ordinal)) ? Array.Empty<string>() : ["--url", "http://127.0.0.1:0"];
        var refused = await ServerProcess.Run(folder.Path, ["--data", data, .. url, .. arguments]);

        refused.Code.ShouldBe(ExitCodes.Refused, refused.Output);
        refused.Errors.ShouldContain(said);
        refused.Errors.TrimEnd().Split('\n').Length.ShouldBe(1, refused.Errors);
        (refused.Output + refused.Errors).ShouldNotContain("   at ");
        refused.Output.ShouldNotContain("Exception");
    }
}
