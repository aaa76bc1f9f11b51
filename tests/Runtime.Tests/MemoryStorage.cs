using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Orleans.Storage;

namespace PublicBuyers.Runtime;

/// <summary>A storage that forgets with the process, and fails on request.</summary>
public sealed class MemoryStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (string Json, int Version)> rows = new(StringComparer.Ordinal);

    public string? FailsReading { get; set; }

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (FailsReading == grainId.Key.ToString()) throw new IOException("The disk is gone.");
        var found = rows.TryGetValue(Name(stateName, grainId), out var row);
        if (found) grainState.State = JsonSerializer.Deserialize<T>(row.Json)!;
        grainState.ETag = found ? row.Version.ToString(CultureInfo.InvariantCulture) : null;
        grainState.RecordExists = found;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var version = Checked(stateName, grainId, grainState.ETag) + 1;
        rows[Name(stateName, grainId)] = (JsonSerializer.Serialize(grainState.State), version);
        grainState.ETag = version.ToString(CultureInfo.InvariantCulture);
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        Checked(stateName, grainId, grainState.ETag);
        rows.TryRemove(Name(stateName, grainId), out _);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    /// <summary>Stores behind the grain's back.</summary>
    public void Change(string stateName, string grainKey)
    {
        foreach (var row in rows.Where(row => row.Key == $"{stateName} {grainKey}")) rows[row.Key] = (row.Value.Json, row.Value.Version + 1);
    }

    private static string Name(string stateName, GrainId grainId) => $"{stateName} {grainId.Key}";

    private int Checked(string stateName, GrainId grainId, string? etag)
    {
        var stored = rows.TryGetValue(Name(stateName, grainId), out var row) ? row.Version : 0;
        return stored == int.Parse(etag ?? "0", CultureInfo.InvariantCulture) ? stored : throw new InconsistentStateException($"Version {etag} is not {stored}.");
    }
}
