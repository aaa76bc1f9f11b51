using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>Looks at everything the server needs and says how to mend what is wrong. Changes nothing unless told to mend.</summary>
internal static class DoctorCommand
{
    /// <summary>Versions of the runtime before this have known security defects in what this server uses.</summary>
    public static readonly Version SecurityFloor = new(10, 0, 10);

    public static System.CommandLine.Command Create()
    {
        var data = new Option<string?>("--data") { Description = "The data folder. Default: ./data." };
        var url = CommandLine.Url();
        var settings = new Argument<string[]>("settings") { Description = "Settings, as for serve.", Arity = ArgumentArity.ZeroOrMore };
        var mend = new Option<bool>("--mend") { Description = "Rename what has a short name that it should not have. The server must be stopped." };
        var doctor = new System.CommandLine.Command(
            "doctor",
            "Check the runtime, the data folder, the disk, the database, the address, mail and the virus scanner; "
            + "exit code 1 when something needs mending.")
        {
            data, url, mend, settings,
        };
        doctor.Does(async (given, output, cancel) =>
        {
            ServerOptions Options() => ServerOptions.Read(
                given.SettingsIn(settings), demo: false, given.GetValue(data), given.GetValue(url));
            if (given.GetValue(mend))
            {
                var renamed = ImproperNames.Mend(Options().DataFolder, TimeProvider.System.GetUtcNow());
                foreach (var each in renamed) await output.WriteLineAsync(each);
            }

            var findings = await ExamineAll(Options, cancel);
            foreach (var finding in findings) await output.WriteLineAsync(finding.ToString());
            return findings.Exists(finding => finding.Remedy is not null) ? ExitCodes.Refused : ExitCodes.Done;
        });
        return doctor;
    }

    /// <param name="About">What was looked at.</param>
    /// <param name="Found">What it is like.</param>
    /// <param name="Remedy">What to do; none when all is well.</param>
    internal sealed record Finding(string About, string Found, string? Remedy = null)
    {
        /// <summary>It works, and the operator may want to know this.</summary>
        public bool IsNote { get; init; }

        public override string ToString() =>
            Remedy is null && IsNote ? $"  note  {About,-12} {Found}"
            : Remedy is null ? $"  ok    {About,-12} {Found}"
            : Found.Length == 0 ? $"  MEND  {About,-12} {Remedy}"
            : $"  MEND  {About,-12} {Found} {Remedy}";
    }

    /// <summary>With who is asked over the network.</summary>
    internal static async Task<List<Finding>> ExamineAll(Func<ServerOptions> read, CancellationToken cancel)
    {
        ServerOptions? options = null;
        var findings = Examine(() => options = read());
        if (options is null) return findings;

        // Not asked where the password could be read on the way.
        var isMailClear = findings.Exists(finding => finding is { About: "mail", Remedy: not null });
        if (options.SmtpServer is { } server && !isMailClear)
        {
            var (trial, now) = (MailTrial.Of(options), TimeProvider.System.GetUtcNow());
            findings.AddRange(await MailServerFindings.Of(server, trial, now, MailServerFindings.Patience, cancel));
        }

        findings.Add(await OfScanner(options, cancel));
        return findings;
    }

    internal static List<Finding> Examine(Func<ServerOptions> read)
    {
        var findings = new List<Finding> { new("version", $"PublicBuyers {ServerVersion.Text}."), OfRuntime(Environment.Version) };
        ServerOptions options;
        try
        {
            options = read();
            findings.Add(new("settings", "All known."));
            findings.AddRange(options.Warnings.Select(warning => new Finding("settings", warning) { IsNote = true }));
        }
        catch (ConfigurationException wrong)
        {
            findings.Add(new("settings", "", wrong.Message));
            return findings;
        }

        var folder = Path.GetFullPath(options.DataFolder);
        findings.AddRange(OfFolder(folder, options.NewFolder));
        findings.Add(OfDisk(folder));
        findings.Add(OfDatabase(folder));
        findings.Add(ImproperNames.Of(folder));
        findings.Add(OfAddress(options));
        findings.AddRange(OfHttps(options, TimeProvider.System.GetUtcNow()));
        findings.Add(OfContact(options));
        findings.Add(OfPort(options));
        findings.Add(OfMail(options, folder));
        if (options.SmtpServer is not null) findings.AddRange(OfAddressesInMail(options));
        findings.AddRange(OfOutbox(folder));
        return findings;
    }

    internal static Finding OfRuntime(Version version) => version >= SecurityFloor
        ? new("runtime", $".NET {version}.")
        : new("runtime", $".NET {version} is older than {SecurityFloor}.", "Install the newest .NET 10 runtime: earlier ones have known security defects.");

    private static IEnumerable<Finding> OfFolder(string folder, NewFolder making)
    {
        const string About = "data folder";
        var layout = DataFolderLayout.At(folder);
        if (FileTrouble.NoFolder(folder) is { } why)
            return [new(About, "", why)];

        var isThere = Directory.Exists(folder);
        if (!isThere || (FolderRights.Closed(layout).FirstOrDefault() is null && layout.IsEmpty))
            return [OfNone(folder, isThere, making)];

        var wrong = FolderRights.Closed(layout).ToList();
        if (FolderRights.TooOpen(layout) is { } open) wrong.Add(open);
        if (FolderRights.WhoCouldReplace(folder) is { } replaceable) wrong.Add(replaceable);
        if (wrong.Count == 0) wrong.AddRange(FolderRights.Unaccepting(layout));
        if (wrong.Count == 0 && Posix.OwnerBesideRoot(folder) is { } owner)
            return [new(About, $"\"{folder}\" belongs to \"{owner}\": run the server and its commands as that user, and this one too.")];
        return wrong.Count > 0
            ? wrong.Select(each => new Finding(About, "", each))
            : [new(About, $"\"{folder}\" can be written, by \"{Posix.Me}\" and nobody else.")];
    }

    private static Finding OfNone(string folder, bool isThere, NewFolder making)
    {
        var found = $"\"{folder}\" {(isThere ? "is empty" : "does not exist")}";
        var nearest = folder;
        while (!Directory.Exists(nearest)) nearest = Path.GetDirectoryName(nearest)!;
        if (making is not NewFolder.Never && FolderRights.WhyNoFile(nearest) is { } why)
            return new("data folder", found + ".", why);

        return making is NewFolder.Never
            ? new("data folder", found + ".", $"Mount its disk, or correct the path. For a new server run: init "
                + $"--data \"{folder}\"")
            : new("data folder", $"{found}; the first start makes it.");
    }

    private static Finding OfDisk(string folder)
    {
        while (!Directory.Exists(folder)) folder = Path.GetDirectoryName(folder)!;
        long room;
        try
        {
            room = new DriveInfo(folder).AvailableFreeSpace / 1024 / 1024;
        }
        catch (Exception unknown) when (FileTrouble.IsIt(unknown))
        {
            return new("disk", $"How much room \"{folder}\" has is not known: {unknown.Message}");
        }

        return room * 1024 * 1024 >= Health.LeastRoom
            ? new("disk", $"{room} MB are free.")
            : new("disk", $"Only {room} MB are free.", "Make room: writing stops when the disk is full.");
    }

    private static Finding OfDatabase(string folder)
    {
        var layout = new DataFolderLayout(folder);
        if (!Directory.Exists(folder) || (Posix.May(folder, Posix.ReadsFolder) && !File.Exists(layout.Marker)))
            return new("database", "Not there yet.");

        try
        {
            var report = Verification.Of(layout);
            return report.IsWhole
                ? new("database", $"{report.Facts} facts in {report.Streams} streams, all whole.")
                : new("database", $"{report.DamageCounted}.", report.WhatToDo);
        }
        catch (Exception unusable) when (CommandLine.WhyNot(unusable, layout.Journal) is not null)
        {
            return new("database", "", CommandLine.WhyNot(unusable, layout.Journal));
        }
    }

    private static Finding OfAddress(ServerOptions options)
    {
        var address = options.PublicUrl;
        if (address.Scheme == Uri.UriSchemeHttps) return new("address", $"{address.OriginalString}: cookies are secure.");

        if (options.BaseUrl is null && !Listening.IsOnlyThisMachine(address.OriginalString))
            return new(
                "address",
                $"It listens on {address.OriginalString}, and no base URL is set: that address would stand in "
                    + $"every link, and other names "
                    + "are refused.",
                "Set PublicBuyers:BaseUrl to the address that people type, such as https://buyers.example.");

        return address.IsLoopback
            ? new("address", $"{address.OriginalString}: for this machine only. For others set PublicBuyers:BaseUrl to the https address they use.")
            : new("address", $"{address.OriginalString} is not https: cookies and everything said can be read on the way.", "Put a proxy with a certificate in front and set PublicBuyers:BaseUrl to its https address.");
    }

    private static Finding OfContact(ServerOptions options) => options.SecurityContact is { } contact
        ? new("security.txt", $"Weaknesses are told to {contact}.")
        : new("security.txt", "None: set PublicBuyers:SecurityContact to say whom to tell of a weakness.");

    /// <summary>Who ends TLS. None where nobody has to.</summary>
    internal static IEnumerable<Finding> OfHttps(ServerOptions options, DateTimeOffset now)
    {
        const string About = "https";
        var proxies = string.Join(", ", options.TrustedProxies);
        if (options.ServesHttps && ServerCertificate.Of(options.Kestrel) is { } own)
        {
            var doubts = own.Doubts(options.PublicUrl, now).Select(doubt => new Finding(About, "", doubt));
            var valid = string.Create(
                CultureInfo.InvariantCulture, $"The server's own certificate is valid until {own.Until:u}.");
            return doubts.DefaultIfEmpty(new(About, valid));
        }

        if (options.PublicUrl.Scheme != Uri.UriSchemeHttps)
            return proxies.Length == 0 ? [] : [new(About, $"Believed as proxies: {proxies}.")];

        return proxies.Length > 0
            ? [new(About, $"Ended by a proxy; believed are {proxies}.")]
            : [new(
                About,
                $"The base URL is {options.PublicUrl.OriginalString}, and there is neither a certificate nor a "
                    + "trusted proxy: every request is refused.",
                "Set PublicBuyers:TrustedProxies to the address of your proxy, or PublicBuyers:Url to an https "
                    + "address and Kestrel:Certificates:Default:Path.")];
    }

    private static Finding OfPort(ServerOptions options)
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        var wanted = options.Url.Split(';').Select(url => new Uri(url)).Where(url => taken.Contains(url.Port)).ToArray();
        return wanted.Length == 0
            ? new("port", $"{options.Url} is free.")
            : new("port", $"Something listens on port {wanted[0].Port} already: this server, perhaps. If not, stop it or give another address with --url.");
    }

    private static Finding OfMail(ServerOptions options, string folder)
    {
        var server = options.SmtpServer;
        var way = server is not null
            ? $"Sent through {server}{(server.Tls is SmtpTls.None ? "" : ", encrypted")}"
            : $"Written to \"{Path.Combine(folder, "mail")}\"";
        if (server is { User: not null, Tls: SmtpTls.None } && !IsThisMachine(server.Host))
            return new("mail", $"{way}, and the password can be read on the way.", "Set PublicBuyers:SmtpTls to StartTls.");

        return options.SupportAddress.EndsWith("@localhost", StringComparison.Ordinal)
            ? new("mail", $"{way}. Set PublicBuyers:SupportAddress before people use it: it stands in every mail.")
            : new("mail", $"{way}; for help people write to {options.SupportAddress}.");
    }

    /// <summary>What stands in every mail has to be an address that others can answer to.</summary>
    private static IEnumerable<Finding> OfAddressesInMail(ServerOptions options)
    {
        if (MailSettings.IsNowhere(options.MailFrom))
            yield return new(
                "sender",
                $"Mail comes from \"{options.MailFrom}\", and that domain is none: most mail servers refuse it.",
                "Set PublicBuyers:MailFrom to an address of yours.");
        if (MailSettings.IsNowhere(options.SupportAddress))
            yield return new(
                "support",
                $"Every mail names \"{options.SupportAddress}\" for help, and that domain is none.",
                "Set PublicBuyers:SupportAddress to an address that somebody reads.");
    }

    private static async Task<Finding> OfScanner(ServerOptions options, CancellationToken cancel)
    {
        if (options.ScannerAddress is not { } address)
            return new("scanner", "None is set: uploaded files are not checked for viruses.");

        var meanwhile = options.VirusScannerAway is ScannerAway.Refuse ? "refused" : "taken unchecked";
        return await new ClamdScanner(address, TimeProvider.System).WhyNotThere(cancel) is { } why
            ? new(
                "scanner",
                $"clamd at {options.VirusScanner} does not answer: {why}",
                $"Start it, or correct PublicBuyers:VirusScanner. Until then uploaded files are {meanwhile}.")
            : new("scanner", $"clamd at {options.VirusScanner} answers. While it does not, files are {meanwhile}.");
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static IEnumerable<Finding> OfOutbox(string folder)
    {
        var layout = new DataFolderLayout(folder);
        if (!File.Exists(layout.State)) return [];

        try
        {
            using var connection = SqliteReading.Open(layout.State, SqliteKind.State);
            return connection.Scalar("SELECT 1 FROM sqlite_schema WHERE name = 'outbox'") is null ? [] : OfOutbox(OutboxRows.State(connection));
        }
        catch (Exception damaged) when (CommandLine.WhyNot(damaged, layout.State) is not null)
        {
            return [new("mail", "", CommandLine.WhyNot(damaged, layout.State))];
        }
    }

    internal static IEnumerable<Finding> OfOutbox(MailState mail)
    {
        yield return mail.WaitingSince is { } since
            ? new("mail", string.Create(CultureInfo.InvariantCulture, $"{mail.Waiting} waiting, the oldest since {since:u}.{(mail.LastSaid.Length > 0 ? $" Why: {mail.LastSaid}" : "")}"))
            : new("mail", "None waits.");

        if (mail.AllGivenUp > 0) yield return new("mail", $"{mail.AllGivenUp} given up in {SqliteOutbox.Remembered.TotalDays:0} days.");
        foreach (var why in mail.GivenUp.GroupBy(each => (each.Because, each.Said)))
            yield return new("mail", $"Given up, {why.Count()} times: {why.Key.Because}. {why.Key.Said}".TrimEnd());
        foreach (var stopped in mail.Stopped)
            yield return new("mail", string.Create(CultureInfo.InvariantCulture, $"Stopped: {stopped.Address}, since {stopped.Since:u}. {stopped.Said}"));
    }
}
