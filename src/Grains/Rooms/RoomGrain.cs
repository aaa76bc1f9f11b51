using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.Rooms;

/// <inheritdoc cref="IRoomGrain"/>
internal sealed partial class RoomGrain(Workbench bench, IMarkdown markdown, [PersistentState("room", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Room, RoomEvent>(bench, snapshot), IRoomGrain
{
    private static readonly RoomRefusal.TextTooDeep TooDeep = new(RoomLimits.DeepestNesting);

    /// <summary>Askings of one standing. Each answer that is older than what was heard means that something changed
    /// meanwhile, or that the wrong activation of the community answers.</summary>
    private const int MostAskings = 5;

    private readonly Standings standings = new(bench.Time);

    private RoomId Id => new(Stream["room/".Length..]);

    public async Task<Outcome<Posted>> Post(PostMessage command)
    {
        var readers = await ReadersNamed(command.By, command.Mentions);
        var canBeShown = await CanBeShown(command.By, command.Markdown, command.Mentions);
        return await DecideToWrite<Posted>(command, async (author, room, now) =>
        {
            var posted = RoomRules.Post(room, author, await RootOf(command.Thread, room), readers, command, now).Unless(!canBeShown, TooDeep);
            return await Counted(WithinLinks(posted, author, new(command.Markdown, command.Mentions), new("", []), now), author, command, now);
        });
    }

    public async Task<Outcome<Posted>> Edit(EditPost command)
    {
        var readers = await ReadersNamed(command.By, command.Mentions);
        var canBeShown = await CanBeShown(command.By, command.Markdown, command.Mentions);
        return await DecideToWrite<Posted>(command, async (editor, room, now) =>
        {
            var post = await Find(command.Number, room);
            var locked = (await RootOf(command.Number, room))?.Locked;
            var edited = RoomRules.Edit(editor, post, readers, command, locked).Unless(!canBeShown, TooDeep);
            return WithinLinks(edited, editor, new(command.Markdown, command.Mentions), new(post?.Markdown ?? "", post?.Mentions ?? []), now);
        });
    }

    public Task<Outcome<Done>> Delete(DeletePost command) =>
        Decide<Done>(command, async (deleter, room, _) => RoomRules.Delete(deleter, await Find(command.Number, room), command));

    public Task<Outcome<Done>> React(ReactToPost command) =>
        DecideToWrite<Done>(command, async (member, room, _) => RoomRules.React(member, await Find(command.Number, room), command));

    public Task<Outcome<Done>> Pin(PinPost command) =>
        Decide<Done>(command, async (moderator, room, _) => ModerationRules.Pin(room, moderator, await Find(command.Number, room), command));

    public Task<Outcome<Done>> Hide(HidePost command) =>
        Decide<Done>(command, async (moderator, room, _) => ModerationRules.Hide(moderator, await Find(command.Number, room), command));

    public Task<Outcome<Done>> Lock(LockThread command) =>
        Decide<Done>(command, async (moderator, room, _) => ModerationRules.Lock(moderator, await RootOf(command.Number, room), command));

    public Task<Outcome<Done>> SlowDown(SetSlowMode command) =>
        Decide<Done>(command, (moderator, room, _) => new(ModerationRules.SlowDown(room, moderator, command)));

    public Task<Outcome<Done>> MoveDoor(MoveDoor command) => Decide(command, (_, _) => RoomRules.MoveDoor(command));

    public override async Task<Outcome<StreamPosition>> Admit(MemberId reader) => await WhyNot(reader) is { } why ? why : Position;

    public override async Task<Catchup> Since(long epoch, long position) =>
        epoch == Position.Epoch && State.ChangedAfter(position, Sequence) is { } changed
            ? new(Position, null, [.. (await Views(changed)).Select(post => new RoomChange.PostPut(post)), .. SettingsAfter(position), .. DoorAfter(position)])
            : new(Position, Snapshot(), []);

    public Task Forget(MemberId member, long version)
    {
        standings.Forget(member, version);
        return Task.CompletedTask;
    }

    public Task ForgetEverybody(long version)
    {
        standings.ForgetEverybody(version);
        return Task.CompletedTask;
    }

    protected override TopicSnapshot Snapshot() =>
        new RoomSnapshot(Id, State.Last, [.. State.Recent.Values.Skip(State.Recent.Count - RoomLimits.SnapshotPosts).Select(post => post.View())], State.Settings);

    protected override async ValueTask<ImmutableArray<Change>> ChangesOf(Happened<RoomEvent> fact) =>
    [
        .. fact.Subject.Length > 0 && await Find(Rooms.Post.NumberIn(fact.Subject)) is { } post ? [new RoomChange.PostPut(post.View())] : ImmutableArray<Change>.Empty,
        .. State.SettingsChanged == fact.Sequence ? SettingsAfter(0) : [],
        .. State.DoorMoved == fact.Sequence ? DoorAfter(0) : [],
    ];

    private ImmutableArray<Change> DoorAfter(long position) => State.DoorMoved > position ? [new RoomChange.DoorMoved()] : [];

    private ImmutableArray<Change> SettingsAfter(long position) => State.SettingsChanged > position ? [new RoomChange.SettingsPut(State.Settings)] : [];

    private async Task<Refusal?> WhyNot(MemberId reader) =>
        Damaged ?? ((await StandingOf(reader)).MayRead ? null : new RoomRefusal.NotVisible());

    private async Task<Standing> StandingOf(MemberId member)
    {
        await LookForNews();
        if (standings.Of(member) is { } known) return known;

        for (var asked = 0; asked < MostAskings; asked++)
        {
            var standing = await GrainFactory.Door(Id).Standing(member, Id);

            // An old no is none the worse: it was true while the member asked. And a damaged community never gets further than it can be read.
            if (Learn(standing) || !standing.MayRead) return standing;
        }

        throw OutOfDate();
    }

    /// <summary>Looks how far the community has got, in the journal: it may not be able to tell this room.</summary>
    private async Task LookForNews()
    {
        if (Id.HasDoorOfItsOwn || !standings.MayBeOld) return;

        var before = Time.GetTimestamp();
        standings.Saw(await Journal.Head(Streams.Of(Id.Community)), before);
    }

    /// <summary>An activation that the cluster has given up still answers for the community. It goes within seconds.</summary>
    private TimeoutException OutOfDate() =>
        new($"Community \"{Id.Community}\" answers with less than it has stored. Ask again in a few seconds.");

    /// <summary>A community tells its rooms of every change. Another door does not: it is asked each time.</summary>
    private bool Learn(Standing standing) => Id.HasDoorOfItsOwn || standings.Learn(standing);

    /// <summary>Asks the rule as of the member's standing when it is their turn: who has left while waiting has left.</summary>
    private async Task<Outcome<T>> Decide<T>(Command command, Func<Standing, Room, DateTimeOffset, ValueTask<Decision<T, RoomEvent>>> rule)
    {
        await StandingOf(command.By);   // asked for here, so that nobody else waits for it
        return await Decide(command, async (room, now) => await rule(await StandingOf(command.By), room, now));
    }

    private Task<Outcome<T>> DecideToWrite<T>(Command command, Func<Standing, Room, DateTimeOffset, ValueTask<Decision<T, RoomEvent>>> rule) =>
        Decide<T>(command, async (author, room, now) => RoomRules.WhyNoWriting(author, now) is { } why ? why : await rule(author, room, now));

    /// <summary>The renderer is asked only about a text that could be stored otherwise.</summary>
    private async Task<bool> CanBeShown(MemberId author, string text, ImmutableArray<Mention> mentions) =>
        (await StandingOf(author)).MayRead && RoomRules.WrongText(text) is null && markdown.CanShowPost(text, mentions);

    private async Task<ImmutableHashSet<MemberId>> ReadersNamed(MemberId author, ImmutableArray<Mention> mentions) =>
        !mentions.IsEmpty && (await StandingOf(author)).MayRead ? await ReadersAmong(MentionRules.ToAskFor(mentions)) : [];

    /// <summary>Who of these may read the room, known or asked for in one call.</summary>
    private async Task<ImmutableHashSet<MemberId>> ReadersAmong(IReadOnlyCollection<MemberId> members)
    {
        await LookForNews();
        var readers = members.Where(member => standings.Of(member) is not null).ToImmutableHashSet();
        var unknown = members.Where(member => !readers.Contains(member)).ToImmutableArray();
        for (var asking = 0; !unknown.IsEmpty; asking++)
        {
            if (asking == MostAskings) throw OutOfDate();

            var asked = await GrainFactory.Door(Id).Standings(unknown, Id);
            var learnt = asked.Where(standing => Learn(standing) || !standing.MayRead).ToImmutableArray();
            readers = readers.Union(learnt.Where(standing => standing.MayRead).Select(standing => standing.Member));
            unknown = unknown.RemoveRange(learnt.Select(standing => standing.Member));
        }

        return readers;
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

    private async Task<ImmutableArray<Post>> Found(IReadOnlyCollection<PostNumber> numbers)
    {
        var folded = await Fold([.. numbers.Where(number => !State.Recent.ContainsKey(number.Value)).Select(Rooms.Post.SubjectOf)]);

        return [.. numbers
            .Select(number => State.Recent.GetValueOrDefault(number.Value) ?? folded.GetValueOrDefault(Rooms.Post.SubjectOf(number)))
            .OfType<Post>()];
    }

    private async Task<ImmutableArray<PostView>> Views(IReadOnlyCollection<PostNumber> numbers) => [.. (await Found(numbers)).Select(post => post.View())];

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
}
