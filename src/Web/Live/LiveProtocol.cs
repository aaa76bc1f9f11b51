using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace PublicBuyers.Live;

/// <summary>SignalR's JSON protocol, which also knows when the answer of Enter is on its way: what the listener held back until then follows it, so that nobody hears of a position before being told where it stands.</summary>
internal sealed class LiveProtocol(IOptions<JsonHubProtocolOptions> options) : IHubProtocol
{
    public const string Json = "json";

    private readonly JsonHubProtocol json = new(options);

    public string Name => Json;

    public int Version => json.Version;

    public TransferFormat TransferFormat => json.TransferFormat;

    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    /// <exception cref="InvalidDataException">It is no message of the protocol. SignalR would pass over it and everything after it.</exception>
    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        var left = input.Length;
        if (json.TryParseMessage(ref input, binder, out message)) return true;
        if (input.Length < left) throw new InvalidDataException("A message is of no kind that there is.");

        return false;
    }

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(message);

    /// <remarks>SignalR calls this while it holds the connection's write lock: whatever the listener sends from here on is written after it.</remarks>
    public void WriteMessage(HubMessage message, IBufferWriter<byte> output)
    {
        json.WriteMessage(message, output);
        if (message is CompletionMessage { Result: Entered { Listener: { } listener } }) listener.Open();
    }
}
