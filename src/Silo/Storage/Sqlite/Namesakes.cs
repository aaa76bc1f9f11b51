using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>
/// Members whose names can be taken for each other (<see cref="Naming.Skeleton"/>) and who share a community. The first who
/// took the name bears it plainly, the others with a number. In views.db, on the directory's connection and in its turn.
/// </summary>
internal static class Namesakes
{
    public const string Table = "member_skeletons";

    /// <summary>Namesakes that are looked at anew when one of them comes, goes or changes.</summary>
    private const int MostLookedAt = 100;

    /// <summary>The member is called this since then; as long as the name looks the same, since before.</summary>
    /// <param name="name">Empty: nothing any more.</param>
    public static void Put(SqliteConnection connection, MemberId member, string name, DateTimeOffset since)
    {
        if (name.Length == 0)
        {
            connection.Run("DELETE FROM member_skeletons WHERE member = $member", ("$member", member.Value));
            return;
        }

        var skeleton = Naming.Skeleton(name);
        if (LookOf(connection, member)?.Skeleton == skeleton) return;

        connection.Run(
            """
            INSERT INTO member_skeletons (member, skeleton, since, seal) VALUES ($member, $skeleton, $since, $seal)
                ON CONFLICT (member) DO UPDATE SET skeleton = excluded.skeleton, since = excluded.since, seal = excluded.seal
            """,
            ("$member", member.Value), ("$skeleton", skeleton), ("$since", since.UtcTicks), ("$seal", Seal(member.Value, skeleton, since.UtcTicks)));
    }

    /// <summary>The name as it is shown: with a number, unless the member was the first to take it.</summary>
    public static string Numbered(string name, int number) =>
        number > 1 ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name} ({number})") : name;

    /// <summary>1 for who took the name first among those the member shares a community with.</summary>
    /// <param name="orListed">And among those in the directory of members, where everybody stands beside everybody.</param>
    public static int NumberOf(SqliteConnection connection, MemberId member, bool orListed = false)
    {
        if (LookOf(connection, member) is not { } look) return 1;

        return 1 + Convert.ToInt32(
            connection.Scalar(
                $"""
                SELECT count(*) FROM member_skeletons s INDEXED BY member_skeletons_by_look
                    WHERE s.skeleton = $skeleton AND (s.since, s.member) < ($since, $member) AND (
                        EXISTS (SELECT 1 FROM memberships a JOIN memberships b ON b.community = a.community AND b.member = $member WHERE a.member = s.member)
                        {(orListed ? "OR EXISTS (SELECT 1 FROM listed_members l WHERE l.member = s.member)" : "")})
                """,
                ("$skeleton", look.Skeleton), ("$since", look.Since), ("$member", member.Value)),
            System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>All whose names look like this member's, themselves included.</summary>
    public static List<MemberId> Of(SqliteConnection connection, MemberId member) => LookOf(connection, member) is { } look
        ? [.. connection.Rows("SELECT member FROM member_skeletons WHERE skeleton = $skeleton LIMIT $most", ("$skeleton", look.Skeleton), ("$most", MostLookedAt)).Select(row => new MemberId(row.GetString(0)))]
        : [member];

    private static (string Skeleton, long Since)? LookOf(SqliteConnection connection, MemberId member)
    {
        foreach (var (skeleton, since, seal) in connection.Rows("SELECT skeleton, since, seal FROM member_skeletons WHERE member = $member", ("$member", member.Value)).Select(row => (row.GetString(0), row.GetInt64(1), row.GetInt64(2))))
        {
            return seal == Seal(member.Value, skeleton, since)
                ? (skeleton, since)
                : throw new DataFolderException($"\"{connection.DataSource}\" is damaged: the row of member_skeletons \"{member}\" is not what was written. {SqliteKind.Views.WhatToDo}");
        }

        return null;
    }

    private static long Seal(string member, string skeleton, long since) => ChainDigest.Seal(Table, member, skeleton, "", [], since);
}
