using System.Collections.Immutable;
using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Testing;

/// <summary>A journal in memory that keeps every promise of <see cref="IJournal"/> but the disk, and breaks them when a test says so.</summary>
public sealed class MemoryJournal : IJournal, IStreamHeads
{
    private readonly Lock gate = new();
    private readonly List<RecordedFact> facts = [];
    private readonly Dictionary<string, List<RecordedFact>> streams = new(StringComparer.Ordinal);
    private readonly Dictionary<(MemberId, RequestId), RequestAnswer> answers = [];
    private readonly Dictionary<(string Stream, string Kind), DateTimeOffset> due = [];
    private readonly HashSet<(string Stream, long Sequence)> damaged = [];
    private readonly List<(int After, Fault Fault)> faults = [];
    private readonly HashSet<Hold> holds = [];
    private TaskCompletionSource moved = NewSignal();
    private int failingReads;

    private enum Fault { BeforeStoring, AfterStoring }

    public long Epoch { get; private set; } = 1;

    /// <summary>Everything stored so far, in order of position.</summary>
    public ImmutableArray<RecordedFact> Facts
    {
        get
        {
            lock (gate) return [.. facts];
        }
    }

    /// <summary>How often something was appended, or tried to be.</summary>
    public int Appends { get; private set; }

    /// <summary>What a stream holds.</summary>
    public ImmutableArray<RecordedFact> FactsOf(string stream)
    {
        lock (gate) return [.. StreamOf(stream)];
    }

    /// <summary>The n-th append from now throws, and nothing is stored.</summary>
    public void FailAppend(int nth = 1) => Add(nth, Fault.BeforeStoring);

    /// <summary>The n-th append from now is stored, and throws nevertheless.</summary>
    public void LoseAnswerOfAppend(int nth = 1) => Add(nth, Fault.AfterStoring);

    /// <summary>The next reads of streams and subjects throw.</summary>
    public void FailReads(int count = 1)
    {
        lock (gate) failingReads = count;
    }

    /// <summary>Appends wait before they are stored, until the hold is let go.</summary>
    public Hold HoldAppends(string? stream = null)
    {
        var hold = new Hold(stream, this);
        lock (gate) holds.Add(hold);
        return hold;
    }

    /// <summary>Stores a fact as another version of the server, or another activation, would have.</summary>
    public RecordedFact Put(string stream, string type, string payload, string subject = "", int version = 1, MemberId? by = null, DateTimeOffset? at = null, bool imported = false)
    {
        lock (gate)
        {
            Store(stream, [new(type, version, subject, Encoding.UTF8.GetBytes(payload))], by ?? MemberId.System, at ?? FakeClock.Noon, imported);
            return facts[^1];
        }
    }

    /// <summary>From now on whoever reads this fact, or its stream up to it, finds that it is not what was written.</summary>
    public void Damage(string stream, long sequence)
    {
        lock (gate) damaged.Add((stream, sequence));
    }

    /// <summary>As after a restore: what was seen before means nothing.</summary>
    public void BeginEpoch()
    {
        lock (gate) Epoch++;
    }

    /// <summary>As at the beginning.</summary>
    public void Lose()
    {
        lock (gate)
        {
            facts.Clear();
            streams.Clear();
            answers.Clear();
            due.Clear();
            damaged.Clear();
            faults.Clear();
            holds.Clear();
            (failingReads, Appends, Epoch) = (0, 0, 1);
        }
    }

    public async Task<AppendResult> Append(Append append, CancellationToken cancel = default) => (await AppendAll([append], cancel))[0];

    public async Task<ImmutableArray<AppendResult>> AppendAll(ImmutableArray<Append> appends, CancellationToken cancel = default)
    {
        Hold? hold;
        lock (gate) hold = holds.FirstOrDefault(each => each.Stream is null || each.Stream == appends[0].Stream);
        if (hold is not null) await hold.Pass(cancel);

        // As a disk would: the answer comes on another thread.
        await Task.Yield();

        TaskCompletionSource? signal = null;
        try
        {
            lock (gate)
            {
                Appends++;
                var fault = TakeFault();
                if (fault is Fault.BeforeStoring) throw new IOException("The disk did not take it.");

                var results = new List<AppendResult>();
                foreach (var append in appends) results.Add(results is [.., not AppendResult.Stored] ? new AppendResult.Conflict() : Commit(append));
                if (results[0] is AppendResult.Stored) (signal, moved) = (moved, NewSignal());
                if (fault is Fault.AfterStoring) throw new IOException("Nobody knows whether the disk took it.");
                return [.. results];
            }
        }
        finally
        {
            signal?.TrySetResult();
        }
    }

    public Task<ImmutableArray<RecordedFact>> ReadStream(string stream, long after, int most, CancellationToken cancel = default) => Read(() =>
    {
        ThrowIfDamaged(stream, after);
        return [.. StreamOf(stream).Skip((int)after).Take(most)];
    });

    public Task<long> Head(string stream, CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(StreamOf(stream) is [.., var last] ? last.Sequence : 0);
    }

    public Task<ImmutableArray<RecordedFact>> ReadSubjects(string stream, IReadOnlyCollection<string> subjects, CancellationToken cancel = default)
    {
        if (subjects.Count > JournalLimits.MostSubjects) throw new ArgumentException($"At most {JournalLimits.MostSubjects} subjects are read at once; these are {subjects.Count}.", nameof(subjects));

        return Read(() =>
        {
            var about = subjects.ToHashSet(StringComparer.Ordinal);
            var share = JournalLimits.MostSubjectFacts / Math.Max(1, about.Count);
            var found = StreamOf(stream).Where(fact => about.Contains(fact.Subject)).ToArray();
            return found.Length <= JournalLimits.MostSubjectFacts
                ? [.. found]
                : [.. found.GroupBy(fact => fact.Subject, StringComparer.Ordinal).SelectMany(subject => subject.TakeLast(share)).OrderBy(fact => fact.Sequence)];
        });
    }

    public Task<ImmutableArray<RecordedFact>> ReadSubject(string stream, string subject, long after, int most, CancellationToken cancel = default) =>
        Read(() => [.. StreamOf(stream).Skip((int)Math.Max(0, after)).Where(fact => fact.Subject == subject).Take(most)]);

    public Task<ImmutableArray<RecordedFact>> ReadAll(long after, int most, CancellationToken cancel = default) => Read(() =>
    {
        var page = facts.Skip((int)after).Take(most).TakeWhile(fact => !damaged.Contains((fact.Stream, fact.Sequence))).ToImmutableArray();
        return page.IsEmpty && facts.Count > after && facts[(int)after] is { } next
            ? throw new CorruptStreamException(next.Stream, next.Sequence, "its digest does not fit") { Position = next.Position }
            : page;
    });

    public Task<long> LastPosition(CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult((long)facts.Count);
    }

    public async Task WaitBeyond(long position, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (gate)
            {
                if (facts.Count > position) return;
                next = moved.Task;
            }

            await next.WaitAsync(cancel);
        }
    }

    public Task<RequestAnswer?> FindAnswer(MemberId by, RequestId request, CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(answers.GetValueOrDefault((by, request)));
    }

    public Task<ImmutableArray<DueEntry>> Due(DateTimeOffset until, int most, CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult<ImmutableArray<DueEntry>>([.. due.Where(entry => entry.Value <= until).OrderBy(entry => entry.Value).Take(most).Select(entry => new DueEntry(entry.Key.Stream, entry.Key.Kind, entry.Value))]);
    }

    public Task<DateTimeOffset?> NextDue(CancellationToken cancel = default)
    {
        lock (gate) return Task.FromResult(due.Count == 0 ? (DateTimeOffset?)null : due.Values.Min());
    }

    public Task Attended(DueEntry entry, DateTimeOffset? again = null, CancellationToken cancel = default)
    {
        lock (gate)
        {
            if (!due.TryGetValue((entry.Stream, entry.Kind), out var at) || at != entry.At) return Task.CompletedTask;
            if (again is { } later) due[(entry.Stream, entry.Kind)] = later;
            else due.Remove((entry.Stream, entry.Kind));
        }

        return Task.CompletedTask;
    }

    public Task Erase(string stream, IReadOnlyCollection<long> sequences, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var all = StreamOf(stream);
            foreach (var sequence in sequences)
            {
                var erased = all[(int)sequence - 1] with { Payload = null };
                all[(int)sequence - 1] = erased;
                facts[(int)erased.Position - 1] = erased;
            }
        }

        return Task.CompletedTask;
    }

    public Task<MovedStreams> MovedSince(long after, int most, CancellationToken cancel)
    {
        lock (gate)
        {
            var page = facts.Skip((int)after).Take(most).ToArray();
            return Task.FromResult(new MovedStreams(
                page.Length == 0 ? after : page[^1].Position,
                page.GroupBy(fact => fact.Stream, StringComparer.Ordinal).ToImmutableDictionary(stream => stream.Key, stream => stream.Max(fact => fact.Sequence), StringComparer.Ordinal)));
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppendResult Commit(Append append)
    {
        if (append.Facts.Length > JournalLimits.MostFacts) throw new ArgumentException($"{append.Facts.Length} facts are too many for one append.", nameof(append));
        if (append.Facts.Any(fact => fact.Payload.Length > JournalLimits.LargestPayload)) throw new ArgumentException("A payload is too large.", nameof(append));

        if (append.Answer is { } asked && answers.TryGetValue((asked.By, asked.Request), out var first)) return new AppendResult.Answered(first);
        if (StreamOf(append.Stream).Count != append.Expected) return new AppendResult.Conflict();

        Store(append.Stream, append.Facts, append.By, append.At, append.Imported);
        foreach (var change in append.Due)
        {
            if (change.At is { } at) due[(append.Stream, change.Kind)] = at;
            else due.Remove((append.Stream, change.Kind));
        }

        if (append.Answer is { } answer) answers[(answer.By, answer.Request)] = answer;
        return new AppendResult.Stored(StreamOf(append.Stream).Count, facts.Count);
    }

    private void Store(string stream, ImmutableArray<NewFact> happened, MemberId by, DateTimeOffset at, bool imported)
    {
        var all = StreamOf(stream);
        foreach (var fact in happened)
        {
            // A copy, as on a disk: nobody can change it afterwards.
            var recorded = new RecordedFact(facts.Count + 1, stream, all.Count + 1, fact.Type, fact.Version, fact.Subject, at, by, imported, fact.Payload.ToArray());
            facts.Add(recorded);
            all.Add(recorded);
        }
    }

    private List<RecordedFact> StreamOf(string stream) => streams.TryGetValue(stream, out var all) ? all : streams[stream] = [];

    private Task<ImmutableArray<RecordedFact>> Read(Func<ImmutableArray<RecordedFact>> read)
    {
        lock (gate)
        {
            if (failingReads > 0 && failingReads-- > 0) return Task.FromException<ImmutableArray<RecordedFact>>(new IOException("The disk did not give it."));

            try
            {
                return Task.FromResult(read());
            }
            catch (CorruptStreamException corrupt)
            {
                return Task.FromException<ImmutableArray<RecordedFact>>(corrupt);
            }
        }
    }

    private void ThrowIfDamaged(string stream, long after)
    {
        foreach (var (_, sequence) in damaged.Where(each => each.Stream == stream && each.Sequence > after))
            throw new CorruptStreamException(stream, sequence, "its digest does not fit");
    }

    private void Add(int nth, Fault fault)
    {
        lock (gate) faults.Add((Appends + nth, fault));
    }

    private Fault? TakeFault()
    {
        var index = faults.FindIndex(fault => fault.After == Appends);
        if (index < 0) return null;

        var fault = faults[index].Fault;
        faults.RemoveAt(index);
        return fault;
    }

    /// <summary>Appends that wait at the door of the journal.</summary>
    public sealed class Hold(string? stream, MemoryJournal journal) : IDisposable
    {
        private readonly TaskCompletionSource reached = NewSignal();
        private readonly TaskCompletionSource released = NewSignal();

        /// <summary>Completes when the first append waits.</summary>
        public Task Reached => reached.Task;

        internal string? Stream { get; } = stream;

        public void Dispose()
        {
            lock (journal.gate) journal.holds.Remove(this);
            released.TrySetResult();
        }

        internal Task Pass(CancellationToken cancel)
        {
            reached.TrySetResult();
            return released.Task.WaitAsync(cancel);
        }
    }
}
