using System.Collections.Immutable;
using System.Text.Json;

namespace PublicBuyers.Rooms;

/// <summary>Mentions in a field of a form, as the browser's part writes them.</summary>
internal static class MentionsForm
{
    /// <summary>Of the field, in characters.</summary>
    private const int Longest = 16 * 1024;

    public static string Write(ImmutableArray<Mention> mentions) => JsonSerializer.Serialize(mentions, Live.Wire.Json);

    /// <summary>None where the field is empty or not understood: then whoever is named in the text is meant.</summary>
    public static IReadOnlyList<Mention>? Read(string? field)
    {
        if (string.IsNullOrEmpty(field) || field.Length > Longest) return null;

        try
        {
            return JsonSerializer.Deserialize<ImmutableArray<Mention>>(field, Live.Wire.Json) is { IsDefault: false } mentions ? mentions : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
