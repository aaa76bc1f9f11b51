using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace PublicBuyers.Storage;

/// <summary>ClamAV's daemon, over TCP or a socket file. Each file is sent over a connection of its own.</summary>
internal sealed class ClamdScanner(ClamdAddress address, TimeProvider time) : IVirusScanner
{
    /// <summary>For one file, from connecting to the answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Of an answer, in bytes.</summary>
    private const int LongestAnswer = 1_000;

    private const int LongestSignature = 100;

    private const int Chunk = 64 * 1024;

    public Task<ScanResult> Scan(Stream file, CancellationToken cancel) =>
        Ask(
            async (daemon, patience) =>
            {
                file.Position = 0;
                return Read(await Send(daemon, file, patience));
            },
            cancel
        );

    /// <summary>Whether it answers at all.</summary>
    /// <returns>None: it does. Otherwise why not.</returns>
    public async Task<string?> WhyNotThere(CancellationToken cancel)
    {
        var said = await Ask(
            async (daemon, patience) =>
            {
                await daemon.WriteAsync("zPING\0"u8.ToArray(), patience);
                return await Answer(daemon, patience) is "PONG"
                    ? ScanResult.Clean.One
                    : new ScanResult.Away("What answers there is no clamd.");
            },
            cancel
        );
        return said is ScanResult.Away away ? away.Why : null;
    }

    private async Task<ScanResult> Ask(
        Func<Stream, CancellationToken, Task<ScanResult>> exchange,
        CancellationToken cancel
    )
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var socket = address.MakeSocket();
            await socket.ConnectAsync(address.EndPoint, either.Token);
            await using var daemon = new NetworkStream(socket);
            return await exchange(daemon, either.Token);
        }
        catch (Exception broken) when (broken is IOException or SocketException)
        {
            return new ScanResult.Away(broken.Message.TrimEnd('.') + ".");
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return new ScanResult.Away($"It did not answer within {Patience.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>
    /// The file in pieces, each with its length, and a length of nothing. A daemon that has had enough answers before,
    /// and closes.
    /// </summary>
    private static async Task<string> Send(Stream daemon, Stream file, CancellationToken cancel)
    {
        try
        {
            await daemon.WriteAsync("zINSTREAM\0"u8.ToArray(), cancel);
            var piece = new byte[4 + Chunk];
            int read;
            do
            {
                read = await file.ReadAtLeastAsync(piece.AsMemory(4), Chunk, throwOnEndOfStream: false, cancel);
                BinaryPrimitives.WriteInt32BigEndian(piece, read);
                await daemon.WriteAsync(piece.AsMemory(0, 4 + read), cancel);
            } while (read > 0);
        }
        catch (IOException)
        {
            if (await Answer(daemon, cancel) is { Length: > 0 } early)
                return early;

            throw;
        }

        return await Answer(daemon, cancel);
    }

    private static async Task<string> Answer(Stream daemon, CancellationToken cancel)
    {
        var (answer, length) = (new byte[LongestAnswer], 0);
        while (length < LongestAnswer && await daemon.ReadAsync(answer.AsMemory(length), cancel) is > 0 and var read)
        {
            length += read;
            if (answer.AsSpan(0, length).Contains((byte)0))
                break;
        }

        var end = answer.AsSpan(0, length).IndexOf((byte)0);
        return Encoding.ASCII.GetString(answer, 0, end < 0 ? length : end).TrimEnd('\r', '\n');
    }

    private static ScanResult Read(string answer) =>
        answer switch
        {
            "stream: OK" => ScanResult.Clean.One,
            _ when answer.StartsWith("stream: ", StringComparison.Ordinal)
                    && answer.EndsWith(" FOUND", StringComparison.Ordinal) => new ScanResult.Infected(
                Signature(answer["stream: ".Length..^" FOUND".Length])
            ),
            "" => new ScanResult.Away("It closed the connection without an answer."),
            _ => new ScanResult.Away($"It answered \"{Signature(answer)}\"."),
        };

    private static string Signature(string name)
    {
        var shown = new string([
            .. name.Select(letter => letter is > ' ' and < (char)0x7F ? letter : '_').Take(LongestSignature),
        ]);
        return shown.Length > 0 ? shown : "unnamed";
    }
}

/// <summary>Where clamd listens: <c>host:port</c>, or <c>unix:/path/to/socket</c>.</summary>
internal sealed record ClamdAddress(System.Net.EndPoint EndPoint)
{
    private const string Unix = "unix:";

    /// <summary>None: it is no such address.</summary>
    public static ClamdAddress? Read(string text)
    {
        if (text.StartsWith(Unix, StringComparison.Ordinal))
            return text.Length > Unix.Length && text[Unix.Length] == '/' && text.Length - Unix.Length <= 100
                ? new(new UnixDomainSocketEndPoint(text[Unix.Length..]))
                : null;

        return
            Uri.TryCreate("tcp://" + text, UriKind.Absolute, out var server)
            && server.Authority == text.ToLowerInvariant()
            && server.Port > 0
            ? new(
                System.Net.IPAddress.TryParse(server.DnsSafeHost, out var ip)
                    ? new System.Net.IPEndPoint(ip, server.Port)
                    : new System.Net.DnsEndPoint(server.DnsSafeHost, server.Port)
            )
            : null;
    }

    public Socket MakeSocket() =>
        EndPoint is UnixDomainSocketEndPoint
            ? new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new(SocketType.Stream, ProtocolType.Tcp);
}
