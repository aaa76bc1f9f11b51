using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PublicBuyers.Proxies.Tests;

/// <summary>A real proxy with TLS, running the very configuration that <c>docs/proxies</c> gives, with addresses and files of the test's own.</summary>
internal sealed class Proxy : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("publicbuyers-proxy-");
    private readonly Process process;

    private Proxy(string program, Func<string, string[]> prepare)
    {
        var start = new ProcessStartInfo(program) { UseShellExecute = false };
        foreach (var argument in prepare(folder.FullName)) start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
    }

    /// <summary>None when it is installed.</summary>
    public static string? WhyNot(string program) =>
        Find(program) is not null || Environment.GetEnvironmentVariable("CI") == "true" ? null : $"There is no {program} here. Install the package of that name.";

    /// <param name="front">Where it takes https.</param>
    /// <param name="back">Where the server listens.</param>
    /// <param name="plain">Where it takes http.</param>
    public static Proxy Nginx(int front, int back, int plain) => new(Find("nginx")!, folder =>
    {
        Certify(folder);
        Fill(
            folder,
            "nginx.conf",
            ("listen 80;", $"listen 127.0.0.1:{plain};"),
            ("https://buyers.example$", $"https://localhost:{front}$"),
            ("listen 443 ", $"listen 127.0.0.1:{front} "),
            ("buyers.example;", "localhost;"),
            ("/etc/ssl/buyers", $"{folder}/buyers"),
            ("127.0.0.1:5080;", $"127.0.0.1:{back};"));
        var temporary = string.Concat(new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(each => $"{each}_temp_path {folder}/{each};"));
        File.WriteAllText(
            $"{folder}/whole.conf",
            $"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr crit; events {{ }} http {{ access_log off; {temporary} include {folder}/nginx.conf; }}");
        return ["-p", folder, "-c", $"{folder}/whole.conf", "-e", "stderr"];
    });

    /// <inheritdoc cref="Nginx"/>
    public static Proxy Haproxy(int front, int back, int plain) => new(Find("haproxy")!, folder =>
    {
        Certify(folder);
        Fill(
            folder,
            "haproxy.cfg",
            ("bind :80\n", $"bind 127.0.0.1:{plain}\n"),
            ("bind :443 ", $"bind 127.0.0.1:{front} "),
            ("/etc/ssl/buyers", $"{folder}/buyers"),
            ("127.0.0.1:5080\n", $"127.0.0.1:{back}\n"));
        return ["-db", "-q", "-f", $"{folder}/haproxy.cfg"];
    });

    /// <summary>Completes when it takes connections.</summary>
    public async Task Listens(int port)
    {
        for (var tries = 0; tries < 600; tries++)
        {
            using var socket = new TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException)
            {
                if (process.WaitForExit(TimeSpan.FromMilliseconds(50))) break;
            }
        }

        throw new InvalidOperationException("The proxy does not take connections; what it said stands above.");
    }

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    private static string? Find(string program) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':').Select(path => Path.Combine(path, program)).FirstOrDefault(File.Exists);

    /// <summary>The text of the documents. Each replacement has to be found there.</summary>
    private static void Fill(string folder, string name, params (string Documented, string Here)[] replacements)
    {
        var text = File.ReadAllText(Path.Combine(Root(), "docs", "proxies", name));
        foreach (var (documented, here) in replacements)
        {
            text.ShouldContain(documented);
            text = text.Replace(documented, here, StringComparison.Ordinal);
        }

        File.WriteAllText(Path.Combine(folder, name), text);
    }

    private static void Certify(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText($"{folder}/buyers.pem", certificate.ExportCertificatePem());
        File.WriteAllText($"{folder}/buyers.key", key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText($"{folder}/buyers-with-key.pem", string.Create(CultureInfo.InvariantCulture, $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
    }

    private static string Root()
    {
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
            if (File.Exists(Path.Combine(above.FullName, "PublicBuyers.sln"))) return above.FullName;

        throw new InvalidOperationException($"There is no repository above {AppContext.BaseDirectory}.");
    }
}

/// <summary>Needs that proxy, and Chromium. Where one is missing the test is skipped and says so; in continuous integration it fails.</summary>
public sealed class ProxyTheoryAttribute : TheoryAttribute
{
    public ProxyTheoryAttribute() => Skip = Browser.Tests.Chromium.WhyNot ?? Proxy.WhyNot("nginx") ?? Proxy.WhyNot("haproxy");
}
