using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;

namespace PublicBuyers.Storage;

/// <summary>The directories over views.db.</summary>
internal sealed class SqliteDirectory : IDirectoryRows, ICommunityDirectory, IMemberDirectory, IAsyncDisposable
{
    /// <summary>Cards kept in memory: those of everybody who says something these days.</summary>
    public const int CardsKept = 10_000;

    /// <summary>Words of one name that it is found by.</summary>
    private const int MostWords = 10;

    private readonly IJournal journal;
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;
    private readonly FollowedUpTo followed;
    private readonly Lock cardsGate = new();
    private readonly RecentlyUsed<MemberId, MemberCard?> cards = new(CardsKept);
    private Action<ImmutableArray<MemberId>> whenRenamed = static _ => { };

    /// <param name="partitions">Of the follower that writes it.</param>
    public SqliteDirectory(DataFolder folder, IJournal journal, int partitions, TimeProvider time)
    {
        this.journal = journal;
        connection = SqliteFile.Open(folder.Layout.Views, SqliteKind.Views);
        BeginAnewIfRestored();
        var positions = new long[partitions];
        foreach (var (partition, position) in connection.Rows("SELECT partition, position FROM positions").Select(row => (row.GetInt32(0), row.GetInt64(1))))
        {
            if (partition < partitions) positions[partition] = position;
        }

        (turn, followed) = (new(connection, SqliteKind.Views), new(journal, time, positions));
    }

    public Task<long> Position(int partition, CancellationToken cancel = default) => Task.FromResult(followed[partition]);

    public async Task<long> Write(
        int partition, long expected, long position, IReadOnlyList<DirectoryRow> rows, CancellationToken cancel = default)
    {
        var (stands, renamed) = await turn.Use<(long, ImmutableArray<MemberId>)>(
            () =>
            {
                using var transaction = connection.BeginTransaction();
                var stored = StoredPosition(partition);
                if (stored != expected) return (stored, []);

                var moved = MovedBy(rows);
                var before = moved.SelectMany(member => Storage.Namesakes.Of(connection, member)).ToList();
                foreach (var row in rows) Write(row);
                connection.Run(
                    "INSERT INTO positions (partition, position) VALUES ($partition, $position) ON CONFLICT (partition) DO UPDATE SET position = excluded.position",
                    ("$partition", partition), ("$position", position));
                transaction.Commit();

                // Who has a namesake may be called otherwise now.
                var after = moved.SelectMany(member => Storage.Namesakes.Of(connection, member));
                return (position, [.. before.Concat(after).Concat(moved).Distinct().Where(IsCalledOtherwise)]);
            },
            cancel);

        followed.Move(partition, stands);
        if (!renamed.IsEmpty) whenRenamed(renamed);
        return stands;
    }

    public Task<ImmutableArray<CommunityEntry>> All(CancellationToken cancel) =>
        turn.Use(() => Entries("SELECT id, name, access, goal, seal FROM communities ORDER BY name COLLATE NOCASE LIMIT $most", ("$most", ICommunityDirectory.Most)), cancel);

    public Task<ImmutableArray<CommunityEntry>> Of(MemberId member, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                foreach (var (community, role, seal) in connection.Rows("SELECT community, role, seal FROM memberships WHERE member = $member", ("$member", member.Value))
                    .Select(row => (row.GetString(0), row.GetInt32(1), row.GetInt64(2))))
                {
                    Check(seal, "membership", community, member.Value, "", role);
                }

                return Entries(
                    "SELECT c.id, c.name, c.access, c.goal, c.seal FROM communities c JOIN memberships m ON m.community = c.id WHERE m.member = $member ORDER BY c.name COLLATE NOCASE LIMIT $most",
                    ("$member", member.Value), ("$most", ICommunityDirectory.Most));
            },
            cancel);

    public Task<ImmutableArray<CommunityEntry>> Concerning(MemberId member, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                foreach (var (community, seal) in connection.Rows("SELECT community, seal FROM concerns WHERE member = $member", ("$member", member.Value)).Select(row => (row.GetString(0), row.GetInt64(1))))
                    Check(seal, "concern", community, member.Value, "", 0);

                return Entries(
                    "SELECT c.id, c.name, c.access, c.goal, c.seal FROM communities c JOIN concerns n ON n.community = c.id WHERE n.member = $member ORDER BY c.name COLLATE NOCASE LIMIT $most",
                    ("$member", member.Value), ("$most", ICommunityDirectory.Most));
            },
            cancel);

    public Task Settled(CancellationToken cancel) => followed.Settled(cancel);

    public void WhenAwaited(Action<long> hurry) => followed.WhenAwaited(hurry);

    public async Task<ImmutableDictionary<MemberId, MemberCard>> Cards(IReadOnlyCollection<MemberId> members, CancellationToken cancel)
    {
        var found = members.Distinct().Select(member => (Member: member, IsKept: TryKept(member, out var card), Card: card)).ToList();
        var read = found.TrueForAll(one => one.IsKept)
            ? []
            : await turn.Use(() => found.Where(one => !one.IsKept).Select(one => ReadCard(one.Member)).ToList(), cancel);
        return found.Select(one => one.Card).Concat(read).OfType<MemberCard>().ToImmutableDictionary(card => card.Member);
    }

    public Task<ImmutableArray<MemberCard>> Named(CommunityId community, string typed, int most, CancellationToken cancel)
    {
        var folded = Fold.Of(typed);
        return turn.Use<ImmutableArray<MemberCard>>(
            () =>
            [
                .. connection.Rows(
                    """
                    SELECT n.member, max(n.whole AND n.folded = $folded) FROM member_names n CROSS JOIN memberships m ON m.community = $community AND m.member = n.member
                        WHERE n.folded >= $folded AND n.folded < $end GROUP BY n.member
                        ORDER BY 2 DESC, (SELECT folded FROM member_names w WHERE w.member = n.member AND w.whole), n.member LIMIT $most
                    """,
                    ("$community", community.Value), ("$folded", folded), ("$end", folded + char.ConvertFromUtf32(0x10FFFF)), ("$most", most))
                    .Select(row => new MemberId(row.GetString(0)))
                    .ToList()
                    .Select(ReadCard)
                    .OfType<MemberCard>(),
            ],
            cancel);
    }

    public void WhenRenamed(Action<ImmutableArray<MemberId>> renamed) => whenRenamed = renamed;

    public Task<ImmutableArray<ClaimedKind>> Unconfirmed(int most, CancellationToken cancel) => turn.Use<ImmutableArray<ClaimedKind>>(
        () =>
        [
            .. connection.Rows("SELECT member, kind, at, seal FROM claims ORDER BY at, member LIMIT $most", ("$most", most)).Select(row =>
            {
                Check(row.GetInt64(3), "claim", row.GetString(0), Number(row.GetInt64(2)), "", row.GetInt32(1));
                return new ClaimedKind(new(row.GetString(0)), (MemberKind)row.GetInt32(1), new(row.GetInt64(2), TimeSpan.Zero));
            }),
        ],
        cancel);

    /// <summary>After what is under way. Again: no effect.</summary>
    public ValueTask DisposeAsync() => turn.DisposeAsync();

    /// <summary>Positions of another epoch mean nothing: what followed them is forgotten, and follows anew.</summary>
    private void BeginAnewIfRestored()
    {
        var epoch = journal.Epoch.ToString(CultureInfo.InvariantCulture);
        if (connection.Scalar("SELECT value FROM meta WHERE name = 'epoch'") as string == epoch) return;

        using var transaction = connection.BeginTransaction();
        foreach (var table in (string[])["positions", "communities", "rooms", "memberships", "activity", "members", "member_names", "claims", "concerns", Storage.Namesakes.Table, SqliteBridges.Table, ClosedRows.Table, .. SqliteListedMembers.Tables, .. SqliteAdministrators.Tables, .. PublicationRows.Tables, .. VitalityRows.Tables]) connection.Run($"DELETE FROM {table}");
        connection.Run("INSERT INTO meta (name, value) VALUES ('epoch', $epoch) ON CONFLICT (name) DO UPDATE SET value = excluded.value", ("$epoch", epoch));
        transaction.Commit();
    }

    private long StoredPosition(int partition) =>
        connection.Scalar("SELECT position FROM positions WHERE partition = $partition", ("$partition", partition)) as long? ?? 0;

    private void Write(DirectoryRow row)
    {
        switch (row)
        {
            case DirectoryRow.OfCommunity community:
                connection.Run(
                    """
                    INSERT INTO communities (id, name, access, goal, seal) VALUES ($id, $name, $access, $goal, $seal)
                        ON CONFLICT (id) DO UPDATE SET name = excluded.name, access = excluded.access, goal = excluded.goal, seal = excluded.seal
                    """,
                    ("$id", community.Community.Value), ("$name", community.Name), ("$access", (int)community.Access), ("$goal", community.Goal),
                    ("$seal", Seal("community", community.Community.Value, community.Name, community.Goal, (int)community.Access)));
                break;

            case DirectoryRow.OfClosing closing:
                ClosedRows.Put(connection, closing);
                break;

            case DirectoryRow.OfRoom { Card: var room }:
                connection.Run(
                    """
                    INSERT INTO rooms (id, community, name, topic_group, seal) VALUES ($id, $community, $name, $group, $seal)
                        ON CONFLICT (id) DO UPDATE SET name = excluded.name, topic_group = excluded.topic_group, seal = excluded.seal
                    """,
                    ("$id", room.Room.Value), ("$community", room.Room.Community.Value), ("$name", room.Name), ("$group", room.TopicGroup ? 1 : 0),
                    ("$seal", Seal("room", room.Room.Value, room.Name, "", room.TopicGroup ? 1 : 0)));
                break;

            case DirectoryRow.OfMembership { Role: { } role } membership:
                var added = connection.Scalar(
                    "INSERT INTO memberships (community, member, role, seal) VALUES ($community, $member, $role, $seal) ON CONFLICT DO NOTHING RETURNING 1", Membership(membership, role)) is not null;
                if (added) Recount(membership.Community, 1);
                else connection.Run("UPDATE memberships SET role = $role, seal = $seal WHERE community = $community AND member = $member", Membership(membership, role));
                break;

            case DirectoryRow.OfMembership membership:
                var removed = connection.Scalar(
                    "DELETE FROM memberships WHERE community = $community AND member = $member RETURNING 1",
                    ("$community", membership.Community.Value), ("$member", membership.Member.Value)) is not null;
                if (removed) Recount(membership.Community, -1);
                break;

            case DirectoryRow.OfConcern { Member.Value: var whom, Community.Value: var where }:
                connection.Run("INSERT INTO concerns (member, community, seal) VALUES ($member, $community, $seal) ON CONFLICT DO NOTHING", ("$member", whom), ("$community", where), ("$seal", Seal("concern", where, whom, "", 0)));
                break;

            case DirectoryRow.OfLastPost post:
                var (members, last) = Activity(post.Community);
                if (last is null || last < post.At) Put(post.Community, members, post.At);
                break;

            case DirectoryRow.OfClaim { Kind: { } kind } claim:
                connection.Run(
                    "INSERT INTO claims (member, kind, at, seal) VALUES ($member, $kind, $at, $seal) ON CONFLICT (member) DO UPDATE SET kind = excluded.kind, at = excluded.at, seal = excluded.seal",
                    ("$member", claim.Member.Value), ("$kind", (int)kind), ("$at", claim.At.UtcTicks), ("$seal", Seal("claim", claim.Member.Value, Number(claim.At.UtcTicks), "", (int)kind)));
                break;

            case DirectoryRow.OfClaim settled:
                connection.Run("DELETE FROM claims WHERE member = $member", ("$member", settled.Member.Value));
                break;

            case DirectoryRow.OfMember { Card: { Name.Length: > 0 } card }:
                connection.Run(
                    "INSERT INTO members (id, name, organisation, seal) VALUES ($id, $name, $organisation, $seal) ON CONFLICT (id) DO UPDATE SET name = excluded.name, organisation = excluded.organisation, seal = excluded.seal",
                    ("$id", card.Member.Value), ("$name", card.Name), ("$organisation", card.Organisation), ("$seal", Seal("member", card.Member.Value, card.Name, card.Organisation, 0)));
                Storage.Namesakes.Put(connection, card.Member, card.Name, ((DirectoryRow.OfMember)row).Since);
                WriteName(card.Member, Fold.Of(card.Name), Fold.Of(Fold.Joined(card.Name)));
                SqliteListedMembers.Rename(connection, card.Member);
                break;

            case DirectoryRow.OfMember { Card: var nameless }:
                connection.Run("DELETE FROM members WHERE id = $id", ("$id", nameless.Member.Value));
                Storage.Namesakes.Put(connection, nameless.Member, "", default);
                WriteName(nameless.Member, "", "");
                SqliteListedMembers.Rename(connection, nameless.Member);
                break;

            case DirectoryRow.OfPresentation presented:
                SqliteListedMembers.Put(connection, presented);
                break;

            case DirectoryRow.OfWriting or DirectoryRow.OfPublishing or DirectoryRow.OfPublicationState:
                PublicationRows.Put(connection, row);
                break;

            case DirectoryRow.OfHappening or DirectoryRow.OfWaiting:
                VitalityRows.Put(connection, row);
                break;

            case DirectoryRow.OfAdministrator or DirectoryRow.OfEscalation:
                SqliteAdministrators.Put(connection, row);
                break;

            case DirectoryRow.OfBridge bridge:
                SqliteBridges.Put(connection, bridge.Bridge);
                break;

            default:
                throw new ArgumentOutOfRangeException(nameof(row), row, "No table for this kind of row.");
        }
    }

    /// <summary>Found by the whole of it, by what follows each of its words, and by both once more with its compounds in one word.</summary>
    private void WriteName(MemberId member, string folded, string joined)
    {
        connection.Run("DELETE FROM member_names WHERE member = $member", ("$member", member.Value));
        foreach (var name in new[] { folded, joined }.Distinct(StringComparer.Ordinal))
        {
            for (var (at, words) = (0, 0); at < name.Length && words < MostWords; at = name.IndexOf(' ', at) is >= 0 and var space ? space + 1 : name.Length, words++)
            {
                var whole = words == 0 && name == folded ? 1 : 0;
                connection.Run(
                    "INSERT INTO member_names (folded, member, whole, seal) VALUES ($folded, $member, $whole, $seal) ON CONFLICT DO NOTHING",
                    ("$folded", name[at..]), ("$member", member.Value), ("$whole", whole), ("$seal", Seal("name", name[at..], member.Value, "", whole)));
            }
        }
    }

    private static (string Name, object? Value)[] Membership(DirectoryRow.OfMembership membership, Role role) =>
    [
        ("$community", membership.Community.Value), ("$member", membership.Member.Value), ("$role", (int)role),
        ("$seal", Seal("membership", membership.Community.Value, membership.Member.Value, "", (int)role)),
    ];

    private void Recount(CommunityId community, int change)
    {
        var (members, last) = Activity(community);
        Put(community, members + change, last);
    }

    private (int Members, DateTimeOffset? LastPostAt) Activity(CommunityId community)
    {
        var found = connection.Rows("SELECT members, last_post_at, seal FROM activity WHERE community = $community", ("$community", community.Value))
            .Select(row => (Members: row.GetInt32(0), Ticks: row.IsDBNull(1) ? (long?)null : row.GetInt64(1), Seal: row.GetInt64(2)))
            .ToList();
        if (found is not [var activity]) return (0, null);

        Check(activity.Seal, "activity", community.Value, Number(activity.Ticks), "", activity.Members);
        return (activity.Members, activity.Ticks is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null);
    }

    private void Put(CommunityId community, int members, DateTimeOffset? last) =>
        connection.Run(
            "INSERT INTO activity (community, members, last_post_at, seal) VALUES ($community, $members, $last, $seal) ON CONFLICT (community) DO UPDATE SET members = excluded.members, last_post_at = excluded.last_post_at, seal = excluded.seal",
            ("$community", community.Value), ("$members", members), ("$last", last?.UtcTicks), ("$seal", Seal("activity", community.Value, Number(last?.UtcTicks), "", members)));

    private ImmutableArray<CommunityEntry> Entries(string sql, params (string Name, object? Value)[] parameters)
    {
        var communities = connection.Rows(sql, parameters)
            .Select(row => (Id: row.GetString(0), Name: row.GetString(1), Access: row.GetInt32(2), Goal: row.GetString(3), Seal: row.GetInt64(4)))
            .ToList();
        return [.. communities.Select(row =>
        {
            Check(row.Seal, "community", row.Id, row.Name, row.Goal, row.Access);
            var community = new CommunityId(row.Id);
            var (members, last) = Activity(community);
            return new CommunityEntry(community, row.Name, (Communities.Access)row.Access, row.Goal, members, Rooms(community), last) { ClosedAt = ClosedRows.Since(connection, community) };
        }).OrderBy(entry => entry.Name, StringComparer.InvariantCultureIgnoreCase)];
    }

    private ImmutableArray<RoomCard> Rooms(CommunityId community) =>
    [
        .. connection.Rows("SELECT id, name, topic_group, seal FROM rooms WHERE community = $community ORDER BY ordinal", ("$community", community.Value))
            .Select(row =>
            {
                Check(row.GetInt64(3), "room", row.GetString(0), row.GetString(1), "", row.GetInt32(2));
                return new RoomCard(new RoomId(row.GetString(0)), row.GetString(1), row.GetInt32(2) != 0);
            }),
    ];

    /// <summary>In turn, as every write of a card is: what it keeps cannot be older than what a write has kept.</summary>
    private MemberCard? ReadCard(MemberId member)
    {
        var card = connection.Rows("SELECT name, organisation, seal FROM members WHERE id = $id", ("$id", member.Value))
            .Select(row =>
            {
                Check(row.GetInt64(2), "member", member.Value, row.GetString(0), row.GetString(1), 0);
                var number = Storage.Namesakes.NumberOf(connection, member);
                return new MemberCard(member, Storage.Namesakes.Numbered(row.GetString(0), number), row.GetString(1));
            })
            .FirstOrDefault();
        Keep(member, card);
        return card;
    }

    private bool TryKept(MemberId member, out MemberCard? card)
    {
        lock (cardsGate) return cards.TryGet(member, out card);
    }

    /// <summary>Or may be: nobody has asked for the card lately. In turn, after a write.</summary>
    private bool IsCalledOtherwise(MemberId member) => !TryKept(member, out var before) || ReadCard(member) != before;

    /// <summary>Whose name, or whose communities, these rows change.</summary>
    private static List<MemberId> MovedBy(IReadOnlyList<DirectoryRow> rows) =>
    [
        .. rows.Select(row => row switch
        {
            DirectoryRow.OfMember named => named.Card.Member,
            DirectoryRow.OfMembership membership => membership.Member,
            _ => (MemberId?)null,
        }).OfType<MemberId>().Distinct(),
    ];

    private void Keep(MemberId member, MemberCard? card)
    {
        lock (cardsGate) cards.Put(member, card);
    }

    private void Check(long seal, string table, string first, string second, string third, long number)
    {
        if (Seal(table, first, second, third, number) != seal) throw new DataFolderException($"\"{connection.DataSource}\" is damaged: the row of {table} \"{first}\" is not what was written. {SqliteKind.Views.WhatToDo}");
    }

    private static long Seal(string table, string first, string second, string third, long number) => ChainDigest.Seal(table, first, second, third, [], number);

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
