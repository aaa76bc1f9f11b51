using System.Collections.Immutable;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PublicBuyers.Testing.Live;

/// <summary>A mail server on a real socket, which takes all mail unless a test scripts it otherwise.</summary>
public sealed class ScriptedMailServer : IAsyncDisposable
{
    /// <summary>An answer that is none: the connection is closed.</summary>
    public const string HangsUp = "";

    /// <summary>What is scripted as a command when somebody connects.</summary>
    public const string Connects = "connects";

    /// <summary>What is scripted as a command while a mail is being received, before its first line.</summary>
    public const string FirstLine = "first line";

    /// <summary>And after its last: the mail is accepted with the answer.</summary>
    public const string LastLine = ".";

    private readonly X509Certificate2? certificate;
    private readonly bool isEncryptedFromStart;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly List<Task> sessions = [];
    private readonly Task listening;
    private ImmutableArray<ReceivedMail> mails = [];
    private ImmutableArray<string> commands = [];
    private TaskCompletionSource happened = NewSignal();
    private int connections;
    private int closed;

    /// <param name="certificate">Shown to who encrypts; none: encryption is not offered.</param>
    /// <param name="isEncryptedFromStart">In place of offering STARTTLS.</param>
    public ScriptedMailServer(X509Certificate2? certificate = null, bool isEncryptedFromStart = false)
    {
        (this.certificate, this.isEncryptedFromStart) = (certificate, isEncryptedFromStart);
        listener.Start();
        listening = Listen();
    }

    /// <summary>A free port for anybody, and where this one listens.</summary>
    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The answer to a command, such as <c>RCPT TO:&lt;ada@example.eu&gt;</c>; none: as usual.</summary>
    public Func<string, Task<string?>> Script { get; set; } = _ => Task.FromResult<string?>(null);

    /// <summary>What is offered in answer to EHLO, besides STARTTLS.</summary>
    public IReadOnlyList<string> Offers { get; init; } = ["8BITMIME", "SMTPUTF8"];

    /// <summary>Each connection is closed after so many mails.</summary>
    public int MailsPerConnection { get; init; } = int.MaxValue;

    /// <summary>Further connections are turned away while so many are open.</summary>
    public int MostConnections { get; init; } = int.MaxValue;

    /// <summary>How many connections there have been.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>Accepted, in order.</summary>
    public ImmutableArray<ReceivedMail> Mails
    {
        get
        {
            lock (gate)
                return mails;
        }
    }

    /// <summary>What the other side said, in order.</summary>
    public ImmutableArray<string> Commands
    {
        get
        {
            lock (gate)
                return commands;
        }
    }

    /// <summary>Answers the first time as given, and then as usual.</summary>
    public void Once(string beginning, string answer)
    {
        var given = 0;
        Script = command =>
            Task.FromResult(
                command.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)
                && Interlocked.Exchange(ref given, 1) == 0
                    ? answer
                    : null
            );
    }

    public Task Holds(int count) => Until(() => Mails.Length >= count);

    public Task Hears(string beginning) =>
        Until(() => Commands.Any(command => command.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)));

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
            if (holds())
                return;
            await next.WaitAsync(TimeSpan.FromSeconds(60));
        }
    }

    private async Task Listen()
    {
        try
        {
            while (true)
                sessions.Add(Serve(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception) when (stopping.IsCancellationRequested) { }
    }

    private async Task Serve(TcpClient accepted)
    {
        using var client = accepted;
        var isOver = 0;
        var open = Interlocked.Increment(ref connections) - Volatile.Read(ref closed);
        try
        {
            await using var line = new Line(client.GetStream(), stopping.Token);
            if (isEncryptedFromStart)
                await line.Encrypt(certificate!);
            if (open > MostConnections)
                await line.Say("421 4.7.0 Too many connections");
            else
                await Talk(line, IsOver);
        }
        catch (Exception gone)
            when (gone
                    is IOException
                        or OperationCanceledException
                        or TimeoutException
                        or System.Security.Authentication.AuthenticationException
            ) { }
        finally
        {
            IsOver();
        }

        // Counted before the other side can know it, so that it may come back at once.
        void IsOver()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
                Interlocked.Increment(ref closed);
        }
    }

    private async Task Talk(Line line, Action isOver)
    {
        var left = MailsPerConnection;
        if (await Answer(Connects, "220 mail.test") is not { } greeting)
            return;

        await line.Say(greeting);
        if (!greeting.StartsWith("220", StringComparison.Ordinal))
            return;

        var recipient = "";
        while (await line.Read() is { } read)
        {
            var command = read.TrimEnd('\r', '\n');
            if (await Answer(command, Usual(command, line.IsEncrypted)) is not { } answer)
                return;

            if (command.StartsWith("RCPT", StringComparison.OrdinalIgnoreCase))
                recipient = command;
            if (answer.StartsWith("221", StringComparison.Ordinal))
                isOver();
            await line.Say(answer);
            if (answer.StartsWith("221", StringComparison.Ordinal))
                return;
            if (command is "STARTTLS" && answer.StartsWith("220", StringComparison.Ordinal))
                await line.Encrypt(certificate!);
            if (!answer.StartsWith("354", StringComparison.Ordinal))
                continue;
            if (!await Receive(line, recipient) || --left == 0)
                return;
        }
    }

    private async Task<bool> Receive(Line stream, string recipient)
    {
        if (await Answer(FirstLine, "go on") is null)
            return false;

        var raw = new StringBuilder();
        while (await stream.Read() is { } line)
        {
            if (line is not ".\r\n")
            {
                raw.Append(line.StartsWith('.') ? line[1..] : line);
                continue;
            }

            if (await Answer(LastLine, "250 2.0.0 Taken") is not { } answer)
                return false;

            if (answer.StartsWith('2'))
                Happened(() => mails = mails.Add(new(raw.ToString(), recipient)));
            await stream.Say(answer);
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

    private string Usual(string command, bool isEncrypted) =>
        command.Split(' ', ':')[0].ToUpperInvariant() switch
        {
            "EHLO" => string.Concat(Offered(isEncrypted).Select(each => $"250-{each}\r\n").Prepend("250-mail.test\r\n"))
                + "250 HELP",
            "STARTTLS" => certificate is null ? "502 5.5.1 No" : "220 Go on",
            "AUTH" => "235 2.7.0 Well",
            "DATA" => "354 Go on",
            "QUIT" => "221 Bye",
            _ => "250 2.1.0 Well",
        };

    private IEnumerable<string> Offered(bool isEncrypted) =>
        certificate is null || isEncrypted ? Offers : Offers.Append("STARTTLS");

    private void Happened(Action change)
    {
        lock (gate)
            change();
        Interlocked.Exchange(ref happened, NewSignal()).TrySetResult();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>One connection, in clear at first.</summary>
    private sealed class Line(Stream socket, CancellationToken stopping) : IAsyncDisposable
    {
        private readonly Stream plain = socket;
        private Stream writer = socket;
        private BufferedStream reader = new(socket);

        public bool IsEncrypted => writer is SslStream;

        public async Task Encrypt(X509Certificate2 certificate)
        {
            var encrypted = new SslStream(plain);
            await encrypted.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificate = certificate },
                stopping
            );
            (writer, reader) = (encrypted, new(encrypted));
        }

        public async Task Say(string answer)
        {
            await writer.WriteAsync(Encoding.Latin1.GetBytes(answer + "\r\n"), stopping);
            await writer.FlushAsync(stopping);
        }

        /// <summary>Byte by byte: what is no line break to a mail server is none here.</summary>
        public async Task<string?> Read()
        {
            var line = new StringBuilder();
            var next = new byte[1];
            while (await reader.ReadAsync(next, stopping) == 1)
            {
                line.Append((char)next[0]);
                if (next[0] == '\n')
                    return line.ToString();
            }

            return null;
        }

        public async ValueTask DisposeAsync()
        {
            await writer.DisposeAsync();
            await plain.DisposeAsync();
        }
    }
}

/// <param name="Raw">As it came, a character for each byte.</param>
/// <param name="Recipient">The command that named whom it is for.</param>
public sealed record ReceivedMail(string Raw, string Recipient)
{
    /// <summary>Names and values, unfolded.</summary>
    public ImmutableArray<string> Headers =>
        [
            .. Raw.Split("\r\n\r\n")[0]
                .Replace("\r\n ", " ", StringComparison.Ordinal)
                .Replace("\r\n\t", " ", StringComparison.Ordinal)
                .Split("\r\n"),
        ];

    /// <summary>Read by a library that reads mail.</summary>
    public MimeKit.MimeMessage Read() => MimeKit.MimeMessage.Load(new MemoryStream(Encoding.Latin1.GetBytes(Raw)));

    public string MessageId =>
        Headers
            .Single(header => header.StartsWith("Message-ID:", StringComparison.OrdinalIgnoreCase))[
                "Message-ID:".Length..
            ]
            .Trim();
}
