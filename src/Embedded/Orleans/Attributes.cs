namespace Orleans
{
    /// <summary>This type may cross a grain boundary. Needed by Orleans; the embedded runtime passes references.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum)]
    public sealed class GenerateSerializerAttribute : Attribute;

    /// <summary>The permanent number of a member on the wire between machines.</summary>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method)]
    public sealed class IdAttribute(uint id) : Attribute
    {
        /// <summary>The number.</summary>
        public uint Id { get; } = id;
    }

    /// <summary>The permanent name of a type or method on the wire between machines.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface | AttributeTargets.Struct | AttributeTargets.Enum | AttributeTargets.Method, AllowMultiple = true)]
    public sealed class AliasAttribute(string alias) : Attribute
    {
        /// <summary>The name.</summary>
        public string Alias { get; } = alias;
    }

    /// <summary>Never changes, so it need not be copied.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter | AttributeTargets.ReturnValue, Inherited = false)]
    public sealed class ImmutableAttribute : Attribute;
}

namespace Orleans.Concurrency
{
    /// <summary>Changes nothing: may run together with other such calls, and passes a call that waits for those to end.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>May run while any other call runs.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>Not waited for: the caller's task is complete at once, and what the call throws is lost.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;
}
