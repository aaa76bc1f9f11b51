using System.Collections.Immutable;
using PublicBuyers.Members;

namespace PublicBuyers.Demonstration;

/// <summary>Somebody with an invented given name and a role. No natural person is meant.</summary>
/// <param name="Role">Why one would sign in as this person; empty for who is not offered.</param>
/// <param name="Presentation">For the directory of members; whoever has a country is listed.</param>
internal sealed record Person(
    MemberId Member,
    string Address,
    string Name,
    string Organisation,
    string Language,
    string TimeZone,
    DateTimeOffset Since,
    string Role,
    Presentation Presentation)
{
    /// <summary>The member of that short name.</summary>
    /// <exception cref="FormatException">The name cannot be part of a member's id.</exception>
    public static MemberId Called(string name) => MemberId.TryRead("demo-" + name, out var member)
        ? member
        : throw new FormatException($"\"{name}\" cannot be part of an id: it is not letters, digits and single hyphens.");

    /// <summary>Lines of ten fields with semicolons between them, after a line of headings.</summary>
    public static ImmutableArray<Person> Read(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(';')).Select(Of)];

    private static Person Of(string[] fields) => fields is [var called, var name, var organisation, var language, var zone, var since, var role, var country, var speaks, var knows]
        ? new(Called(called), $"{called}@demo.example", name, organisation, language, zone, BrusselsTime.Read(since, "09:00"), role, new(country, [.. speaks.Split(' ', StringSplitOptions.RemoveEmptyEntries)], [.. knows.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)], country.Length > 0))
        : throw new FormatException($"\"{string.Join(';', fields)}\" in people.csv has {fields.Length} fields; there must be 10.");
}
