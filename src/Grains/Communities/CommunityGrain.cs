using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Bridges;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <inheritdoc cref="ICommunityGrain"/>
internal sealed partial class CommunityGrain(
    Workbench bench, IAddressKeys keys, INewIds ids, IMarkdown markdown, IPostSearch posts, IPublications publications, IAcquaintances acquaintances, [PersistentState("community", "snapshots")] IPersistentState<Kept> snapshot, ILogger<CommunityGrain> log)
    : JournaledGrain<Community, CommunityEvent>(bench, snapshot), ICommunityGrain, ICommunityDue, IBridgeSide
{
    private static readonly CommunityRefusal.TextTooDeep TooDeep = new(RoomLimits.DeepestNesting);

    private CommunityId Id => new(Stream["community/".Length..]);

    public async Task<Outcome<Done>> Found(FoundCommunity command)
    {
        var mayFound = Rights.May(Doing.FoundCommunity, null, await IsAdministrator(command.By));
        return await Decide(command, (community, _) => CommunityRules.Found(community, Id, mayFound, command).Unless(!CanBeShown(command.About), TooDeep));
    }

    public async Task<Outcome<RoomId>> OpenRoom(OpenRoom command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) => CommunityRules.OpenRoom(community, Id, isAdministrator, command, now));
    }

    public async Task<Outcome<Done>> ChangeSettings(ChangeSettings command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) =>
            CommunityRules.ChangeSettings(community, isAdministrator, command, now).Unless(!CanBeShown(command.About), TooDeep));
    }

    public async Task<Outcome<Done>> Close(CloseCommunity command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) => CommunityRules.Close(community, isAdministrator, command, now));
    }

    public async Task<Outcome<Done>> Reopen(ReopenCommunity command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) => CommunityRules.Reopen(community, isAdministrator, command, now));
    }

    public async Task<Outcome<Done>> PublishContact(PublishContact command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) =>
            CommunityRules.PublishContact(community, isAdministrator, command, now));
    }

    public async Task<Outcome<Done>> Join(JoinCommunity command)
    {
        var (isBuyer, key, newUntil) = await WhoIs(command.By);
        return await Decide(command, (community, now) => CommunityRules.Join(community, isBuyer, key, command, now, newUntil));
    }

    public async Task<Outcome<Done>> AdmitMember(AdmitMember command)
    {
        var (isBuyer, key, _) = await WhoIs(command.Member);
        return await Decide(command, (community, now) => CommunityRules.Admit(community, isBuyer, key, command, now));
    }

    public Task<Outcome<Done>> Leave(LeaveCommunity command) => Decide(command, (community, now) => CommunityRules.Leave(community, command, now));

    public async Task<Outcome<Done>> ChangeRole(ChangeRole command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) => StandingRules.ChangeRole(community, isAdministrator, command, now));
    }

    public async Task<Outcome<Done>> Restrict(RestrictMember command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        var isKnown = command.IsDecided
            || State.Members.ContainsKey(command.Member)
            || State.Restrictions.ContainsKey(command.Member)
            || State.Clearings.ContainsKey(command.Member)
            || await IsKnown(command.Member, command.By, isAdministrator);
        return await Decide(command, (community, now) =>
            StandingRules.Restrict(community, isAdministrator, command, now, isKnown));
    }

    public async Task<Outcome<Done>> Lift(LiftRestriction command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) => StandingRules.Lift(community, isAdministrator, command, now));
    }

    public async Task<Outcome<Done>> Trust(TrustMember command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        return await Decide(command, (community, now) => StandingRules.Trust(community, isAdministrator, command, now));
    }

    public Task<Outcome<Done>> AnnounceAbsence(AnnounceAbsence command) => Decide(command, (community, now) => AbsenceRules.Announce(community, command, now));

    public Task<Outcome<Done>> EndAbsence(EndAbsence command) => Decide(command, (community, now) => AbsenceRules.End(community, command, now));

    public async Task<Outcome<Invited>> Invite(InviteMembers command)
    {
        var isAdministrator = await IsAdministrator(command.By);
        if (Damaged is { } damaged) return damaged;
        if (InvitationRules.WhyNot(State, isAdministrator, command, Clock.Now) is { } no) return no;

        var (inOrder, addresses) = (ImmutableArray.CreateBuilder<AddressKey>(), new Dictionary<AddressKey, string>());
        foreach (var address in command.Addresses)
        {
            if (!keys.TryRead(address, out var normalised)) return new SignInRefusal.AddressInvalid();

            inOrder.Add(keys.KeyOf(normalised));
            addresses[inOrder[^1]] = normalised;
        }

        var owners = (await Task.WhenAll(addresses.Keys.Select(OwnerOf)))
            .Where(each => each.Owner is not null)
            .ToImmutableDictionary(each => each.Key, each => each.Owner!.Value);
        Decision<Invited, CommunityEvent> Rule(Community community, DateTimeOffset now) =>
            InvitationRules.Invite(community, isAdministrator, inOrder.ToImmutable(), owners, command, now);

        // Each address is kept where it can be erased before anything says that it is invited: the mail finds it there.
        var invited = Rule(State, Clock.Now).Facts.OfType<CommunityEvent.Invited>();
        await Task.WhenAll(invited.Select(each => Keep(each.Key, addresses[each.Key])));
        return await Decide(command, Rule);
    }

    public async Task<DateTimeOffset?> Due(DueCommand command)
    {
        await Decide(command, (community, now) => command.Kind.StartsWith(AbsenceRules.AbsenceDue, StringComparison.Ordinal)
            ? AbsenceRules.Begin(community, new(command.Kind[AbsenceRules.AbsenceDue.Length..]), now)
            : StandingRules.End(community, now));
        return null;
    }

    protected override TopicSnapshot Snapshot() => new CommunitySnapshot(Id, State.Rooms) { Closed = State.Closed };

    protected override ValueTask<ImmutableArray<Change>> ChangesOf(Happened<CommunityEvent> fact) => new(fact.Event switch
    {
        CommunityEvent.SettingsChanged => [new CommunityChange.DoorMoved()],
        CommunityEvent.Closed closed => [new CommunityChange.ClosedPut(new(fact.By, fact.At, closed.Reason))],
        CommunityEvent.Reopened => [new CommunityChange.ClosedPut(null)],
        CommunityEvent.RoomOpened opened => [new CommunityChange.RoomPut(new(opened.Room, opened.Name, opened.TopicGroup))],
        { } happened when happened.StandingAfter() is { } standing => [new CommunityChange.StandingChanged(standing.Member, standing.Role)],
        _ => [],
    });

    /// <summary>The rooms forget before the answer goes out: who has left, or may not write any more, cannot post one more time.
    /// <see cref="Rooms.IRoomGrain.Forget"/> interleaves, so that a room which is asking us cannot wait for us. A room that
    /// cannot be told looks for itself, at the latest when the wait here is over.</summary>
    protected override async ValueTask Committed(ImmutableArray<CommunityEvent> facts)
    {
        var telling = facts.SelectMany(TellOf).ToList();
        if (telling.Count == 0) return;

        using var told = new CancellationTokenSource();
        var newsIsOver = Task.Delay(CommunityLimits.NewsTakes, Time, told.Token);
        var all = Task.WhenAll(telling);
        if (await Task.WhenAny(all, newsIsOver) == newsIsOver || (await all).Contains(false)) await newsIsOver;
        await told.CancelAsync();
    }

    /// <summary>Tells every room of the fact. Rooms remember nothing of strangers: who joins is asked for.</summary>
    private IEnumerable<Task<bool>> TellOf(CommunityEvent fact) => fact switch
    {
        CommunityEvent.MemberJoined => [],
        { } when (fact.StandingAfter()?.Member ?? ClearedIn(fact)) is { } member => State.Rooms.Select(room => TellToForget(room.Room, member)),
        CommunityEvent.Closed or CommunityEvent.Reopened => State.Rooms.Select(room => TellToForget(room.Room, null)),
        _ => [],
    };

    /// <summary>Whether somebody may write changes when a clearing begins and when it is over.</summary>
    private static MemberId? ClearedIn(CommunityEvent fact) => fact switch
    {
        CommunityEvent.ClearingOrdered ordered => ordered.Member,
        CommunityEvent.ClearingSettled settled => settled.Member,
        _ => null,
    };

    /// <param name="member">None: everybody.</param>
    /// <returns>Whether the room knows.</returns>
    private async Task<bool> TellToForget(RoomId room, MemberId? member)
    {
        try
        {
            await (member is { } one ? GrainFactory.Room(room).Forget(one, Sequence) : GrainFactory.Room(room).ForgetEverybody(Sequence));
            return true;
        }
        catch (Exception failed)
        {
            LogNotForgotten(failed, room.Value);   // it is so all the same: the room looks for itself
            return false;
        }
    }

    private async Task<(AddressKey Key, MemberId? Owner)> OwnerOf(AddressKey key) =>
        (key, await GrainFactory.GetGrain<IAddressInvitations>(Streams.Of(key)).Owner());

    private async Task Keep(AddressKey key, string address)
    {
        var request = new RequestId("invite:" + ids.Next());
        var kept = await GrainFactory.GetGrain<IAddressInvitations>(Streams.Of(key))
            .Keep(new() { By = MemberId.System, Request = request, Community = Id, Address = address });
        kept.OrThrow();
    }

    /// <summary>What the community asks of who wants to come in.</summary>
    private async Task<(bool IsBuyer, AddressKey? Key, DateTimeOffset? NewUntil)> WhoIs(MemberId member) =>
        (await GrainFactory.Member(member).Profile()) is not { IsRefused: false, Value: { } profile }
            ? (false, null, null)
            : (profile.IsBuyer, KeyOf(profile.Address), profile.IsAdministrator ? null : profile.RegisteredAt + CommunityLimits.NewFor);

    /// <summary>None of an address that was erased.</summary>
    private AddressKey? KeyOf(string address) => keys.TryRead(address, out var normalised) ? keys.KeyOf(normalised) : null;

    /// <summary>Administrators know everybody; to the others nobody is there who has nothing to do with the community.</summary>
    private async Task<bool> IsKnown(MemberId member, MemberId by, bool isAdministrator) =>
        by == MemberId.System
        || (isAdministrator
            ? member != MemberId.System && !(await GrainFactory.Member(member).Profile()).IsRefused
            : await acquaintances.IsKnownIn(Id, member, CancellationToken.None));

    private async Task<bool> IsAdministrator(MemberId member) =>
        member == MemberId.System || await GrainFactory.IsAdministrator(member);

    private bool CanBeShown(string about) => about.Length <= CommunityLimits.LongestAbout && markdown.CanShowArticle(about);

    [LoggerMessage(1107, LogLevel.Warning, "Room {Room} was not told that a member's standing changed")]
    private partial void LogNotForgotten(Exception why, string room);
}

/// <summary>The community as the clock sees it.</summary>
[Alias("community-due")]
public interface ICommunityDue : IDueGrain;
