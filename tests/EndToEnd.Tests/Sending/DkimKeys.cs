using System.Security.Cryptography;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Security;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>A pair of keys, and whoever receives mail and looks the public one up.</summary>
internal static class DkimKeys
{
    private static readonly RSA pair = RSA.Create(2048);

    public static string Private => pair.ExportRSAPrivateKeyPem();

    /// <summary>Fails where the signature does not hold.</summary>
    public static async Task Verify(ReceivedMail mail)
    {
        var message = mail.Read();
        var signature = message.Headers.Single(header => header.Id is HeaderId.DkimSignature);

        signature.Value.ShouldContain("d=buyers.example");
        signature.Value.ShouldContain("s=mail");
        (await new DkimVerifier(new Record()).VerifyAsync(message, signature)).ShouldBeTrue();
    }

    private sealed class Record : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => PublicKeyFactory.CreateKey(pair.ExportSubjectPublicKeyInfo());

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(
            string methods,
            string domain,
            string selector,
            CancellationToken cancellationToken = default
        ) => Task.FromResult(LocatePublicKey(methods, domain, selector, cancellationToken));
    }
}
