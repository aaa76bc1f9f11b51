namespace PublicBuyers.Runtime;

/// <summary>A grain that does what a test asks for, and says on the stage what happens.</summary>
[Alias("tests.room")]
public interface IRoomGrain : IGrainWithStringKey
{
    [Alias("name")] Task<string> Name();

    [Alias("count")] Task<int> Count();

    /// <summary>Says that it began, waits at the door, says that it ended.</summary>
    [Alias("write")] Task Write(string scene);

    /// <inheritdoc cref="Write"/>
    [Alias("read"), ReadOnly] Task Read(string scene);

    /// <inheritdoc cref="Write"/>
    [Alias("watch"), AlwaysInterleave] Task Watch(string scene);

    [Alias("glance"), AlwaysInterleave] Task<string> Glance();

    [Alias("shout"), OneWay] Task Shout(string scene);

    [Alias("scheduler")] Task<IReadOnlyList<string>> LeavesItsScheduler();

    [Alias("close")] Task<int> Close(bool atOnce);

    [Alias("listen")] Task Listen(string scene, CancellationToken cancellation);

    /// <summary>Ends soon, whether cancelled or not.</summary>
    [Alias("think")] Task<int> Think(CancellationToken cancellation);

    [Alias("wish")] Task<string?> Wish(string key);

    [Alias("relay-wish")] Task<string?> RelayWish(string key, IRoomGrain to);

    [Alias("set-wish")] Task SetWish(string key, string value);

    [Alias("pass")] Task<string> PassOn(string[] path, CallKind kind);

    [Alias("pass-read"), ReadOnly] Task<string> PassOnReading(string[] path, CallKind kind);

    [Alias("myself")] Task<IRoomGrain> Myself();

    [Alias("rest")] Task Rest();

    [Alias("delay-rest")] Task Stay(TimeSpan time);

    [Alias("services")] Task<int> LampsLit();
}

[GenerateSerializer, Alias("tests.call-kind")]
public enum CallKind { Writing, Reading, Glancing }

[GenerateSerializer, Alias("tests.room-is-closed")]
public sealed class RoomIsClosedException(string room, int since) : Exception($"\"{room}\" is closed.")
{
    [Id(0)] public int Since { get; } = since;
}

/// <summary>A scoped service: one for each activation, dark when that has ended.</summary>
public sealed class Lamp(Stage stage) : IDisposable
{
    public void Dispose() => stage.Happens("dark");
}

internal sealed class RoomGrain(Stage stage, Lamp lamp) : Grain, IRoomGrain
{
    private int count;
    private int thinking;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stage.Happens($"{Key} activates");
        if (Key.Contains("slow", StringComparison.Ordinal)) await stage.Door($"{Key} may activate");
        if (Key.Contains("broken", StringComparison.Ordinal) && stage.TimesOf($"{Key} activates") == 1) throw new RoomIsClosedException(Key, 1);
        if (Key.Contains("vain", StringComparison.Ordinal)) await GrainFactory.GetGrain<IRoomGrain>(Key).Name();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        stage.Happens($"{Key} ends {reason.ReasonCode}");
        if (Key.Contains("lingering", StringComparison.Ordinal)) await stage.Door($"{Key} may end");
        if (Key.Contains("crashing", StringComparison.Ordinal)) throw new InvalidOperationException("It fails while it ends.");
        stage.Happens($"{Key} has ended");
    }

    public Task<string> Name() => Task.FromResult(Key);

    public async Task<int> Count()
    {
        var before = count;
        await Task.Yield();
        return count = before + 1;
    }

    public Task Write(string scene) => Play(scene);

    public Task Read(string scene) => Play(scene);

    public Task Watch(string scene) => Play(scene);

    public Task<string> Glance() => Task.FromResult(Key);

    public async Task Shout(string scene)
    {
        await Play(scene);
        throw new InvalidOperationException("Nobody hears this.");
    }

    public async Task<IReadOnlyList<string>> LeavesItsScheduler()
    {
        var scheduler = TaskScheduler.Current;
        var left = new List<string>();
        if (scheduler == TaskScheduler.Default) left.Add("from the start");
        await Task.Yield();
        Check("yield");
        await Task.Delay(1);
        Check("delay");
        await Task.Run(() => 1);
        Check("another thread");
        await Task.WhenAll(Branch(), Branch());
        Check("branches");
        return left;

        async Task Branch()
        {
            await Task.Yield();
            Check("a branch");
        }

        void Check(string after)
        {
            if (TaskScheduler.Current != scheduler || SynchronizationContext.Current is not null) left.Add(after);
        }
    }

    public Task<int> Close(bool atOnce) => atOnce ? throw new RoomIsClosedException(Key, 7) : Later();

    public async Task Listen(string scene, CancellationToken cancellation)
    {
        stage.Happens($"{scene} began");
        var heard = new TaskCompletionSource();
        await using (cancellation.Register(heard.SetResult)) await heard.Task;
        stage.Happens($"{scene} was cancelled");
        await stage.Door(scene);   // not before the caller: its answer would be as good as the cancellation
    }

    public async Task<int> Think(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref thinking) > 1) stage.Happens("two thoughts at once");
        await Task.Yield();
        Interlocked.Decrement(ref thinking);
        return 1;
    }

    public Task<string?> Wish(string key) => Task.FromResult(RequestContext.Get(key) as string);

    public async Task<string?> RelayWish(string key, IRoomGrain to)
    {
        await Task.Yield();
        return await to.Wish(key);
    }

    public Task SetWish(string key, string value)
    {
        RequestContext.Set(key, value);
        return Task.CompletedTask;
    }

    public Task<string> PassOn(string[] path, CallKind kind) => Pass(path, kind);

    public Task<string> PassOnReading(string[] path, CallKind kind) => Pass(path, kind);

    public Task<IRoomGrain> Myself() => Task.FromResult(this.AsReference<IRoomGrain>());

    public Task Rest()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task Stay(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public Task<int> LampsLit() => Task.FromResult(ReferenceEquals(lamp, ServiceProvider.GetService(typeof(Lamp))) ? 1 : 2);

    private async Task<int> Later()
    {
        await Task.Yield();
        throw new RoomIsClosedException(Key, 7);
    }

    private async Task Play(string scene)
    {
        stage.Happens($"{scene} began");
        await stage.Door(scene);
        stage.Happens($"{scene} ended");
    }

    private async Task<string> Pass(string[] path, CallKind kind)
    {
        await Task.Yield();
        if (path.Length == 0) return Key;
        var next = GrainFactory.GetGrain<IRoomGrain>(path[0]);
        if (path.Length > 1) return await (kind == CallKind.Reading ? next.PassOnReading(path[1..], kind) : next.PassOn(path[1..], kind));
        return await (kind switch
        {
            CallKind.Reading => next.PassOnReading([], kind),
            CallKind.Glancing => next.Glance(),
            _ => next.Name(),
        });
    }
}
