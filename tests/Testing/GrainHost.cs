using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;

namespace PublicBuyers.Testing;

/// <summary>Where the grains of a test run: one Orleans silo in this process, or several, and their client.</summary>
/// <remarks>
/// The variable SILOS says how many silos (1 if it is not set). With several, each grain is on a random one, and every
/// argument and answer is serialized, also between grains of one silo. What a test registers as an instance is shared
/// by all silos; what it registers as a type exists once in each.
/// </remarks>
internal sealed class GrainHost : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;

    private GrainHost(InProcessTestCluster cluster) => this.cluster = cluster;

    /// <summary>How many silos a world has, as SILOS says: "3", for example.</summary>
    public static short Silos { get; } = Environment.GetEnvironmentVariable("SILOS") is { Length: > 0 } asked
        ? short.Parse(asked, CultureInfo.InvariantCulture)
        : (short)1;

    public IGrainFactory Grains => cluster.Client;

    /// <summary>Of the first silo.</summary>
    public IServiceProvider Services => cluster.Silos[0].ServiceProvider;

    public static async Task<GrainHost> Start(Action<IServiceCollection> services, IGrainStorage snapshots)
    {
        var collection = new ServiceCollection();
        services(collection);
        collection.RemoveAll<IHostedService>();   // a silo would start them with itself: here they run when a test says so
        var builder = new InProcessTestClusterBuilder(Silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<GrainDirectoryOptions>(directory => directory.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.None);
            silo.Services.Add(collection).AddKeyedSingleton("snapshots", snapshots);
            if (Silos > 1) SpreadOut(silo);
        });
        var host = new GrainHost(builder.Build());
        await host.cluster.DeployAsync();
        return host;
    }

    public Task EndAllActivations() => Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    /// <summary>The silo that a grain which has been called is on.</summary>
    public async Task<SiloAddress?> SiloOf(IAddressable grain) =>
        await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    private static void SpreadOut(ISiloBuilder silo)
    {
        silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
        silo.AddOutgoingGrainCallFilter<SerializedCalls>();
    }
}
