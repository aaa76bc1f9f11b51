using System.Reflection;
using Microsoft.Extensions.Configuration;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>The later source wins, lists are never mixed, and a slip of the pen is not ignored.</summary>
public sealed class SettingsOfSeveralSources : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_list_of_a_later_source_replaces_the_whole_list_of_an_earlier_one()
    {
        var file = Source(
            ("AllowedHosts:0", "a.example"),
            ("AllowedHosts:1", "b.example"),
            ("AllowedHosts:2", "c.example")
        );

        Hosts(file, Source(("AllowedHosts:0", "d.example"))).ShouldBe(["d.example"]);
        Hosts(file, Source(("AllowedHosts:1", "d.example"))).ShouldBe(["d.example"]);
        Hosts(file, Source(("AllowedHosts", "d.example, e.example"))).ShouldBe(["d.example", "e.example"]);
        Hosts(file, Source(("ALLOWEDHOSTS:0", "d.example"))).ShouldBe(["d.example"]);
        Hosts(file, Source(("AllowedHosts", ""))).ShouldBeEmpty();
        Hosts(file, Source(("BaseUrl", "https://buyers.example"))).ShouldBe(["a.example", "b.example", "c.example"]);
        Hosts(Source(("AllowedHosts", "a.example")), file).ShouldBe(["a.example", "b.example", "c.example"]);
    }

    [Fact]
    public void An_empty_list_or_none_in_a_later_file_takes_the_earlier_one_away()
    {
        var earlier = Json(
            """{ "PublicBuyers": { "AllowedHosts": ["a.example"], "Smtp": "mail.buyers.example:587" } }"""
        );

        Hosts(earlier, Json("""{ "PublicBuyers": { "AllowedHosts": [] } }""")).ShouldBeEmpty();
        Hosts(earlier, Json("""{ "PublicBuyers": { "AllowedHosts": null } }""")).ShouldBeEmpty();
        Hosts(earlier, Json("""{ "PublicBuyers": { "Smtp": null } }""")).ShouldBe(["a.example"]);
        SettingSources
            .Join([earlier, Json("""{ "PublicBuyers": { "Smtp": null } }""")])["PublicBuyers:Smtp"]
            .ShouldBeNull();
    }

    [Fact]
    public void An_empty_text_of_a_later_source_takes_an_earlier_value_away()
    {
        var file = Json(
            """
            {
              "PublicBuyers": { "Smtp": "mail.buyers.example:587", "LongestPoll": "00:00:20" },
              "Kestrel": { "Certificates": { "Default": { "Path": "a.pfx" } } }
            }
            """
        );

        var joined = SettingSources.Join([file, Source(("Smtp", ""), ("LongestPoll", ""))]);

        joined["PublicBuyers:Smtp"].ShouldBeNull();
        joined["PublicBuyers:LongestPoll"].ShouldBeNull();
        joined["Kestrel:Certificates:Default:Path"].ShouldBe("a.pfx");
        SettingSources.Join([Source(("Smtp", "")), file])["PublicBuyers:Smtp"].ShouldBe("mail.buyers.example:587");
    }

    [Fact]
    public async Task The_line_of_the_start_names_what_is_in_force_though_it_was_emptied_or_not_set()
    {
        await File.WriteAllTextAsync(
            folder["appsettings.json"],
            """{ "PublicBuyers": { "Smtp": "127.0.0.1:9", "SecurityContact": "old@buyers.example" } }"""
        );

        using var server = await ServerProcess.Start(
            folder.Path,
            ["serve", "--url", "http://127.0.0.1:0", "PublicBuyers:BaseUrl=https://buyers.example"],
            ("PublicBuyers__SecurityContact", ""));

        server.Began.ShouldContain("Smtp=127.0.0.1:9, ");
        server.Began.ShouldContain("SmtpTls=StartTls, ");
        server.Began.ShouldContain("SecurityContact=none, ");
    }

    [Fact]
    public void A_list_that_one_source_gives_in_both_ways_is_refused()
    {
        var both = Source(("AllowedHosts", "a.example"), ("AllowedHosts:0", "b.example"));

        Should
            .Throw<ConfigurationException>(() => Hosts(both))
            .Message.ShouldContain("both as one value and entry by entry");
    }

    [Theory]
    [InlineData("PublicBuyer__BaseUrl", "PublicBuyers__BaseUrl")]
    [InlineData("PUBLIC_BUYERS__BASEURL", "PublicBuyers__BASEURL")]
    [InlineData("PubilcBuyers__BaseUrl", "PublicBuyers__BaseUrl")]
    [InlineData("PublicBuyers_BaseUrl", "PublicBuyers__BaseUrl")]
    [InlineData("PUBLICBUYERS_BASE_URL", "PublicBuyers__BaseUrl")]
    [InlineData("PublicBuyers.MailFrom", "PublicBuyers__MailFrom")]
    [InlineData("PUBLICBUYERS_ALLOWEDHOSTS_0", "PublicBuyers__AllowedHosts__0")]
    [InlineData("PublicBuyerMailFrom", "PublicBuyers__MailFrom")]
    [InlineData("Kestrell__Certificates__Default__Path", "Kestrel__Certificates__Default__Path")]
    [InlineData("Loging__LogLevel__Default", "Logging__LogLevel__Default")]
    public void A_misspelt_variable_is_refused_with_the_name_that_was_meant(string name, string meant)
    {
        Should
            .Throw<ConfigurationException>(() => SettingNames.CheckVariables([name], []))
            .Message.ShouldBe($"The environment variable \"{name}\" is not read. Did you mean \"{meant}\"?");
    }

    [Fact]
    public void Variables_of_others_are_let_be_and_what_begins_like_ours_is_told()
    {
        var warnings = new List<string>();
        SettingNames.CheckVariables(
            [
                "PATH",
                "PUBLICBUYERS__BASEURL",
                "publicbuyers__Smtp",
                "Logging__LogLevel__Default",
                "LOGIN__URL",
                "PublicBuyers",
                "PUBLIC_KEY",
                "_",
            ],
            warnings
        );
        warnings.ShouldBeEmpty();

        // As a container's host sets them for a service of that name.
        SettingNames.CheckVariables(
            ["PUBLICBUYERS_SERVICE_HOST", "PUBLICBUYERS_PORT", "PUBLICBUYERS_PORT_5080_TCP_ADDR"],
            warnings
        );
        warnings.Count.ShouldBe(3);
        warnings[0].ShouldContain("PUBLICBUYERS_SERVICE_HOST");
    }

    [Fact]
    public void One_setting_by_two_variables_is_refused()
    {
        Should
            .Throw<ConfigurationException>(() =>
                SettingNames.CheckVariables(["PublicBuyers__Smtp", "PUBLICBUYERS__SMTP"], [])
            )
            .Message.ShouldContain("\"PublicBuyers__Smtp\" and \"PUBLICBUYERS__SMTP\" are one setting");
    }

    [Theory]
    [InlineData("PublicBuyer", "Did you mean \"PublicBuyers\"?")]
    [InlineData("Publicbuyesr", "Did you mean \"PublicBuyers\"?")]
    [InlineData("Kestrell", "Did you mean \"Kestrel\"?")]
    [InlineData("Loging", "Did you mean \"Logging\"?")]
    [InlineData("BaseUrl", "outside of \"PublicBuyers\"")]
    [InlineData("AllowedHosts", "outside of \"PublicBuyers\"")]
    [InlineData("PublicBuyers__BaseUrl", "In a file, write")]
    public void A_section_of_a_file_that_is_none_is_refused(string name, string said)
    {
        Should
            .Throw<ConfigurationException>(() =>
                SettingNames.CheckSections(Json($"{{ \"{name}\": {{ \"X\": 1 }} }}"), [])
            )
            .Message.ShouldContain(said);
    }

    [Fact]
    public void A_section_in_other_case_is_read_and_one_of_another_program_is_told()
    {
        var warnings = new List<string>();
        SettingNames.CheckSections(
            Json("""{ "publicbuyers": { "BaseUrl": "https://buyers.example" }, "Serilog": { } }"""),
            warnings
        );

        warnings.ShouldHaveSingleItem().ShouldStartWith("\"Serilog\"");
    }

    [Fact]
    public async Task What_was_meant_is_said_at_the_start_and_what_is_read_is_in_force()
    {
        string[] doctor = ["doctor", "--data", folder["data"]];
        var refused = await ServerProcess.Run(folder.Path, doctor, ("PublicBuyers_BaseUrl", "https://buyers.example"));
        refused.Output.ShouldContain("Did you mean \"PublicBuyers__BaseUrl\"?");

        await File.WriteAllTextAsync(
            folder["appsettings.json"],
            """{ "PublicBuyers": { "TrustedProxies": ["10.1.1.1", "10.1.1.2"] } }"""
        );
        var read = await ServerProcess.Run(
            folder.Path,
            [.. doctor, "PublicBuyers:BaseUrl=https://buyers.example"],
            ("PUBLICBUYERS__TRUSTEDPROXIES__0", "127.0.0.1")
        );
        read.Output.ShouldContain("believed are 127.0.0.1.");
    }

    /// <summary>So that no setting is added without asking what can be meant.</summary>
    [Fact]
    public void Every_number_and_every_time_has_bounds()
    {
        foreach (var setting in SettingValues.All())
            if (
                setting.PropertyType == typeof(int)
                || setting.PropertyType == typeof(long)
                || setting.PropertyType == typeof(TimeSpan)
            )
                setting.GetCustomAttribute<BetweenAttribute>().ShouldNotBeNull(setting.Name);
            else if (setting.PropertyType != typeof(bool) && setting.PropertyType != typeof(string[]))
                (Nullable.GetUnderlyingType(setting.PropertyType) ?? setting.PropertyType).ShouldSatisfyAllConditions(
                    type => (type == typeof(string) || type.IsEnum).ShouldBeTrue(setting.Name)
                );
    }

    private static string[] Hosts(params SettingSource[] sources) =>
        SettingSources.Join(sources).GetSection("PublicBuyers").Get<ServerOptions>()?.AllowedHosts ?? [];

    private static SettingSource Source(params (string Key, string Value)[] values) =>
        new(
            "a test",
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    values.Select(each => KeyValuePair.Create<string, string?>("PublicBuyers:" + each.Key, each.Value))
                )
                .Build()
        );

    private static SettingSource Json(string text) =>
        new(
            "a test",
            new ConfigurationBuilder().AddJsonStream(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text))).Build()
        );
}
