using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PublicBuyers.Running;

/// <summary>The certificate of the server itself, where no proxy ends TLS: Kestrel's standard settings <c>Kestrel:Certificates:Default:*</c>.</summary>
internal sealed record ServerCertificate(DateTimeOffset Until)
{
    public const string Section = "Kestrel";

    private const string Default = "Certificates:Default";

    private static readonly string[] Keys = ["Path", "KeyPath", "Password", "Subject", "Store", "Location", "AllowInvalid"];

    /// <summary>None where none is set.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; the message says why.</exception>
    public static ServerCertificate? Of(IConfiguration kestrel)
    {
        Refuse(kestrel.GetChildren(), Section, ["Certificates", "EndpointDefaults"]);
        Refuse(kestrel.GetSection("Certificates").GetChildren(), Section + ":Certificates", ["Default"]);
        Refuse(kestrel.GetSection(Default).GetChildren(), $"{Section}:{Default}", Keys);

        var (path, key, password) = (kestrel[Default + ":Path"], kestrel[Default + ":KeyPath"], kestrel[Default + ":Password"]);
        if (path is null) return kestrel[Default + ":Subject"] is null ? null : new(DateTimeOffset.MaxValue);   // out of the machine's store

        try
        {
            using var certificate = key is null ? X509CertificateLoader.LoadPkcs12FromFile(path, password)
                : password is null ? X509Certificate2.CreateFromPemFile(path, key)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, key);
            return new(new DateTimeOffset(certificate.NotAfter));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The certificate \"{path}\" of {Section}:{Default} cannot be used: {unusable.Message} Give a .pfx file with its Password, or a .pem file with the KeyPath of its key."), unusable);
        }
    }

    private static void Refuse(IEnumerable<IConfigurationSection> given, string where, string[] known)
    {
        foreach (var child in given.Where(child => !known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            throw new ConfigurationException(child.Key.Equals("Endpoints", StringComparison.OrdinalIgnoreCase)
                ? $"\"{where}:Endpoints\" is not used. Say where to listen with PublicBuyers:Url, and give the certificate as {Section}:{Default}:Path."
                : $"There is no setting \"{where}:{child.Key}\". The keys are {string.Join(", ", known)}.");
        }
    }
}
