namespace PublicBuyers.Testing;

/// <summary>What happens to calls between silos that do not hear each other well: some get no answer, an error, or an old
/// answer. Register it as an incoming filter of all silos.</summary>
public sealed class Interference : IIncomingGrainCallFilter
{
    private readonly Dictionary<string, (int Count, Exception Fault)> lost = new(StringComparer.Ordinal);
    private volatile Trouble? trouble;

    /// <summary>Another answer in place of a method's own.</summary>
    public Func<string, object?, object?> Answers { get; set; } = (_, answer) => answer;

    /// <summary>The answers to the next calls of this method are lost: it is done, and the caller is told that it failed.</summary>
    public void LoseAnswers(string method, int count, Exception fault)
    {
        lock (lost) lost[method] = (count, fault);
    }

    /// <summary>Calls of this method get no answer until this is disposed of.</summary>
    public Trouble Holding(string method) => trouble = new(this, method, fails: false);

    /// <summary>Calls of this method fail until this is disposed of.</summary>
    public Trouble Failing(string method) => trouble = new(this, method, fails: true);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var method = context.Request.GetMethodName();
        if (trouble is { } now && now.Method == method) await now.Meet();

        await context.Invoke();
        if (LostAnswer(method) is { } fault) throw fault;
        if (context.Result is { } answer) context.Result = Answers(method, answer);
    }

    private Exception? LostAnswer(string method)
    {
        lock (lost)
        {
            if (!lost.TryGetValue(method, out var left) || left.Count == 0) return null;

            lost[method] = (left.Count - 1, left.Fault);
            return left.Fault;
        }
    }

    public sealed class Trouble(Interference interference, string method, bool fails) : IDisposable
    {
        private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int held;

        public string Method => method;

        /// <summary>Calls that it has met.</summary>
        public int Held => Volatile.Read(ref held);

        public Task Meet()
        {
            Interlocked.Increment(ref held);
            return fails ? Task.FromException(new IOException("The silo does not answer.")) : over.Task;
        }

        public void Dispose()
        {
            interference.trouble = null;
            over.TrySetResult();
        }
    }
}
