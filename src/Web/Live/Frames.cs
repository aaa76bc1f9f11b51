using System.Buffers;
using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace PublicBuyers.Live;

/// <summary>Frames of consecutive positions, written once for everybody and joined to leave in one write.</summary>
internal sealed class Frames
{
    private readonly ReadOnlyMemory<byte> bytes;
    private readonly int[] starts;

    private Frames(long first, ReadOnlyMemory<byte> bytes, int[] starts, bool startsOver)
    {
        (First, this.bytes, this.starts, StartsOver) = (first, bytes, starts, startsOver);
        Message = new(bytes);
    }

    public long First { get; }

    public long Last => First + starts.Length - 1;

    /// <summary>What readers have is of another history: they enter again, wherever they stand.</summary>
    public bool StartsOver { get; }

    public OutMessage Message { get; }

    public static Frames Of(IHubProtocol protocol, IReadOnlyList<ChangesFrame> positions, bool startsOver = false)
    {
        var joined = new ArrayBufferWriter<byte>();
        var beginnings = new int[positions.Count];
        for (var i = 0; i < positions.Count; i++)
        {
            beginnings[i] = joined.WrittenCount;
            protocol.WriteMessage(new InvocationMessage(Wire.Changes, [positions[i]]), joined);
        }

        return new(positions[0].Position, joined.WrittenMemory, beginnings, startsOver);
    }

    /// <summary>What somebody at a position has not had yet; none when that is nothing.</summary>
    public OutMessage? After(long position)
    {
        if (StartsOver || position < First) return Message;
        if (position >= Last) return null;

        return new(bytes[starts[position - First + 1]..]);
    }
}

/// <summary>Values without a position, written once for everybody, if anybody can take them at once.</summary>
internal sealed class PassingMessage(IHubProtocol protocol, PassingFrame frame)
{
    private readonly Lazy<OutMessage> message = new(() => Write(protocol, frame));

    public string Topic => frame.Topic;

    public ImmutableArray<ChangeWire> Values => frame.Values;

    public OutMessage Message => message.Value;

    /// <summary>One frame of the newest values of each key.</summary>
    public PassingMessage Having(IEnumerable<ChangeWire> values) => new(protocol, frame with { Values = [.. values] });

    private static OutMessage Write(IHubProtocol protocol, PassingFrame frame) => new(protocol.GetMessageBytes(new InvocationMessage(Wire.Passing, [frame])));
}

/// <summary>Bytes on their way to any number of connections.</summary>
internal sealed class OutMessage(ReadOnlyMemory<byte> bytes)
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public SerializedHubMessage Serialized { get; } = new([new SerializedMessage(LiveProtocol.Json, bytes)]);

    public static OutMessage Join(IReadOnlyList<OutMessage> messages)
    {
        if (messages is [var only]) return only;

        var joined = new byte[messages.Sum(message => message.Bytes.Length)];
        var written = 0;
        foreach (var message in messages)
        {
            message.Bytes.CopyTo(joined.AsMemory(written));
            written += message.Bytes.Length;
        }

        return new(joined);
    }
}
