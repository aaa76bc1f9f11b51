using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MimeKit;
using PublicBuyers.Running;

namespace PublicBuyers.Mails;

/// <summary>The settings of mail: whether they can be meant, and what they come to.</summary>
internal static class MailSettings
{
    /// <summary>Where mail is encrypted before a word is said, by custom.</summary>
    private const int SubmissionsPort = 465;

    /// <summary>Names that no mail server finds, by RFC 2606 or by custom.</summary>
    private static readonly string[] NowhereEndings = [".localhost", ".localdomain", ".invalid"];

    extension(ServerOptions options)
    {
        /// <exception cref="ConfigurationException">A file that is named cannot be read.</exception>
        public SmtpServer? SmtpServer =>
            options.Smtp is null || !TryReadServer(options.Smtp, out var host, out var port)
                ? null
                : new(
                    host,
                    port,
                    options.SmtpUser is null ? null : new(options.SmtpUser, options.Password),
                    options.SmtpTls ?? CustomOf(port)
                )
                {
                    Trusted = options.Trusted,
                    Greeting = options.PublicUrl.Host,
                };

        /// <summary>None: mail is not signed.</summary>
        /// <exception cref="ConfigurationException">The key cannot be read.</exception>
        public DkimKey? Dkim
        {
            get
            {
                if (options.DkimKeyFile is not { } file) return null;

                SettingsFiles.RefuseReadableByAll("PublicBuyers:DkimKeyFile", file);
                return DkimKey.Read(file, options.MailFrom.Split('@')[^1], options.DkimSelector!);
            }
        }

        /// <exception cref="ConfigurationException">A value cannot be meant.</exception>
        public void CheckMail()
        {
            foreach (var address in new[] { options.SupportAddress, options.MailFrom })
                if (
                    !MailboxAddress.TryParse(address, out var read)
                    || read.Address != address
                    || read.Domain.Length == 0
                )
                    throw new ConfigurationException(
                        $"\"{address}\" is no mail address. Set PublicBuyers:SupportAddress and "
                            + $"PublicBuyers:MailFrom to addresses of yours."
                    );

            if (options.Smtp is not null && !TryReadServer(options.Smtp, out _, out _))
                throw new ConfigurationException(
                    $"PublicBuyers:Smtp is \"{options.Smtp}\". Give the mail server as host:port, such as "
                        + $"mail.buyers.example:587."
                );

            if (options is { SmtpPassword: not null, SmtpPasswordFile: not null })
                throw new ConfigurationException(
                    "PublicBuyers:SmtpPassword and PublicBuyers:SmtpPasswordFile are both set. Give the password "
                        + "in one of them."
                );

            var hasPassword = (options.SmtpPassword ?? options.SmtpPasswordFile) is not null;
            if (
                options.Smtp is null
                    ? options.SmtpUser is not null || hasPassword
                    : options.SmtpUser is not null != hasPassword
            )
                throw new ConfigurationException(
                    "PublicBuyers:SmtpUser and PublicBuyers:SmtpPassword (or SmtpPasswordFile) go together, and "
                        + "with PublicBuyers:Smtp."
                );

            if (options.DkimKeyFile is null != options.DkimSelector is null)
                throw new ConfigurationException("PublicBuyers:DkimKeyFile and PublicBuyers:DkimSelector go together.");

            _ = options.SmtpServer;
            _ = options.Dkim;
        }

        private string Password => options.SmtpPasswordFile is { } file
            ? SettingsFiles.ReadSecret("PublicBuyers:SmtpPasswordFile", file)
            : options.SmtpPassword ?? "";

        private X509Certificate2Collection Trusted =>
            options.SmtpTrustedCertificates is { } file
                ? FromFile(
                    nameof(ServerOptions.SmtpTrustedCertificates),
                    file,
                    path =>
                    {
                        var read = new X509Certificate2Collection();
                        read.ImportFromPemFile(path);
                        return read.Count > 0 ? read : throw new IOException("It holds no certificate in PEM.");
                    }
                )
                : [];
    }

    /// <summary>Mail from there is refused by most servers, and mail to there gets nowhere.</summary>
    public static bool IsNowhere(string address)
    {
        var domain = address[(address.LastIndexOf('@') + 1)..];
        return !domain.Contains('.', StringComparison.Ordinal)
            || NowhereEndings.Any(end => domain.EndsWith(end, StringComparison.OrdinalIgnoreCase));
    }

    private static SmtpTls CustomOf(int port) => port == SubmissionsPort ? SmtpTls.FromStart : SmtpTls.StartTls;

    private static T FromFile<T>(string key, string file, Func<string, T> read)
    {
        try
        {
            return read(file);
        }
        catch (Exception unreadable)
            when (unreadable
                    is IOException
                        or UnauthorizedAccessException
                        or CryptographicException
                        or ArgumentException
            )
        {
            throw new ConfigurationException(
                $"PublicBuyers:{key} is \"{file}\", which cannot be used: {unreadable.Message}",
                unreadable
            );
        }
    }

    private static bool TryReadServer(string text, out string host, out int port)
    {
        (host, port) = ("", 0);
        if (
            !Uri.TryCreate("smtp://" + text, UriKind.Absolute, out var server)
            || server.Authority != text.ToLowerInvariant()
            || server.Port < 1
        )
            return false;

        (host, port) = (server.DnsSafeHost, server.Port);
        return true;
    }
}
