using System.Collections.Immutable;
using System.Text.Json;

namespace PublicBuyers.Moderation;

/// <summary>How a queue's items are said; the browser's part does the same (Client/queue-row.ts).</summary>
internal static class QueueWords
{
    /// <summary>Prepared reasons by kind of item. The names are permanent: they are kept with decisions.</summary>
    private static readonly ImmutableDictionary<ItemKind, ImmutableArray<string>> templates = ImmutableDictionary.CreateRange<ItemKind, ImmutableArray<string>>(
    [
        new(ItemKind.AccessRequest, ["welcome", "say-more", "not-a-buyer", "other-community"]),
        new(ItemKind.Report, ["confidential", "advertising", "disrespect", "within-rules"]),
        new(ItemKind.Appeal, ["decision-stands", "decision-reversed"]),
        new(ItemKind.Review, ["all-is-well", "advertising", "disrespect"]),
        new(ItemKind.Submission, ["well-written", "needs-work", "confidential", "advertising"]),
    ]);

    /// <summary>What the browser needs to say them.</summary>
    public static string AsJson(Words words) => words.AsJson("queue.", "item-", "came-back.", "verdict.", "age.", "client.", "member.nameless");

    public static string Of(Enum one) => JsonNamingPolicy.KebabCaseLower.ConvertName(one.ToString());

    /// <summary>The word for the sentence that says who decided what, and when.</summary>
    public static string Decided(ItemKind kind, Verdict verdict) => $"queue.decided.{Of(kind)}.{Of(verdict)}";

    /// <summary>What was decided, in a few words: <c>post hidden</c>.</summary>
    public static string Verdict(Words words, ItemKind kind, Verdict verdict) => words[$"verdict.{Of(kind)}.{Of(verdict)}"];

    /// <summary>What an item is about, in one line; empty where nothing was written.</summary>
    public static string About(ItemWire item) =>
        item.Work?.Title ?? (item.Reported is { Excerpt.Length: > 0 } reported ? reported.Excerpt : item.Message);

    public static ImmutableArray<string> TemplatesFor(ItemKind kind) => templates[kind];

    /// <summary>Without script the prepared reason and what was typed are one text.</summary>
    public static string Reason(Words words, ItemKind? kind, string? template, string typed)
    {
        if (template is null || !(kind is { } one ? TemplatesFor(one).Contains(template) : words.Has($"template.{template}.text"))) return typed;

        var prepared = words[$"template.{template}.text"];
        return typed.Length == 0 ? prepared : typed.StartsWith(prepared, StringComparison.Ordinal) ? typed : $"{prepared}\n\n{typed}";
    }

    /// <summary>How long something has waited: <c>5 min</c>, <c>3 h</c>, <c>2 days</c>.</summary>
    public static string Age(Words words, TimeSpan span) =>
        span.TotalHours < 1 ? words.Say("age.minutes", ("count", (int)Math.Max(0, span.TotalMinutes)))
        : span.TotalDays < 2 ? words.Say("age.hours", ("count", (int)span.TotalHours))
        : words.Say("age.days", ("count", (int)span.TotalDays));
}
