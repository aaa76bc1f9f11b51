namespace PublicBuyers.Testing;

/// <summary>What happens to calls between silos that do not hear each other well: some get no answer, an error, or an old
/// answer. Register it as an incoming filter of all silos.</summary>
public sealed class Interference : IIncomingGrainCallFilter
{
    private volatile Trouble? trouble;

    /// <summary>Another answer in place of a method's own.</summary>
    public Func<string, object?, object?> Answers { get; set; } = (_, answer) => answer;

    /// <summary>Calls of this method get no answer until this is disposed of.</summary>
    public Trouble Holding(string method) => trouble = new(this, method, fails: false);

    /// <summary>Calls of this method fail until this is disposed of.</summary>
    public Trouble Failing(string method) => trouble = new(this, method, fails: true);

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        var method = context.Request.GetMethodName();
        if (trouble is { } now && now.Method == method) await now.Meet();

        await context.Invoke();
        if (context.Result is { } answer) context.Result = Answers(method, answer);
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
