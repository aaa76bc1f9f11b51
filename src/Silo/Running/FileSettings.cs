using PublicBuyers.Attachments;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>How many files may be kept, and who looks into them first, as the settings say.</summary>
internal static class FileSettings
{
    private const long Megabyte = 1024 * 1024;

    public static IServiceCollection AddFileChecks(this IServiceCollection services, ServerOptions options) =>
        services
            .AddSingleton(
                new FileQuotas(
                    options.MostMegabytesPerMember * Megabyte,
                    options.MostMegabytesPerRoom * Megabyte,
                    options.LeastFreeDiskPercent
                )
            )
            .AddSingleton<IVirusScanner>(provider =>
                options.ScannerAddress is { } address
                    ? new ClamdScanner(address, provider.GetRequiredService<TimeProvider>())
                    : new NoScanner()
            )
            .AddSingleton(provider => new FileChecks(
                provider.GetRequiredService<IVirusScanner>(),
                options.VirusScannerAway,
                provider.GetRequiredService<ILogger<FileChecks>>()
            ));

    /// <exception cref="ConfigurationException">A setting cannot be used.</exception>
    public static void Check(ServerOptions options)
    {
        if (options.VirusScanner is not null && options.ScannerAddress is null)
            throw new ConfigurationException(
                $"PublicBuyers:VirusScanner is \"{options.VirusScanner}\". "
                    + "Give where clamd listens: host:port, such as localhost:3310, or unix:/run/clamav/clamd.ctl."
            );
    }
}
