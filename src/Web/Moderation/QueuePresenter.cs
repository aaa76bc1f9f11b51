using System.Collections.Immutable;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Makes of what a queue holds what moderators see: people and rooms by name, and of a reported post its beginning. Nothing else by its author.</summary>
internal sealed class QueuePresenter(IGrainFactory grains, ICommunityDirectory communities, BridgedThreads bridged, PostPresenter presenter)
{
    /// <summary>In the order of <paramref name="items"/>.</summary>
    /// <param name="words">None where many languages listen: English.</param>
    public async ValueTask<ImmutableArray<ItemWire>> Present(CommunityId community, IReadOnlyCollection<ItemView> items, Words? words = null, bool withExcerpts = true, CancellationToken cancel = default)
    {
        if (items.Count == 0) return [];

        var cards = await Cards(items.SelectMany(Named), cancel);
        var reported = items.Select(item => item.Reported).OfType<Reported>().Distinct().ToList();
        var rooms = reported.Count == 0 ? [] : (await communities.All(cancel)).FirstOrDefault(entry => entry.Community == community)?.Rooms ?? [];
        var titles = await Titles(community, reported);
        var excerpts = await Excerpts(community, withExcerpts ? reported : [], cancel);
        return [.. items.Select(item => new ItemWire(
            item.Number.Value,
            item.Kind,
            item.State,
            item.Version,
            cards[item.By],
            item.OpenedAt,
            item.Message,
            item.Reported is { } post ? new(post.Room, rooms.FirstOrDefault(card => card.Room == post.Room)?.Name ?? titles.GetValueOrDefault(post.Room) ?? "", post.Post.Value, cards[post.Author], excerpts.GetValueOrDefault(post) ?? "") : null,
            item.Claim is { } claim ? new(cards[claim.By], claim.Until, claim.Fence) : null,
            Name(item.Decision, cards),
            item.CameBack,
            item.CameBack is { } code ? CameBack(words ?? Words.In(null), code) : null,
            item.Appeals?.Value)
        {
            Restricted = item.Restricted is { } restriction ? new(restriction.Kind, restriction.Until, restriction.Reason, cards[restriction.By], restriction.At) : null,
            Reviewed = item.Reviewed is { } reviewed ? new(cards[reviewed.Member], reviewed.Posts) : null,
            Work = item.Work,
            Escalation = item.Escalation,
        })];
    }

    public async ValueTask<ClaimWire> Present(Claim claim, CancellationToken cancel = default) => new((await presenter.Cards([claim.By], cancel))[0], claim.Until, claim.Fence);

    public async ValueTask<ImmutableArray<StepWire>> Present(IReadOnlyCollection<ItemStep> steps, CancellationToken cancel = default)
    {
        var cards = await Cards(steps.Select(step => step.By), cancel);
        return [.. steps.Select(step => new StepWire(step.Act, cards[step.By], step.At, step.Verdict, step.Note))];
    }

    public async ValueTask<ReportedPostWire> Present(PostThenAndNow reported, CancellationToken cancel = default) =>
        new(await presenter.Present(reported.Then, cancel), await presenter.Present(reported.Now, cancel));

    public async ValueTask<ArrivalsWire> Present(IReadOnlyCollection<ArrivalView> arrivals, CancellationToken cancel = default)
    {
        var cards = await Cards(arrivals.SelectMany(arrival => new[] { arrival.Member, arrival.Answer?.By }).OfType<MemberId>(), cancel);
        var counts = ArrivalCounts.Of(arrivals);
        return new(
            [.. arrivals.Select(arrival => new ArrivalWire(cards[arrival.Member], arrival.IsNew, arrival.Since, arrival.Posts, AnswerOf(arrival, cards)) { NewUntil = arrival.NewUntil })],
            counts.Joined,
            counts.Posted);
    }

    private static ArrivalAnswerWire? AnswerOf(ArrivalView arrival, IReadOnlyDictionary<MemberId, MemberCard> cards) =>
        arrival.Answer is { } answer ? new(answer.Act, cards[answer.By], answer.At) : null;

    /// <summary>In the order of <paramref name="items"/>.</summary>
    public async ValueTask<ImmutableArray<MyItemWire>> Present(CommunityId community, string name, IReadOnlyCollection<MyItem> items, CancellationToken cancel = default)
    {
        var cards = await Cards(items.Select(item => item.Decision?.By).OfType<MemberId>(), cancel);
        return [.. items.Select(item => new MyItemWire(community, name, item.Number.Value, item.Kind, item.State, item.OpenedAt, item.Message, Name(item.Decision, cards), item.SettledAt, item.MayAppeal, item.Reported?.Room, item.Reported?.Post.Value)
        {
            Restricted = item.Restricted is { } restriction ? new(restriction.Kind, restriction.Until, restriction.Reason, restriction.At) : null,
            Work = item.Work,
            ExpectedBy = item.ExpectedBy,
        })];
    }

    /// <summary>Why a decision could not be carried out, where a refusal's own sentence speaks to somebody else.</summary>
    public static string CameBack(Words words, string code) => words.Has("came-back." + code) ? words["came-back." + code] : words["came-back.other"];

    private static IEnumerable<MemberId> Named(ItemView item) =>
        new[] { item.By, item.Reported?.Author, item.Restricted?.By, item.Reviewed?.Member, item.Claim?.By, item.Decision?.By }.OfType<MemberId>();

    private static DecisionWire? Name(Decision? decision, Dictionary<MemberId, MemberCard> cards) =>
        decision is null ? null : new(decision.Verdict, cards[decision.By], decision.At, decision.EffectAt, decision.Reason, decision.Contact, decision.AskAgainFrom);

    private async ValueTask<Dictionary<MemberId, MemberCard>> Cards(IEnumerable<MemberId> whom, CancellationToken cancel) =>
        (await presenter.Cards([.. whom.Distinct()], cancel)).ToDictionary(card => card.Member);

    /// <summary>Of common threads, as a moderator reads them.</summary>
    private async ValueTask<Dictionary<RoomId, string>> Titles(CommunityId community, List<Reported> reported)
    {
        var titles = new Dictionary<RoomId, string>();
        var threads = reported.Select(post => post.Room).Where(room => room.Bridge is not null).Distinct().ToList();
        if (threads.Count == 0 || await grains.Community(community).Moderators() is not [var moderator, ..]) return titles;

        foreach (var room in threads)
            if (await bridged.Find(moderator, room) is { } thread) titles[room] = thread.Title;
        return titles;
    }

    /// <summary>As a moderator reads them: a post that is deleted or hidden has no text to quote.</summary>
    private async ValueTask<Dictionary<Reported, string>> Excerpts(CommunityId community, List<Reported> reported, CancellationToken cancel)
    {
        var excerpts = new Dictionary<Reported, string>();
        if (reported.Count == 0 || await grains.Community(community).Moderators() is not [var moderator, ..]) return excerpts;

        foreach (var room in reported.GroupBy(post => post.Room))
        {
            foreach (var some in room.Chunk(RoomLimits.PageSize))
            {
                var posts = await grains.Room(room.Key).Posts(moderator, [.. some.Select(post => post.Post)]);
                if (posts.IsRefused) break;

                var wires = (await presenter.Present(posts.Value, cancel)).ToDictionary(wire => wire.Number);
                foreach (var post in some) if (wires.TryGetValue(post.Post.Value, out var wire)) excerpts[post] = Excerpt.Of(wire.Html);
            }
        }

        return excerpts;
    }
}
