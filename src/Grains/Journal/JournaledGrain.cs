using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Live;

namespace PublicBuyers.Journal;

/// <summary>What every grain with a stream works with.</summary>
internal sealed record Workbench(IJournal Journal, IClock Clock, TimeProvider Time, IQuarantineLog Quarantine, ILoggerFactory Logs);

/// <summary>A grain whose state is the fold of its facts. Decide, store, apply, tell: written once, here.</summary>
internal abstract partial class JournaledGrain<TState, TEvent> : Grain, ITopicGrain
    where TState : class, IFolded<TState, TEvent>
    where TEvent : Fact
{
    /// <summary>A snapshot is taken when at least this many facts outweigh the one before.</summary>
    private const int FactsBetweenSnapshots = 256;

    private const int PageOfFacts = 1_000;

    /// <summary>
    /// For so long an empty stream is kept in memory. Anybody can ask for rooms, members and communities that there are
    /// not, and each is an activation.
    /// </summary>
    internal static readonly TimeSpan EmptyIsKept = TimeSpan.FromSeconds(5);

    private readonly Workbench bench;
    private readonly IPersistentState<Kept> snapshot;
    private readonly ILogger log;
    private readonly Audience audience;
    private long factsSince;
    private long bytesSince;
    private string stream = "";
    private bool lost;
    private Refused.Quarantined? damaged;
    private Refused.Quarantined? readOnly;

    protected JournaledGrain(Workbench bench, IPersistentState<Kept> snapshot)
    {
        this.bench = bench;
        this.snapshot = snapshot;
        log = bench.Logs.CreateLogger(GetType());
        audience = new(bench.Time);
    }

    protected TState State { get; private set; } = TState.Empty;

    /// <summary>Of the last fact applied.</summary>
    protected long Sequence { get; private set; }

    protected StreamPosition Position => new(bench.Journal.Epoch, Sequence);

    protected IJournal Journal => bench.Journal;

    protected IClock Clock => bench.Clock;

    protected TimeProvider Time => bench.Time;

    protected string Stream => stream;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        stream = this.GetPrimaryKeyString();
        if (snapshot.RecordExists && snapshot.State.TryRestore<TState>(TState.Schema, bench.Journal.Epoch, out var kept))
            (State, Sequence, bytesSince) = (kept!, snapshot.State.Sequence, -snapshot.State.State.Length);

        await CatchUp(cancellationToken);
        if (Sequence == 0)
            this.RegisterGrainTimer(LeaveIfEmpty, this, new GrainTimerCreationOptions(EmptyIsKept, EmptyIsKept));
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (factsSince > 0 && !lost) await KeepSnapshot();
    }

    public Task<StreamPosition> Watch(IStreamObserver observer)
    {
        audience.Watch(observer);
        return Task.FromResult(Position);
    }

    public Task Unwatch(IStreamObserver observer)
    {
        audience.Unwatch(observer);
        return Task.CompletedTask;
    }

    public abstract Task<Outcome<StreamPosition>> Admit(MemberId reader);

    public virtual Task<Catchup> Since(long epoch, long position) => Task.FromResult(new Catchup(Position, Snapshot(), []));

    /// <summary>The whole view, for who has seen nothing or too little.</summary>
    protected abstract TopicSnapshot Snapshot();

    /// <summary>What the fact just applied changed in the view.</summary>
    protected virtual ValueTask<ImmutableArray<Change>> ChangesOf(Happened<TEvent> fact) => new(ImmutableArray<Change>.Empty);

    /// <summary>An answer out of the state, unless the stream is damaged.</summary>
    protected Outcome<T> Read<T>(Func<TState, Outcome<T>> answer) => damaged is { } why ? why : answer(State);

    /// <summary>Why nothing can be read here, if so.</summary>
    protected Refusal? Damaged => damaged;

    /// <summary>What this version understands of facts read by subject. It passes over the rest, as the fold of the whole stream does.</summary>
    protected static IEnumerable<Happened<TEvent>> Understood(IEnumerable<RecordedFact> facts) => facts.Select(Understand).OfType<Happened<TEvent>>();

    /// <summary>None: the stream is listed for the administrator since it was activated.</summary>
    protected static Happened<TEvent>? Understand(RecordedFact fact)
    {
        try
        {
            return FactCodec<TEvent>.Read(fact);
        }
        catch (UnreadableFactException)
        {
            return null;
        }
    }

    private async ValueTask Tell(IReadOnlyCollection<Happened<TEvent>> happened)
    {
        if (audience.IsEmpty) return;

        try
        {
            var steps = ImmutableArray.CreateBuilder<Step>(happened.Count);
            foreach (var fact in happened) steps.Add(new(fact.Sequence, await ChangesOf(fact)));
            audience.Tell(new(stream, bench.Journal.Epoch, steps.MoveToImmutable()));
        }
        catch (Exception failed)
        {
            LogNotTold(failed, stream, Sequence);   // stored all the same: who watches finds the gap by position
        }
    }

    /// <summary>Tells who watches of a value that has no position.</summary>
    protected void Pass(params ImmutableArray<Change> values) => audience.Pass(new(stream, values));

    /// <summary>After facts of this grain's own decision were stored, applied and told. Runs within the turn.</summary>
    protected virtual ValueTask Committed(ImmutableArray<TEvent> facts) => ValueTask.CompletedTask;

    /// <summary>
    /// Not at once after the first answer: calls that wait already would be sent on from one activation to the next, which
    /// the engine does a few times only.
    /// </summary>
    private static Task LeaveIfEmpty(JournaledGrain<TState, TEvent> grain)
    {
        if (grain.Sequence == 0 && grain.audience.IsEmpty && grain.damaged is null) grain.DeactivateOnIdle();
        return Task.CompletedTask;
    }

    private void Apply(Happened<TEvent> fact)
    {
        State = State.Apply(fact);
        Sequence = fact.Sequence;
        factsSince++;
    }

    private async Task ReadAgain()
    {
        (State, Sequence, factsSince) = (TState.Empty, 0, 0);
        await CatchUp(CancellationToken.None);
        lost = false;
    }

    private async Task CatchUp(CancellationToken cancel)
    {
        try
        {
            ImmutableArray<RecordedFact> page;
            do
            {
                page = await Journal.ReadStream(stream, Sequence, PageOfFacts, cancel);
                foreach (var fact in page)
                {
                    bytesSince += fact.Payload?.Length ?? 0;
                    await ApplyRecorded(fact);
                }
            }
            while (page.Length == PageOfFacts);
        }
        catch (CorruptStreamException corrupt)
        {
            damaged = new(await bench.Quarantine.Report(stream, corrupt.Sequence, corrupt.Reason, cancel));
            Telemetry.Quarantined.Add(1);
            LogDamaged(corrupt, stream, damaged.Reference);
        }
    }

    private async Task ApplyRecorded(RecordedFact fact)
    {
        try
        {
            Apply(FactCodec<TEvent>.Read(fact));
        }
        catch (UnreadableFactException unreadable)
        {
            // Known facts are still shown; deciding anything on top of what is not understood would be guessing.
            readOnly ??= new(await bench.Quarantine.Report(stream, unreadable.Sequence, unreadable.Reason));
            Sequence = fact.Sequence;
            Telemetry.Quarantined.Add(1);
            LogReadOnly(unreadable, stream, readOnly.Reference);
        }
    }

    private void KeepSnapshotWhenDue()
    {
        if (factsSince < FactsBetweenSnapshots || bytesSince < 0) return;

        factsSince = 0;
        this.RegisterGrainTimer(_ => KeepSnapshot(), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
    }

    private async Task KeepSnapshot()
    {
        if (lost || damaged is not null || readOnly is not null) return;

        snapshot.State = Kept.Of(State, TState.Schema, bench.Journal.Epoch, Sequence);
        try
        {
            await snapshot.WriteStateAsync();
            (factsSince, bytesSince) = (0, -snapshot.State.State.Length);
        }
        catch (Exception failed)
        {
            LogSnapshotFailed(failed, stream);   // costs time at the next activation, nothing else
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Stream {Stream} moved on from {Sequence} while a decision was made; reading on")]
    private partial void LogConflict(string stream, long sequence);

    [LoggerMessage(1002, LogLevel.Error, "Stream {Stream} is damaged and refuses everything, reference {Reference}")]
    private partial void LogDamaged(Exception why, string stream, string reference);

    [LoggerMessage(1003, LogLevel.Error, "Stream {Stream} holds what this version cannot read and is read-only, reference {Reference}")]
    private partial void LogReadOnly(Exception why, string stream, string reference);

    [LoggerMessage(1005, LogLevel.Warning, "Who watches {Stream} was not told of the changes up to {Sequence}")]
    private partial void LogNotTold(Exception why, string stream, long sequence);

    [LoggerMessage(1004, LogLevel.Warning, "No snapshot of stream {Stream} could be kept")]
    private partial void LogSnapshotFailed(Exception why, string stream);
}
