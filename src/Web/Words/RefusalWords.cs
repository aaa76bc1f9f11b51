using System.Text.Json;
using PublicBuyers.Members;

namespace PublicBuyers;

/// <summary>The sentence for a refusal: what is wrong and what to do next, filled in from what the refusal carries.</summary>
public static class RefusalWords
{
    /// <summary>In the language of the request that is being answered.</summary>
    public static string Of(Refusal why) => In(Words.Current, why);

    public static string In(Words words, Refusal why) => words.Say("refusal." + why.Code, [.. ValuesOf(words, why)]);

    private static IEnumerable<(string, object?)> ValuesOf(Words words, Refusal why) =>
        from property in why.GetType().GetProperties()
        where property.Name is not (nameof(Refusal.Kind) or nameof(Refusal.Code) or "EqualityContract")
        let value = property.GetValue(why)
        select (JsonNamingPolicy.CamelCase.ConvertName(property.Name), WordOf(words, value));

    /// <summary>A value out of a fixed list has words of its own: <c>access.open</c>, <c>field.name</c>.</summary>
    private static object? WordOf(Words words, object? value) => value switch
    {
        MemberCard { Name.Length: > 0 } card => card.Name,
        MemberCard or MemberId => words["member.nameless"],
        Enum one when Key(one.GetType().Name, one.ToString()) is var key && words.Has(key) => words[key],
        string field when words.Has(Key("field", field)) => words[Key("field", field)],
        _ => value,
    };

    private static string Key(string list, string one) =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(list) + "." + JsonNamingPolicy.KebabCaseLower.ConvertName(one);
}
