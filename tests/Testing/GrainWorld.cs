using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Platform;
using PublicBuyers.Publications;
using PublicBuyers.Running;
using PublicBuyers.Search;
using PublicBuyers.SignIn;

namespace PublicBuyers.Testing;

/// <summary>The domain on a grain runtime, in a world of memory. Followers run when a test says so, or all by themselves after <see cref="StartFollowers"/>.</summary>
public sealed class GrainWorld : IAsyncDisposable
{
    private static readonly AsyncLocal<SameSilos?> rounds = new();

    private readonly List<object> held = [];   // a grain's reference to an observer does not keep it alive
    private GrainHost host = null!;
    private FollowerDriver? driver;
    private IGrainFactory? asks;

    private GrainWorld() => Quarantine = new(Clock);

    public IGrainFactory Grains => asks ?? host.Grains;

    public IServiceProvider Services => host.Services;

    public MemoryJournal Journal { get; } = new();

    public FakeClock Clock { get; } = new();

    public KnownIds Ids { get; } = new();

    public KnownSecrets Secrets { get; } = new();

    public PlainAddressKeys AddressKeys { get; } = new();

    public MemoryMailbox Mailbox { get; } = new();

    public MemoryCursors Cursors { get; } = new();

    public MemoryQuarantine Quarantine { get; }

    public MemoryDirectoryRows Directories { get; } = new();

    public MemoryReadMarks Marks { get; } = new();

    public MemoryPostIndex Posts { get; } = new();

    public KnownVitality Vitality { get; } = new();

    public KnownAdministrators Administrators { get; } = new();

    public MemoryPostedFiles Files { get; } = new();

    public MemoryGrainStorage Snapshots { get; } = new();

    /// <summary>
    /// For a test that needs a new world for each of many rounds: worlds that are started one after the other, without
    /// services of their own, share their silos until this is disposed of. Each begins empty; only its clock goes on.
    /// </summary>
    public static IAsyncDisposable SameSilosForEveryRound() => rounds.Value = new();

    /// <param name="more">Registered last: what is registered here wins.</param>
    public static async Task<GrainWorld> Start(Action<IServiceCollection>? more = null)
    {
        if (more is not null || rounds.Value is not { } same) return await StartAlone(more);

        return same.World ??= await StartAlone(null);
    }

    private static async Task<GrainWorld> StartAlone(Action<IServiceCollection>? more)
    {
        var world = new GrainWorld();
        world.host = await GrainHost.Start(
            services =>
            {
                world.Register(services);
                more?.Invoke(services);
            },
            world.Snapshots);
        world.Posts.Following = () => world.Grains.GetGrain<IPostIndexFollowerGrain>("post-index/0").CatchUp();
        return world;
    }

    /// <summary>A world on as many silos as there are ways to cut them off. Who asks is beside the first silo, which stays.</summary>
    internal static async Task<(GrainWorld World, GrainHost Host)> StartToCut(
        IReadOnlyList<CutOff> cuts, Action<IServiceCollection>? more = null)
    {
        var world = new GrainWorld();
        world.host = await GrainHost.StartToCut(
            services =>
            {
                world.Register(services);
                services.AddSingleton(new CallPatience(TimeSpan.FromMinutes(2)));
                services.AddSingleton<IOutgoingGrainCallFilter, PatientCalls>();   // asks again, as the web does
                more?.Invoke(services);
            },
            world.Snapshots,
            cuts);
        world.asks = world.host.GrainsFrom(0);
        return (world, world.host);
    }

    /// <summary>Ends every activation: what is not stored is forgotten.</summary>
    public Task RestartAsync() => host.EndAllActivations();

    /// <summary>From here on every change of the stream is heard.</summary>
    public async Task<Listener> Listen(ITopicGrain topic, Action<StreamChanges>? hearing = null)
    {
        var listener = new Listener(hearing);
        lock (held) held.Add(listener);
        listener.After = (await topic.Watch(Grains.CreateObjectReference<IStreamObserver>(listener))).Position;
        return listener;
    }

    /// <summary>Every follower reads on to the head of the journal, once. A follower that fails stays where it is.</summary>
    public async Task Follow()
    {
        await Grains.GetGrain<IDirectoryFollowerGrain>("directory/0").CatchUp();
        await Grains.GetGrain<IPostIndexFollowerGrain>("post-index/0").CatchUp();
        foreach (var effect in Services.GetServices<IEffect>())
            for (var partition = 0; partition < effect.Partitions; partition++)
                await Grains.GetGrain<IEffectFollowerGrain>($"effect/{effect.Name}/{partition}").CatchUp();
    }

    /// <summary>Wakes what is due, once.</summary>
    public Task<DateTimeOffset?> Attend() => Grains.GetGrain<IClockFollowerGrain>("clock/0").Attend();

    /// <summary>The followers run by themselves, as in the server.</summary>
    public async Task StartFollowers()
    {
        driver = ActivatorUtilities.CreateInstance<FollowerDriver>(Services);
        await driver.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (driver is not null)
        {
            await driver.StopAsync(CancellationToken.None);
            driver.Dispose();
            driver = null;
        }

        if (rounds.Value?.World == this) await BeginAnew();
        else await host.DisposeAsync();
    }

    private async Task BeginAnew()
    {
        await RestartAsync();
        lock (held) held.Clear();
        Journal.Lose();
        Snapshots.Lose();
        Cursors.Lose();
        Directories.Lose();
        Marks.Lose();
        Posts.Lose();
        Files.Lose();
        Mailbox.Lose();
        Quarantine.Lose();
        Administrators.Members = [];
        Vitality.State = VitalityState.Active;
    }

    /// <summary>Who asks for a world in the course of a test is given this one again.</summary>
    private sealed class SameSilos : IAsyncDisposable
    {
        public GrainWorld? World { get; set; }

        public async ValueTask DisposeAsync()
        {
            rounds.Value = null;
            if (World is { } world) await world.host.DisposeAsync();
        }
    }

    private void Register(IServiceCollection services) => services
        .AddSingleton<ILoggerFactory, LoggerFactory>().AddLogging()
        .AddSingleton(TimeProvider.System)
        .AddSingleton<IClock>(Clock)
        .AddSingleton<INewIds>(Ids)
        .AddSingleton<ISecrets>(Secrets)
        .AddSingleton<IAddressKeys>(AddressKeys)
        .AddSingleton<IMailbox>(Mailbox)
        .AddSingleton<IMailWriter, PlainMailWriter>()
        .AddSingleton<IMarkdown, LaidOut>()
        .AddSingleton<IFollowerCursors>(Cursors)
        .AddSingleton<IDirectoryRows>(Directories)
        .AddSingleton<IMemberDirectory, NobodyKnown>()
        .AddSingleton<IReadMarks>(Marks)
        .AddSingleton<IPostRows>(Posts)
        .AddSingleton<IPostSearch>(Posts)
        .AddSingleton<IPublications, NothingPublished>()
        .AddSingleton<IPostedFiles>(Files)
        .AddSingleton<IVitality>(Vitality)
        .AddSingleton<IAdministrators>(Administrators)
        .AddSingleton<IQuarantineLog>(Quarantine)
        .AddSingleton<IQuarantine>(Quarantine)
        .AddSingleton<IJournal>(Journal)
        .AddSingleton<IStreamHeads>(Journal)
        .AddDomain()
        .AddSingleton<IAcquaintances, EverybodyKnown>();
}
