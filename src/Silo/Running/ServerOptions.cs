using System.Net;
using PublicBuyers.Attachments;
using PublicBuyers.Mails;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>All that can be configured: <c>PublicBuyers:*</c> in <c>appsettings.json</c>, the environment (<c>PublicBuyers__BaseUrl</c>) or on the command line. An unknown key is an error.</summary>
internal sealed record ServerOptions
{
    public const string DefaultUrl = "http://localhost:5080";

    public string DataFolder { get; init; } = "./data";

    /// <summary>Where to listen; several separated by semicolons.</summary>
    public string Url { get; init; } = DefaultUrl;

    /// <summary>The address people use; links in mail come from it. Default: where it listens.</summary>
    public string? BaseUrl { get; init; }

    /// <summary>Whom people write to when mail does not come (R7).</summary>
    public string SupportAddress { get; init; } = "support@localhost";

    /// <summary>The sender of mail.</summary>
    public string MailFrom { get; init; } = "publicbuyers@localhost";

    /// <summary>The mail server, <c>host:port</c>. None: mail is written to the mail folder.</summary>
    public string? Smtp { get; init; }

    public string? SmtpUser { get; init; }

    [Secret]
    public string? SmtpPassword { get; init; }

    /// <summary>A file whose first line is the password; in place of <see cref="SmtpPassword"/>.</summary>
    public string? SmtpPasswordFile { get; init; }

    /// <summary>None: from the start on port 465, and by STARTTLS on every other.</summary>
    public SmtpTls? SmtpTls { get; init; }

    /// <summary>Certificates in PEM that the mail server's may be signed by, besides those that the operating system trusts.</summary>
    public string? SmtpTrustedCertificates { get; init; }

    /// <summary>A private key in PEM. Mail is signed with it (DKIM) for the sender's domain.</summary>
    public string? DkimKeyFile { get; init; }

    /// <summary>Under which name the public key stands in the domain's records.</summary>
    public string? DkimSelector { get; init; }

    /// <summary>Origins that may open the live connection, besides the base URL's own.</summary>
    public string[] AllowedOrigins { get; init; } = [];

    /// <summary>Names people may use besides the base URL's: <c>buyers.example</c>, <c>*.buyers.example</c>. Others are refused.</summary>
    public string[] AllowedHosts { get; init; } = [];

    /// <summary>Addresses and networks of the proxies in front, whose word on scheme and client address counts. None: nobody's.</summary>
    public string[] TrustedProxies { get; init; } = [];

    [Between(1, 10_000)]
    public int MostConnectionsPerMember { get; init; } = 20;

    /// <summary>Connections from one client address, those included that say nothing.</summary>
    [Between(1, 1_000_000)]
    public int MostConnectionsPerAddress { get; init; } = 1_000;

    /// <summary>Whom to tell of a weakness: a mail address or an https address. It stands in <c>/.well-known/security.txt</c>.</summary>
    public string? SecurityContact { get; init; }

    [Between(1, 1_000_000)]
    public int MostCommandsPerTenSeconds { get; init; } = 60;

    [Between(1, 100_000_000)]
    public int MostRequestsPerMinute { get; init; } = 3_000;

    /// <summary>How long a long-poll is held when nothing happens. Proxies close what is silent for longer.</summary>
    [Between("00:00:01", "00:01:40")]
    public TimeSpan LongestPoll { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>Of all files that one member uploaded and that are still kept.</summary>
    [Between(1, 1_000_000_000)]
    public long MostMegabytesPerMember { get; init; } = FileQuotas.UsualOfMember / 1024 / 1024;

    /// <summary>Of all files of one room, or of one publication with its comments.</summary>
    [Between(1, 1_000_000_000)]
    public long MostMegabytesPerRoom { get; init; } = FileQuotas.UsualOfRoom / 1024 / 1024;

    /// <summary>With less of the data folder's disk free, no file is taken.</summary>
    [Between(0, 90)]
    public int LeastFreeDiskPercent { get; init; } = FileQuotas.UsualLeastFreePercent;

    /// <summary>
    /// Where clamd listens: <c>host:port</c>, or <c>unix:/path</c>. None: files are not checked for viruses.
    /// </summary>
    public string? VirusScanner { get; init; }

    /// <summary>What happens to a file while the scanner does not answer.</summary>
    public ScannerAway VirusScannerAway { get; init; }

    /// <summary>
    /// Addresses and networks that may read <c>/metrics</c>. Neither these nor a token: there is no <c>/metrics</c>.
    /// </summary>
    public string[] MetricsFrom { get; init; } = [];

    /// <summary>Who shows it (<c>Authorization: Bearer …</c>) may read <c>/metrics</c> from everywhere.</summary>
    [Secret]
    public string? MetricsToken { get; init; }

    /// <summary>A file whose first line is the token; in place of <see cref="MetricsToken"/>.</summary>
    public string? MetricsTokenFile { get; init; }

    /// <summary>
    /// Administrators see Orleans' dashboard, which costs memory and work all the time: see <see cref="GrainDashboard"/>.
    /// </summary>
    public bool ShowGrains { get; init; }

    public bool Demo { get; init; }

    /// <summary>
    /// Refuse to start without data: the disk that holds them may not be mounted. For a service, whose folder is there.
    /// </summary>
    public bool DataFolderMustExist { get; init; }

    internal NewFolder NewFolder => DataFolderMustExist && !Demo ? NewFolder.Never : NewFolder.Asked;

    /// <summary>Kestrel's own section, of which only certificates are used.</summary>
    internal IConfiguration Kestrel { get; init; } = new ConfigurationBuilder().Build();
    public ClamdAddress? ScannerAddress => VirusScanner is null ? null : ClamdAddress.Read(VirusScanner);


    /// <summary>As <c>security.txt</c> wants it.</summary>
    internal string? SecurityUri => SecurityContact?.Contains('@', StringComparison.Ordinal) is true ? $"mailto:{SecurityContact}" : SecurityContact;

    internal bool ServesHttps => Url.Contains("https:", StringComparison.OrdinalIgnoreCase);

    internal IReadOnlyList<IPNetwork> ProxyNetworks =>
        [.. TrustedProxies.Select(proxy => KnownNames.TryReadNetwork(proxy) ?? default)];

    /// <summary>Others than this machine may reach a demonstration, in which anybody can sign in as any of its people.</summary>
    public bool DemonstrationOnPublicAddress { get; init; }

    /// <summary>The section of that name: levels, and how the console writes. See <see cref="ServerLog"/>.</summary>
    internal IConfiguration Logging { get; init; } = new ConfigurationBuilder().Build();

    /// <summary>What OpenTelemetry's own variables say: <c>OTEL_*</c>, where to send metrics and traces.</summary>
    internal IReadOnlyDictionary<string, string?> OpenTelemetry { get; init; } = new Dictionary<string, string?>();

    internal IReadOnlyList<IPNetwork> MetricsNetworks =>
        [.. MetricsFrom.Select(from => KnownNames.TryReadNetwork(from) ?? default)];

    /// <summary>What the operator should change; logged at every start.</summary>
    internal IReadOnlyList<string> Warnings { get; init; } = [];

    public Uri PublicUrl => new(BaseUrl ?? Url.Split(';')[0]);

    /// <summary>Without the values: a password is among them.</summary>
    public override string ToString() => $"Options of \"{DataFolder}\"";

    /// <exception cref="ConfigurationException">A key is unknown, or a value is not what its key takes.</exception>
    public static ServerOptions Read(string[] settings, bool demo, string? data, string? url)
    {
        var warnings = new List<string>();
        var configuration = SettingSources.Join(SettingSources.Read(settings.Select(Pair), warnings));

        var read = Bind(configuration.GetSection("PublicBuyers"));
        read = read with
        {
            Kestrel = ServerCertificate.Settings(configuration.GetSection(ServerCertificate.Section)),
            Logging = configuration.GetSection("Logging"),
            OpenTelemetry = TelemetrySettings.Of(configuration),
            Warnings = warnings,
            Demo = demo || read.Demo,
            DataFolder = data ?? (demo && read.DataFolder == "./data" ? "./data-demo" : read.DataFolder),
            Url = url ?? read.Url,
        };
        var usable = read.Checked();
        return usable with { Warnings = [.. warnings, .. usable.Doubts()] };
    }

    private static ServerOptions Bind(IConfigurationSection section)
    {
        SettingValues.Check(section);
        try
        {
            return section.Get<ServerOptions>() ?? new();
        }
        catch (InvalidOperationException wrong)
        {
            throw new ConfigurationException($"The configuration cannot be used: {wrong.Message}", wrong);
        }
    }

    /// <summary>What can be meant, and is most probably not.</summary>
    private IEnumerable<string> Doubts()
    {
        if (BaseUrl is null && Url.Split(';').Any(url => !Listening.IsOnlyThisMachine(url)))
            yield return $"PublicBuyers:BaseUrl is not set, so that links in mail begin with "
                + $"{PublicUrl.OriginalString} and other names are refused. "
                + "Set it to the address that people type.";
        if (Smtp is null && !Demo && PublicUrl is { Scheme: "https", IsLoopback: false })
            yield return "No mail server is set: mail is written to the folder \"mail\", and none leaves. "
                + "Set PublicBuyers:Smtp.";
        if (Smtp is not null && MailSettings.IsNowhere(MailFrom))
            yield return $"Mail comes from \"{MailFrom}\", whose domain is none: most mail servers refuse it. "
                + $"Set PublicBuyers:MailFrom.";
    }

    private ServerOptions Checked()
    {
        SettingValues.Check(this);
        Listening.Check(this);
        ServerLog.Check(Logging);
        this.CheckMail();
        KnownNames.Check(this);

        if (SecurityContact is not null && !(Uri.TryCreate(SecurityUri, UriKind.Absolute, out var contact) && contact.Scheme is "mailto" or "https"))
            throw new ConfigurationException($"PublicBuyers:SecurityContact is \"{SecurityContact}\". Give a mail address, or an https address of a page.");

        if (ServerCertificate.Of(Kestrel) is null && ServesHttps)
            throw new ConfigurationException($"PublicBuyers:Url is \"{Url}\", and there is no certificate. Set "
                + $"Kestrel:Certificates:Default:Path (and KeyPath, Password or PasswordFile).");

        FileSettings.Check(this);
        return TelemetrySettings.Checked(this);
    }

    /// <exception cref="ConfigurationException">It is none of ours.</exception>
    private static KeyValuePair<string, string?> Pair(string setting) =>
        setting.TrimStart('-').Split('=', 2) is [var key, var value] && key.StartsWith("PublicBuyers:", StringComparison.OrdinalIgnoreCase)
            ? new(key, value)
            : throw new ConfigurationException($"\"{setting}\" is no setting. Write PublicBuyers:Key=value; the "
                + $"keys are {string.Join(", ", SettingNames.Keys)}.");
}

/// <summary>How the way to the mail server is kept from others' eyes.</summary>
internal enum SmtpTls
{
    /// <summary>Nothing is said before the connection is encrypted.</summary>
    StartTls,

    /// <summary>Encrypted before a word is said, as on port 465.</summary>
    FromStart,

    /// <summary>For a mail server on the same machine.</summary>
    None,
}

/// <summary>The server cannot run as it is configured; the message says what to change.</summary>
internal sealed class ConfigurationException(string message, Exception? inner = null) : Exception(message, inner);
