using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Effect: the queue hears of who joins, posts and leaves, and who is welcomed is told by whom.</summary>
internal sealed partial class ArrivalEffect(IGrainFactory grains, ILogger<ArrivalEffect> log) : IEffect
{
    public string Name => "arrivals";

    /// <summary>One, so that nobody's first post is heard of before they have joined.</summary>
    public int Partitions => 1;

    public bool Concerns(string type) => type is CommunityEvent.Joined or CommunityEvent.Left or RoomEvent.Posted or QueueEvent.Answered;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        switch (fact.Type)
        {
            case CommunityEvent.Joined when FactCodec<CommunityEvent>.Read(fact).Event is CommunityEvent.MemberJoined { Role: Role.Member } joined && joined.Member == fact.By:
                await Note(fact, new(fact.Stream["community/".Length..]), ArrivalSign.Joined, joined.Member, null, joined.NewUntil);
                break;
            case CommunityEvent.Left when FactCodec<CommunityEvent>.Read(fact).Event is CommunityEvent.MemberLeft left:
                await Note(fact, new(fact.Stream["community/".Length..]), ArrivalSign.Left, left.Member, null);
                break;
            case RoomEvent.Posted:
                var room = new RoomId(fact.Stream["room/".Length..]);
                await Note(fact, room.Community, ArrivalSign.Posted, fact.By, new(room, Post.NumberIn(fact.Subject)));
                break;
            case QueueEvent.Answered when FactCodec<QueueEvent>.Read(fact).Event is QueueEvent.ArrivalAnswered { Act: ArrivalAct.Welcome } welcomed:
                await Welcome(fact, new(fact.Stream["queue/".Length..]), welcomed.Member);
                break;
        }
    }

    private async Task Note(RecordedFact fact, CommunityId community, ArrivalSign sign, MemberId member, ArrivalPost? post, DateTimeOffset? newUntil = null)
    {
        var noted = await grains.Queue(community).NoteArrival(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence),
            Sign = sign,
            Member = member,
            At = fact.At,
            Post = post,
            NewUntil = newUntil,
        });
        if (noted.Refusal is { } why) LogRefused(why.Code);
    }

    private async Task Welcome(RecordedFact fact, CommunityId community, MemberId member)
    {
        var told = await grains.Inbox(member).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
            Kind = NoticeKind.Welcomed,
            Of = new(community, null, null, null, null, null),
            Actor = fact.By,
        });
        if (told.Refusal is { } why) LogRefused(why.Code);
    }

    [LoggerMessage(1141, LogLevel.Warning, "A queue or an inbox was not told of an arrival: {Code}")]
    private partial void LogRefused(string code);
}
