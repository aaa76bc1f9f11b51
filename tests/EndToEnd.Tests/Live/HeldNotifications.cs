using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Storage;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>Holds back what grains tell a server's feeds, and what its safety net would find, while a test wants it.</summary>
internal sealed class HeldNotifications
{
    private readonly ConcurrentBag<HeldObserver> observers = [];   // grains do not keep them alive
    private readonly ConcurrentQueue<Action> late = [];
    private volatile bool holds;

    /// <summary>To start a server with.</summary>
    public void Adjust(IServiceCollection services)
    {
        var runtime = services.Last(each => each.ServiceType == typeof(IGrainFactory));
        services.AddSingleton(provider => HoldingFactory.Around((IGrainFactory)runtime.ImplementationFactory!(provider), Watched));
        services.AddSingleton<IStreamHeads>(provider => new HeldHeads(this, provider.GetRequiredService<SqliteJournal>()));
    }

    public void Hold() => holds = true;

    /// <summary>Everything arrives now, late and in order.</summary>
    public void Release()
    {
        holds = false;
        while (late.TryDequeue(out var notification)) notification();
    }

    private HeldObserver Watched(IStreamObserver observer)
    {
        var held = new HeldObserver(this, observer);
        observers.Add(held);
        return held;
    }

    private void Pass(Action notification)
    {
        if (holds) late.Enqueue(notification);
        else notification();
    }

    /// <summary>Nothing has moved, as far as it says while notifications are held.</summary>
    private sealed class HeldHeads(HeldNotifications held, IStreamHeads heads) : IStreamHeads
    {
        public async Task<MovedStreams> MovedSince(long after, int most, CancellationToken cancel) =>
            held.holds ? new(after, ImmutableDictionary<string, long>.Empty) : await heads.MovedSince(after, most, cancel);
    }

    private sealed class HeldObserver(HeldNotifications held, IStreamObserver observer) : IStreamObserver
    {
        public void Changed(StreamChanges changes) => held.Pass(() => observer.Changed(changes));

        public void Passing(PassingValues values) => held.Pass(() => observer.Passing(values));
    }
}

/// <summary>Has grains tell another observer in place of the one that wants to be told.</summary>
public class HoldingFactory : DispatchProxy   // open: the proxy is made of it
{
    private IGrainFactory inner = null!;
    private Func<IStreamObserver, IStreamObserver> instead = null!;

    internal static IGrainFactory Around(IGrainFactory inner, Func<IStreamObserver, IStreamObserver> instead)
    {
        var holding = Create<IGrainFactory, HoldingFactory>();
        ((HoldingFactory)(object)holding).inner = inner;
        ((HoldingFactory)(object)holding).instead = instead;
        return holding;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var observed = targetMethod!.Name == nameof(IGrainFactory.CreateObjectReference) ? args![0] as IStreamObserver : null;
        return targetMethod.Invoke(inner, observed is null ? args : [instead(observed)]);
    }
}
