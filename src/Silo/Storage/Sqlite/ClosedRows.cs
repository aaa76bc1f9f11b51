using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>Since when communities are closed, in views.db.</summary>
internal static class ClosedRows
{
    public const string Table = "closed_communities";

    public static void Put(SqliteConnection connection, DirectoryRow.OfClosing row)
    {
        var community = row.Community.Value;
        if (row.Since is { } since)
        {
            connection.Run(
                "INSERT INTO closed_communities (community, since, seal) VALUES ($community, $since, $seal) ON CONFLICT (community) DO UPDATE SET since = excluded.since, seal = excluded.seal",
                ("$community", community), ("$since", since.UtcTicks), ("$seal", Seal(community, since.UtcTicks)));
        }
        else
        {
            connection.Run("DELETE FROM closed_communities WHERE community = $community", ("$community", community));
        }
    }

    /// <returns>None while it is open.</returns>
    public static DateTimeOffset? Since(SqliteConnection connection, CommunityId community) =>
        connection.Rows("SELECT since, seal FROM closed_communities WHERE community = $community", ("$community", community.Value))
            .Select(row => Seal(community.Value, row.GetInt64(0)) == row.GetInt64(1)
                ? (DateTimeOffset?)new DateTimeOffset(row.GetInt64(0), TimeSpan.Zero)
                : throw new DataFolderException($"\"{connection.DataSource}\" is damaged: the row of {Table} \"{community.Value}\" is not what was written. {SqliteKind.Views.WhatToDo}"))
            .FirstOrDefault();

    private static long Seal(string community, long since) => ChainDigest.Seal(Table, community, "", "", [], since);
}
