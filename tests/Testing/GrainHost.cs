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
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(3);

    private readonly InProcessTestCluster cluster;
    private readonly IReadOnlyList<CutOff> cuts;

    private GrainHost(InProcessTestCluster cluster, IReadOnlyList<CutOff> cuts) => (this.cluster, this.cuts) = (cluster, cuts);

    /// <summary>How many silos a world has, as SILOS says: "3", for example.</summary>
    public static short Silos { get; } = Environment.GetEnvironmentVariable("SILOS") is { Length: > 0 } asked
        ? short.Parse(asked, CultureInfo.InvariantCulture)
        : (short)1;

    public IGrainFactory Grains => cluster.Client;

    /// <summary>Of the first silo.</summary>
    public IServiceProvider Services => cluster.Silos[0].ServiceProvider;

    public static Task<GrainHost> Start(Action<IServiceCollection> services, IGrainStorage snapshots) =>
        Start(services, snapshots, Silos, []);

    /// <summary>A cluster of as many silos as there are ways to cut. Its silos notice within seconds that one is gone.</summary>
    public static Task<GrainHost> StartToCut(
        Action<IServiceCollection> services, IGrainStorage snapshots, IReadOnlyList<CutOff> cuts) =>
        Start(services, snapshots, (short)cuts.Count, cuts);

    private static async Task<GrainHost> Start(
        Action<IServiceCollection> services, IGrainStorage snapshots, short silos, IReadOnlyList<CutOff> cuts)
    {
        var collection = new ServiceCollection();
        services(collection);
        collection.RemoveAll<IHostedService>();   // a silo would start them with itself: here they run when a test says so
        var builder = new InProcessTestClusterBuilder(silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Configure<GrainDirectoryOptions>(directory => directory.CachingStrategy = GrainDirectoryOptions.CachingStrategyType.None);
            silo.Services.Add(collection).AddKeyedSingleton("snapshots", snapshots);
            if (silos > 1) SpreadOut(silo);
            if (cuts.Count > 0) silo.Configure<ClusterMembershipOptions>(NoticeSoon);
        });
        if (cuts.Count > 0)
        {
            builder.ConfigureSiloHost((which, silo) => silo.ConfigureContainer(
                new DefaultServiceProviderFactory(), all => cuts[NumberOf(which.SiloName)].Around(all)));
        }

        var host = new GrainHost(builder.Build(), cuts);
        await host.cluster.DeployAsync();
        return host;
    }

    public Task EndAllActivations() => Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);

    /// <summary>The silo that a grain which has been called is on.</summary>
    public async Task<SiloAddress?> SiloOf(IAddressable grain) =>
        await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);

    /// <summary>What a web beside this silo calls grains by.</summary>
    public IGrainFactory GrainsFrom(int silo) => cluster.Silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>();

    public IServiceProvider ServicesOf(int silo) => cluster.Silos[silo].ServiceProvider;

    public SiloAddress AddressOf(int silo) => cluster.Silos[silo].SiloAddress;

    /// <remarks>A silo that is cut off cannot be stopped in the ordinary way; the others are not kept waiting for it.</remarks>
    public async ValueTask DisposeAsync()
    {
        foreach (var cut in cuts) cut.End();
        try
        {
            await cluster.DisposeAsync().AsTask().WaitAsync(cuts.Count > 0 ? StopsWithin : Timeout.InfiniteTimeSpan);
        }
        catch (Exception) when (cuts.Count > 0)
        {
            // It is as dead as the test wanted it.
        }
    }

    private static int NumberOf(string silo) => int.Parse(silo[(silo.LastIndexOf('_') + 1)..], CultureInfo.InvariantCulture);

    /// <summary>A silent silo is given up after about four seconds; by default it would be a minute.</summary>
    private static void NoticeSoon(ClusterMembershipOptions cluster)
    {
        (cluster.ProbeTimeout, cluster.MaxProbeTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        cluster.MinProbeTimeout = TimeSpan.FromSeconds(0.5);
    }

    private static void SpreadOut(ISiloBuilder silo)
    {
        silo.Services.AddSingleton<PlacementStrategy, RandomPlacement>();
        silo.AddOutgoingGrainCallFilter<SerializedCalls>();
    }
}
