using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.Rooms;

/// <summary>What a room answers to who reads it.</summary>
internal sealed partial class RoomGrain
{
    public async Task<Outcome<PostPage>> Page(MemberId reader, long before, int count)
    {
        if (await WhyNot(reader) is { } why) return why;

        var last = before <= 0 ? State.Last.Value : Math.Min(before - 1, State.Last.Value);
        return await PageOf(reader, Math.Max(1, last - Math.Clamp(count, 1, RoomLimits.PageSize) + 1), last);
    }

    public async Task<Outcome<PostPage>> PageAfter(MemberId reader, long after, int count)
    {
        if (await WhyNot(reader) is { } why) return why;

        var first = Math.Clamp(after, 0, State.Last.Value) + 1;
        return await PageOf(reader, first, Math.Min(first + Math.Clamp(count, 1, RoomLimits.PageSize) - 1, State.Last.Value));
    }

    public async Task<Outcome<PostNumber>> NumberAt(MemberId reader, DateTimeOffset at)
    {
        if (await WhyNot(reader) is { } why) return why;

        long first = 1, last = State.Last.Value;
        while (first < last)
        {
            var middle = first + ((last - first) / 2);
            if (await PostedAt(new(middle)) < at) first = middle + 1;
            else last = middle;
        }

        return new PostNumber(last);
    }

    public async Task<Outcome<ImmutableArray<PostView>>> Posts(MemberId reader, ImmutableArray<PostNumber> numbers)
    {
        if (await WhyNot(reader) is { } why) return why;

        var found = await Views([.. numbers.Distinct().Where(number => number.Value >= 1 && number.Value <= State.Last.Value).Take(RoomLimits.PageSize)]);
        return found.RemoveAll(post => post.IsWithheld);
    }

    public async Task<Outcome<Attachment>> Attachment(MemberId reader, PostNumber number, AttachmentId file)
    {
        if (await WhyNot(reader) is { } why) return why;

        if (await Find(number) is not { IsDeleted: false } post) return new RoomRefusal.NotVisible();
        if (post.IsWithheld && !(await StandingOf(reader)).Moderates) return new RoomRefusal.NotVisible();

        return post.Attachments.FirstOrDefault(each => each.Id == file) is { } found ? found : new RoomRefusal.NotVisible();
    }

    public async Task<PostThenAndNow?> ThenAndNow(PostNumber number, long sequence)
    {
        if (Damaged is not null || await Find(number) is not { } now) return null;

        var facts = await Journal.ReadSubjects(Stream, [Rooms.Post.SubjectOf(number)]);
        return Rooms.Post.Fold(Understood(facts.Where(fact => fact.Sequence <= sequence))) is { IsDeleted: false } then
            ? new((then with { Hidden = null }).View(), now.View())
            : null;
    }

    public async Task<Outcome<ThreadPage>> Thread(MemberId reader, PostNumber number, long after, int most = RoomLimits.PageSize)
    {
        if (await WhyNot(reader) is { } why) return why;
        if (await RootOf(number) is not { } root) return new RoomRefusal.NotVisible();

        most = Math.Clamp(most, 1, RoomLimits.PageSize);
        var replies = new List<PostNumber>();
        var more = false;
        while (replies.Count < most)
        {
            var facts = await Journal.ReadSubject(Stream, Rooms.Post.SubjectOf(root.Number), after, RoomLimits.PageSize);
            foreach (var fact in facts.TakeWhile(_ => replies.Count < most))
            {
                after = fact.Sequence;
                if (Understand(fact)?.Event is RoomEvent.ReplyAdded added) replies.Add(added.Reply);
            }

            more = facts.Length == RoomLimits.PageSize || (!facts.IsEmpty && after < facts[^1].Sequence);
            if (!more) break;
        }

        return new ThreadPage(Position, root.View(), await Views(replies), more ? after : null, (await StandingOf(reader)).Moderates)
        {
            NewUntil = await NewUntil(reader),
        };
    }

    public async Task<Outcome<PostHistory>> History(MemberId reader, PostNumber number)
    {
        if (await WhyNot(reader) is { } why) return why;
        if (await Find(number) is not { IsDeleted: false } post) return new RoomRefusal.NotVisible();
        if (post.IsWithheld && !(await StandingOf(reader)).Moderates) return new RoomRefusal.NotVisible();

        var texts = new List<PostText>();
        ImmutableArray<RecordedFact> facts = [];
        do
        {
            // A long thread stands between two edits of the post that began it.
            facts = await Journal.ReadSubject(Stream, Rooms.Post.SubjectOf(number), facts is [.., var last] ? last.Sequence : 0, JournalLimits.MostFacts);
            texts.AddRange(Understood(facts).Select(TextIn).OfType<PostText>());
        }
        while (facts.Length == JournalLimits.MostFacts);

        return new PostHistory(post.View(), [.. texts]) { Files = post.Attachments };
    }

    public async Task<Outcome<ImmutableArray<ModerationAct>>> Acts(MemberId reader, long before)
    {
        if (await WhyNot(reader) is { } why) return why;

        var acts = ImmutableArray.CreateBuilder<ModerationAct>();
        foreach (var sequence in State.Acts.Reverse().Where(sequence => before <= 0 || sequence < before).Take(RoomLimits.PageSize))
            if (await FactAt(sequence) is { } fact) acts.Add(ActIn(fact));

        return acts.ToImmutable();
    }

    public async Task<Outcome<int>> Reach(MemberId reader)
    {
        if (await WhyNot(reader) is { } why) return why;
        if (!(await StandingOf(reader)).May(Doing.MentionEverybody)) return new RoomRefusal.ModeratorsOnly();

        return Math.Max(0, (await GrainFactory.Door(Id).Everybody(Id)).Length - 1);
    }

    public Task<RoomTally> Tally() => Task.FromResult(new RoomTally(
        Position,
        State.Last,
        new(State.FirstRecent),
        [.. State.Recent.Values.Where(post => !post.IsWithheld).Select(post => new CountedPost(post.Number, post.Author, post.Thread, post.At))],
        State.OlderChanged));

    private async Task<PostPage> PageOf(MemberId reader, long first, long last)
    {
        var posts = await Views(last < first ? [] : [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => new PostNumber(first + i))]);
        return new(Position, posts, first > 1 && last > 0, last < State.Last.Value, State.Settings, (await StandingOf(reader)).Moderates)
        {
            NewUntil = await NewUntil(reader),
        };
    }

    private async ValueTask<DateTimeOffset> PostedAt(PostNumber number) =>
        State.Recent.TryGetValue(number.Value, out var recent) ? recent.At
        : await Journal.ReadSubject(Stream, Rooms.Post.SubjectOf(number), 0, 1) is [var posted] ? posted.At
        : DateTimeOffset.MinValue;

    private async Task<Happened<RoomEvent>?> FactAt(long sequence) =>
        sequence > 0 && await Journal.ReadStream(Stream, sequence - 1, 1) is [var fact] ? Understand(fact) : null;

    private static ModerationAct ActIn(Happened<RoomEvent> fact) => new(
        fact.Sequence,
        fact.Type,
        Rooms.Post.ActOf(fact),
        fact.Subject.Length == 0 ? null : Rooms.Post.NumberIn(fact.Subject),
        (fact.Event as RoomEvent.SlowModeSet)?.Seconds);

    private static PostText? TextIn(Happened<RoomEvent> fact) => fact.Event switch
    {
        RoomEvent.PostPosted posted => new(fact.At, posted.Markdown),
        RoomEvent.PostEdited edited => new(fact.At, edited.Markdown),
        _ => null,
    };
}
