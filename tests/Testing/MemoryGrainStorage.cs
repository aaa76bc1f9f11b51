using System.Collections.Concurrent;
using System.Text.Json;
using Orleans.Storage;

namespace PublicBuyers.Testing;

/// <summary>Snapshots in memory, as text: what a grain gets back is never the object it gave.</summary>
public sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, string Grain), (string Text, int Version)> rows = new();

    private readonly ConcurrentDictionary<string, TaskCompletionSource> stored = new(StringComparer.Ordinal);

    public int Count => rows.Count;

    /// <summary>Completes once a snapshot of this grain is stored.</summary>
    public Task Stores(string key) => SignalOf(key).Task;

    /// <summary>Deleting all of them changes nothing but time.</summary>
    public void Lose() => rows.Clear();

    /// <summary>Rewrites the stored text of a grain's snapshot, as a broken disk or an older version of the server would have it.</summary>
    public void Rewrite(string key, Func<string, string> text)
    {
        foreach (var (row, stored) in rows)
            if (row.Grain == key) rows[row] = (text(stored.Text), stored.Version);
    }

    public string? TextOf(string key) => rows.Where(row => row.Key.Grain == key).Select(row => row.Value.Text).FirstOrDefault();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = rows.TryGetValue((stateName, grainId.Key.ToString()), out var stored);
        if (grainState.RecordExists)
        {
            grainState.State = JsonSerializer.Deserialize<T>(stored.Text)!;
            grainState.ETag = stored.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId.Key.ToString());
        var version = rows.TryGetValue(key, out var stored) ? stored.Version : 0;
        if ((grainState.ETag ?? "0") != version.ToString(System.Globalization.CultureInfo.InvariantCulture)) throw new InconsistentStateException($"\"{key.Item2}\" was stored by another.");

        rows[key] = (JsonSerializer.Serialize(grainState.State), version + 1);
        (grainState.ETag, grainState.RecordExists) = ((version + 1).ToString(System.Globalization.CultureInfo.InvariantCulture), true);
        SignalOf(key.Item2).TrySetResult();
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        rows.TryRemove((stateName, grainId.Key.ToString()), out _);
        (grainState.ETag, grainState.RecordExists) = (null, false);
        return Task.CompletedTask;
    }

    private TaskCompletionSource SignalOf(string key) => stored.GetOrAdd(key, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
