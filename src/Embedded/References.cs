using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace PublicBuyers.Embedded;

/// <summary>A reference to a grain; generated classes add its interface. Equal to any other reference to the same grain.</summary>
[SuppressMessage("Design", "MA0053", Justification = "Generated proxies derive from it.")]
internal class GrainReference : DispatchProxy
{
    private EmbeddedRuntime runtime = null!;
    private GrainClass made = null!;
    private FrozenDictionary<MethodInfo, GrainMethod> methods = null!;

    public GrainId Id { get; private set; }

    public GrainClass Class => made;

    /// <summary>The reference that others of its interface are copied from: making a proxy by reflection is slow, copying one is not.</summary>
    public static GrainReference Pattern(EmbeddedRuntime runtime, Type grainInterface, GrainClass made)
    {
        var pattern = (GrainReference)Create(grainInterface, typeof(GrainReference));
        pattern.runtime = runtime;
        pattern.made = made;
        pattern.methods = GrainMethod.AllOf(grainInterface);
        return pattern;
    }

    public GrainReference To(string key) => To(GrainId.Create(made.Name, key));

    public GrainReference To(GrainId id)
    {
        var copy = (GrainReference)MemberwiseClone();
        copy.Id = id;
        return copy;
    }

    public TGrainInterface As<TGrainInterface>() => this is TGrainInterface same ? same : runtime.Factory.Reference<TGrainInterface>(Id);

    public override bool Equals(object? obj) => obj is GrainReference other && other.Id == Id;

    public override int GetHashCode() => Id.GetHashCode();

    public override string ToString() => Id.ToString();

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => runtime.Send(made, Id, methods[targetMethod!], args ?? []);
}

/// <inheritdoc cref="IGrainFactory"/>
internal sealed class GrainFactory(EmbeddedRuntime runtime, GrainClasses classes) : IGrainFactory
{
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainReference> patterns = new();
    private readonly ConcurrentDictionary<(Type Interface, GrainType Class), GrainReference> patternsByClass = new();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) where TGrainInterface : IGrainWithStringKey =>
        (TGrainInterface)(object)Pattern(typeof(TGrainInterface), grainClassNamePrefix).To(primaryKey);

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => (IGrain)(object)Pattern(grainInterfaceType, null).To(grainPrimaryKey);

    /// <summary>Another interface of a grain that is known already.</summary>
    public TGrainInterface Reference<TGrainInterface>(GrainId id) => (TGrainInterface)(object)patternsByClass
        .GetOrAdd((typeof(TGrainInterface), id.Type), (wanted, self) => GrainReference.Pattern(self.Runtime, wanted.Interface, self.Classes.Named(wanted.Class)), (Runtime: runtime, Classes: classes))
        .To(id);

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj) where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not TGrainObserverInterface) throw new ArgumentException($"\"{obj}\" does not implement \"{typeof(TGrainObserverInterface)}\".", nameof(obj));
        return (TGrainObserverInterface)(object)ObserverReference.To(runtime, typeof(TGrainObserverInterface), obj);
    }

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj) where TGrainObserverInterface : IGrainObserver
    {
        if (obj is not ObserverReference reference) throw new ArgumentException($"\"{obj}\" is not a reference: give what {nameof(CreateObjectReference)} gave.", nameof(obj));
        reference.Delete();
    }

    private GrainReference Pattern(Type grainInterface, string? prefix) =>
        patterns.GetOrAdd((grainInterface, prefix), (wanted, self) => GrainReference.Pattern(self.Runtime, wanted.Interface, self.Classes.Implementing(wanted.Interface, wanted.Prefix)), (Runtime: runtime, Classes: classes));
}
