using System.Buffers.Binary;
using System.Data;
using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace PublicBuyers.Embedded;

/// <summary>
/// Keeps grain state in Orleans' own ADO.NET tables, as Orleans does: the statements are those in <c>OrleansQuery</c>, the rows are found by the same hashes, the value is
/// JSON in UTF-8. Either runtime reads what the other wrote, given the same <paramref name="serviceId"/> and <paramref name="json"/>.
/// </summary>
/// <param name="connect">A new connection, not yet open.</param>
/// <param name="serviceId">Whose rows these are; part of every row.</param>
/// <param name="json">How values are written; by default as Orleans' System.Text.Json serializer does.</param>
/// <param name="unreadableIsAbsent">For caches: a value that is no JSON of its type is as good as none, and the next write replaces it.</param>
public sealed class AdoNetGrainStorage(Func<DbConnection> connect, string serviceId, JsonSerializerOptions? json = null, bool unreadableIsAbsent = false) : IGrainStorage, IDisposable
{
    private static readonly JsonSerializerOptions asOrleans = new() { IncludeFields = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly JsonSerializerOptions json = json ?? asOrleans;
    private readonly SemaphoreSlim reading = new(1, 1);
    private Statements? statements;

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var connection = await Open();
        await using var command = Command(connection, (await KnownStatements(connection)).Read, stateName, grainId);
        await using var row = await command.ExecuteReaderAsync();
        var found = await row.ReadAsync();
        var payload = found ? row["PayloadBinary"] as byte[] : null;

        T? value = default;
        var exists = payload is not null && TryRead(payload, out value);

        grainState.State = value ?? EmptyValue.Of<T>();
        grainState.ETag = found ? Version(row["Version"]) : null;
        grainState.RecordExists = exists;
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await using var connection = await Open();
        await using var command = Command(connection, (await KnownStatements(connection)).Write, stateName, grainId);
        AddVersion(command, grainState.ETag);
        Add(command, "PayloadBinary", DbType.Binary, JsonSerializer.SerializeToUtf8Bytes(grainState.State, json));

        grainState.ETag = await NewVersion(command, "writing", stateName, grainId, grainState.ETag);
        grainState.RecordExists = true;
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!grainState.RecordExists && grainState.ETag is null)
        {
            await ReadStateAsync(stateName, grainId, grainState);
            if (!grainState.RecordExists) return;
        }

        await using var connection = await Open();
        await using var command = Command(connection, (await KnownStatements(connection)).Clear, stateName, grainId);
        AddVersion(command, grainState.ETag);

        grainState.ETag = await NewVersion(command, "clearing", stateName, grainId, grainState.ETag);
        grainState.RecordExists = false;
        grainState.State = EmptyValue.Of<T>();
    }

    private bool TryRead<T>(byte[] payload, out T? value)
    {
        try
        {
            value = JsonSerializer.Deserialize<T>(payload, json);
            return true;
        }
        catch (JsonException) when (unreadableIsAbsent)
        {
            value = default;
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();

    /// <summary>Orleans hashes a key from its end, then reads the hash with its bytes turned round on the machines it knows.</summary>
    internal static int HashOfKey(string key)
    {
        var bytes = Encoding.UTF8.GetBytes(key);
        Array.Reverse(bytes);
        return Hash(bytes);
    }

    internal static int HashOfName(string name) => Hash(Encoding.UTF8.GetBytes(name));

    private static int Hash(byte[] bytes) => (int)BinaryPrimitives.ReverseEndianness(XxHash32.Of(bytes));

    private static void Add(DbCommand command, string name, DbType type, object? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.DbType = type;
        parameter.Value = value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }

    private static void AddVersion(DbCommand command, string? etag) =>
        Add(command, "GrainStateVersion", DbType.Int32, string.IsNullOrWhiteSpace(etag) ? null : int.Parse(etag, CultureInfo.InvariantCulture));

    private static string? Version(object column) => column is DBNull ? null : Convert.ToInt32(column, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);

    // No row, no version or the version that was sent: another has stored since.
    private async Task<string> NewVersion(DbCommand command, string doing, string stateName, GrainId grainId, string? sent)
    {
        await using var row = await command.ExecuteReaderAsync();
        var version = await row.ReadAsync() ? Version(row[0]) : null;
        return version is null || version == sent
            ? throw new InconsistentStateException($"Version conflict {doing} \"{stateName}\" of \"{grainId.Key}\" in service \"{serviceId}\": version {sent ?? "none"} is not the stored one.")
            : version;
    }

    private DbCommand Command(DbConnection connection, string statement, string stateName, GrainId grainId)
    {
        var key = grainId.Key.ToString();
        ThrowIfOrleansSeesANumber(key);

        var command = connection.CreateCommand();
        command.CommandText = statement;
        Add(command, "GrainIdHash", DbType.Int32, HashOfKey(key));
        Add(command, "GrainIdN0", DbType.Int64, 0L);
        Add(command, "GrainIdN1", DbType.Int64, 0L);
        Add(command, "GrainTypeHash", DbType.Int32, HashOfName(stateName));
        Add(command, "GrainTypeString", DbType.String, stateName);
        Add(command, "GrainIdExtensionString", DbType.String, key);
        Add(command, "ServiceId", DbType.String, serviceId);
        return command;
    }

    // Orleans stores a text of hexadecimal digits as a number or Guid, under another hash.
    private static void ThrowIfOrleansSeesANumber(string key)
    {
        var head = key.AsSpan(0, key.IndexOf('+') is var plus and >= 0 ? plus : key.Length);
        if (!head.IsEmpty && !head.ContainsAnyExcept("0123456789abcdefABCDEF"))
            throw new ArgumentException($"The key \"{key}\" could be a number: give it a prefix with a slash, such as \"room/{key}\".");
    }

    private async Task<DbConnection> Open()
    {
        var connection = connect();
        await connection.OpenAsync();
        return connection;
    }

    private async Task<Statements> KnownStatements(DbConnection connection)
    {
        if (statements is { } known) return known;
        await reading.WaitAsync();
        try
        {
            return statements ??= await Statements.In(connection);
        }
        finally
        {
            reading.Release();
        }
    }

    private sealed record Statements(string Read, string Write, string Clear)
    {
        public static async Task<Statements> In(DbConnection connection)
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT QueryKey, QueryText FROM OrleansQuery";
            await using var row = await command.ExecuteReaderAsync();
            while (await row.ReadAsync()) texts[row.GetString(0)] = row.GetString(1);
            return new(Find("ReadFromStorageKey"), Find("WriteToStorageKey"), Find("ClearStorageKey"));

            string Find(string key) => texts.GetValueOrDefault(key) ?? throw new InvalidOperationException($"The table OrleansQuery has no \"{key}\": has the database been migrated?");
        }
    }
}
