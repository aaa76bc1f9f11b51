using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using PublicBuyers.Access;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>What a browser may ask over its live connection. Who is calling is known from the connection; everything else is decided by the grains.</summary>
[Authorize]
internal sealed class LiveHub(Feeds feeds, Sessions sessions, Pace pace, LiveProtocol protocol, IGrainFactory grains) : Hub
{
    public const string Path = "/hubs/live";

    /// <summary>Rooms that one connection follows at a time.</summary>
    public const int MostTopics = 64;

    internal const string RequestIdForm = "A request id has 1 to 80 characters out of letters, digits, '-', '_', '.', ':' and '/'.";

    private const string Prefix = "room/";

    private MemberId Me => Caller.MemberOf(Context.User!);

    private Dictionary<RoomId, HubListener> Entered => (Dictionary<RoomId, HubListener>)Context.Items[nameof(Entered)]!;

    public override async Task OnConnectedAsync()
    {
        Context.Items[nameof(Entered)] = new Dictionary<RoomId, HubListener>();
        if (await sessions.Open(Me, Caller.SessionOf(Context.User!), Context.Abort) is not { } seat)
        {
            Context.Abort();
            return;
        }

        Context.Items[nameof(seat)] = seat;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        foreach (var listener in Entered.Values) feeds.Leave(listener.Room, listener);
        (Context.Items["seat"] as IDisposable)?.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Follows a topic from where the browser stands.</summary>
    /// <param name="topic">The topic, such as <c>room/cpb/general</c>.</param>
    /// <param name="epoch">0 when nothing has been seen yet.</param>
    /// <param name="position">The last position seen; -1 when nothing has been seen yet.</param>
    public async Task<Entered> Enter(string topic, long epoch, long position)
    {
        if (pace.Entry(Me) is { } tooFast) return Live.Entered.No(topic, tooFast);
        if (!TryReadTopic(topic, out var room)) return Live.Entered.No(topic, new RoomRefusal.NotVisible());

        Forget(room);
        if (Entered.Count >= MostTopics) return Live.Entered.No(topic, new LiveRefusal.TooManyTopics(MostTopics));

        var listener = new HubListener(Me, room, Context.Features.Get<Outbox>()!, protocol);
        var answer = await feeds.Enter(room, listener, epoch, position);
        if (answer.Refused is null) Entered[room] = listener;
        return answer;
    }

    public void Leave(string topic)
    {
        if (TryReadTopic(topic, out var room)) Forget(room);
    }

    public async Task<Answer<Numbered>> Post(string room, string requestId, string markdown, long? thread)
    {
        if (Refuse(room, requestId, out var where, out var request) is { } why) return new(null, why);

        var posted = await grains.Room(where).Post(new() { By = Me, Request = request, Markdown = markdown ?? "", Thread = thread is { } number ? new(number) : null });
        return posted.Refusal is { } refusal ? new(null, RefusalWire.Of(refusal)) : new(new(posted.Value!.Number.Value), null);
    }

    public async Task<Answer<Posted>> Edit(string room, string requestId, long number, string markdown)
    {
        if (Refuse(room, requestId, out var where, out var request) is { } why) return new(null, why);

        return Answer<Posted>.Of(await grains.Room(where).Edit(new() { By = Me, Request = request, Number = new(number), Markdown = markdown ?? "" }));
    }

    public async Task<Answer<Done>> Delete(string room, string requestId, long number)
    {
        if (Refuse(room, requestId, out var where, out var request) is { } why) return new(null, why);

        return Answer<Done>.Of(await grains.Room(where).Delete(new() { By = Me, Request = request, Number = new(number) }));
    }

    internal static bool TryReadTopic(string? topic, out RoomId room)
    {
        room = default;
        return topic?.StartsWith(Prefix, StringComparison.Ordinal) is true && RoomId.TryRead(topic[Prefix.Length..], out room);
    }

    private RefusalWire? Refuse(string room, string requestId, out RoomId where, out RequestId request)
    {
        where = default;
        if (!RequestId.TryRead(requestId, out request)) return new("request-invalid", RefusalKind.Unprocessable, StatusCodes.Status400BadRequest, RequestIdForm, null);
        if (!RoomId.TryRead(room, out where)) return RefusalWire.Of(new RoomRefusal.NotVisible());

        return pace.Command(Me) is { } tooFast ? RefusalWire.Of(tooFast) : null;
    }

    private void Forget(RoomId room)
    {
        if (Entered.Remove(room, out var listener)) feeds.Leave(room, listener);
    }
}
