using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;

namespace PublicBuyers.Storage;

public sealed class FollowersAndSnapshots
{
    private static readonly SystemClock Clock = new(TimeProvider.System);

    [Fact]
    public async Task A_follower_goes_on_where_it_stood_after_a_restart()
    {
        await using var open = new OpenJournal();
        (await new SqliteFollowerCursors(open.Journal, Clock).Read("mail", 3)).ShouldBeNull();
        (await new SqliteFollowerCursors(open.Journal, Clock).Write("mail", 3, null, 17)).ShouldBe(17);
        (await new SqliteFollowerCursors(open.Journal, Clock).Write("mail", 3, 17, 18)).ShouldBe(18);

        await open.Reopen();

        (await new SqliteFollowerCursors(open.Journal, Clock).Read("mail", 3)).ShouldBe(18);
        (await new SqliteFollowerCursors(open.Journal, Clock).Read("mail", 4)).ShouldBeNull();
    }

    [Fact]
    public async Task A_follower_that_another_activation_has_overtaken_is_told_where_that_one_is()
    {
        await using var open = new OpenJournal();
        var cursors = new SqliteFollowerCursors(open.Journal, Clock);
        await cursors.Write("mail", 3, null, 17);

        (await cursors.Write("mail", 3, null, 12)).ShouldBe(17);
        (await cursors.Write("mail", 3, 15, 16)).ShouldBe(17);
        (await cursors.Read("mail", 3)).ShouldBe(17);
        (await cursors.Write("mail", 3, 17, 20)).ShouldBe(20);
    }

    [Fact]
    public async Task A_parked_stream_stays_parked_for_its_follower()
    {
        await using var open = new OpenJournal();
        var cursors = new SqliteFollowerCursors(open.Journal, Clock);

        for (var time = 0; time < 2; time++) await cursors.Park("mail", "room/a/b", 5, "cannot be read");

        (await cursors.Parked("mail")).ShouldBe(["room/a/b"]);
        (await cursors.Parked("inbox")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_quarantined_stream_is_listed_once_under_one_reference()
    {
        await using var open = new OpenJournal();
        var quarantine = new SqliteQuarantine(open.Journal, Clock);

        var reference = await quarantine.Report("room/a/b", 5, "cannot be read");
        (await quarantine.Report("room/a/b", 5, "still cannot be read")).ShouldBe(reference);
        (await quarantine.Report("room/a/b", 6, "nor this")).ShouldNotBe(reference);

        (await quarantine.All(CancellationToken.None)).Single(stream => stream.Sequence == 5).ShouldSatisfyAllConditions(
            stream => stream.Reference.ShouldBe(reference), stream => stream.Reason.ShouldBe("cannot be read"), stream => stream.Stream.ShouldBe("room/a/b"));
    }

    [Fact]
    public async Task A_snapshot_is_written_by_its_version_only()
    {
        await using var open = new OpenJournal();
        using var snapshots = new SqliteSnapshotTables(open.Folder);

        (await Run(snapshots, "WriteToStorageKey", null, [1])).ShouldBe(1L);
        (await Run(snapshots, "WriteToStorageKey", null, [2])).ShouldBeNull("it exists");
        (await Run(snapshots, "WriteToStorageKey", 1, [2])).ShouldBe(2L);
        (await Run(snapshots, "WriteToStorageKey", 1, [3])).ShouldBeNull("it has moved on");
        (await Run(snapshots, "ReadFromStorageKey", null, null)).ShouldBe(new byte[] { 2 });
        (await Run(snapshots, "ClearStorageKey", 1, null)).ShouldBeNull();
        (await Run(snapshots, "ClearStorageKey", 2, null)).ShouldBe(3L);
        (await Run(snapshots, "WriteToStorageKey", 3, [4])).ShouldBe(4L);
        (await Run(snapshots, "DeleteStorageKey", 4, null)).ShouldBe(5L);
        (await Run(snapshots, "WriteToStorageKey", 4, [5])).ShouldBeNull("the row is gone");
    }

    [Fact]
    public async Task The_services_are_all_there()
    {
        await using var open = new OpenJournal();
        await open.Journal.DisposeAsync();
        await using (var services = new ServiceCollection().AddLogging().AddSqliteStorage(open.Folder).BuildServiceProvider(validateScopes: true))
        {
            foreach (var port in new[]
            {
                typeof(IJournal), typeof(IStreamHeads), typeof(IFollowerCursors), typeof(IReadMarks), typeof(IDirectoryRows), typeof(ICommunityDirectory), typeof(Members.IMemberDirectory),
                typeof(IQuarantine), typeof(IQuarantineLog), typeof(ISecrets), typeof(IAddressKeys), typeof(INewIds), typeof(IClock), typeof(SqliteSnapshotTables),
            })
            {
                services.GetRequiredService(port).ShouldNotBeNull();
            }
        }

        open.Folder.Dispose();
        open.Open();
    }

    private static async Task<object?> Run(SqliteSnapshotTables snapshots, string key, int? version, byte[]? payload)
    {
        await using var connection = new SqliteConnection(snapshots.ConnectionString);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = await Statement(connection, key);
        foreach (var (name, value) in new (string, object?)[]
        {
            ("GrainIdHash", 1), ("GrainIdN0", 2L), ("GrainIdN1", 3L), ("GrainTypeHash", 4), ("GrainTypeString", "room"), ("GrainIdExtensionString", "room/a/b"), ("ServiceId", "publicbuyers"),
            ("GrainStateVersion", version), ("PayloadBinary", payload),
        })
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value ?? DBNull.Value);
            if (name != "PayloadBinary" || key == "WriteToStorageKey") command.Parameters.Add(parameter);
        }

        return await command.ExecuteScalarAsync();
    }

    private static async Task<string> Statement(DbConnection connection, string key)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = $"SELECT QueryText FROM OrleansQuery WHERE QueryKey = '{key}'";
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
