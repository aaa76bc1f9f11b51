using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PublicBuyers.Bridges;

namespace PublicBuyers.Storage;

/// <summary>Which bridges there are, read from views.db by a connection of its own; the directories' follower writes it.</summary>
internal sealed class SqliteBridges : IBridges, IAsyncDisposable
{
    public const string Table = "bridges";

    private readonly SqliteDirectory directory;
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;

    public SqliteBridges(DataFolder folder, SqliteDirectory directory)
    {
        (this.directory, connection) = (directory, SqliteFile.Open(folder.Layout.Views, SqliteKind.Views));
        turn = new(connection, SqliteKind.Views);
    }

    public static void Put(SqliteConnection connection, BridgeId bridge)
    {
        foreach (var community in bridge.Communities)
        {
            connection.Run(
                "INSERT INTO bridges (community, bridge, seal) VALUES ($community, $bridge, $seal) ON CONFLICT DO NOTHING",
                ("$community", community.Value), ("$bridge", bridge.Value), ("$seal", Seal(community.Value, bridge.Value)));
        }
    }

    public Task<ImmutableArray<BridgeId>> Of(IReadOnlyCollection<CommunityId> communities, CancellationToken cancel) => turn.Use<ImmutableArray<BridgeId>>(
        () =>
        [
            .. connection.Rows(
                "SELECT community, bridge, seal FROM bridges WHERE community IN (SELECT value FROM json_each($communities)) ORDER BY bridge",
                ("$communities", JsonSerializer.Serialize(communities.Select(community => community.Value))))
                .Select(row => Seal(row.GetString(0), row.GetString(1)) == row.GetInt64(2)
                    ? new BridgeId(row.GetString(1))
                    : throw new DataFolderException($"\"{connection.DataSource}\" is damaged: the row of {Table} \"{row.GetString(1)}\" is not what was written. {SqliteKind.Views.WhatToDo}"))
                .Distinct(),
        ],
        cancel);

    public Task Settled(CancellationToken cancel) => directory.Settled(cancel);

    public ValueTask DisposeAsync() => turn.DisposeAsync();

    private static long Seal(string community, string bridge) => ChainDigest.Seal(Table, community, bridge, "", [], 0);
}
