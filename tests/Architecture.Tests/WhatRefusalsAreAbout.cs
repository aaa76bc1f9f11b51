using System.Runtime.CompilerServices;
using PublicBuyers.Pages;

namespace PublicBuyers.Architecture;

/// <summary>A refusal of what was sent says which field it is about, so that the page can say it there.</summary>
public sealed class WhatRefusalsAreAbout
{
    /// <summary>Of the whole form, of something else than what was typed, or of what no form of a page sends.</summary>
    private static readonly string[] aboutNoField =
    [
        "bridge.too-many-threads",
        "community.full",
        "community.too-many-clearings",
        "community.too-many-restrictions",
        "community.too-many-rooms",
        "entrance.https-only",
        "entrance.stopping",
        "entrance.unknown-host",
        "inbox.not-oneself",
        "inbox.too-many-mutes",
        "member.too-many-filters",
        "platform.link-invalid",
        "platform.too-many-administrators",
        "queue.no-contact",
        "queue.too-many",
        "queue.too-many-at-once",
        "queue.too-often",
        "request.malformed",
        "request.too-large",
        "request.too-many-fields",
        "request.too-slow",
        "request.wrong-type",
        "room.edited-too-often",
        "room.thread-full",
        "room.too-many-pins",
        "room.too-many-reactions",
        "room.reactions-taken-back",
    ];

    [Fact]
    public void Every_refusal_of_what_was_sent_is_about_a_field_or_about_none_on_purpose()
    {
        var refusals = Refusals().Where(each => each.Kind is RefusalKind.Unprocessable or RefusalKind.TooLarge).ToList();

        refusals.Count.ShouldBeGreaterThan(80);
        refusals.Where(each => FieldsOfRefusals.Of(each).IsEmpty).Select(each => each.Code).Order(StringComparer.Ordinal)
            .ShouldBe(aboutNoField.Order(StringComparer.Ordinal));
    }

    /// <summary>A field that stands in a form takes what it is refused for. A tick and a choice cannot be wrong by
    /// themselves: their group is.</summary>
    [Fact]
    public void Every_field_of_a_form_can_say_why_it_is_refused()
    {
        var bare = Repository.Sources("src/Web", "*.razor")
            .Select(file => (File: Path.GetFileName(file.Path), file.Text))
            .Where(page => page.File is not ("Frame.razor" or "Form.razor"))
            .SelectMany(page => Forms(page.Text).SelectMany(BareFields).Select(field => $"{page.File}: {field}"));

        bare.ShouldBeEmpty();
    }

    private static IEnumerable<string> Forms(string page) =>
        page.Split("<Form ").Skip(1).Select(part => part.Split("</Form>")[0]);

    private static IEnumerable<string> BareFields(string form) => form.Split('<')
        .Where(tag => tag.StartsWith("textarea", StringComparison.Ordinal) || tag.StartsWith("select", StringComparison.Ordinal)
            || (tag.StartsWith("input", StringComparison.Ordinal) && !notTypedInto.Any(type => tag.Contains($"type=\"{type}\"", StringComparison.Ordinal))));

    private static readonly string[] notTypedInto = ["hidden", "radio", "checkbox"];

    private static IEnumerable<Refusal> Refusals() =>
        from assembly in new[] { typeof(Refusal).Assembly, typeof(FieldsOfRefusals).Assembly }
        from type in assembly.GetTypes()
        where type.IsSubclassOf(typeof(Refusal)) && !type.IsAbstract
        select Made(type);

    /// <summary>With nothing in it but the name of a field.</summary>
    private static Refusal Made(Type type)
    {
        var constructor = type.GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)
            .First(each => each.GetParameters() is not [{ } only] || only.ParameterType != type);
        return (Refusal)constructor.Invoke([.. constructor.GetParameters().Select(ValueOf)]);
    }

    private static object? ValueOf(System.Reflection.ParameterInfo parameter) =>
        parameter.Name is "Field" ? "name"
        : parameter.ParameterType.IsValueType ? RuntimeHelpers.GetUninitializedObject(parameter.ParameterType)
        : null;
}
