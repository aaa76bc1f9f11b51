using System.Text.RegularExpressions;
using PublicBuyers.Pages;

namespace PublicBuyers.Architecture;

/// <summary>What is typed into a form is never cut, and comes back when it could not be accepted.</summary>
public sealed partial class WhatFormsKeep
{
    [Fact]
    public void Every_field_that_is_typed_into_comes_back_in_sight()
    {
        var fields = Pages()
            .Where(page => page.Text.Contains("<Form ", StringComparison.Ordinal))
            .Where(page => page.File is not ("Frame.razor" or "UnsentFormView.razor"))
            .SelectMany(page => TypedFieldsIn().Matches(page.Text).Select(field => (page.File, Name: NameOf(field.Value))))
            .Where(field => field.Name != "@field")   // of a card: by its own list, below
            .ToList();

        fields.Count.ShouldBeGreaterThan(25);
        fields.Where(field => !TypedFields.Labels.ContainsKey(field.Name)).ShouldBeEmpty();
        Coordination.Card.Empty.Fields().Where(field => !TypedFields.Labels.ContainsKey(field.Key)).ShouldBeEmpty();
        foreach (var word in TypedFields.Labels.Values) Words.In("en").Has(word).ShouldBeTrue(word);
    }

    /// <summary>With <c>maxlength</c> a browser cuts what is pasted, without a word. The server says what is too
    /// long.</summary>
    [Fact]
    public void No_field_cuts_what_is_put_into_it() =>
        Pages().Where(page => page.Text.Contains("maxlength", StringComparison.OrdinalIgnoreCase))
            .Select(page => page.File).ShouldBeEmpty();

    private static IEnumerable<(string File, string Text)> Pages() =>
        Repository.Sources("src/Web", "*.razor").Select(file => (Path.GetFileName(file.Path), file.Text));

    private static string NameOf(string field) => NameIn().Match(field).Groups["name"].Value;

    private const string TypedInto =
        @"<textarea\s[^>]*>|<input(?![^>]*type=""(?:hidden|radio|checkbox|file|number|date|time|search)"")\s[^>]*>";

    [GeneratedRegex(TypedInto, RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex TypedFieldsIn();

    [GeneratedRegex(@"\bname=""(?<name>@?[a-zA-Z]+)""", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1_000)]
    private static partial Regex NameIn();
}
