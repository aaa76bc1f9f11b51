using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;

namespace PublicBuyers.Testing;

/// <summary>Where the grains of a test run: an Orleans silo in this process, and its client.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;

    private GrainHost(InProcessTestCluster cluster) => this.cluster = cluster;

    public IGrainFactory Grains => cluster.Client;

    public IServiceProvider Services => cluster.Silos[0].ServiceProvider;

    public static async Task<GrainHost> Start(Action<IServiceCollection> services, IGrainStorage snapshots)
    {
        var collection = new ServiceCollection();
        services(collection);
        collection.RemoveAll<IHostedService>();   // a silo would start them with itself: here they run when a test says so
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<GrainDirectoryOptions>(directory => directory.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.None);
            silo.Services.Add(collection).AddKeyedSingleton("snapshots", snapshots);
        });
        var host = new GrainHost(builder.Build());
        await host.cluster.DeployAsync();
        return host;
    }

    public Task EndAllActivations() => Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
}
