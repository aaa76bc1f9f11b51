using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting.Systemd;
using PublicBuyers.Demonstration;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Security;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>The composition root: what the server is made of.</summary>
internal static class PublicBuyersServer
{
    /// <summary>What is not over by then is broken off.</summary>
    public static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(20);

    /// <param name="options">Configuration, read and checked.</param>
    /// <param name="data">Open; the caller closes it, after the server.</param>
    /// <param name="adjust">For tests: another clock, another mailbox.</param>
    public static WebApplication Build(ServerOptions options, DataFolder data, Action<IServiceCollection>? adjust = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(PublicBuyersServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Limit).UseUrls(options.Url);
        if (options.ServesHttps) builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Configure(options.Kestrel, reloadOnChange: true));   // a renewed certificate is used at once
        builder.WebHost.UseStaticWebAssets();   // outside Development too: `dotnet run` serves from the build's output

        var startUp = new ServerLog.StartUp();
        builder.Logging.AddServerLog(options.Logging, startUp);

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddFileChecks(options);
        services.AddSingleton<RunLog>();
        services.AddSqliteStorage(data);
        services.AddOneSilo(data);
        services.AddGrainDashboard(options);
        services.AddDomain();
        services.AddSingleton<IMarkdown, LaidOut>();
        services.AddMail(options, data);
        if (data.IsDemo) services.AddDemonstration(data.Made);
        else services.AddSingleton<IDemonstration, NoDemonstration>();
        services.AddHostedService<FirstStart>();
        services.AddSingleton<IEffect, AdministratorLinkFile.GoesWhenUsed>();
        services.AddHostedService(provider => new CertificateWatch(
            options.ServesHttps ? ServerCertificate.Of(options.Kestrel) : null,
            options.PublicUrl,
            provider.GetRequiredService<IClock>(),
            provider.GetRequiredService<RunLog>()));
        services.AddSingleton<AttachmentSweep>().AddHostedService(provider => provider.GetRequiredService<AttachmentSweep>());
        services.AddDataProtection().SetApplicationName("PublicBuyers");
        services.AddSingleton<KeyFiles>().AddOptions<KeyManagementOptions>()
            .Configure<KeyFiles>((keys, files) => keys.XmlRepository = files);
        services.AddHealth();
        builder.AddTelemetry(options);
        services.AddPublicBuyersWeb(new()
        {
            BaseUrl = options.PublicUrl,
            Demonstration = data.IsDemo,
            DemonstrationIsPublic = options.DemonstrationOnPublicAddress,
            EndsTls = options.ServesHttps,
            SendsMail = options.SmtpServer is not null,
            AllowedOrigins = options.AllowedOrigins,
            AllowedHosts = options.AllowedHosts,
            TrustedProxies = options.ProxyNetworks,
            MostConnections = options.MostConnectionsPerMember,
            MostConnectionsPerAddress = options.MostConnectionsPerAddress,
            SecurityContact = options.SecurityUri,
            MostCommands = options.MostCommandsPerTenSeconds,
            MostRequests = options.MostRequestsPerMinute,
            LongestPoll = options.LongestPoll,
            SupportAddress = options.SupportAddress,
            ShowsGrains = options.ShowGrains,
        });
        services.AddSingleton<ISystemdNotifier, SystemdNotifier>().AddHostedService<ServiceManager>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        adjust?.Invoke(services);

        var server = builder.Build();
        server.Lifetime.ApplicationStarted.Register(startUp.Ends);
        server.MapHealth();
        server.MapMetrics(options);
        server.MapPublicBuyersWeb();
        server.MapGrainDashboard(options);
        return server;
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 256 * 1024;
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;   // a search that is too long is told so
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 20_000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        kestrel.ConfigureEndpointDefaults(listen =>
        {
            listen.UseAddressLimit(kestrel.ApplicationServices);
            listen.UseLingeringClose(kestrel.ApplicationServices);
        });
    }
}
