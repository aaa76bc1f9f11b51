using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Moderation.QueueEvent>;

namespace PublicBuyers.Moderation;

/// <summary>R6: what moderators of an open community are told of who is new, and what they do about it. Pure.</summary>
internal static class ArrivalRules
{
    /// <param name="access">Of the community: only in an open one is there nobody who let them in.</param>
    public static Answer Note(Queue queue, Access access, NoteArrival command, DateTimeOffset now)
    {
        if (command.By != MemberId.System) return new QueueRefusal.NotVisible();

        var (member, arrivals) = (command.Member, queue.Arrivals);
        var isOpen = arrivals.Open.TryGetValue(member, out var known);
        return command switch
        {
            { Sign: ArrivalSign.Left } => isOpen || arrivals.Watched.ContainsKey(member) ? Yes(new QueueEvent.ArrivalLeft(member)) : Yes(),
            _ when command.At < now - ArrivalLimits.Fresh => Yes(),
            { Sign: ArrivalSign.Joined } => isOpen || access is not Access.Open ? Yes() : Yes(new QueueEvent.MemberArrived(member, command.At, command.NewUntil)),
            { Sign: ArrivalSign.Posted, Post: { } post } when isOpen => known!.Posts.Length >= ArrivalLimits.PostsCounted || known.Posts.Contains(post) ? Yes() : Yes(new QueueEvent.ArrivalPosted(member, post)),
            { Sign: ArrivalSign.Posted, Post: { } post } => arrivals.Watched.TryGetValue(member, out var until) && command.At < until ? Yes(new QueueEvent.ArrivalPosted(member, post)) : Yes(),
            _ => Yes(),
        };
    }

    public static Answer Answer(Queue queue, AnswerArrival command, DateTimeOffset now)
    {
        if (!Enum.IsDefined(command.Act)) return new QueueRefusal.NoArrival();
        if (!queue.Arrivals.Open.TryGetValue(command.Member, out var arrival)) return WhoWasFirst(queue, command);
        if (command.Member == command.By) return new QueueRefusal.Own();
        if (command.Act is ArrivalAct.Trust && arrival.NewUntil is null) return new QueueRefusal.NoArrival();

        var answered = new QueueEvent.ArrivalAnswered(command.Member, command.Act, command.Act is ArrivalAct.Watch ? now + ArrivalLimits.WatchLasts : null);
        if (command.Act is not ArrivalAct.Review) return Yes(answered);

        var opened = QueueRules.Open(queue, command.By, ItemKind.Review, "", mayBeEmpty: true, null, null, now, reviewed: new(command.Member, arrival.Posts));
        return opened.Outcome.Refusal is { } why ? why : Yes([answered, .. opened.Facts]) with { Due = opened.Due };
    }

    private static Answer WhoWasFirst(Queue queue, AnswerArrival command) => queue.Arrivals.Answered.FirstOrDefault(each => each.Member == command.Member)?.Answer switch
    {
        null => new QueueRefusal.NoArrival(),
        var first when first.By == command.By && first.Act == command.Act => Yes(),
        var first => new QueueRefusal.ArrivalAnswered(first.By, first.At, first.Act),
    };

    private static Answer Yes(params ImmutableArray<QueueEvent> facts) => Decision<Done, QueueEvent>.Yes(Done.Value, facts);
}
