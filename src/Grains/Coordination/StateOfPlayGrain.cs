using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.SignIn;

namespace PublicBuyers.Coordination;

/// <inheritdoc cref="IStateOfPlayGrain"/>
internal sealed class StateOfPlayGrain(Workbench bench, IAddressKeys addresses, [PersistentState("state-of-play", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<StateOfPlay, StateOfPlayEvent>(bench, snapshot), IStateOfPlayGrain
{
    private CommunityId Community => new(Stream["state-of-play/".Length..]);

    public async Task<Outcome<CardWritten>> Write(WriteCard command)
    {
        var (writer, isAdministrator) = (await BearingOf(command.By), await GrainFactory.IsAdministrator(command.By));
        return await Decide(command, (state, _) => StateOfPlayRules.Write(state, writer, isAdministrator, text => addresses.TryRead(text, out string _), command));
    }

    public async Task<Outcome<CardView>> Read(MemberId? reader)
    {
        if (Damaged is { } damaged) return damaged;

        var (who, mayWrite, isClosed) = await WhoIs(reader);
        if (!mayWrite && !StateOfPlayRules.CanRead(State, who)) return new CardRefusal.NotVisible();

        var newest = State.Newest();
        return new CardView(Community, State.Card, newest?.Readers ?? Classification.Members, newest?.Version ?? 0, newest?.At, newest?.By, mayWrite && !isClosed);
    }

    public async Task<Outcome<CardVersion>> Version(MemberId? reader, int number)
    {
        if (await WhyNot(reader) is { } why) return why;

        var written = Understood(await Journal.ReadSubjects(Stream, [StateOfPlayEvent.SubjectOf(number)])).FirstOrDefault();
        if (written.Event is not StateOfPlayEvent.CardWritten card) return new CardRefusal.NotVisible();

        var (who, mayWrite, _) = await WhoIs(reader);
        return mayWrite || who.CanRead(card.Readers) ? new CardVersion(new(number, written.At, written.By, card.Readers, card.Changed), card.Card) : new CardRefusal.NotVisible();
    }

    public async Task<Outcome<ImmutableArray<CardEntry>>> History(MemberId? reader)
    {
        if (await WhyNot(reader) is { } why) return why;

        var (who, mayWrite, _) = await WhoIs(reader);
        return State.Versions.Reverse().Where(entry => mayWrite || who.CanRead(entry.Readers)).ToImmutableArray();
    }

    /// <summary>Nobody watches a card: it changes a few times a year.</summary>
    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new CardRefusal.NotVisible());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("A card has no live view.");

    private async Task<Refusal?> WhyNot(MemberId? reader)
    {
        if (Damaged is { } damaged) return damaged;

        var (who, mayWrite, _) = await WhoIs(reader);
        return mayWrite || StateOfPlayRules.CanRead(State, who) ? null : new CardRefusal.NotVisible();
    }

    private async Task<(Reader Reader, bool MayWrite, bool IsClosed)> WhoIs(MemberId? reader)
    {
        if (reader is not { } member) return (Reader.Anybody, false, false);

        var bearing = await BearingOf(member);
        return (new(true, bearing.Role), bearing.IsFounded && Rights.May(Doing.WriteStateOfPlay, bearing.Role, await GrainFactory.IsAdministrator(member)), bearing.Closed is not null);
    }

    private Task<Bearing> BearingOf(MemberId member) => GrainFactory.Community(Community).BearingOf(member);
}
