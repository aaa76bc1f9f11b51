namespace PublicBuyers.Running;

/// <summary>Says at the start, and then once a day, what browsers refuse about the server's own certificate.</summary>
/// <param name="certificate">The one in force: a renewed one is, after a restart. None: a proxy ends TLS.</param>
internal sealed class CertificateWatch(ServerCertificate? certificate, Uri address, IClock clock, RunLog log)
    : BackgroundService
{
    private static readonly TimeSpan period = TimeSpan.FromDays(1);

    /// <summary>Before the line that says that the server is ready.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        Say();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (certificate is not null)
        {
            await clock.Reaches(clock.Now + period, stoppingToken);
            Say();
        }
    }

    private void Say()
    {
        foreach (var doubt in certificate?.Doubts(address, clock.Now) ?? [])
            log.Warn(doubt);
    }
}
