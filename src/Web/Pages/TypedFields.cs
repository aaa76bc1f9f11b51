using System.Collections.Frozen;

namespace PublicBuyers.Pages;

/// <summary>The fields of the site's forms that people type into, by name, with the words for them. A form that comes
/// back shows these; the others are sent again as they were.</summary>
/// <remarks>A test reads every page and finds each field that is typed into here.</remarks>
internal static class TypedFields
{
    public static readonly FrozenDictionary<string, string> Labels = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["markdown"] = "unsent.field.text",
        ["reason"] = "act.reason",
        ["message"] = "unsent.field.message",
        ["title"] = "publication-edit.name",
        ["summary"] = "publication-edit.summary",
        ["people"] = "publication-edit.people",
        ["name"] = "field.name",
        ["organisation"] = "profile.organisation",
        ["expertise"] = "profile.directory.expertise",
        ["slug"] = "field.slug",
        ["goal"] = "field.goal",
        ["about"] = "field.about",
        ["contact"] = "field.contact",
        ["leader"] = "founding.leader",
        ["addresses"] = "invite.addresses",
        ["address"] = "sign-in.address",
        ["code"] = "sent.code",
        ["holidays"] = "hours.holidays",
        ["levels"] = "state-of-play.levels",
        ["platform"] = "state-of-play.platform",
        ["linkedin"] = "state-of-play.linkedin",
        ["mail"] = "state-of-play.mail",
        ["participants"] = "state-of-play.participants",
        ["activities"] = "state-of-play.activities",
        ["gazette"] = "state-of-play.gazette",
        ["plans"] = "state-of-play.plans",
        ["connections"] = "state-of-play.connections",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
