using Microsoft.Extensions.DependencyInjection;
#if ORLEANS
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
#else
using Microsoft.Extensions.Hosting;
using PublicBuyers.Embedded;
#endif

namespace PublicBuyers.Runtime;

/// <summary>A host with the test grains, on whichever runtime this build has.</summary>
public class GrainHost : IAsyncLifetime
{
    public Stage Stage { get; } = new();

    public MemoryStorage Storage { get; } = new();

    protected virtual TimeSpan ResponseTimeout => TimeSpan.FromSeconds(30);

#if ORLEANS
    private InProcessTestCluster cluster = null!;

    public IGrainFactory Grains => cluster.Client;

    public async Task InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout);
            AddTo(silo.Services);
            silo.Services.AddKeyedSingleton<IGrainStorage>("memory", Storage);
        });
        builder.ConfigureClient(client => client.Services.Configure<ClientMessagingOptions>(options => options.ResponseTimeout = ResponseTimeout));
        cluster = builder.Build();
        await cluster.DeployAsync();
    }

    public Task DisposeAsync() => cluster.DisposeAsync().AsTask();

    public Task Stop() => cluster.StopAllSilosAsync();
#else
    private IHost host = null!;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public EmbeddedRuntime Runtime => host.Services.GetRequiredService<EmbeddedRuntime>();

    public async Task InitializeAsync()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        AddTo(builder.Services);
        builder.Services.AddEmbeddedGrains(options =>
        {
            options.Assemblies.Add(typeof(GrainHost).Assembly);
            options.ResponseTimeout = ResponseTimeout;
            options.AddGrainStorage("memory", _ => Storage);
        });
        host = builder.Build();
        await host.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }

    public Task Stop() => host.StopAsync();
#endif

    protected virtual void AddTo(IServiceCollection services)
    {
        services.AddSingleton(Stage);
        services.AddScoped<Lamp>();
    }
}

/// <summary>A host whose calls time out soon.</summary>
public sealed class ImpatientHost : GrainHost
{
    protected override TimeSpan ResponseTimeout => TimeSpan.FromSeconds(1);
}
