using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using PublicBuyers.Platform;

namespace PublicBuyers.Storage;

/// <summary>Administrators and what has come up to them, read from views.db by a connection of its own; the directories' follower writes it.</summary>
internal sealed class SqliteAdministrators : IAdministrators, IAsyncDisposable
{
    public static readonly string[] Tables = ["administrators", "escalated_items"];

    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;

    public SqliteAdministrators(DataFolder folder, SqliteDirectory directory)
    {
        ArgumentNullException.ThrowIfNull(directory);   // it brings the tables
        connection = SqliteFile.Open(folder.Layout.Views, SqliteKind.Views);
        turn = new(connection, SqliteKind.Views);
    }

    public static void Put(SqliteConnection connection, DirectoryRow row)
    {
        switch (row)
        {
            case DirectoryRow.OfAdministrator { Is: false, Member.Value: var dismissed }:
                connection.Run("DELETE FROM administrators WHERE member = $member", ("$member", dismissed));
                break;
            case DirectoryRow.OfAdministrator { Member.Value: var member }:
                connection.Run("INSERT INTO administrators (member, seal) VALUES ($member, $seal) ON CONFLICT DO NOTHING", ("$member", member), ("$seal", Seal("administrators", member, 0)));
                break;
            case DirectoryRow.OfEscalation { IsUp: true } up:
                connection.Run(
                    "INSERT INTO escalated_items (community, number, seal) VALUES ($community, $number, $seal) ON CONFLICT DO NOTHING",
                    ("$community", up.Community.Value), ("$number", up.Number.Value), ("$seal", Seal("escalated_items", up.Community.Value, up.Number.Value)));
                break;
            case DirectoryRow.OfEscalation over:
                connection.Run("DELETE FROM escalated_items WHERE community = $community AND number = $number", ("$community", over.Community.Value), ("$number", over.Number.Value));
                break;
        }
    }

    public Task<ImmutableArray<MemberId>> All(CancellationToken cancel) => turn.Use<ImmutableArray<MemberId>>(
        () => [.. Read("administrators", "SELECT member, 0, seal FROM administrators ORDER BY member LIMIT $most").Select(member => new MemberId(member))],
        cancel);

    public Task<ImmutableArray<CommunityId>> Queues(CancellationToken cancel) => turn.Use<ImmutableArray<CommunityId>>(
        () => [.. Read("escalated_items", "SELECT community, min(number), seal FROM escalated_items GROUP BY community ORDER BY community LIMIT $most").Select(community => new CommunityId(community))],
        cancel);

    public ValueTask DisposeAsync() => turn.DisposeAsync();

    private IEnumerable<string> Read(string table, string sql) => connection.Rows(sql, ("$most", IAdministrators.Most)).Select(row =>
        Seal(table, row.GetString(0), row.GetInt64(1)) == row.GetInt64(2)
            ? row.GetString(0)
            : throw new DataFolderException($"\"{connection.DataSource}\" is damaged: the row of {table} \"{row.GetString(0)}\" is not what was written. {SqliteKind.Views.WhatToDo}"));

    private static long Seal(string table, string key, long number) => ChainDigest.Seal(table, key, number.ToString(CultureInfo.InvariantCulture), "", [], number);
}
