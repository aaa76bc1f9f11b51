using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;

namespace PublicBuyers.Directories;

/// <summary>Projection: the directories, out of nothing but the journal. Position and rows are written together, so that each fact counts once.</summary>
internal sealed partial class DirectoryFollowerGrain(IJournal journal, IDirectoryRows directories, ILogger<DirectoryFollowerGrain> log) : Grain, IDirectoryFollowerGrain
{
    /// <summary>One partition: some thousand rows, and a fact is cheap to pass over.</summary>
    public const int Partitions = 1;

    private const int PageOfFacts = 1_000;

    private long position;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) => position = await directories.Position(0, cancellationToken);

    public async Task<long> CatchUp()
    {
        ImmutableArray<RecordedFact> page;
        do
        {
            try
            {
                page = await journal.ReadAll(position, PageOfFacts);
            }
            catch (CorruptStreamException damaged) when (damaged.Position > position)
            {
                LogUnreadable(damaged, damaged.Stream, damaged.Sequence);
                return position = await directories.Write(0, position, damaged.Position, []);   // the driver comes again for the others
            }

            if (page.IsEmpty) break;

            position = await directories.Write(0, position, page[^1].Position, Newest(page.SelectMany(RowsOf)));
        }
        while (page.Length == PageOfFacts || position != page[^1].Position);

        return position;
    }

    /// <summary>A busy room moves its community's last post a hundred times a page; the last one is enough. What is counted is added up.</summary>
    private static List<DirectoryRow> Newest(IEnumerable<DirectoryRow> rows)
    {
        var all = rows.ToList();
        var last = all.OfType<DirectoryRow.OfLastPost>().GroupBy(row => row.Community).Select(posts => posts.MaxBy(row => row.At)!).ToHashSet(ReferenceEqualityComparer.Instance);
        var happened = all.OfType<DirectoryRow.OfHappening>().GroupBy(row => (row.Community, row.Kind, row.Day)).Select(rows => new DirectoryRow.OfHappening(rows.Key.Community, rows.Key.Kind, rows.Key.Day, rows.Sum(row => row.Count), rows.Max(row => row.Last))).ToList();
        all.RemoveAll(row => row is DirectoryRow.OfHappening || (row is DirectoryRow.OfLastPost && !last.Contains(row)));
        return [.. all, .. happened];
    }

    private IEnumerable<DirectoryRow> RowsOf(RecordedFact fact)
    {
        try
        {
            return fact.Stream.Split('/') switch
            {
                ["community", var community] => [.. Of(new CommunityId(community), FactCodec<CommunityEvent>.Read(fact)), .. HappeningsOf(new(community), fact)],
                ["member", var member] => Of(new MemberId(member), FactCodec<MemberEvent>.Read(fact)),
                ["publication", var community, var id] => Of(new PublicationId(new CommunityId(community), id), FactCodec<PublicationEvent>.Read(fact)).Concat(HappeningsOf(new(community), fact)),
                ["queue", var community] => Of(new CommunityId(community), FactCodec<QueueEvent>.Read(fact)),
                ["room", var community, _] when fact.Type == RoomEvent.Posted => [new DirectoryRow.OfLastPost(new(community), fact.At), .. HappeningsOf(new(community), fact)],
                ["bridge", var bridge] when fact.Type == BridgeEvent.Proposing => [new DirectoryRow.OfBridge(new(bridge))],
                _ => [],
            };
        }
        catch (UnreadableFactException unreadable)
        {
            LogUnreadable(unreadable, fact.Stream, fact.Sequence);   // its stream is read-only; the directory shows what it knew
            return [];
        }
    }

    /// <summary>What vitality is worked out from: that it happened and when, never who did it or what it says.</summary>
    private static IEnumerable<DirectoryRow> HappeningsOf(CommunityId community, RecordedFact fact) =>
        fact.Type switch
        {
            CommunityEvent.Begun => "founded",
            CommunityEvent.Joined => "joined",
            PublicationEvent.Published => "publications",
            RoomEvent.Posted when new RoomId(fact.Stream["room/".Length..]).Publication is not null => "comments",
            RoomEvent.Posted => FactJson.Has(fact, "\"thread\":"u8) ? "answers" : "posts",
            _ => null,
        } is { } kind ? [new DirectoryRow.OfHappening(community, kind, DateOnly.FromDateTime(fact.At.UtcDateTime), 1, fact.At)] : [];

    private static IEnumerable<DirectoryRow> Of(CommunityId community, Happened<QueueEvent> fact) => fact.Event switch
    {
        QueueEvent.ItemOpened opened => [new DirectoryRow.OfWaiting(community, opened.Number, true, fact.At), .. ConcernsOf(community, fact.By, opened.Reported?.Author)],
        QueueEvent.DecisionUndone or QueueEvent.ItemCameBack => [new DirectoryRow.OfWaiting(community, fact.Event.Number, true)],
        QueueEvent.ItemDecided => [new DirectoryRow.OfWaiting(community, fact.Event.Number, false)],
        QueueEvent.ItemEscalated { Level: EscalationLevel.Administrators } => [new DirectoryRow.OfEscalation(community, fact.Event.Number, true)],
        QueueEvent.ItemSettled or QueueEvent.ItemWithdrawn => [new DirectoryRow.OfWaiting(community, fact.Event.Number, false, IsOver: true), new DirectoryRow.OfEscalation(community, fact.Event.Number, false)],
        _ => [],
    };

    /// <summary>Reviews are opened by the system.</summary>
    private static IEnumerable<DirectoryRow> ConcernsOf(CommunityId community, params IEnumerable<MemberId?> whom) =>
        whom.OfType<MemberId>().Where(member => member != MemberId.System).Select(member => new DirectoryRow.OfConcern(member, community));

    private static IEnumerable<DirectoryRow> Of(CommunityId community, Happened<CommunityEvent> fact) => fact.Event switch
    {
        CommunityEvent.Founded founded => [new DirectoryRow.OfCommunity(community, founded.Name, founded.Access, founded.Goal)],
        CommunityEvent.RoomOpened opened => [new DirectoryRow.OfRoom(new(opened.Room, opened.Name, opened.TopicGroup))],
        CommunityEvent.SettingsChanged changed => [new DirectoryRow.OfCommunity(community, changed.Name, changed.Access, changed.Goal)],
        CommunityEvent.Closed => [new DirectoryRow.OfClosing(community, fact.At)],
        CommunityEvent.Reopened => [new DirectoryRow.OfClosing(community, null)],
        CommunityEvent.MemberRestricted restricted => [new DirectoryRow.OfMembership(community, restricted.Member, restricted.Holds), new DirectoryRow.OfConcern(restricted.Member, community)],
        { } happened when happened.StandingAfter() is { } standing => [new DirectoryRow.OfMembership(community, standing.Member, standing.Role)],
        _ => [],
    };

    private static IEnumerable<DirectoryRow> Of(PublicationId publication, Happened<PublicationEvent> fact) => fact.Event switch
    {
        PublicationEvent.VersionWritten { Content: var content } =>
        [
            new DirectoryRow.OfWriting(publication, fact.By, fact.At, content, PostWords.Of($"{content.Title}\n{content.Summary}\n{content.Markdown}", content.Attachments.Select(file => file.Name))),
        ],
        PublicationEvent.VersionPublished => [new DirectoryRow.OfPublishing(publication, fact.At)],
        PublicationEvent.VersionSubmitted => [new DirectoryRow.OfPublicationState(publication, PublicationState.Waiting)],
        PublicationEvent.VersionReturned or PublicationEvent.VersionTakenBack => [new DirectoryRow.OfPublicationState(publication, PublicationState.Draft)],
        PublicationEvent.PublicationWithdrawn => [new DirectoryRow.OfPublicationState(publication, PublicationState.Withdrawn)],
        _ => [],
    };

    private static IEnumerable<DirectoryRow> Of(MemberId member, Happened<MemberEvent> fact) => fact switch
    {
        { Event: MemberEvent.ProfileChanged changed } => [new DirectoryRow.OfMember(new(member, changed.Name, changed.Organisation), fact.At)],
        { Event: MemberEvent.KindClaimed claimed } => [new DirectoryRow.OfClaim(member, claimed.Kind, fact.At)],
        { Event: MemberEvent.KindConfirmed } or { Event: null, Type: "member.kind-claimed" } => [new DirectoryRow.OfClaim(member, null, fact.At)],
        { Event: MemberEvent.Presented presented } => [new DirectoryRow.OfPresentation(member, presented.Presentation)],
        { Event: null, Type: "member.presented" } => [new DirectoryRow.OfPresentation(member, Presentation.None)],
        { Event: MemberEvent.AdministratorAppointed } => [new DirectoryRow.OfAdministrator(member)],
        { Event: MemberEvent.AdministratorDismissed } => [new DirectoryRow.OfAdministrator(member, Is: false)],
        { Event: null, Type: "member.profile-changed" } => [new DirectoryRow.OfMember(new(member, "", ""))],
        _ => [],
    };

    [LoggerMessage(1103, LogLevel.Warning, "The directories pass over {Stream}/{Sequence}")]
    private partial void LogUnreadable(Exception why, string stream, long sequence);
}
