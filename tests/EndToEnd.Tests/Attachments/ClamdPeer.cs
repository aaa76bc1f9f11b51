using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>
/// Speaks clamd's protocol on a real socket: what holds the test signature is infected, everything else is clean.
/// </summary>
internal sealed class ClamdPeer : IAsyncDisposable
{
    public const string Signature = "Test.Signature-1";

    /// <summary>What a file must hold to be infected.</summary>
    public const string Marker = "this stands for something malicious";

    private readonly CancellationTokenSource ending = new();
    private readonly Socket listener;
    private readonly Task serving;

    public ClamdPeer(string? socketFile = null)
    {
        listener = socketFile is null
            ? new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
            : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(
            socketFile is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(socketFile)
        );
        listener.Listen();
        Address = socketFile is null ? $"127.0.0.1:{((IPEndPoint)listener.LocalEndPoint!).Port}" : "unix:" + socketFile;
        serving = Serve();
    }

    /// <summary>As the setting has it.</summary>
    public string Address { get; }

    /// <summary>After so many bytes it says that this is too much, and closes.</summary>
    public int MostBytes { get; init; } = int.MaxValue;

    /// <summary>Closes without an answer.</summary>
    public bool IsMute { get; set; }

    /// <summary>What it was sent, without the protocol.</summary>
    public List<byte[]> Scanned { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await serving;
        ending.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using var one = await listener.AcceptAsync(ending.Token);
                await using var stream = new NetworkStream(one);
                await Answer(stream);
            }
        }
        catch (Exception over) when (over is OperationCanceledException or ObjectDisposedException or SocketException)
        { }
    }

    private async Task Answer(Stream stream)
    {
        try
        {
            var command = await Word(stream);
            if (IsMute)
                return;

            await stream.WriteAsync(Encoding.ASCII.GetBytes((command == "zPING" ? "PONG" : await Look(stream)) + "\0"));
        }
        catch (IOException) { }
    }

    private async Task<string> Look(Stream stream)
    {
        var file = new MemoryStream();
        var length = new byte[4];
        while (true)
        {
            await stream.ReadExactlyAsync(length);
            var size = BinaryPrimitives.ReadInt32BigEndian(length);
            if (size == 0)
                break;

            var piece = new byte[size];
            await stream.ReadExactlyAsync(piece);
            file.Write(piece);
            if (file.Length > MostBytes)
                return "INSTREAM size limit exceeded. ERROR";
        }

        lock (Scanned)
            Scanned.Add(file.ToArray());
        return Encoding.Latin1.GetString(file.ToArray()).Contains(Marker, StringComparison.Ordinal)
            ? $"stream: {Signature} FOUND"
            : "stream: OK";
    }

    private static async Task<string> Word(Stream stream)
    {
        var (word, one) = (new StringBuilder(), new byte[1]);
        while (await stream.ReadAsync(one) == 1 && one[0] != 0)
            word.Append((char)one[0]);
        return word.ToString();
    }
}
