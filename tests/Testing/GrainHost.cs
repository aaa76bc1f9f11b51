using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
#if ORLEANS
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.TestingHost;
#else
using PublicBuyers.Embedded;
#endif

namespace PublicBuyers.Testing;

/// <summary>Where the grains of a test run: the only part of the fixtures that knows which runtime it is.</summary>
internal sealed class GrainHost : IAsyncDisposable
{
#if ORLEANS
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
        builder.ConfigureSilo((_, silo) => silo.Services.Add(collection).AddKeyedSingleton("snapshots", snapshots));
        var host = new GrainHost(builder.Build());
        await host.cluster.DeployAsync();
        return host;
    }

    public Task EndAllActivations() => Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();
#else
    private readonly ServiceProvider services;

    private GrainHost(ServiceProvider services) => this.services = services;

    public IGrainFactory Grains => services.GetRequiredService<IGrainFactory>();

    public IServiceProvider Services => services;

    public static Task<GrainHost> Start(Action<IServiceCollection> services, IGrainStorage snapshots)
    {
        var collection = new ServiceCollection();
        services(collection);
        collection.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(Journal.IJournal).Assembly);
            options.AddGrainStorage("snapshots", _ => snapshots);
        });
        return Task.FromResult(new GrainHost(collection.BuildServiceProvider()));
    }

    public Task EndAllActivations() => services.GetRequiredService<EmbeddedRuntime>().DeactivateAllAsync();

    public ValueTask DisposeAsync() => services.DisposeAsync();
#endif
}
