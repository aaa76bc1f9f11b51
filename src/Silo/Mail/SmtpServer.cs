using System.Net;
using System.Security.Cryptography.X509Certificates;
using PublicBuyers.Running;

namespace PublicBuyers.Mails;

/// <summary>Where mail is handed on, and as whom.</summary>
/// <param name="User">None: without signing in.</param>
internal sealed record SmtpServer(string Host, int Port, NetworkCredential? User, SmtpTls Tls)
{
    /// <summary>For connecting, encrypting and signing in.</summary>
    public TimeSpan PatienceToConnect { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// For a whole mail, to its acceptance. RFC 5321 would wait longer, but other mail of this lane waits behind it.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Certificates that are trusted besides those of the operating system, such as an organisation's own authority.
    /// </summary>
    public X509Certificate2Collection Trusted { get; init; } = [];

    /// <summary>How this machine introduces itself; none: by its name.</summary>
    public string? Greeting { get; init; }

    /// <summary>Without the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
