using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Rooms;

/// <inheritdoc cref="IRoomGrain"/>
internal sealed class RoomGrain(Workbench bench, [PersistentState("room", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Room, RoomEvent>(bench, snapshot), IRoomGrain
{
    private readonly Standings standings = new(bench.Time);

    private RoomId Id => new(Stream["room/".Length..]);

    public async Task<Outcome<Posted>> Post(PostMessage command)
    {
        if (!(await StandingOf(command.By)).MayRead) return Damaged ?? new RoomRefusal.NotVisible();   // whoever must be asked about each time holds up nobody

        // Again when it is its turn: who has left meanwhile has left.
        return await Decide(command, async (room, _) => RoomRules.Post(room, await StandingOf(command.By), await RootOf(command.Thread, room), command));
    }

    public async Task<Outcome<Posted>> Edit(EditPost command)
    {
        var editor = await StandingOf(command.By);
        return await Decide(command, async (room, _) => RoomRules.Edit(editor, await Find(command.Number, room), command));
    }

    public async Task<Outcome<Done>> Delete(DeletePost command)
    {
        var deleter = await StandingOf(command.By);
        return await Decide(command, async (room, _) => RoomRules.Delete(deleter, await Find(command.Number, room), command));
    }

    public async Task<Outcome<PostPage>> Page(MemberId reader, long before, int count)
    {
        if (await WhyNot(reader) is { } why) return why;

        var last = before <= 0 ? State.Last.Value : Math.Min(before - 1, State.Last.Value);
        var first = Math.Max(1, last - Math.Clamp(count, 1, RoomLimits.PageSize) + 1);
        var posts = await Views(Numbers(first, last));
        return new PostPage(Position, posts, first > 1 && last > 0, last < State.Last.Value, NoSettings, (await StandingOf(reader)).Moderates);
    }

    public async Task<Outcome<ThreadPage>> Thread(MemberId reader, PostNumber number, long after)
    {
        if (await WhyNot(reader) is { } why) return why;
        if (await RootOf(number) is not { } root) return new RoomRefusal.NotVisible();

        var replies = new List<PostNumber>();
        var more = false;
        while (replies.Count < RoomLimits.PageSize)
        {
            var facts = await Journal.ReadSubject(Stream, Rooms.Post.SubjectOf(root.Number), after, RoomLimits.PageSize);
            foreach (var fact in facts.TakeWhile(_ => replies.Count < RoomLimits.PageSize))
            {
                after = fact.Sequence;
                if (Understand(fact)?.Event is RoomEvent.ReplyAdded added) replies.Add(added.Reply);
            }

            more = facts.Length == RoomLimits.PageSize || (!facts.IsEmpty && after < facts[^1].Sequence);
            if (!more) break;
        }

        return new ThreadPage(Position, root.View(), await Views(replies), more ? after : null, (await StandingOf(reader)).Moderates);
    }

    public async Task<Outcome<PostHistory>> History(MemberId reader, PostNumber number)
    {
        if (await WhyNot(reader) is { } why) return why;

        if (await Find(number) is not { IsDeleted: false } post) return new RoomRefusal.NotVisible();

        var texts = new List<PostText>();
        ImmutableArray<RecordedFact> facts = [];
        do
        {
            // A long thread stands between two edits of the post that began it.
            facts = await Journal.ReadSubject(Stream, Rooms.Post.SubjectOf(number), facts is [.., var last] ? last.Sequence : 0, JournalLimits.MostFacts);
            texts.AddRange(Understood(facts).Select(TextIn).OfType<PostText>());
        }
        while (facts.Length == JournalLimits.MostFacts);

        return new PostHistory(post.View(), [.. texts]);
    }

    public override async Task<Outcome<StreamPosition>> Admit(MemberId reader) => await WhyNot(reader) is { } why ? why : Position;

    public override async Task<Catchup> Since(long epoch, long position) =>
        epoch == Position.Epoch && State.ChangedAfter(position, Sequence) is { } changed
            ? new(Position, null, [.. (await Views(changed)).Select(post => new RoomChange.PostPut(post))])
            : new(Position, Snapshot(), []);

    public Task<Outcome<Done>> React(ReactToPost command) => throw new NotSupportedException();

    public Task<Outcome<Done>> Pin(PinPost command) => throw new NotSupportedException();

    public Task<Outcome<Done>> Hide(HidePost command) => throw new NotSupportedException();

    public Task<Outcome<Done>> Lock(LockThread command) => throw new NotSupportedException();

    public Task<Outcome<Done>> SlowDown(SetSlowMode command) => throw new NotSupportedException();

    public Task<Outcome<PostPage>> PageAfter(MemberId reader, long after, int count) => throw new NotSupportedException();

    public Task<Outcome<PostNumber>> NumberAt(MemberId reader, DateTimeOffset at) => throw new NotSupportedException();

    public Task<Outcome<ImmutableArray<PostView>>> Posts(MemberId reader, ImmutableArray<PostNumber> numbers) => throw new NotSupportedException();

    public Task<Outcome<Attachment>> Attachment(MemberId reader, PostNumber number, AttachmentId file) => throw new NotSupportedException();

    public Task<Outcome<ImmutableArray<ModerationAct>>> Acts(MemberId reader, long before) => throw new NotSupportedException();

    public Task<Outcome<int>> Reach(MemberId reader) => throw new NotSupportedException();

    public Task<RoomTally> Tally() => throw new NotSupportedException();

    public Task<Concerned> Concerned(long sequence) => throw new NotSupportedException();

    public Task Forget(MemberId member, long version)
    {
        standings.Forget(member, version);
        return Task.CompletedTask;
    }

    protected override TopicSnapshot Snapshot() =>
        new RoomSnapshot(Id, State.Last, [.. State.Recent.Values.Skip(State.Recent.Count - RoomLimits.SnapshotPosts).Select(post => post.View())], NoSettings);

    protected override async ValueTask<ImmutableArray<Change>> ChangesOf(Happened<RoomEvent> fact) =>
        await Find(Rooms.Post.NumberIn(fact.Subject)) is { } post ? [new RoomChange.PostPut(post.View())] : [];

    private static RoomSettings NoSettings { get; } = new(0, null, []);

    private async Task<Refusal?> WhyNot(MemberId reader) =>
        Damaged ?? ((await StandingOf(reader)).MayRead ? null : new RoomRefusal.NotVisible());

    private async Task<Standing> StandingOf(MemberId member)
    {
        if (standings.Of(member) is { } known) return known;

        while (true)
        {
            var standing = await GrainFactory.Community(Id.Community).Standing(member, Id);

            // An old no is none the worse: it was true while the member asked. And a damaged community never gets further than it can be read.
            if (standings.Learn(standing) || !standing.MayRead) return standing;
        }
    }

    /// <summary>The post that a thread hangs on, given any post of it.</summary>
    private async ValueTask<Post?> RootOf(PostNumber? number, Room? room = null) =>
        number is not { } asked || await Find(asked, room) is not { } post ? null
        : post.Thread is { } root ? await Find(root, room)
        : post;

    /// <param name="room">The state a rule decides on, which may be ahead.</param>
    private async ValueTask<Post?> Find(PostNumber number, Room? room = null) =>
        (room ?? State).Recent.TryGetValue(number.Value, out var recent) ? recent
        : number.Value <= 0 || number.Value > (room ?? State).Last.Value ? null
        : Rooms.Post.Fold([
            .. Understood(await Journal.ReadSubjects(Stream, [Rooms.Post.SubjectOf(number)])),
            .. room is null ? [] : AheadOf(Rooms.Post.SubjectOf(number))]);

    private async Task<ImmutableArray<PostView>> Views(IReadOnlyCollection<PostNumber> numbers)
    {
        var folded = await Fold([.. numbers.Where(number => !State.Recent.ContainsKey(number.Value)).Select(Rooms.Post.SubjectOf)]);

        return [.. numbers
            .Select(number => State.Recent.GetValueOrDefault(number.Value) ?? folded.GetValueOrDefault(Rooms.Post.SubjectOf(number)))
            .OfType<Post>().Select(post => post.View())];
    }

    private async Task<Dictionary<string, Post?>> Fold(string[] subjects)
    {
        if (subjects.Length == 0) return [];

        var facts = subjects.Length <= JournalLimits.MostSubjects ? await Journal.ReadSubjects(Stream, subjects) : [];
        if (subjects.Length <= JournalLimits.MostSubjects && (facts.Length < JournalLimits.MostSubjectFacts || subjects.Length == 1))
            return Understood(facts).GroupBy(fact => fact.Subject, StringComparer.Ordinal).ToDictionary(about => about.Key, Rooms.Post.Fold, StringComparer.Ordinal);

        // More than can be asked for at once, or many long threads: what was cut off would be missing from the fold, so take them in halves.
        var half = subjects.Length / 2;
        return (await Fold(subjects[..half])).Concat(await Fold(subjects[half..])).ToDictionary(StringComparer.Ordinal);
    }

    private static PostNumber[] Numbers(long first, long last) =>
        last < first ? [] : [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => new PostNumber(first + i))];

    private static PostText? TextIn(Happened<RoomEvent> fact) => fact.Event switch
    {
        RoomEvent.PostPosted posted => new(fact.At, posted.Markdown),
        RoomEvent.PostEdited edited => new(fact.At, edited.Markdown),
        _ => null,
    };
}
