using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PublicBuyers.Testing.Live;

/// <summary>A mail server on a real socket, which takes all mail unless a test scripts it otherwise.</summary>
public sealed class ScriptedMailServer : IAsyncDisposable
{
    /// <summary>An answer that is none: the connection is closed.</summary>
    public const string HangsUp = "";

    /// <summary>What is scripted as a command while a mail is being received, before its first line.</summary>
    public const string FirstLine = "first line";

    /// <summary>And after its last: the mail is accepted with the answer.</summary>
    public const string LastLine = ".";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<Task> sessions = [];
    private readonly Task listening;
    private ImmutableArray<ReceivedMail> mails = [];
    private ImmutableArray<string> commands = [];
    private TaskCompletionSource happened = NewSignal();

    public ScriptedMailServer()
    {
        listener.Start();
        listening = Listen();
    }

    /// <summary>A free port for anybody, and where this one listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The answer to a command, such as <c>RCPT TO:&lt;ada@example.eu&gt;</c>; none: as usual.</summary>
    public Func<string, Task<string?>> Script { get; set; } = _ => Task.FromResult<string?>(null);

    /// <summary>Accepted, in order.</summary>
    public ImmutableArray<ReceivedMail> Mails
    {
        get
        {
            lock (gate) return mails;
        }
    }

    /// <summary>What the other side said, in order.</summary>
    public ImmutableArray<string> Commands
    {
        get
        {
            lock (gate) return commands;
        }
    }

    /// <summary>Answers the first time as given, and then as usual.</summary>
    public void Once(string beginning, string answer)
    {
        var given = 0;
        Script = command => Task.FromResult(command.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && Interlocked.Exchange(ref given, 1) == 0 ? answer : null);
    }

    public Task Holds(int count) => Until(() => Mails.Length >= count);

    public Task Hears(string beginning) => Until(() => Commands.Any(command => command.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)));

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await listening;
        await Task.WhenAll(sessions);
        stopping.Dispose();
    }

    private async Task Until(Func<bool> holds)
    {
        while (true)
        {
            var next = Volatile.Read(ref happened).Task;
            if (holds()) return;
            await next.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    private async Task Listen()
    {
        try
        {
            while (true) sessions.Add(Serve(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task Serve(TcpClient accepted)
    {
        using var client = accepted;
        await using var stream = new BufferedStream(client.GetStream());
        try
        {
            await Talk(stream);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or TimeoutException)
        {
        }
    }

    private async Task Talk(BufferedStream stream)
    {
        await Say(stream, "220 mail.test");
        while (await ReadLine(stream) is { } line)
        {
            var command = line.TrimEnd('\r', '\n');
            if (await Answer(command, Usual(command)) is not { } answer) return;

            await Say(stream, answer);
            if (answer.StartsWith("221", StringComparison.Ordinal)) return;
            if (answer.StartsWith("354", StringComparison.Ordinal) && !await Receive(stream)) return;
        }
    }

    private async Task<bool> Receive(BufferedStream stream)
    {
        if (await Answer(FirstLine, "go on") is null) return false;

        var raw = new StringBuilder();
        while (await ReadLine(stream) is { } line)
        {
            if (line is not ".\r\n")
            {
                raw.Append(line.StartsWith('.') ? line[1..] : line);
                continue;
            }

            if (await Answer(LastLine, "250 2.0.0 Taken") is not { } answer) return false;

            if (answer.StartsWith('2')) Happened(() => mails = mails.Add(new(raw.ToString(), Commands.Last(command => command.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase)))));
            await Say(stream, answer);
            return true;
        }

        return false;
    }

    private async Task<string?> Answer(string command, string usual)
    {
        Happened(() => commands = commands.Add(command));
        var answer = await Script(command).WaitAsync(stopping.Token) ?? usual;
        return answer is HangsUp ? null : answer;
    }

    private static string Usual(string command) => command.Split(' ', ':')[0].ToUpperInvariant() switch
    {
        "EHLO" => "250-mail.test\r\n250-8BITMIME\r\n250 SMTPUTF8",
        "DATA" => "354 Go on",
        "QUIT" => "221 Bye",
        _ => "250 2.1.0 Well",
    };

    private void Happened(Action change)
    {
        lock (gate) change();
        Interlocked.Exchange(ref happened, NewSignal()).TrySetResult();
    }

    private async Task Say(BufferedStream stream, string answer)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n"), stopping.Token);
        await stream.FlushAsync(stopping.Token);
    }

    /// <summary>Byte by byte: what is no line break to a mail server is none here.</summary>
    private async Task<string?> ReadLine(BufferedStream stream)
    {
        var line = new StringBuilder();
        var next = new byte[1];
        while (await stream.ReadAsync(next, stopping.Token) == 1)
        {
            line.Append((char)next[0]);
            if (next[0] == '\n') return line.ToString();
        }

        return null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <param name="Raw">As it came, a character for each byte.</param>
/// <param name="Recipient">The command that named whom it is for.</param>
public sealed record ReceivedMail(string Raw, string Recipient)
{
    /// <summary>Names and values, unfolded.</summary>
    public ImmutableArray<string> Headers => [.. Raw.Split("\r\n\r\n")[0].Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal).Split("\r\n")];

    public string MessageId => Headers.Single(header => header.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))["Message-ID:".Length..].Trim();
}
