using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>Effect: what happens in a room reaches the inboxes of whom it concerns. The room says who that is, as things stand when it is asked.</summary>
internal sealed partial class InboxEffect(IGrainFactory grains, ILogger<InboxEffect> log) : IEffect
{
    /// <summary>Inboxes told at a time: their commits leave together.</summary>
    private const int MostAtOnce = 200;

    public string Name => "inbox";

    /// <summary>A post to everybody in one room keeps few other rooms waiting.</summary>
    public int Partitions => 8;

    public bool Concerns(string type) => type is RoomEvent.Posted or RoomEvent.Edited or RoomEvent.Reacted or RoomEvent.TookBack or RoomEvent.Hidden or RoomEvent.Shown or RoomEvent.Deleted or RoomEvent.Moved or CommunityEvent.Left;

    /// <summary>A post that mentions nobody and is no reply is told to nobody, unless it comments on what somebody published.</summary>
    public bool Concerns(RecordedFact fact) => fact.Type != RoomEvent.Posted || FactJson.Has(fact, "\"mentions\":"u8) || FactJson.Has(fact, "\"thread\":"u8) || RoomOf(fact).Publication is not null;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        if (fact.Type == CommunityEvent.Left)
        {
            await Leave(fact);
            return;
        }

        var room = RoomOf(fact);
        if (fact.Type == RoomEvent.Moved)
        {
            await ShutOut(fact, room);
            return;
        }

        var number = Post.NumberIn(fact.Subject);
        var concerned = await grains.Room(room).Concerned(fact.Sequence);
        await (fact.Type switch
        {
            RoomEvent.Reacted => React(fact, room, concerned),
            RoomEvent.TookBack => TakeBack(fact, room, number, concerned),
            RoomEvent.Deleted or RoomEvent.Hidden => Withdraw(fact, room, number, concerned),
            RoomEvent.Edited => Amend(fact, room, concerned),
            _ => Tell(fact, room, concerned),
        });
    }

    /// <summary>Whoever is not named any more is not told any more; then whoever is named newly is told.</summary>
    private async Task Amend(RecordedFact fact, RoomId room, Concerned concerned)
    {
        if (concerned.Post is not { } post) return;

        IEnumerable<MemberId> everybody = concerned.EverybodyNoMore ? await grains.Door(room).Everybody(room) : [];
        var named = post.Mentions.Where(mention => !mention.Silent).Select(mention => mention.Member).OfType<MemberId>();
        await ToEach(
            [.. concerned.NamedNoMore.Union(everybody).Except(named)],
            member => grains.Inbox(member).Withdraw(new()
            {
                By = MemberId.System,
                Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
                Room = room,
                Post = post.Number,
                OnlyNamed = true,
                StaysAsReply = concerned.FollowingStill.Contains(member),
            }));
        await Tell(fact, room, concerned);
    }

    private async Task Tell(RecordedFact fact, RoomId room, Concerned concerned)
    {
        if (concerned.Post is not { } post) return;

        var told = await Reasons(fact, room, concerned, post);
        await ToEach(
            [.. told.OrderBy(each => each.Value).Select(each => each.Key)],
            member => grains.Inbox(member).Tell(new()
            {
                By = MemberId.System,
                Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
                Kind = told[member],
                Room = room,
                Post = post.Number,
                Thread = post.Thread,
                Actor = post.Author,
                Later = fact.Type == RoomEvent.Edited,
            }));
    }

    /// <summary>Why each of them is told: one reason, the best there is.</summary>
    private async Task<Dictionary<MemberId, NoticeKind>> Reasons(RecordedFact fact, RoomId room, Concerned concerned, PostView post)
    {
        var told = concerned.Mentioned.ToDictionary(member => member, _ => NoticeKind.Mention);
        if (fact.Type == RoomEvent.Shown)
        {
            // Told again what was taken back. Whoever has read past it, before or meanwhile, is spared by their inbox.
            foreach (var member in concerned.ToldBefore)
                if (ReasonOf(post, member) is { } reason) told.TryAdd(member, reason);
        }

        foreach (var member in concerned.Following) told.TryAdd(member, NoticeKind.Reply);
        if (concerned.Everybody)
        {
            // An edit to all of the room is nothing new to those who were told of the post before.
            var others = fact.Type == RoomEvent.Edited ? concerned.ToldBefore.ToHashSet() : [];
            foreach (var member in await grains.Door(room).Everybody(room))
                if (!others.Contains(member) && told.GetValueOrDefault(member, NoticeKind.Reply) > NoticeKind.Room) told[member] = NoticeKind.Room;
        }

        if (room.Publication is { } commented && post.Thread is null && await grains.Publication(commented).Author() is { } author) told.TryAdd(author, NoticeKind.Comment);

        told.Remove(post.Author);
        return told;
    }

    private async Task React(RecordedFact fact, RoomId room, Concerned concerned)
    {
        if (concerned is not { Author: { } author, Post: { } post }) return;

        await ToEach([author], member => grains.Inbox(member).Tell(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
            Kind = NoticeKind.Reaction,
            Room = room,
            Post = post.Number,
            Thread = post.Thread,
            Actor = fact.By,
            Reaction = ReactionIn(fact),
            Later = true,
        }));
    }

    private async Task TakeBack(RecordedFact fact, RoomId room, PostNumber number, Concerned concerned)
    {
        if (concerned.Author is not { } author) return;

        await ToEach([author], member => grains.Inbox(member).Withdraw(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
            Room = room,
            Post = number,
            Actor = fact.By,
            Reaction = ReactionIn(fact),
        }));
    }

    /// <summary>From whoever did it too: a post that its author deletes may have had reactions.</summary>
    private async Task Withdraw(RecordedFact fact, RoomId room, PostNumber number, Concerned concerned)
    {
        var everybody = concerned.Everybody ? await grains.Door(room).Everybody(room) : [];
        await ToEach(
            [.. concerned.ToldBefore.Concat(everybody).Append(fact.By).Distinct()],
            member => grains.Inbox(member).Withdraw(new()
            {
                By = MemberId.System,
                Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
                Room = room,
                Post = number,
            }));
    }

    /// <summary>Who may read what is commented no longer has nothing of it. Before the first fact of the room nobody was told of anything.</summary>
    private async Task ShutOut(RecordedFact fact, RoomId room)
    {
        if (fact.Sequence == 1) return;

        foreach (var some in (await grains.Community(room.Community).Everybody(new(room.Community, CommunityRules.FirstRoom))).Chunk(MostAtOnce))
        {
            var shutOut = (await grains.Door(room).Standings([.. some], room)).Where(standing => !standing.MayRead).Select(standing => standing.Member);
            await ToEach([.. shutOut], member => grains.Inbox(member).Withdraw(new()
            {
                By = MemberId.System,
                Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
                Room = room,
            }));
        }
    }

    private async Task Leave(RecordedFact fact)
    {
        if (FactCodec<CommunityEvent>.Read(fact).Event is not CommunityEvent.MemberLeft left) return;

        await ToEach([left.Member], member => grains.Inbox(member).Withdraw(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
            Community = new(fact.Stream["community/".Length..]),
        }));
    }

    /// <summary>An inbox that cannot take it, since it is damaged, keeps nobody else's from theirs.</summary>
    private async Task ToEach(ImmutableArray<MemberId> members, Func<MemberId, Task<Outcome<Done>>> tell)
    {
        foreach (var some in members.Chunk(MostAtOnce))
        {
            var answers = await Task.WhenAll(some.Select(tell));
            foreach (var why in answers.Select(answer => answer.Refusal).OfType<Refusal>()) LogRefused(why.Code);
        }
    }

    /// <summary>None where it named them once and does no more.</summary>
    private static NoticeKind? ReasonOf(PostView post, MemberId member) =>
        post.Mentions.Any(mention => mention.Member == member && !mention.Silent) ? NoticeKind.Mention
        : post.Mentions.Any(mention => mention.Member is null) ? NoticeKind.Room
        : post.Thread is not null ? NoticeKind.Reply
        : null;

    private static RoomId RoomOf(RecordedFact fact) => new(fact.Stream["room/".Length..]);

    private static Reaction? ReactionIn(RecordedFact fact) => FactCodec<RoomEvent>.Read(fact).Event switch
    {
        RoomEvent.ReactionAdded added => added.Reaction,
        RoomEvent.ReactionRemoved removed => removed.Reaction,
        _ => null,
    };

    [LoggerMessage(1106, LogLevel.Warning, "An inbox was not told: {Code}")]
    private partial void LogRefused(string code);
}
