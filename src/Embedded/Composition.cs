using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace PublicBuyers.Embedded;

/// <summary>What the embedded grain runtime runs, and within which limits.</summary>
public sealed class EmbeddedGrainOptions
{
    /// <summary>Calls that may wait for one grain; the next is refused.</summary>
    public const int MaxWaitingCalls = 10_000;

    internal Dictionary<string, Func<IServiceProvider, IGrainStorage>> Storages { get; } = new(StringComparer.Ordinal);

    /// <summary>Where the grain classes are.</summary>
    public IList<Assembly> Assemblies { get; } = [];

    /// <summary>A call that has no answer by then fails with <see cref="TimeoutException"/>. Starting and ending a grain may take as long.</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A grain that nobody has called for so long is ended.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often idle grains are looked for.</summary>
    public TimeSpan CollectionInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Adds the storage that <see cref="PersistentStateAttribute"/> calls <paramref name="name"/>.</summary>
    public void AddGrainStorage(string name, Func<IServiceProvider, IGrainStorage> make) => Storages.Add(name, make);
}

/// <summary>Adds the embedded grain runtime to an application.</summary>
public static class EmbeddedGrains
{
    /// <summary>
    /// Adds <see cref="IGrainFactory"/> and <see cref="EmbeddedRuntime"/>. Grains can be called as soon as the services exist; at shutdown
    /// they end after every hosted service has stopped, the web server included. Time is the <see cref="TimeProvider"/> of the services.
    /// </summary>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, Action<EmbeddedGrainOptions> configure)
    {
        var options = new EmbeddedGrainOptions();
        configure(options);

        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new EmbeddedRuntime(provider, options, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<EmbeddedRuntime>>()));
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<EmbeddedRuntime>().Factory);
        services.AddScoped<IGrainContext>(_ => Activation.BeingMade ?? throw new InvalidOperationException($"{nameof(IGrainContext)} is for the constructors of grains."));
        services.AddHostedService<EndWithTheHost>();
        foreach (var (name, make) in options.Storages) services.AddKeyedSingleton(name, (provider, _) => make(provider));
        return services;
    }

    // Stopped comes after the last StopAsync, whatever the order of registration.
    private sealed class EndWithTheHost(EmbeddedRuntime runtime) : IHostedLifecycleService
    {
        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => runtime.StopAsync(cancellationToken);
    }
}
