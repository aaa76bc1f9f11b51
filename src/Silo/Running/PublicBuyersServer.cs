using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>The composition root: what the server is made of.</summary>
internal static class PublicBuyersServer
{
    /// <param name="options">Configuration, read and checked.</param>
    /// <param name="adjust">For tests: another clock, another mailbox.</param>
    /// <exception cref="DataFolderException">The data folder cannot be used; the message says why.</exception>
    public static WebApplication Build(ServerOptions options, Action<IServiceCollection>? adjust = null)
    {
        var data = DataFolder.Open(options.DataFolder, TimeProvider.System.GetUtcNow(), options.Demo);
        try
        {
            return Compose(options, data, adjust);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    private static WebApplication Compose(ServerOptions options, DataFolder data, Action<IServiceCollection>? adjust)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(PublicBuyersServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(Limit).UseUrls(options.Url);
        if (options.PublicUrl.Scheme == Uri.UriSchemeHttps || options.Url.Contains("https:", StringComparison.OrdinalIgnoreCase)) builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseStaticWebAssets();   // outside Development too: `dotnet run` serves from the build's output

        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning).AddFilter("System", LogLevel.Warning);

        var services = builder.Services;
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(_ => data);   // made by a factory, so that the container closes it, after everything that uses it
        services.AddSqliteStorage(data);
        services.AddGrainRuntime(data);
        services.AddDomain();
        services.AddMail(options, data);
        services.AddSingleton<IDemonstration>(data.IsDemo ? new Demonstration.Demonstration() : new NoDemonstration());
        services.AddHostedService<FirstStart>();
        services.AddHostedService<Upkeep>();
        services.AddDataProtection().SetApplicationName("PublicBuyers").PersistKeysToFileSystem(new(data.KeysFolder));
        services.AddHealth();
        services.AddPublicBuyersWeb(new()
        {
            BaseUrl = options.PublicUrl,
            Demonstration = data.IsDemo,
            AllowedOrigins = options.AllowedOrigins,
            MostConnections = options.MostConnectionsPerMember,
            MostCommands = options.MostCommandsPerTenSeconds,
            MostRequests = options.MostRequestsPerMinute,
            LongestPoll = options.LongestPoll,
            SupportAddress = options.SupportAddress,
        });
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        adjust?.Invoke(services);

        var server = builder.Build();
        _ = server.Services.GetRequiredService<DataFolder>();
        server.MapHealth();
        server.MapPublicBuyersWeb();
        return server;
    }

    private static void Limit(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = 256 * 1024;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.MaxConcurrentUpgradedConnections = 20_000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
    }
}
