using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;

namespace PublicBuyers.Journal;

/// <remarks>
/// One append of a stream is under way at a time. What is asked meanwhile (only calls that interleave get so far) is gathered, decided one after the other,
/// stored by one append and told in one go: a busy room pays for one commit and one frame, not for eight. docs/decisions/0006
/// </remarks>
internal abstract partial class JournaledGrain<TState, TEvent>
{
    /// <summary>Another node may have written to the stream while this one decided: it reads on and decides again, so often.</summary>
    private const int MostConflicts = 3;

    /// <summary>Decisions in one append.</summary>
    private const int MostGathered = 64;

    private readonly Queue<Asked> asked = new();
    private readonly List<Happened<TEvent>> ahead = [];
    private bool storing;

    /// <summary>What was decided on a subject just before, and is not stored yet. A rule that reads the journal adds it.</summary>
    protected IEnumerable<Happened<TEvent>> AheadOf(string subject) => ahead.Where(fact => fact.Subject == subject);

    protected Task<Outcome<T>> Decide<T>(Command command, Func<TState, DateTimeOffset, Decision<T, TEvent>> rule) =>
        Decide(command, (state, now) => new ValueTask<Decision<T, TEvent>>(rule(state, now)));

    /// <summary>Asks the rule, stores what must happen, applies and tells it. A request that was answered before gets that answer.</summary>
    /// <param name="rule">Decides on the state it is given, which may be ahead of <see cref="State"/>.</param>
    protected async Task<Outcome<T>> Decide<T>(Command command, Func<TState, DateTimeOffset, ValueTask<Decision<T, TEvent>>> rule)
    {
        using var step = Telemetry.Traces.StartActivity(command.GetType().Name);
        var began = Stopwatch.GetTimestamp();
        var mine = new Asked<T>(command, BodyHash(command), stream, rule);
        asked.Enqueue(mine);
        if (storing) await mine.Called;   // it has been decided with others, or it is this turn's to decide for all who wait

        if (!mine.IsAnswered)
        {
            storing = true;
            while (!mine.IsAnswered) await DecideNext();

            storing = asked.TryPeek(out var next);
            next?.Call();
        }

        var answer = await mine.Answer;
        Telemetry.Commands.Record(
            Telemetry.Since(began),
            new("command", command.GetType().Name),
            new("outcome", answer.IsRefused ? "refused" : "done")
        );
        return answer;
    }

    private async Task DecideNext()
    {
        var batch = new List<Asked>();
        while (batch.Count < MostGathered && asked.TryDequeue(out var next)) batch.Add(next);

        try
        {
            if (lost) await ReadAgain();
            for (var attempt = 0; batch.Count > 0; attempt++) batch = await DecideTogether(batch, attempt);
        }
        catch (NotStoredException unwritten)
        {
            foreach (var each in batch) each.Refuse(unwritten is DiskFullException ? new Refused.DiskFull() : new Refused.NotStored());
        }
        catch (Exception failed)
        {
            foreach (var each in batch) each.Fail(failed);
        }
        finally
        {
            ahead.Clear();
        }
    }

    /// <returns>Those to be decided again.</returns>
    private async Task<List<Asked>> DecideTogether(List<Asked> batch, int attempt)
    {
        // Each time: what was read on after a conflict may be what this version does not understand.
        if ((damaged ?? readOnly) is { } quarantined)
        {
            foreach (var each in batch) each.Refuse(quarantined);
            return [];
        }

        var decided = await DecideAhead(batch);
        var appends = decided.Where(each => !each.Facts.IsEmpty).Select(each => each.ToAppend()).ToImmutableArray();
        if (appends.IsEmpty)
        {
            foreach (var each in decided) await Settle(each);
            return [];
        }

        var results = await Store(appends);
        var (stored, happened) = (0, new List<Happened<TEvent>>());
        while (stored < results.Length && results[stored] is AppendResult.Stored) stored++;

        // Stored before it is applied, applied before it is told: nobody sees what a crash could take back.
        var settled = decided.TakeWhile(each => each.Facts.IsEmpty || stored-- > 0).ToList();
        foreach (var fact in settled.SelectMany(each => each.Happened))
        {
            Apply(fact);
            happened.Add(fact);
        }

        bytesSince += settled.Sum(each => each.Bytes);
        await Tell(happened);
        foreach (var each in settled) await Settle(each);
        KeepSnapshotWhenDue();

        return await WhatIsLeft(decided[settled.Count..], results, attempt);
    }

    /// <summary>Everything on the state that it will find, if what comes before it is stored.</summary>
    private async Task<List<Asked>> DecideAhead(List<Asked> batch)
    {
        ahead.Clear();
        var (state, sequence, now, decided) = (State, Sequence, Clock.Now, new List<Asked>());
        foreach (var each in batch)
        {
            try
            {
                await each.Decide(state, sequence, now);

                // What is refused, or is so already, may have been answered before it became so.
                if (each.MayBeAnswered && await Journal.FindAnswer(each.Command.By, each.Command.Request) is { } first)
                {
                    each.TakeAnswer(first);
                    continue;
                }
            }
            catch (Exception failed)
            {
                each.Fail(failed);
                continue;
            }

            decided.Add(each);
            foreach (var fact in each.Happened)
            {
                (state, sequence) = (state.Apply(fact), fact.Sequence);
                ahead.Add(fact);
            }
        }

        return decided;
    }

    private async Task<ImmutableArray<AppendResult>> Store(ImmutableArray<Append> appends)
    {
        try
        {
            return appends is [var only] ? [await Journal.Append(only)] : await Journal.AppendAll(appends);
        }
        catch
        {
            // Was it written? Unknown: forget, and fold again on the next call.
            lost = true;
            DeactivateOnIdle();
            throw;
        }
    }

    private async Task Settle(Asked each)
    {
        try
        {
            if (!each.Facts.IsEmpty) await Committed(each.Facts);
            each.Settle();
        }
        catch (Exception failed)
        {
            each.Fail(failed);
        }
    }

    private async Task<List<Asked>> WhatIsLeft(List<Asked> rest, ImmutableArray<AppendResult> results, int attempt)
    {
        switch (results.FirstOrDefault(result => result is not AppendResult.Stored))
        {
            case AppendResult.Answered { Answer: var first }:
                rest[0].TakeAnswer(first);
                return rest[1..];
            case AppendResult.Conflict when attempt < MostConflicts:
                LogConflict(stream, Sequence);
                Telemetry.Conflicts.Add(1);
                await CatchUp(CancellationToken.None);
                return rest;
            case AppendResult.Conflict:
                var again = new InvalidOperationException($"Stream \"{stream}\" is written to by another activation again and again. Try again; if it goes on, look for two clusters on one database.");
                foreach (var each in rest) each.Fail(again);
                return [];
            default:
                return [];
        }
    }

    private static string BodyHash(Command command) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(command, command.GetType(), CommandJson.Options)), 0, 16);

    /// <summary>A command that waits for its answer.</summary>
    private abstract class Asked(Command command, string body, string stream)
    {
        private readonly TaskCompletionSource called = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Command Command => command;

        /// <summary>It is answered, or it is its turn's to go on.</summary>
        public Task Called => called.Task;

        public abstract bool IsAnswered { get; }

        /// <summary>Nothing new would be stored as its answer.</summary>
        public abstract bool MayBeAnswered { get; }

        public ImmutableArray<TEvent> Facts { get; protected set; } = [];

        public ImmutableArray<Happened<TEvent>> Happened { get; private set; } = [];

        public long Bytes { get; private set; }

        protected abstract ImmutableArray<DueChange> Due { get; }

        /// <summary>Only a yes is remembered: after a no the same request may be tried again.</summary>
        protected abstract byte[]? Remembered { get; }

        private ImmutableArray<NewFact> Written { get; set; } = [];

        private long Expected { get; set; }

        private DateTimeOffset At { get; set; }

        public async ValueTask Decide(TState state, long sequence, DateTimeOffset now)
        {
            await Ask(state, now);
            (Expected, At) = (sequence, now);
            Written = [.. Facts.Select(FactCodec<TEvent>.Write)];
            Happened = [.. Facts.Zip(Written, (fact, written) => new Happened<TEvent>(++sequence, now, command.By, written.Type, written.Subject, fact))];
            Bytes = Written.Sum(fact => (long)fact.Payload.Length);
        }

        public Append ToAppend() => new(stream, Expected, Written, command.By, At, Due, Remembered is { } answer ? new(command.By, command.Request, stream, body, answer) : null);

        public void TakeAnswer(RequestAnswer first)
        {
            if (first.BodyHash == body && first.Stream == stream) TakeAnswer(first.Answer.Span);
            else Refuse(new Refused.RequestReused());
        }

        public void Call() => called.TrySetResult();

        public abstract void Settle();

        public abstract void Refuse(Refusal why);

        public abstract void Fail(Exception why);

        protected abstract ValueTask Ask(TState state, DateTimeOffset now);

        protected abstract void TakeAnswer(ReadOnlySpan<byte> json);
    }

    private sealed class Asked<T>(Command command, string body, string stream, Func<TState, DateTimeOffset, ValueTask<Decision<T, TEvent>>> rule) : Asked(command, body, stream)
    {
        private readonly TaskCompletionSource<Outcome<T>> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Decision<T, TEvent>? decision;

        public Task<Outcome<T>> Answer => answer.Task;

        public override bool IsAnswered => answer.Task.IsCompleted;

        public override bool MayBeAnswered => Facts.IsEmpty || decision!.Outcome.IsRefused;

        protected override ImmutableArray<DueChange> Due => decision!.Due;

        protected override byte[]? Remembered => decision!.Outcome.IsRefused ? null : JsonSerializer.SerializeToUtf8Bytes(decision.Outcome.Value, FactJson.Options);

        public override void Settle() => Complete(decision!.Outcome);

        public override void Refuse(Refusal why) => Complete(why);

        public override void Fail(Exception why)
        {
            answer.TrySetException(why);
            Call();
        }

        protected override async ValueTask Ask(TState state, DateTimeOffset now)
        {
            decision = await rule(state, now);
            Facts = decision.Facts;
        }

        protected override void TakeAnswer(ReadOnlySpan<byte> json) => Complete(JsonSerializer.Deserialize<T>(json, FactJson.Options)!);

        private void Complete(Outcome<T> outcome)
        {
            answer.TrySetResult(outcome);
            Call();
        }
    }
}
