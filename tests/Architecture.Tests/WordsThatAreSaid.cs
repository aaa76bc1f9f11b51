using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PublicBuyers.Architecture;

/// <summary>
/// Every key of the word files stands in the sources: as it is, without its form of plural, or begun
/// (<c>$"verdict.{kind}"</c>, <c>"came-back." + code</c>). What belongs to one mail is looked for in mails, by the
/// tests of sending.
/// </summary>
public sealed partial class WordsThatAreSaid
{
    private static readonly ImmutableArray<string> forms = [".zero", ".one", ".two", ".few", ".many", ".other"];

    private static readonly ImmutableArray<SourceFile> pages =
    [
        .. Repository.Sources("src").Where(file => !file.Path.StartsWith("src/Silo/Mail/", StringComparison.Ordinal)),
        .. Repository.Sources("src/Web", "*.razor"),
        .. Repository.Sources("src/Web/Client", "*.ts"),
    ];

    private static readonly Lazy<HashSet<string>> valuesOfLists = new(() =>
    [
        .. from list in new[] { typeof(Refusal).Assembly, typeof(Words).Assembly }.SelectMany(each => each.GetTypes())
           where list.IsEnum
           from value in Enum.GetNames(list)
           select $"{Kebab(list.Name)}.{Kebab(value)}",
    ]);

    [Fact]
    public void No_words_are_there_that_nobody_says()
    {
        var said = Matches(pages, Whole());
        var begun = Matches(pages, Begun());
        var ends = Matches(pages, End());
        var ofMails = Matches(Repository.Sources("src/Silo/Mail"), Shared());
        var keys = Words.In("en").Keys.ToList();
        keys.Count.ShouldBeGreaterThan(1_000);

        keys.Where(key =>
                !IsOfOneMail(key)
                && !said.Contains(key)
                && !said.Contains(WithoutForm(key))
                && !begun.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal))
                && !IsEnded(key, said, ends)
                && !(key.StartsWith("mail.", StringComparison.Ordinal) && ofMails.Contains(key["mail.".Length..]))
                && !IsOfAList(key)
            )
            .ShouldBeEmpty();
    }

    /// <summary>Without what is only sent to the browser's part, whose sources say which of it is used.</summary>
    private static HashSet<string> Matches(IEnumerable<SourceFile> files, Regex what) =>
    [
        .. files.SelectMany(file => what.Matches(Sent().Replace(file.Text, "")))
            .Select(match => match.Groups["key"].Value),
    ];

    /// <summary><c>mutes.mute</c> and <c>-room</c>.</summary>
    private static bool IsEnded(string key, HashSet<string> said, HashSet<string> ends) =>
        ends.Any(end => key.EndsWith(end, StringComparison.Ordinal) && said.Contains(key[..^end.Length]));

    private static string WithoutForm(string key) =>
        forms.FirstOrDefault(key.EndsWith) is { } form ? key[..^form.Length] : key;

    private static bool IsOfOneMail(string key) =>
        key.Split('.') is ["mail", var name, _]
        && (name is "why" or "open" || Words.In("en").Has($"mail.{name}.subject"));

    /// <summary>What a refusal carries out of a fixed list: a field's name, a value of an enumeration.</summary>
    /// <seealso cref="RefusalWords"/>
    private static bool IsOfAList(string key) =>
        key.StartsWith("field.", StringComparison.Ordinal) || valuesOfLists.Value.Contains(key);

    private static string Kebab(string name) => JsonNamingPolicy.KebabCaseLower.ConvertName(name);

    [GeneratedRegex(
        @"(?<key>[a-z][a-z0-9-]*(\.[a-z0-9-]+)*)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Whole();

    [GeneratedRegex(
        @"[""`](?<key>[a-z][a-z0-9-]*\.([a-z0-9-]+\.)*([a-z0-9-]+-)?)(""|\$?\{)",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Begun();

    [GeneratedRegex(@"""(?<key>-[a-z-]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex End();

    [GeneratedRegex(@"AsJson\(""[^)]*\)", RegexOptions.NonBacktracking)]
    private static partial Regex Sent();

    /// <summary>What several mails say, by what <c>Letter</c> puts before it.</summary>
    [GeneratedRegex(
        @"(Shared\(""|""mail\.)(?<key>[a-z-]+)""",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Shared();
}
