using System.Collections.Immutable;
using System.Text;
using PublicBuyers.Journal;

namespace PublicBuyers.Storage;

/// <summary>Something that waits for the journal's writer. It may be done twice (<see cref="JournalWriter"/>), but is answered once.</summary>
internal abstract class JournalWrite
{
    /// <summary>Roughly how many rows it writes: a batch is full at some number of them.</summary>
    public virtual int Rows => 1;

    /// <summary>What it deletes has to leave the write-ahead log too.</summary>
    public virtual bool LeavesNoTraces => false;

    /// <summary>Something may be due earlier or later than before.</summary>
    public virtual bool ChangesDue => false;

    /// <summary>What it has added, once it is on disk.</summary>
    public virtual IEnumerable<RecordedFact> Facts => [];

    /// <summary>Inside the transaction. Throws when it cannot be done; then nothing of it stays.</summary>
    public abstract void Do(JournalTables tables);

    /// <summary>It is on disk.</summary>
    public abstract void Stored();

    public abstract void Failed(Exception why);
}

internal abstract class JournalWrite<T> : JournalWrite
{
    private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Answer => answer.Task;

    public sealed override void Do(JournalTables tables) => result = Write(tables);

    public sealed override void Stored() => answer.SetResult(result!);

    public sealed override void Failed(Exception why) => answer.SetException(why);

    protected abstract T Write(JournalTables tables);
}

internal sealed class JournalChange<T>(Func<JournalTables, T> write, bool leavesNoTraces = false) : JournalWrite<T>
{
    public override bool LeavesNoTraces => leavesNoTraces;

    public override bool ChangesDue => true;

    protected override T Write(JournalTables tables) => write(tables);
}

/// <summary>An append with everything hashed that can be hashed before its place is known: on the caller's thread, not the writer's.</summary>
internal sealed class JournalAppend : JournalWrite<AppendResult>
{
    private readonly Append append;
    private readonly FactToWrite[] facts;
    private readonly byte[] member;
    private AppendResult.Stored? stored;

    public JournalAppend(Append append)
    {
        Check(append);
        this.append = append;
        member = Encoding.UTF8.GetBytes(append.By.Value);
        facts = new FactToWrite[append.Facts.Length];
        for (var i = 0; i < facts.Length; i++) facts[i] = new FactToWrite(append.Facts[i]);
    }

    public override int Rows => facts.Length + 1;

    public override bool ChangesDue => !append.Due.IsEmpty;

    public override IEnumerable<RecordedFact> Facts
    {
        get
        {
            if (stored is null) yield break;

            var (sequence, position) = (stored.Sequence - facts.Length, stored.Position - facts.Length);
            foreach (var fact in append.Facts)
                yield return new(++position, append.Stream, ++sequence, fact.Type, fact.Version, fact.Subject, append.At.ToUniversalTime(), append.By, append.Imported, fact.Payload);
        }
    }

    protected override AppendResult Write(JournalTables tables) => Store(tables);

    /// <summary>What was done before is taken back.</summary>
    public void Forget() => stored = null;

    public AppendResult Store(JournalTables tables)
    {
        stored = null;
        var head = tables.Head(append.Stream);
        if (head.Sequence != append.Expected)
            return tables.FindAnswer(append.Answer) is { } earlier ? new AppendResult.Answered(earlier) : new AppendResult.Conflict();

        if (append.Answer is { } answer && !tables.Remember(answer, append.At))
            return new AppendResult.Answered(tables.FindAnswer(answer)!);

        foreach (var fact in facts) tables.Insert(head, fact, append.At, member, append.Imported);
        foreach (var due in append.Due) tables.SetDue(head, due);
        return stored = new(head.Sequence, tables.Position);
    }

    private static void Check(Append append)
    {
        if (append.Facts.Length > JournalLimits.MostFacts) throw new ArgumentException($"An append has at most {JournalLimits.MostFacts} facts; this one has {append.Facts.Length}.", nameof(append));

        foreach (var fact in append.Facts)
        {
            if (fact.Payload.Length > JournalLimits.LargestPayload)
                throw new ArgumentException($"The payload of a fact has at most {JournalLimits.LargestPayload} bytes; this \"{fact.Type}\" has {fact.Payload.Length}.", nameof(append));
        }
    }
}

/// <summary>Appends that were decided one on the other: with the first that cannot be stored the rest fall.</summary>
internal sealed class JournalAppends(ImmutableArray<Append> appends) : JournalWrite<ImmutableArray<AppendResult>>
{
    private readonly ImmutableArray<JournalAppend> parts = [.. appends.Select(append => new JournalAppend(append))];

    public override int Rows => parts.Sum(part => part.Rows);

    public override bool ChangesDue => parts.Any(part => part.ChangesDue);

    public override IEnumerable<RecordedFact> Facts => parts.SelectMany(part => part.Facts);

    protected override ImmutableArray<AppendResult> Write(JournalTables tables)
    {
        foreach (var part in parts) part.Forget();

        var results = ImmutableArray.CreateBuilder<AppendResult>(parts.Length);
        foreach (var part in parts)
            results.Add(results is [.., not AppendResult.Stored] ? new AppendResult.Conflict() : part.Store(tables));

        return results.MoveToImmutable();
    }
}

internal readonly struct FactToWrite
{
    private readonly byte[] saltAndHash;

    public FactToWrite(NewFact fact)
    {
        (Fact, TypeName, Subject) = (fact, Encoding.UTF8.GetBytes(fact.Type), Encoding.UTF8.GetBytes(fact.Subject));
        saltAndHash = new byte[ChainDigest.SaltLength + ChainDigest.Length];
        System.Security.Cryptography.RandomNumberGenerator.Fill(saltAndHash.AsSpan(0, ChainDigest.SaltLength));
        ChainDigest.HashPayload(Salt, fact.Payload.Span, saltAndHash.AsSpan(ChainDigest.SaltLength));
    }

    public NewFact Fact { get; }

    public byte[] TypeName { get; }

    public byte[] Subject { get; }

    public ReadOnlySpan<byte> Salt => saltAndHash.AsSpan(0, ChainDigest.SaltLength);

    public ReadOnlySpan<byte> PayloadHash => saltAndHash.AsSpan(ChainDigest.SaltLength);
}
