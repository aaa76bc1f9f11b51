using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Components;

namespace PublicBuyers;

/// <summary>Every word of the interface, in one language. Placeholders have names: <c>{count} members</c>.</summary>
public sealed class Words
{
    public static readonly ImmutableArray<Words> Languages = [new("en", "en-GB"), new("fr", "fr-FR")];

    private readonly FrozenDictionary<string, string> texts;

    private Words(string language, string culture)
    {
        Language = language;
        Culture = CultureInfo.GetCultureInfo(culture);
        using var file = typeof(Words).Assembly.GetManifestResourceStream($"Words.{language}.json")!;
        texts = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>A tag of BCP 47: <c>en</c>.</summary>
    public string Language { get; }

    public CultureInfo Culture { get; }

    /// <summary>How the language calls itself.</summary>
    public string OwnName => this["language.own-name"];

    public IEnumerable<string> Keys => texts.Keys;

    /// <summary>The words of the request that is being answered.</summary>
    public static Words Current => In(CultureInfo.CurrentUICulture.TwoLetterISOLanguageName);

    /// <summary>English where the language is not spoken here.</summary>
    public static Words In(string? language) => Spoken(language) ?? Languages[0];

    public static Words? Spoken(string? language) =>
        language is null ? null : Languages.FirstOrDefault(each => each.Covers(language));

    public string this[string key] => texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"No words for '{key}' in '{Language}'.");

    public bool Has(string key) => texts.ContainsKey(key);

    public string Say(string key, params ReadOnlySpan<(string Name, object? Value)> values) => Fill(this[key], values, text => text);

    /// <summary>Says the form of <c>key</c> that the count takes (<see cref="FormOf"/>) and fills in <c>{count}</c>.</summary>
    public string Count(string key, long count) => Say(FormOf(key, count), ("count", count));

    /// <summary>
    /// The key of the form that a count takes in this language: <c>key.one</c>, <c>key.few</c> … Where the language has
    /// no words of that form, <c>key.other</c>.
    /// </summary>
    public string FormOf(string key, long count) =>
        $"{key}.{Plurals.Of(Language, count)}" is var form && Has(form) ? form : $"{key}.{Plurals.Other}";

    /// <summary>As <see cref="Say"/>, for a page: everything is encoded but values that are markup already.</summary>
    public MarkupString Html(string key, params ReadOnlySpan<(string Name, object? Value)> values) => new(Fill(HtmlEncoder.Default.Encode(this[key]), values, HtmlEncoder.Default.Encode));

    /// <summary>What the browser's part needs: all words whose key starts with one of these.</summary>
    public string AsJson(params string[] prefixes) => JsonSerializer.Serialize(
        texts.Where(each => prefixes.Any(prefix => each.Key.StartsWith(prefix, StringComparison.Ordinal))).OrderBy(each => each.Key, StringComparer.Ordinal).ToDictionary());

    /// <summary>Its own tag, and those of its regions: <c>fr</c>, <c>fr-BE</c>.</summary>
    private bool Covers(string language) =>
        language.StartsWith(Language, StringComparison.OrdinalIgnoreCase)
        && (language.Length == Language.Length || language[Language.Length] == '-');

    /// <summary>In one pass: what is filled in is never taken for a placeholder itself.</summary>
    private string Fill(string text, ReadOnlySpan<(string Name, object? Value)> values, Func<string, string> encode)
    {
        if (values.IsEmpty) return text;

        var filled = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (rest.IndexOf('{') is >= 0 and var opens && rest[opens..].IndexOf('}') is > 0 and var length)
        {
            var placeholder = rest.Slice(opens, length + 1);
            filled.Append(rest[..opens]);
            filled.Append(TryValue(placeholder[1..^1], values, out var value) ? Shown(value) : placeholder);
            rest = rest[(opens + placeholder.Length)..];
        }

        return filled.Append(rest).ToString();

        string Shown(object? value) => value is MarkupString markup ? markup.Value : encode(Show(value));
    }

    private static bool TryValue(
        ReadOnlySpan<char> name,
        ReadOnlySpan<(string Name, object? Value)> values,
        out object? value
    )
    {
        foreach (var each in values)
        {
            if (!name.SequenceEqual(each.Name)) continue;
            value = each.Value;
            return true;
        }

        value = null;
        return false;
    }

    private string Show(object? value) => value switch
    {
        null => "",
        int or long => ((IFormattable)value).ToString("N0", Culture),
        DateTimeOffset at => at.ToString("d MMM yyyy HH:mm", Culture),
        IFormattable formattable => formattable.ToString(null, Culture),
        _ => value.ToString() ?? "",
    };
}
