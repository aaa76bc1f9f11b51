using Orleans.Core;
using Orleans.Runtime;

namespace Orleans
{
    /// <summary>What a storage reads into and writes from.</summary>
    public interface IGrainState<T>
    {
        /// <summary>The value.</summary>
        T? State { get; set; }

        /// <summary>The version that was read or written last; <see langword="null"/> if there is none.</summary>
        string? ETag { get; set; }

        /// <summary>Whether there is a stored value.</summary>
        bool RecordExists { get; set; }
    }

    /// <inheritdoc/>
    public sealed class GrainState<T> : IGrainState<T>
    {
        /// <inheritdoc/>
        public T? State { get; set; }

        /// <inheritdoc/>
        public string? ETag { get; set; }

        /// <inheritdoc/>
        public bool RecordExists { get; set; }
    }
}

namespace Orleans.Core
{
    /// <summary>A stored value, without its type.</summary>
    public interface IStorage
    {
        /// <summary>The version that was read or written last; <see langword="null"/> if there is none.</summary>
        string? Etag { get; }

        /// <summary>Whether there is a stored value.</summary>
        bool RecordExists { get; }

        /// <summary>Forgets the stored value.</summary>
        Task ClearStateAsync();

        /// <summary>Stores the value. <see cref="Storage.InconsistentStateException"/> if another has stored since.</summary>
        Task WriteStateAsync();

        /// <summary>Reads the value again, and drops what was not stored.</summary>
        Task ReadStateAsync();
    }

    /// <summary>A stored value.</summary>
    public interface IStorage<TState> : IStorage
    {
        /// <summary>The value in memory. Before anything was stored it is an empty one: ask <see cref="IStorage.RecordExists"/>.</summary>
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A stored value of one grain; it has been read when <see cref="IGrainBase.OnActivateAsync"/> starts.</summary>
    public interface IPersistentState<TState> : IStorage<TState>;

    /// <summary>Names the value of a constructor's <see cref="IPersistentState{TState}"/>, and where it is stored.</summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
    {
        /// <summary>The name, under which it is found again.</summary>
        public string StateName { get; } = stateName;

        /// <summary>The storage; <see langword="null"/> for the only one.</summary>
        public string? StorageName { get; } = storageName;
    }

    /// <summary>A fault of the runtime rather than of a grain.</summary>
    public class OrleansException : Exception
    {
        /// <summary>Without an explanation.</summary>
        public OrleansException() { }

        /// <summary>With an explanation.</summary>
        public OrleansException(string message) : base(message) { }

        /// <summary>With an explanation and a cause.</summary>
        public OrleansException(string message, Exception innerException) : base(message, innerException) { }
    }
}

namespace Orleans.Storage
{
    /// <summary>Where grains keep their values.</summary>
    public interface IGrainStorage
    {
        /// <summary>Reads the value, its version and whether there is one.</summary>
        Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Stores the value if its version is still the stored one; otherwise <see cref="InconsistentStateException"/>.</summary>
        Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);

        /// <summary>Forgets the value if its version is still the stored one; otherwise <see cref="InconsistentStateException"/>.</summary>
        Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState);
    }

    /// <summary>Another has stored since this grain read: its state is not the truth. An activation that lets it out of a call ends.</summary>
    public class InconsistentStateException : OrleansException
    {
        /// <summary>Without an explanation.</summary>
        public InconsistentStateException() { }

        /// <summary>With an explanation.</summary>
        public InconsistentStateException(string message) : base(message) { }

        /// <summary>With an explanation and a cause.</summary>
        public InconsistentStateException(string message, Exception? innerException) : base(message, innerException!) { }

        // Callers that let it pass hold no stale state: only the first activation it leaves must end.
        internal bool IsSourceActivation { get; set; } = true;
    }
}
