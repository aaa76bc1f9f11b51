using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <inheritdoc cref="IInboxGrain"/>
internal sealed class InboxGrain(Workbench bench, [PersistentState("inbox", "snapshots")] IPersistentState<Kept> snapshot, IReadMarks readMarks, INewIds ids, IAcquaintances acquaintances)
    : JournaledGrain<Inbox, InboxEvent>(bench, snapshot), IInboxGrain
{
    private readonly Marks marks = new(readMarks);

    private MemberId Owner => new(Stream["inbox/".Length..]);

    public async Task<Outcome<Done>> Tell(TellMember command)
    {
        // Of the community itself, within this turn: what it says of a member who leaves afterwards is withdrawn after this.
        var standing = await GrainFactory.Door(command.Room).Standing(Owner, command.Room);
        var mark = await marks.Of(Owner, command.Room);
        return await Decide(command, (inbox, _) => InboxRules.Tell(inbox, Owner, mark, standing.MayRead, command));
    }

    public Task<Outcome<Done>> TellOf(TellOfCommunity command) => Decide(command, (inbox, _) => InboxRules.TellOf(inbox, Owner, command));

    public async Task<Outcome<Done>> Withdraw(WithdrawNotices command)
    {
        // Within this turn, as in telling: who was let in again meanwhile keeps what they were told since.
        var mayRead = command is { Room: { } room, Post: null } && (await GrainFactory.Door(room).Standing(Owner, room)).MayRead;
        return await Decide(command, (inbox, _) => InboxRules.Withdraw(inbox, mayRead, command));
    }

    public Task<Outcome<Done>> Read(ReadNotices command) => Decide(command, (inbox, _) => InboxRules.Read(inbox, Owner, command));

    public async Task<Outcome<RoomMark>> Mark(MarkRead command)
    {
        if (Damaged is { } damaged) return damaged;
        if (command.By != Owner || await NewestOf(command.Room) is not { } last) return new InboxRefusal.NotVisible();

        var before = await marks.Of(Owner, command.Room);
        var mark = InboxRules.Forward(before, command.Upto, command.Thread, last);
        if (mark != before)
        {
            await marks.Put(Owner, mark, command.Thread);
            Pass(new InboxChange.MarkPut(mark));
        }

        // Most marks read no notice, and are not worth a request to remember.
        if (!InboxRules.ReadUpTo(State, mark).Facts.IsEmpty)
        {
            var read = await Decide(new ReadNotices { By = Owner, Request = new("mark:" + ids.Next()) }, (inbox, _) => InboxRules.ReadUpTo(inbox, mark));
            if (read.Refusal is { } why) return why;
        }

        return mark;
    }

    public async Task<Outcome<Done>> MuteRoom(MuteRoom command)
    {
        var mayRead = command.Muted && (await GrainFactory.Door(command.Room).Standing(Owner, command.Room)).MayRead;
        return await Decide(command, (inbox, _) => InboxRules.MuteRoom(inbox, Owner, mayRead, command));
    }

    public async Task<Outcome<Done>> MuteMember(MuteMember command)
    {
        var isKnown = command.Muted
            && command.By == Owner
            && await acquaintances.MayKnow(Owner, command.Member, CancellationToken.None);
        return await Decide(command, (inbox, _) => InboxRules.MuteMember(inbox, Owner, isKnown, command));
    }

    public Task<Outcome<NoticePage>> Page(MemberId reader, long before) => Task.FromResult(Read<NoticePage>(inbox =>
    {
        if (reader != Owner) return new InboxRefusal.NotVisible();

        var page = inbox.Notices.Values.Reverse().Select(kept => kept.Notice)
            .Where(notice => before <= 0 || notice.Number < before)
            .Take(InboxLimits.PageSize + 1).ToImmutableArray();
        var older = page.Length > InboxLimits.PageSize;
        return new NoticePage(Position, older ? page[..^1] : page, inbox.Unread, older, inbox.Mutes);
    }));

    public async Task<Outcome<ImmutableArray<RoomMark>>> Marks(MemberId reader, ImmutableArray<RoomId> rooms) =>
        Damaged is { } damaged ? damaged
        : reader == Owner ? await marks.Of(Owner, rooms)
        : new InboxRefusal.NotVisible();

    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult(Read<StreamPosition>(_ => reader == Owner ? Position : new InboxRefusal.NotVisible()));

    public override Task<Catchup> Since(long epoch, long position) => Task.FromResult(
        epoch == Position.Epoch && State.ChangedAfter(position, Sequence) is { } changes
            ? new Catchup(Position, null, changes)
            : new(Position, Snapshot(), []));

    protected override TopicSnapshot Snapshot() => new InboxSnapshot([.. State.Newest], State.Unread, State.ByRoom, State.Mutes);

    protected override ValueTask<ImmutableArray<Change>> ChangesOf(Happened<InboxEvent> fact) => new(State.ChangedBy(fact.Sequence));

    /// <summary>The room's newest post, if the member may read it: nobody can have read further.</summary>
    private async Task<PostNumber?> NewestOf(RoomId room) =>
        (await GrainFactory.Room(room).Page(Owner, 0, 1)) is not { IsRefused: false, Value: { } page } ? null
        : page.Posts is [.., var newest] ? newest.Number
        : new PostNumber(0);
}
