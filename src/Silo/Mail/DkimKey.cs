using MimeKit;
using MimeKit.Cryptography;
using PublicBuyers.Running;

namespace PublicBuyers.Mails;

/// <summary>
/// Signs mail for its sender's domain, so that the recipient's server can tell that it is from there.
/// </summary>
internal sealed class DkimKey
{
    /// <summary>Those that say what the mail is, whom it is from and how it is to be read.</summary>
    private static readonly HeaderId[] signed =
    [
        HeaderId.From,
        HeaderId.To,
        HeaderId.Subject,
        HeaderId.Date,
        HeaderId.MessageId,
        HeaderId.MimeVersion,
        HeaderId.AutoSubmitted,
    ];

    private readonly DkimSigner signer;

    private DkimKey(DkimSigner signer) => this.signer = signer;

    /// <param name="file">A private key in PEM, RSA or Ed25519.</param>
    /// <exception cref="ConfigurationException">It cannot be read, or holds no such key.</exception>
    public static DkimKey Read(string file, string domain, string selector)
    {
        try
        {
            return new(
                new(file, domain, selector)
                {
                    HeaderCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
                    BodyCanonicalizationAlgorithm = DkimCanonicalizationAlgorithm.Relaxed,
                }
            );
        }
        catch (Exception unusable)
            when (unusable
                    is IOException
                        or UnauthorizedAccessException
                        or FormatException
                        or ArgumentException
                        or Org.BouncyCastle.Security.GeneralSecurityException
            )
        {
            throw new ConfigurationException(
                $"PublicBuyers:DkimKeyFile is \"{file}\", which is no readable private key in PEM: {unusable.Message}",
                unusable
            );
        }
    }

    /// <summary>Signs the mail as it will be written. Again: the signature is made anew.</summary>
    public void Sign(MimeMessage message, FormatOptions format)
    {
        message.Headers.RemoveAll(HeaderId.DkimSignature);
        signer.Sign(format, message, signed);
    }
}
