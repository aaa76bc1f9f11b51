using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>
/// The certificate of the server itself, where no proxy ends TLS: Kestrel's standard settings
/// <c>Kestrel:Certificates:Default:*</c>, and <c>PasswordFile</c> beside <c>Password</c>.
/// </summary>
/// <param name="Names">Hosts that browsers accept it for: <c>buyers.example</c>, <c>*.buyers.example</c>, addresses.</param>
internal sealed record ServerCertificate(DateTimeOffset From, DateTimeOffset Until, IReadOnlyList<string> Names)
{
    /// <summary>A certificate that ends sooner is to be renewed.</summary>
    private static readonly TimeSpan soon = TimeSpan.FromDays(14);

    public const string Section = "Kestrel";

    private const string Default = "Certificates:Default";
    private const string Path = Default + ":Path";
    private const string KeyPath = Default + ":KeyPath";
    private const string Password = Default + ":Password";
    private const string PasswordFile = Default + ":PasswordFile";

    /// <summary>The usage that browsers demand where a certificate names its usages.</summary>
    private const string AuthenticatesServers = "1.3.6.1.5.5.7.3.1";

    private static readonly string[] Keys =
    [
        "Path",
        "KeyPath",
        "Password",
        "PasswordFile",
        "Subject",
        "Store",
        "Location",
        "AllowInvalid",
    ];

    private const string WhatToGive =
        $"Give {Section}:{Path} a .pfx file and its Password or PasswordFile, or a .pem file and the KeyPath of its "
            + $"key.";

    /// <summary>
    /// The section as Kestrel is to read it: with the password out of its file, and with whole paths. Kestrel would
    /// look for relative ones beside the program, and every other setting is looked for in the working folder.
    /// </summary>
    /// <exception cref="ConfigurationException">
    /// The password's file cannot be read, or the password is given twice.
    /// </exception>
    public static IConfiguration Settings(IConfiguration kestrel)
    {
        var read = new Dictionary<string, string?>();
        foreach (var key in new[] { Path, KeyPath })
            if (kestrel[key] is { Length: > 0 } path)
                read[key] = System.IO.Path.GetFullPath(path);

        if (kestrel[PasswordFile] is { } file)
        {
            if (kestrel[Password] is not null)
                throw new ConfigurationException(
                    $"{Section}:{Password} and {Section}:{PasswordFile} are both set. Give the password in one of them."
                );

            read[Password] = SettingsFiles.ReadSecret($"{Section}:{PasswordFile}", file);
        }

        return new ConfigurationBuilder().AddConfiguration(kestrel).AddInMemoryCollection(read).Build();
    }

    /// <summary>None where none is set.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; the message says why.</exception>
    public static ServerCertificate? Of(IConfiguration kestrel)
    {
        Refuse(kestrel.GetChildren(), Section, ["Certificates", "EndpointDefaults"]);
        Refuse(kestrel.GetSection("Certificates").GetChildren(), Section + ":Certificates", ["Default"]);
        Refuse(kestrel.GetSection(Default).GetChildren(), $"{Section}:{Default}", Keys);

        if (kestrel[Path] is { } path)
            return OfFile(path, kestrel[KeyPath], kestrel[Password]);

        return kestrel[Default + ":Subject"] is { } subject ? OfStore(kestrel, subject) : null;
    }

    /// <exception cref="ConfigurationException">It is over, or has not begun: no browser would accept it.</exception>
    public void CheckDates(DateTimeOffset now)
    {
        if (now >= Until)
            throw new ConfigurationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The server's own certificate ended at {Until:u}, and no browser accepts it. Renew it, and let "
                        + $"{Section}:{Path} name the new one."
                )
            );
        if (now < From)
            throw new ConfigurationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The server's own certificate begins at {From:u}, and it is {now:u} on this machine. Correct "
                        + $"the clock, or give another certificate."
                )
            );
    }

    /// <summary>The file that its private key stands in; none where it comes from a store.</summary>
    public string? KeyFile { get; init; }

    /// <summary>What browsers refuse about it, now or soon, and whether its key is kept badly; a sentence for each.
    /// </summary>
    public IEnumerable<string> Doubts(Uri address, DateTimeOffset now)
    {
        var host = KnownNames.AsBrowsersSay(address).Trim('[', ']');
        if (!Names.Any(name => Covers(name, host)))
            yield return $"The server's own certificate is for "
                + (Names.Count == 0 ? "no name" : $"\"{string.Join("\", \"", Names)}\"")
                + $", and people type \"{host}\": browsers will not accept it. Have one issued for that name, or "
                + "correct PublicBuyers:BaseUrl.";

        if (Until - now < soon)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"The server's own certificate {(Until > now ? "ends" : "ended")} at {Until:u}. Renew it, and restart "
                    + $"the server: after that time browsers do not accept it."
            );

        if (KeyFile is { } file && FolderRights.IsForEverybody(file))
            yield return $"Everybody on this machine can read \"{file}\", the private key of the server's own "
                + $"certificate. {FolderRights.HowToClose(file)}";
    }

    private static bool Covers(string name, string host) =>
        name.StartsWith("*.", StringComparison.Ordinal)
            ? host.Split('.', 2) is [_, var rest] && rest.Equals(name[2..], StringComparison.OrdinalIgnoreCase)
            : name.Equals(host, StringComparison.OrdinalIgnoreCase);

    /// <summary>Those of the extension; browsers have not read the subject's common name for years.</summary>
    private static IReadOnlyList<string> NamesOf(X509Certificate2 certificate) =>
        [
            .. certificate
                .Extensions.OfType<X509SubjectAlternativeNameExtension>()
                .SelectMany(each =>
                    each.EnumerateDnsNames().Concat(each.EnumerateIPAddresses().Select(address => address.ToString()))
                ),
        ];

    private static ServerCertificate OfFile(string path, string? key, string? password)
    {
        RefuseUnreadable(Path, path);
        if (key is not null)
            RefuseUnreadable(KeyPath, key);
        try
        {
            using var certificate =
                key is null ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
                : string.IsNullOrEmpty(password) ? X509Certificate2.CreateFromPemFile(path, key)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, key);
            var usable = Usable(certificate, $"The certificate \"{path}\" of {Section}:{Default}");
            return usable with { KeyFile = key ?? path };
        }
        catch (Exception unusable)
            when (unusable is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            var why = key is not null
                ? $"The certificate \"{path}\" and the key \"{key}\" cannot be used together: the key belongs to "
                    + $"another certificate, "
                    + $"one of them is no PEM file, or {Section}:{Password} does not open the key."
                : $"The certificate \"{path}\" cannot be used: it is no .pfx file, or {Section}:{Password} does not "
                    + $"open it.";
            throw new ConfigurationException($"{why} {WhatToGive}", unusable);
        }
    }

    private static void RefuseUnreadable(string key, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
        }
        catch (Exception unreadable)
            when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException(
                $"{Section}:{key} is \"{path}\", and that file cannot be read: {unreadable.Message.TrimEnd('.')}. "
                    + "Correct the path, or give this user the right to read it.",
                unreadable
            );
        }
    }

    /// <summary>
    /// Out of the machine's store, as Kestrel looks there: by a part of the subject, the one that lasts longest.
    /// </summary>
    private static ServerCertificate OfStore(IConfiguration kestrel, string subject)
    {
        var name = kestrel[Default + ":Store"] is { Length: > 0 } store ? store : nameof(StoreName.My);
        var where = kestrel[Default + ":Location"] is { Length: > 0 } given ? given : nameof(StoreLocation.CurrentUser);
        if (!Enum.TryParse<StoreLocation>(where, ignoreCase: true, out var location))
            throw new ConfigurationException(
                $"{Section}:{Default}:Location is \"{where}\". It takes one of "
                    + $"{string.Join(", ", Enum.GetNames<StoreLocation>())}."
            );

        if (!bool.TryParse(kestrel[Default + ":AllowInvalid"] ?? "false", out var takesInvalid))
            throw new ConfigurationException(
                $"{Section}:{Default}:AllowInvalid is \"{kestrel[Default + ":AllowInvalid"]}\". It takes true or false."
            );

        try
        {
            using var opened = new X509Store(name, location);
            opened.Open(OpenFlags.ReadOnly | OpenFlags.OpenExistingOnly);
            var found = opened
                .Certificates.Find(X509FindType.FindBySubjectName, subject, !takesInvalid)
                .Where(each => each.HasPrivateKey)
                .MaxBy(each => each.NotAfter);
            if (found is not null)
                return Usable(found, $"The certificate \"{subject}\" in the store {location}/{name}");
        }
        catch (Exception none) when (none is CryptographicException or PlatformNotSupportedException)
        {
            throw NotInStore(none);
        }

        throw NotInStore(null);

        ConfigurationException NotInStore(Exception? cause) =>
            new(
                $"{Section}:{Default}:Subject is \"{subject}\", and the store {location}/{name} holds no valid "
                    + $"certificate "
                    + $"of that name with its key. Put it there, or set {Section}:{Path}.",
                cause
            );
    }

    /// <exception cref="ConfigurationException">It has no key, or is for something else than a server.</exception>
    private static ServerCertificate Usable(X509Certificate2 certificate, string which)
    {
        if (!certificate.HasPrivateKey)
            throw new ConfigurationException($"{which} holds no private key. {WhatToGive}");

        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList();
        if (usages.Count > 0 && !usages.Exists(usage => usage.EnhancedKeyUsages[AuthenticatesServers] is not null))
            throw new ConfigurationException(
                $"{which} is not for servers: its usages lack server authentication. Have one issued for a web server."
            );

        return new(
            new DateTimeOffset(certificate.NotBefore),
            new DateTimeOffset(certificate.NotAfter),
            NamesOf(certificate)
        );
    }

    private static void Refuse(IEnumerable<IConfigurationSection> given, string where, string[] known)
    {
        foreach (var child in given.Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            throw new ConfigurationException(
                child.Key.Equals("Endpoints", StringComparison.OrdinalIgnoreCase)
                    ? $"\"{where}:Endpoints\" is not used. Say where to listen with PublicBuyers:Url, and give the "
                        + $"certificate as {Section}:{Path}."
                    : $"There is no setting \"{where}:{child.Key}\". The keys are {string.Join(", ", known)}."
            );
        }
    }
}
