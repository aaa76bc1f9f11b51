using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PublicBuyers.Journal;

/// <summary>How a command is written to tell it from another one under the same request id.</summary>
/// <remarks>
/// As <see cref="FactJson"/>, and a list that was never made, as a form or a program leaves it, is written as null: the
/// rule refuses such a command in words, and it has to get there.
/// </remarks>
internal static class CommandJson
{
    public static readonly JsonSerializerOptions Options = new(FactJson.Options) { Converters = { new ListsThatAreNone() } };

    private sealed class ListsThatAreNone : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(List<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;
    }

    private sealed class List<T> : JsonConverter<ImmutableArray<T>>
    {
        public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Commands are not read.");

        public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options)
        {
            if (value.IsDefault)
            {
                writer.WriteNullValue();
                return;
            }

            writer.WriteStartArray();
            foreach (var each in value) JsonSerializer.Serialize(writer, each, options);
            writer.WriteEndArray();
        }
    }
}
