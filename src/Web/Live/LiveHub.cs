using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using PublicBuyers.Access;
using PublicBuyers.Attachments;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>What a browser may ask over its live connection. Who is calling is known from the connection; everything else is decided by the grains.</summary>
[Authorize]
internal sealed partial class LiveHub(Feeds feeds, Sessions sessions, Pace pace, MentionReading mentions, AttachmentDesk desk, QueuePresenter queues, NamedRefusals refusals, LiveProtocol protocol, IGrainFactory grains) : Hub
{
    public const string Path = "/hubs/live";

    /// <summary>Topics that one connection follows at a time.</summary>
    public const int MostTopics = 64;

    internal const string RequestIdForm = "A request id has 1 to 80 characters out of letters, digits, '-', '_', '.', ':' and '/'.";

    private MemberId Me => Caller.MemberOf(Context.User!);

    /// <summary>By the topic's name. Read by others than this connection's own calls.</summary>
    private ConcurrentDictionary<string, HubListener> Entered => (ConcurrentDictionary<string, HubListener>)Context.Items[nameof(Entered)]!;

    public override async Task OnConnectedAsync()
    {
        Context.Items[nameof(Entered)] = new ConcurrentDictionary<string, HubListener>();
        Context.Items[nameof(Held)] = new HeldClaims();
        if (await sessions.Open(Me, Caller.SessionOf(Context.User!), Context.Abort) is not { } seat)
        {
            Context.Abort();
            return;
        }

        Context.Items[nameof(seat)] = seat;
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        foreach (var listener in Entered.Values) feeds.Leave(listener.Topic, listener);
        (Context.Items["seat"] as IDisposable)?.Dispose();
        return GiveUp(Held);
    }

    /// <summary>Follows a topic from where the browser stands.</summary>
    /// <param name="topic">The topic, such as <c>room/cpb/general</c>, or <c>me</c>.</param>
    /// <param name="epoch">0 when nothing has been seen yet.</param>
    /// <param name="position">The last position seen; -1 when nothing has been seen yet.</param>
    public async Task<Entered> Enter(string topic, long epoch, long position)
    {
        topic ??= "";   // it is in the answer, which has a topic
        if (pace.Entry(Me) is { } tooFast) return Live.Entered.No(topic, tooFast);
        if (!TopicName.TryRead(topic, Me, out var name)) return Live.Entered.No(topic, new RoomRefusal.NotVisible());

        Forget(name);
        var entered = Entered;
        if (entered.Count >= MostTopics) return Live.Entered.No(topic, new LiveRefusal.TooManyTopics(MostTopics));

        var listener = new HubListener(Me, name, Context.Features.Get<Outbox>()!, protocol, room => entered.ContainsKey(TopicName.Of(room).Name));
        var answer = await feeds.Enter(name, listener, epoch, position);
        if (answer.Refused is null) entered[name.Name] = listener;
        if (Context.ConnectionAborted.IsCancellationRequested) Forget(name);   // it ended meanwhile, and was tidied up after before this was there
        return answer;
    }

    public void Leave(string topic)
    {
        if (TopicName.TryRead(topic, Me, out var name)) Forget(name);
    }

    /// <param name="given">Whom the text mentions, where the author picked them; none: whoever is named in it.</param>
    /// <param name="attachments">Files uploaded for this room before.</param>
    public async Task<Answer<Posted>> Post(string room, string requestId, string markdown, long? thread, ImmutableArray<Mention>? given, ImmutableArray<string>? attachments)
    {
        if (Refuse(room, requestId, out var where, out var request) is { } why) return new(null, why);

        var named = await mentions.Read(where, markdown ?? "", given, Context.ConnectionAborted);
        return Answer<Posted>.Of(await desk.Attach(
            Me,
            where,
            request,
            attachments,
            files => grains.Room(where).Post(new()
            {
                By = Me,
                Request = request,
                Markdown = markdown ?? "",
                Thread = thread is { } number ? new(number) : null,
                Mentions = named,
                Attachments = files,
            }),
            Context.ConnectionAborted));
    }

    public async Task<Answer<Posted>> Edit(string room, string requestId, long number, string markdown, ImmutableArray<Mention>? given)
    {
        if (Refuse(room, requestId, out var where, out var request) is { } why) return new(null, why);

        var named = await mentions.Read(where, markdown ?? "", given, Context.ConnectionAborted);
        return Answer<Posted>.Of(await grains.Room(where).Edit(new() { By = Me, Request = request, Number = new(number), Markdown = markdown ?? "", Mentions = named }));
    }

    public Task<Answer<Done>> Delete(string room, string requestId, long number, string? reason) =>
        InRoom(room, requestId, (where, request) => where.Delete(new() { By = Me, Request = request, Number = new(number), Reason = reason }));

    public Task<Answer<Done>> React(string room, string requestId, long number, Reaction reaction, bool reacts) =>
        InRoom(room, requestId, (where, request) => where.React(new() { By = Me, Request = request, Number = new(number), Reaction = reaction, Reacts = reacts }));

    public Task<Answer<Done>> Pin(string room, string requestId, long number, bool pinned) =>
        InRoom(room, requestId, (where, request) => where.Pin(new() { By = Me, Request = request, Number = new(number), Pinned = pinned }));

    public Task<Answer<Done>> Hide(string room, string requestId, long number, bool hidden, string reason) =>
        InRoom(room, requestId, (where, request) => where.Hide(new() { By = Me, Request = request, Number = new(number), Hidden = hidden, Reason = reason ?? "" }));

    public Task<Answer<Done>> Lock(string room, string requestId, long number, bool locked, string reason) =>
        InRoom(room, requestId, (where, request) => where.Lock(new() { By = Me, Request = request, Number = new(number), Locked = locked, Reason = reason ?? "" }));

    public Task<Answer<Done>> SlowDown(string room, string requestId, int seconds, string reason) =>
        InRoom(room, requestId, (where, request) => where.SlowDown(new() { By = Me, Request = request, Seconds = seconds, Reason = reason ?? "" }));

    /// <summary>The member has read a room, or a thread of it, up to a post. Not a command: it has no request id, and done twice is done once.</summary>
    public async Task<Answer<Read>> MarkRead(string room, long number, long? thread)
    {
        if (pace.Reading(Me) is { } tooFast) return new(null, RefusalWire.Of(tooFast));
        if (!RoomId.TryRead(room, out var where)) return new(null, RefusalWire.Of(new RoomRefusal.NotVisible()));

        var marked = await grains.Inbox(Me).Mark(new(Me, where, new(number), thread is { } root ? new(root) : null));
        return marked.Refusal is { } why ? new(null, RefusalWire.Of(why)) : new(new(marked.Value!.Upto.Value), null);
    }

    /// <param name="number">This notice, or with none all up to <paramref name="upto"/>.</param>
    /// <param name="upto">A notice's number.</param>
    public Task<Answer<Done>> ReadNotices(string requestId, long? number, long? upto) =>
        InInbox(requestId, (inbox, request) => inbox.Read(new() { By = Me, Request = request, Number = number, Upto = upto }));

    public Task<Answer<Done>> MuteRoom(string room, string requestId, bool muted) =>
        !RoomId.TryRead(room, out var which) ? Task.FromResult(new Answer<Done>(null, RefusalWire.Of(new RoomRefusal.NotVisible())))
        : InInbox(requestId, (inbox, request) => inbox.MuteRoom(new() { By = Me, Request = request, Room = which, Muted = muted }));

    public Task<Answer<Done>> MuteMember(string member, string requestId, bool muted) =>
        !MemberId.TryRead(member, out var whom) ? Task.FromResult(new Answer<Done>(null, RefusalWire.Of(new InboxRefusal.NotVisible())))
        : InInbox(requestId, (inbox, request) => inbox.MuteMember(new() { By = Me, Request = request, Member = whom, Muted = muted }));

    /// <summary>The member is writing in a room that this connection follows. Said too often, or elsewhere, it has no effect.</summary>
    public async Task Typing(string room)
    {
        if (!RoomId.TryRead(room, out var where) || !Entered.TryGetValue(TopicName.Of(where).Name, out var listener) || !listener.IsOpen) return;

        if (pace.MayType(Me)) await grains.Presence(where).Type(Me);
    }

    private async Task<Answer<T>> InRoom<T>(string room, string requestId, Func<IRoomGrain, RequestId, Task<Outcome<T>>> command) =>
        Refuse(room, requestId, out var where, out var request) is { } why ? new(default, why) : Answer<T>.Of(await command(grains.Room(where), request));

    private async Task<Answer<T>> InInbox<T>(string requestId, Func<IInboxGrain, RequestId, Task<Outcome<T>>> command) =>
        Refuse(requestId, out var request) is { } why ? new(default, why) : Answer<T>.Of(await command(grains.Inbox(Me), request));

    private RefusalWire? Refuse(string room, string requestId, out RoomId where, out RequestId request)
    {
        where = default;
        if (!RequestId.TryRead(requestId, out request)) return MalformedRequest;
        if (!RoomId.TryRead(room, out where)) return RefusalWire.Of(new RoomRefusal.NotVisible());

        return TooFast();
    }

    private RefusalWire? Refuse(string requestId, out RequestId request) =>
        !RequestId.TryRead(requestId, out request) ? MalformedRequest
        : TooFast();

    private RefusalWire? TooFast() => pace.Command(Me) is { } tooFast ? RefusalWire.Of(tooFast) : null;

    private static RefusalWire MalformedRequest => new("request-invalid", RefusalKind.Unprocessable, StatusCodes.Status400BadRequest, RequestIdForm, null);

    private void Forget(TopicName topic)
    {
        if (Entered.TryRemove(topic.Name, out var listener)) feeds.Leave(topic, listener);
    }
}

/// <summary>How far a room has been read.</summary>
public sealed record Read(long Number);
