using System.Diagnostics.Metrics;
using System.Text;

namespace PublicBuyers.Running;

/// <summary>
/// Standard output, for which nobody waits: what is written goes into a bounded queue, and one thread of its own takes it out.
/// What does not fit, or cannot be written because the disk is full or the output is closed, is dropped and counted.
/// </summary>
internal sealed class LogOutput : TextWriter
{
    /// <summary>Characters that wait. Longer than any one entry.</summary>
    public const int MostWaiting = 512 * 1024;

    /// <summary>Counts lost lines, whoever asks and whenever.</summary>
    public static readonly Counter<long> Dropped =
        new Meter("PublicBuyers.Log").CreateCounter<long>("publicbuyers.log.dropped", "{line}", "Lines of the log that were lost.");

    private readonly Lock gate = new();
    private readonly Queue<string> waiting = new();
    private readonly SemaphoreSlim some = new(0);
    private readonly Stream output;
    private int characters;
    private bool isWriting;
    private long lost;

    public LogOutput(Stream output)
    {
        this.output = output;
        new Thread(WriteForever) { IsBackground = true, Name = "log output" }.Start();
    }

    /// <summary>Called once after lines were lost, as soon as one was written again, with their number.</summary>
    public Action<long>? WorksAgain { get; set; }

    public override Encoding Encoding { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Replaces the console's output by this one, for the life of the process.</summary>
    public static LogOutput TakeOver()
    {
        var log = new LogOutput(StandardOutput.Open());
        Console.SetOut(log);
        return log;
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => Write(value + Environment.NewLine);

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value)) return;

        lock (gate)
        {
            if (characters + value.Length > MostWaiting)
            {
                Lose();
                return;
            }

            characters += value.Length;
            waiting.Enqueue(value);
        }

        some.Release();
    }

    /// <summary>Nothing to do: what waits is written as soon as it can be.</summary>
    public override void Flush()
    {
    }

    /// <summary>Waits until everything is written, but no longer than <paramref name="most"/>: whoever does not read keeps nobody.</summary>
    public async Task Drain(TimeSpan most)
    {
        using var enough = new CancellationTokenSource(most);
        while (!enough.IsCancellationRequested)
        {
            lock (gate)
                if (waiting.Count == 0 && !isWriting) return;

            await Task.Delay(10, enough.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void WriteForever()
    {
        while (true)
        {
            some.Wait();
            string next;
            lock (gate)
            {
                next = waiting.Dequeue();
                characters -= next.Length;
                isWriting = true;
            }

            var written = TryWrite(next);
            long missing;
            lock (gate)
            {
                isWriting = false;
                if (!written) Lose();
                missing = written ? lost : 0;
                lost -= missing;
            }

            if (missing > 0) WorksAgain?.Invoke(missing);
        }
    }

    private bool TryWrite(string text)
    {
        try
        {
            output.Write(Encoding.GetBytes(text));
            output.Flush();
            return true;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return false;   // a full disk, or nobody there: the next line is tried again
        }
    }

    private void Lose()
    {
        lost++;
        Dropped.Add(1);
    }
}
