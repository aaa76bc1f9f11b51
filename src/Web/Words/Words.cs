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
        Languages.FirstOrDefault(each => language is not null && (language == each.Language || language.StartsWith(each.Language + "-", StringComparison.OrdinalIgnoreCase)));

    public string this[string key] => texts.TryGetValue(key, out var text) ? text : throw new KeyNotFoundException($"No words for '{key}' in '{Language}'.");

    public bool Has(string key) => texts.ContainsKey(key);

    public string Say(string key, params ReadOnlySpan<(string Name, object? Value)> values) => Fill(this[key], values, text => text);

    /// <summary>Picks <c>key.one</c> or <c>key.other</c> by the language's rule and fills in <c>{count}</c>.</summary>
    public string Count(string key, long count) => Say(key + (IsOne(count) ? ".one" : ".other"), ("count", count));

    /// <summary>As <see cref="Say"/>, for a page: everything is encoded but values that are markup already.</summary>
    public MarkupString Html(string key, params ReadOnlySpan<(string Name, object? Value)> values) => new(Fill(HtmlEncoder.Default.Encode(this[key]), values, HtmlEncoder.Default.Encode));

    /// <summary>What the browser's part needs: all words whose key starts with one of these.</summary>
    public string AsJson(params string[] prefixes) => JsonSerializer.Serialize(
        texts.Where(each => prefixes.Any(prefix => each.Key.StartsWith(prefix, StringComparison.Ordinal))).OrderBy(each => each.Key, StringComparer.Ordinal).ToDictionary());

    internal bool IsOne(long count) => Language == "fr" ? count is 0 or 1 : count == 1;

    private string Fill(string text, ReadOnlySpan<(string Name, object? Value)> values, Func<string, string> encode)
    {
        if (values.IsEmpty) return text;

        var filled = new StringBuilder(text);
        foreach (var (name, value) in values)
            filled.Replace("{" + name + "}", value is MarkupString markup ? markup.Value : encode(Show(value)));
        return filled.ToString();
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
