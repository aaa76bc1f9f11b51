using Microsoft.AspNetCore.SignalR.Protocol;

namespace PublicBuyers.Live;

/// <summary>A topic that a connection has entered.</summary>
internal sealed class HubListener(MemberId member, RoomId room, Outbox outbox, IHubProtocol protocol) : Listener(member)
{
    public RoomId Room => room;

    protected override void Send(OutMessage message) => outbox.Send(message);

    protected override void SendGone() => outbox.Send(new(protocol.GetMessageBytes(new InvocationMessage(Wire.Gone, [new GoneFrame(Streams.Of(room))]))));

    protected override void Overflow() => outbox.Cut();
}
