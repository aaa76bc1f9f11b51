using Microsoft.AspNetCore.SignalR.Protocol;

namespace PublicBuyers.Live;

/// <summary>A topic that a connection has entered.</summary>
/// <param name="hasOpen">Whether the same connection follows a room.</param>
internal sealed class HubListener(MemberId member, TopicName topic, Outbox outbox, IHubProtocol protocol, Func<RoomId, bool> hasOpen) : Listener(member)
{
    public TopicName Topic => topic;

    public bool HasOpen(RoomId room) => hasOpen(room);

    protected override void Send(OutMessage message) => outbox.Send(message);

    protected override bool SendPassing(PassingMessage values) => outbox.Pass(values);

    protected override void SendGone()
    {
        outbox.Forget(topic.Name);
        outbox.Send(new(protocol.GetMessageBytes(new InvocationMessage(Wire.Gone, [new GoneFrame(topic.Name)]))));
    }

    protected override void Overflow() => outbox.Cut();
}
