using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace PublicBuyers.Runtime;

/// <summary>What a public type shows: its kind, what it implements and its members, each as one line.</summary>
public sealed record Shown(string Kind, ImmutableSortedSet<string> Lines);

/// <summary>Reads the public types of an assembly from its metadata, without loading it or what it needs.</summary>
public static class Surface
{
    public static IReadOnlyDictionary<string, Shown> Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var reader = file.GetMetadataReader();
        return reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(type => (type.Attributes & TypeAttributes.VisibilityMask) is TypeAttributes.Public)
            .ToDictionary(type => NameOf(reader, type), type => new Shown(KindOf(reader, type), LinesOf(reader, type)), StringComparer.Ordinal);
    }

    private static string KindOf(MetadataReader reader, TypeDefinition type)
    {
        if (type.Attributes.HasFlag(TypeAttributes.Interface)) return "interface";
        return NameOf(reader, type.BaseType) switch { "System.Enum" => "enum", "System.ValueType" => "struct", var parent => $"class : {parent}" };
    }

    private static ImmutableSortedSet<string> LinesOf(MetadataReader reader, TypeDefinition type) =>
    [
        .. type.GetInterfaceImplementations().Select(one => $"implements {NameOf(reader, reader.GetInterfaceImplementation(one).Interface)}"),
        .. type.GetMethods().Select(reader.GetMethodDefinition).Where(IsSeen).Select(method => LineOf(reader, method)),
        .. type.GetFields().Select(reader.GetFieldDefinition).Where(field => field.Attributes.HasFlag(FieldAttributes.Public)).Select(field => LineOf(reader, field)),
    ];

    private static bool IsSeen(MethodDefinition method) =>
        (method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static string LineOf(MetadataReader reader, MethodDefinition method)
    {
        var signature = method.DecodeSignature(new Names(), null);
        var parameters = method.GetParameters().Select(reader.GetParameter).Where(parameter => parameter.SequenceNumber > 0).ToDictionary(parameter => parameter.SequenceNumber);
        var written = signature.ParameterTypes.Select((type, at) => parameters.TryGetValue(at + 1, out var parameter)
            ? $"{type} {reader.GetString(parameter.Name)}{(parameter.GetDefaultValue() is { IsNil: false } value ? " = " + Constant(reader, value) : "")}"
            : type);
        var access = method.Attributes & (MethodAttributes.MemberAccessMask | MethodAttributes.Static);
        return $"{access}: {signature.ReturnType} {reader.GetString(method.Name)}<{signature.GenericParameterCount}>({string.Join(", ", written)})";
    }

    private static string LineOf(MetadataReader reader, FieldDefinition field) =>
        $"{field.DecodeSignature(new Names(), null)} {reader.GetString(field.Name)}{(field.GetDefaultValue() is { IsNil: false } value ? " = " + Constant(reader, value) : "")}";

    private static string Constant(MetadataReader reader, ConstantHandle handle)
    {
        var constant = reader.GetConstant(handle);
        return $"{reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode) ?? "null"}";
    }

    private static string NameOf(MetadataReader reader, TypeDefinition type) => Full(reader.GetString(type.Namespace), reader.GetString(type.Name));

    private static string NameOf(MetadataReader reader, EntityHandle handle) => handle.Kind switch
    {
        HandleKind.TypeReference => new Names().GetTypeFromReference(reader, (TypeReferenceHandle)handle, 0),
        HandleKind.TypeDefinition => NameOf(reader, reader.GetTypeDefinition((TypeDefinitionHandle)handle)),
        HandleKind.TypeSpecification => reader.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(new Names(), null),
        _ => "",
    };

    private static string Full(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";

    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{shape.Rank}]";

        public string GetByReferenceType(string elementType) => $"{elementType}&";

        public string GetFunctionPointerType(MethodSignature<string> signature) => "function";

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(", ", typeArguments)}>";

        public string GetGenericMethodParameter(object? genericContext, int index) => $"!!{index}";

        public string GetGenericTypeParameter(object? genericContext, int index) => $"!{index}";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} {modifier}";

        public string GetPinnedType(string elementType) => elementType;

        public string GetPointerType(string elementType) => $"{elementType}*";

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => $"System.{typeCode}";

        public string GetSZArrayType(string elementType) => $"{elementType}[]";

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => NameOf(reader, reader.GetTypeDefinition(handle));

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            var reference = reader.GetTypeReference(handle);
            return Full(reader.GetString(reference.Namespace), reader.GetString(reference.Name));
        }

        public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }
}
