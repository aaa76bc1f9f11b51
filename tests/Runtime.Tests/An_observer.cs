using System.Runtime.CompilerServices;

namespace PublicBuyers.Runtime;

public sealed class An_observer(GrainHost host) : IClassFixture<GrainHost>
{
    private ISpeakerGrain Speaker => host.Grains.GetGrain<ISpeakerGrain>("speaker/a");

    [Fact]
    public async Task Is_told_everything_one_at_a_time()
    {
        var listener = new Listener(until: 1000);
        var reference = host.Grains.CreateObjectReference<IListener>(listener);

        await Speaker.Tell(reference, 1, 500);
        await Speaker.Tell(reference, 501, 500);

        var heard = await listener.Heard;
#if EMBEDDED
        heard.ShouldBe(Enumerable.Range(1, 1000));
#else
        heard.Order().ShouldBe(Enumerable.Range(1, 1000));   // messages without an answer may overtake each other there: who cares for order puts them in order
#endif
        listener.Overlapped.ShouldBeFalse();
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task Delays_nobody_and_loses_its_exceptions()
    {
        using var held = new ManualResetEventSlim();
        var listener = new Listener(until: 2, number =>
        {
            held.Wait();
            if (number == 1) throw new InvalidOperationException("Nobody hears this.");
        });
        var reference = host.Grains.CreateObjectReference<IListener>(listener);

        await Speaker.Tell(reference, 1, 2); // ends although the listener still holds the first
        held.Set();

        (await listener.Heard).Order().ShouldBe([1, 2]);
        GC.KeepAlive(listener);
    }

    [Fact]
    public async Task Is_not_held_by_its_reference()
    {
        var (reference, weak) = Forgotten();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        weak.IsAlive.ShouldBeFalse();
        await Speaker.Tell(reference, 1, 1); // into the void
    }

    [Fact]
    public async Task Is_told_nothing_after_its_reference_was_deleted()
    {
        var deleted = new Listener(until: 1);
        var kept = new Listener(until: 1);
        var deletedReference = host.Grains.CreateObjectReference<IListener>(deleted);
        var keptReference = host.Grains.CreateObjectReference<IListener>(kept);

        host.Grains.DeleteObjectReference<IListener>(deletedReference);
        await Speaker.Tell(deletedReference, 1, 1);
        await Speaker.Tell(keptReference, 1, 1);
        await kept.Heard;

        deleted.Heard.IsCompleted.ShouldBeFalse();
        GC.KeepAlive((deleted, kept));
    }

    [Fact]
    public async Task Is_refused_without_a_reference() =>
        await Should.ThrowAsync<NotSupportedException>(() => Speaker.Tell(new Listener(until: 1), 1, 1));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (IListener Reference, WeakReference Listener) Forgotten()
    {
        var listener = new Listener(until: 1);
        return (host.Grains.CreateObjectReference<IListener>(listener), new(listener));
    }

    private sealed class Listener(int until, Action<int>? onHearing = null) : IListener
    {
        private readonly TaskCompletionSource<int[]> all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<int> heard = [];
        private int hearing;

        public Task<int[]> Heard => all.Task;

        public bool Overlapped { get; private set; }

        public void Hear(int number)
        {
            if (Interlocked.Increment(ref hearing) > 1) Overlapped = true;
            try
            {
                heard.Add(number);
                onHearing?.Invoke(number);
            }
            finally
            {
                Interlocked.Decrement(ref hearing);
                if (heard.Count == until) all.TrySetResult([.. heard]);
            }
        }
    }
}
