using System.Runtime.CompilerServices;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace PublicBuyers.Embedded;

/// <summary>A value that is read before its grain is activated.</summary>
internal interface IReadAtActivation
{
    Task ReadStateAsync();
}

/// <inheritdoc cref="IPersistentState{TState}"/>
internal sealed class PersistentState<T>(string name, GrainId grain, IGrainStorage storage) : IPersistentState<T>, IReadAtActivation
{
    private readonly GrainState<T> stored = new() { State = EmptyValue.Of<T>() };

    public T State
    {
        get => stored.State!;
        set => stored.State = value;
    }

    public string? Etag => stored.ETag;

    public bool RecordExists => stored.RecordExists;

    public Task ReadStateAsync() => Explained("reading", () => storage.ReadStateAsync(name, grain, stored));

    public Task WriteStateAsync() => Explained("writing", () => storage.WriteStateAsync(name, grain, stored));

    public Task ClearStateAsync() => Explained("clearing", () => storage.ClearStateAsync(name, grain, stored));

    // As in Orleans: a caller sees the runtime's exception, with the storage's own inside.
    private async Task Explained(string doing, Func<Task> operation)
    {
        try
        {
            await operation();
        }
        catch (Exception exception) when (exception is not (OrleansException or OperationCanceledException))
        {
            throw new OrleansException($"{storage.GetType().Name} failed {doing} \"{name}\" of {grain}: {exception.Message}", exception);
        }
    }
}

/// <summary>What a state is before anything was stored.</summary>
internal static class EmptyValue
{
    public static T Of<T>() => typeof(T).IsValueType || typeof(T).GetConstructor(Type.EmptyTypes) is not null
        ? Activator.CreateInstance<T>()
        : (T)RuntimeHelpers.GetUninitializedObject(typeof(T)); // as in Orleans: a record without such a constructor is not even initialized
}
