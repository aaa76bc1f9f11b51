using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace PublicBuyers.Mails;

/// <summary>
/// Judges the certificate of a mail server, and says in words what is wrong with it. Revocation lists are not asked
/// for.
/// </summary>
internal sealed class SmtpCertificate(SmtpServer server)
{
    /// <summary>None before a certificate was shown.</summary>
    public string? Subject { get; private set; }

    public string? Issuer { get; private set; }

    public DateTimeOffset ValidUntil { get; private set; }

    /// <summary>A sentence; none when it is trusted, or none was shown.</summary>
    public string? Fault { get; private set; }

    public bool Accepts(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        using var certificate = shown is null ? null : new X509Certificate2(shown);
        if (certificate is not null)
            (Subject, Issuer, ValidUntil) = (certificate.Subject, certificate.Issuer, new(certificate.NotAfter));

        Fault = FaultOf(certificate, chain, errors);
        return Fault is null;
    }

    private string? FaultOf(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
            return $"The mail server \"{server}\" shows no certificate.";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"The certificate of \"{server}\" is for \"{Subject}\" and not for \"{server.Host}\".";
        if (errors is SslPolicyErrors.None || IsTrustedHere(certificate, chain))
            return null;

        var why = chain is null
            ? "it shows nobody who vouches for it."
            : string.Join(' ', chain.ChainStatus.Select(status => status.StatusInformation.Trim()).Distinct());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The certificate of \"{server}\" (\"{Subject}\", by \"{Issuer}\", until {ValidUntil:u}) is not "
                + $"trusted: {why}"
        );
    }

    private bool IsTrustedHere(X509Certificate2 certificate, X509Chain? shown)
    {
        if (server.Trusted.Count == 0)
            return false;

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(server.Trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var between in shown?.ChainElements.ToArray() ?? [])
            chain.ChainPolicy.ExtraStore.Add(between.Certificate);
        return chain.Build(certificate);
    }
}
