using System.Collections.Frozen;
using System.Collections.Immutable;

namespace PublicBuyers.Pages;

/// <summary>Which field of a form a refusal is about, by the name that the field is sent under.</summary>
/// <remarks>A test finds every refusal of what was sent in this table, or in its list of those that are about no
/// field.</remarks>
internal static class FieldsOfRefusals
{
    private static readonly string[] text = ["markdown"];
    private static readonly string[] reason = ["reason"];
    private static readonly string[] address = ["address", "addresses", "leader"];
    private static readonly string[] files = ["files"];
    private static readonly string[] table = ["table"];

    /// <summary>By code. Where a refusal names its field itself, that comes first; what is said of a file or a table is
    /// about the field it was chosen in.</summary>
    private static readonly FrozenDictionary<string, string[]> byCode = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["room.text-empty"] = text,
        ["room.text-too-long"] = text,
        ["room.text-malformed"] = text,
        ["room.text-too-deep"] = text,
        ["room.mention-invalid"] = text,
        ["room.too-many-mentions"] = text,
        ["room.newcomer-links"] = text,
        ["room.reason-missing"] = reason,
        ["room.slow-mode-invalid"] = ["seconds"],
        ["room.too-many-attachments"] = files,
        ["publication.text-too-deep"] = text,
        ["publication.reason-missing"] = reason,
        ["publication.participants-invalid"] = ["people"],
        ["publication.too-many"] = files,
        ["bridge.text-invalid"] = ["message", "reason"],
        ["bridge.title-invalid"] = ["title"],
        ["bridge.reason-missing"] = reason,
        ["bridge.room-absent"] = ["room"],
        ["platform.member-unknown"] = ["address"],
        ["queue.text-invalid"] = ["message", "reason"],
        ["queue.reason-missing"] = reason,
        ["state-of-play.link-invalid"] = ["linkedin"],
        ["state-of-play.mail-invalid"] = ["mail"],
        ["state-of-play.readers-invalid"] = ["readers"],
        ["sign-in.link-invalid"] = ["code"],
        ["sign-in.address-invalid"] = address,
        ["sign-in.address-incomplete"] = address,
        ["member.name-invalid"] = ["name"],
        ["name.reserved"] = ["name"],
        ["member.organisation-invalid"] = ["organisation"],
        ["member.filter-invalid"] = ["name", "person"],
        ["member.language-unknown"] = ["language", "languages"],
        ["member.time-zone-unknown"] = ["timeZone"],
        ["member.country-unknown"] = ["country"],
        ["member.expertise-invalid"] = ["expertise"],
        ["community.already-founded"] = ["slug"],
        ["community.text-too-deep"] = ["about"],
        ["community.slug-invalid"] = ["slug"],
        ["community.room-exists"] = ["slug"],
        ["community.reason-missing"] = reason,
        ["community.until-invalid"] = ["until"],
        ["community.absence-invalid"] = ["until"],
        ["community.substitute-invalid"] = ["substitute"],
        ["community.answer-days-invalid"] = ["answerDays"],
        ["community.too-many-invitations"] = ["addresses"],
        ["search.too-long"] = ["q"],
        ["search.too-many-words"] = ["q"],
        ["search.date-invalid"] = ["from"],
        ["invitation-table.too-many-entries"] = ["addresses"],
        ["invitation-table.too-many-typed-lines"] = ["addresses"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The first of them that the form has is the field at fault. None: it is about no single field.</summary>
    public static ImmutableArray<string> Of(Refusal why) =>
        why.GetType().GetProperty("Field")?.GetValue(why) is string { Length: > 0 } field
            ? [field is "text" ? "markdown" : field]
            : byCode.TryGetValue(why.Code, out var names) ? [.. names]
            : why.Code.StartsWith("attachment.", StringComparison.Ordinal) ? [.. files]
            : why.Code.StartsWith("invitation-table.", StringComparison.Ordinal) ? [.. table]
            : [];
}
