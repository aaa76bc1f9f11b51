using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PublicBuyers.Testing.Live;

/// <summary>Issues certificates that nobody trusts who was not told to.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 root;
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true,
                hasPathLengthConstraint: false,
                0,
                critical: true
            )
        );
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        root = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(300));
    }

    /// <summary>What somebody needs to trust it.</summary>
    public string Pem => root.ExportCertificatePem();

    public X509Certificate2Collection Trusted => [root];

    /// <summary>For mail servers on this machine.</summary>
    public X509Certificate2 Issue(string name = "127.0.0.1", int days = 200)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: false,
                hasPathLengthConstraint: false,
                0,
                critical: true
            )
        );
        using var issued = request.Create(
            root,
            now.AddDays(-20),
            now.AddDays(days),
            RandomNumberGenerator.GetBytes(16)
        );
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null); // as servers need it
    }

    public void Dispose() => root.Dispose();
}
