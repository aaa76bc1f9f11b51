using System.Buffers.Binary;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;
using Orleans.Storage;
using PublicBuyers.Embedded;

namespace PublicBuyers.Runtime;

public sealed class The_ado_net_storage : IDisposable
{
    private const string Schema = """
        CREATE TABLE OrleansQuery (QueryKey TEXT PRIMARY KEY, QueryText TEXT NOT NULL);
        CREATE TABLE OrleansStorage (
          GrainIdHash INT NOT NULL, GrainIdN0 BIGINT NOT NULL, GrainIdN1 BIGINT NOT NULL, GrainTypeHash INT NOT NULL, GrainTypeString TEXT NOT NULL,
          GrainIdExtensionString TEXT NOT NULL, ServiceId TEXT NOT NULL, PayloadBinary BLOB NULL, Version INT NOT NULL,
          PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId));
        INSERT INTO OrleansQuery VALUES ('ReadFromStorageKey',
          'SELECT PayloadBinary, Version FROM OrleansStorage
           WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
             AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString=@GrainIdExtensionString AND ServiceId=@ServiceId');
        INSERT INTO OrleansQuery VALUES ('WriteToStorageKey',
          'INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
           SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId, @PayloadBinary, 1 WHERE true
           ON CONFLICT DO UPDATE SET PayloadBinary=excluded.PayloadBinary, Version=Version+1 WHERE Version=@GrainStateVersion
           RETURNING Version AS NewGrainStateVersion');
        INSERT INTO OrleansQuery VALUES ('ClearStorageKey',
          'UPDATE OrleansStorage SET PayloadBinary=NULL, Version=Version+1
           WHERE GrainIdHash=@GrainIdHash AND GrainTypeHash=@GrainTypeHash AND GrainIdN0=@GrainIdN0 AND GrainIdN1=@GrainIdN1
             AND GrainTypeString=@GrainTypeString AND GrainIdExtensionString=@GrainIdExtensionString AND ServiceId=@ServiceId AND Version=@GrainStateVersion
           RETURNING Version');
        """;

    private static readonly GrainId room = GrainId.Create("room", "room/cpb/general");

    private readonly string shared = $"Data Source={Guid.NewGuid():N};Mode=Memory;Cache=Shared";
    private readonly SqliteConnection kept;
    private readonly AdoNetGrainStorage storage;

    static The_ado_net_storage() => SQLitePCL.Batteries_V2.Init();

    public The_ado_net_storage()
    {
        kept = new(shared); // a database in memory lives as long as one connection does
        kept.Open();
        Run(Schema);
        storage = new(() => new SqliteConnection(shared), "public-buyers");
    }

    public void Dispose()
    {
        storage.Dispose();
        kept.Dispose();
    }

    [Fact]
    public async Task Reads_what_it_wrote()
    {
        var written = State(new Note { Text = "Ще — ça va" });
        await storage.WriteStateAsync("room", room, written);
        written.ETag.ShouldBe("1");
        await storage.WriteStateAsync("room", room, written);
        written.ETag.ShouldBe("2");

        var read = await Read("room");
        read.State!.Text.ShouldBe("Ще — ça va");
        read.ETag.ShouldBe("2");
        read.RecordExists.ShouldBeTrue();
    }

    [Fact]
    public async Task Gives_an_empty_value_where_nothing_was_written()
    {
        var read = await Read("room");

        read.RecordExists.ShouldBeFalse();
        read.ETag.ShouldBeNull();
        read.State.ShouldNotBeNull().Text.ShouldBe("");
    }

    [Fact]
    public async Task Refuses_to_write_over_what_another_wrote()
    {
        var first = State(new Note { Text = "first" });
        var second = State(new Note { Text = "second" });
        await storage.WriteStateAsync("room", room, first);

        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("room", room, second)); // it thinks there is none
        second.ETag = "1";
        await storage.WriteStateAsync("room", room, second);
        await Should.ThrowAsync<InconsistentStateException>(() => storage.WriteStateAsync("room", room, first));
        await Should.ThrowAsync<InconsistentStateException>(() => storage.ClearStateAsync("room", room, first));
        first.ETag.ShouldBe("1");
        (await Read("room")).State!.Text.ShouldBe("second");
    }

    [Fact]
    public async Task Clears_the_value_and_keeps_counting()
    {
        var state = State(new Note { Text = "gone" });
        await storage.WriteStateAsync("room", room, state);
        await storage.ClearStateAsync("room", room, state);

        state.RecordExists.ShouldBeFalse();
        state.State!.Text.ShouldBe("");
        state.ETag.ShouldBe("2");
        (await Read("room")).RecordExists.ShouldBeFalse();

        await storage.WriteStateAsync("room", room, state);
        state.ETag.ShouldBe("3");
    }

    [Fact]
    public async Task Has_nothing_to_clear_where_nothing_was_written()
    {
        var state = new GrainState<Note>();
        await storage.ClearStateAsync("room", room, state);

        state.RecordExists.ShouldBeFalse();
        state.ETag.ShouldBeNull();
    }

    [Fact]
    public async Task Writes_the_row_that_Orleans_would()
    {
        await storage.WriteStateAsync("room", room, State(new Note { Text = "x" }));

        using var command = kept.CreateCommand();
        command.CommandText = "SELECT GrainTypeString, GrainIdExtensionString, GrainIdN0, GrainIdN1, ServiceId, CAST(PayloadBinary AS TEXT), GrainIdHash, GrainTypeHash FROM OrleansStorage";
        using var row = command.ExecuteReader();
        row.Read().ShouldBeTrue();
        var values = new object[8];
        row.GetValues(values);
        values.ShouldBe(["room", "room/cpb/general", 0L, 0L, "public-buyers", "{\"Text\":\"x\"}", (long)AdoNetGrainStorage.HashOfKey("room/cpb/general"), (long)AdoNetGrainStorage.HashOfName("room")]);
    }

    [Fact]
    public async Task Keeps_states_grains_and_services_apart()
    {
        var elsewhere = new AdoNetGrainStorage(() => new SqliteConnection(shared), "another-service");
        await storage.WriteStateAsync("room", room, State(new Note { Text = "mine" }));

        (await Read("minutes")).RecordExists.ShouldBeFalse();
        var other = new GrainState<Note>();
        await elsewhere.ReadStateAsync("room", room, other);
        other.RecordExists.ShouldBeFalse();
        elsewhere.Dispose();
    }

    [Theory]
    [InlineData("cafe")]
    [InlineData("42")]
    [InlineData("cafe+a/b")]
    [InlineData("0123456789abcdef0123456789abcdef")]
    public async Task Refuses_a_key_that_Orleans_would_store_as_a_number(string key) =>
        await Should.ThrowAsync<ArgumentException>(() => storage.ReadStateAsync("room", GrainId.Create("room", key), new GrainState<Note>()));

    [Fact]
    public async Task Says_what_is_missing_in_a_database_that_was_not_migrated()
    {
        Run("DELETE FROM OrleansQuery WHERE QueryKey='WriteToStorageKey'");

        (await Should.ThrowAsync<InvalidOperationException>(() => Read("room"))).Message.ShouldContain("WriteToStorageKey");
    }

    [Fact]
    public async Task Writes_json_as_it_is_told()
    {
        using var told = new AdoNetGrainStorage(() => new SqliteConnection(shared), "public-buyers", new() { NumberHandling = JsonNumberHandling.WriteAsString });
        var number = new GrainState<int[]> { State = [1] };
        await told.WriteStateAsync("numbers", room, number);

        using var command = kept.CreateCommand();
        command.CommandText = "SELECT CAST(PayloadBinary AS TEXT) FROM OrleansStorage";
        command.ExecuteScalar().ShouldBe("[\"1\"]");
    }

    // The published check values of xxHash32, seed 0.
    [Theory]
    [InlineData("", 0x02CC5D05u)]
    [InlineData("a", 0x550D7456u)]
    [InlineData("abc", 0x32D153FFu)]
    [InlineData("Nobody inspects the spammish repetition", 0xE2293B2Fu)]
    public void Hashes_as_xxHash_does(string text, uint hash) => Hash(text).ShouldBe(hash);

    private static uint Hash(string text) => BinaryPrimitives.ReverseEndianness((uint)AdoNetGrainStorage.HashOfName(text));

    private static GrainState<Note> State(Note note) => new() { State = note };

    private async Task<GrainState<Note>> Read(string name)
    {
        var state = new GrainState<Note>();
        await storage.ReadStateAsync(name, room, state);
        return state;
    }

    private void Run(string sql)
    {
        using var command = kept.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
