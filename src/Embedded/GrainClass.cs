using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace PublicBuyers.Embedded;

/// <summary>A class of grains: its name in identities, and how one is made.</summary>
internal sealed class GrainClass
{
    private const string Suffix = "Grain";

    private readonly ParameterInfo[] stored;
    private readonly ObjectFactory factory;

    public GrainClass(Type type)
    {
        var constructors = type.GetConstructors();
        if (constructors.Length != 1) throw new NotSupportedException($"The grain class \"{type}\" has {constructors.Length} public constructors instead of one.");

        Type = type;
        Name = GrainType.Create((type.Name.EndsWith(Suffix, StringComparison.Ordinal) ? type.Name[..^Suffix.Length] : type.Name).ToLowerInvariant());
        stored = [.. constructors[0].GetParameters().Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute)))];
        factory = ActivatorUtilities.CreateFactory(type, [.. stored.Select(parameter => parameter.ParameterType)]);
    }

    public Type Type { get; }

    public GrainType Name { get; }

    public object Make(Activation activation) => factory(activation.ActivationServices, [.. stored.Select(parameter => StoredValue(activation, parameter))]);

    private static object StoredValue(Activation activation, ParameterInfo parameter)
    {
        var named = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        var storage = named.StorageName is null
            ? activation.ActivationServices.GetService<IGrainStorage>()
            : activation.ActivationServices.GetKeyedService<IGrainStorage>(named.StorageName);
        if (storage is null) throw new InvalidOperationException($"No grain storage \"{named.StorageName}\" for \"{named.StateName}\" of {activation.GrainId}: see {nameof(EmbeddedGrainOptions.AddGrainStorage)}.");

        var value = (IReadAtActivation)Activator.CreateInstance(typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GenericTypeArguments), named.StateName, activation.GrainId, storage)!;
        activation.Stored.Add(value);
        return value;
    }
}

/// <summary>Which class implements which interface.</summary>
internal sealed class GrainClasses(IEnumerable<Assembly> assemblies)
{
    private readonly GrainClass[] classes =
    [
        .. assemblies.Distinct().SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && type.IsAssignableTo(typeof(IGrain)) && type.IsAssignableTo(typeof(IGrainBase)))
            .Select(type => new GrainClass(type)),
    ];

    private readonly ConcurrentDictionary<GrainType, GrainClass> byName = new();

    public GrainClass Implementing(Type grainInterface, string? prefix)
    {
        var found = classes.Where(made => made.Type.IsAssignableTo(grainInterface) && (prefix is null || made.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal))).ToArray();
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"No class in the grain assemblies implements \"{grainInterface}\"{(prefix is null ? "" : $" and is called \"{prefix}…\"")}."),
            _ => throw new ArgumentException($"\"{grainInterface}\" is implemented by {string.Join(" and ", found.Select(made => $"\"{made.Type}\""))}: say which by grainClassNamePrefix."),
        };
    }

    public GrainClass Named(GrainType name) => byName.GetOrAdd(name, wanted => classes.Single(made => made.Name.Equals(wanted)));
}
