using System.Reflection;
using System.Text.RegularExpressions;

namespace PublicBuyers.Architecture;

/// <summary>
/// In .NET <c>$</c> also matches before a last line feed: a short name with a line feed at its end once passed for one.
/// The end of a value is <c>\z</c>.
/// </summary>
public sealed partial class PatternsOfWholeValues
{
    [Fact]
    public void No_regular_expression_ends_a_value_with_a_dollar() =>
        Sources("*.cs").Concat(Sources("*.razor")).SelectMany(file => PatternsIn(file.Text)
                .Where(found => EndsAtADollar(found.Pattern) && !found.Options.Contains("Multiline", StringComparison.Ordinal))
                .Select(found => $"{file}: {found.Pattern}"))
            .ShouldBeEmpty();

    /// <summary>A browser anchors them by itself, and its <c>$</c> is not ours.</summary>
    [Fact]
    public void No_pattern_of_a_form_and_no_constraint_of_a_route_is_anchored_by_hand() =>
        Sources("*.cs").Concat(Sources("*.razor")).SelectMany(file => FormPattern().Matches(file.Text).Concat(Constraint().Matches(file.Text))
                .Where(found => EndsAtADollar(found.Groups["pattern"].Value)).Select(found => $"{file}: {found.Value}"))
            .ShouldBeEmpty();

    [Fact]
    public void No_check_of_a_table_knows_a_pattern() =>
        Repository.Sources("src", "*.sql").Where(file => SqlPattern().IsMatch(file.Text)).Select(file => file.Path).ShouldBeEmpty();

    [Theory]
    [InlineData("""[GeneratedRegex("^[a-z]$", RegexOptions.NonBacktracking)]""", true)]
    [InlineData("""[GeneratedRegex(@"^[a-z]$")]""", true)]
    [InlineData("""new Regex("(a|b$)")""", true)]
    [InlineData("""Regex.IsMatch(text, "^a$")""", true)]
    [InlineData(""""Regex.IsMatch(text, """^a$""")"""", true)]
    [InlineData("""[RegularExpression("^a$")]""", true)]
    [InlineData("""[GeneratedRegex(@"^a\z")]""", false)]
    [InlineData("""[GeneratedRegex(@"^\$[$]\z")]""", false)]
    public void The_search_for_them_finds_them(string source, bool found) => PatternsIn(source).Any(each => EndsAtADollar(each.Pattern)).ShouldBe(found);

    /// <summary>Whatever reads an id from outside. A new reader needs a value here that it accepts.</summary>
    [Fact]
    public void Nothing_that_reads_an_id_accepts_a_line_end_or_a_control_character_around_it()
    {
        var known = new Dictionary<Type, string>
        {
            [typeof(MemberId)] = "abc123",
            [typeof(RoomId)] = "cpb/general",
            [typeof(PublicationId)] = "cpb/0123456789abcdefghij",
            [typeof(AttachmentId)] = "0123456789abcdefghij",
            [typeof(RequestId)] = "browser:1/2",
        };
        var ids = typeof(MemberId).Assembly.GetTypes().Where(type => type.IsValueType && ReaderOf(type) is not null).ToArray();
        ids.Except(known.Keys).ShouldBeEmpty();

        foreach (var (type, value) in known)
        {
            Reads(type, value).ShouldBeTrue(type.Name);
            foreach (var stray in new[] { "\n", "\r", "\r\n", "\0", "\u2028", "\u0085", " ", "/", "\"" })
            {
                Reads(type, value + stray).ShouldBe(stray == "/" && type == typeof(RequestId), $"{type.Name} before {(int)stray[0]:x}");
                Reads(type, stray + value).ShouldBe(stray == "/" && type == typeof(RequestId), $"{type.Name} after {(int)stray[0]:x}");
            }
        }
    }

    [Theory]
    [InlineData("general\n")]
    [InlineData("general\r\n")]
    [InlineData("\ngeneral")]
    [InlineData("general\n\n")]
    [InlineData("gen\neral")]
    [InlineData("general\0")]
    [InlineData("general/")]
    public void A_short_name_is_only_what_it_shows(string slug) => Slugs.IsSlug(slug).ShouldBeFalse();

    private static bool Reads(Type type, string text) => (bool)ReaderOf(type)!.Invoke(null, [text, null])!;

    private static MethodInfo? ReaderOf(Type type) => type.GetMethod("TryRead", BindingFlags.Static | BindingFlags.Public, [typeof(string), type.MakeByRefType()]);

    private static IEnumerable<SourceFile> Sources(string pattern) =>
        new[] { "src", "tests", "bench" }.SelectMany(folder => Repository.Sources(folder, pattern)).Where(file => !file.Path.EndsWith("PatternsOfWholeValues.cs", StringComparison.Ordinal));

    private static IEnumerable<(string Pattern, string Options)> PatternsIn(string source) =>
        Call().Matches(source).SelectMany(call => Literal().Matches(call.Value).Select(literal => (literal.Groups["pattern"].Value, call.Value)));

    /// <summary>A dollar that is neither escaped nor one of a class of characters.</summary>
    private static bool EndsAtADollar(string pattern) => Plain().Replace(pattern, "").Contains('$', StringComparison.Ordinal);

    [GeneratedRegex(
        @"(GeneratedRegex|RegularExpression|RegexStringValidator|new Regex|Regex\.[A-Z][A-Za-z]+)\([^\n]*(\n\s*[@""][^\n]*)*",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();

    [GeneratedRegex("\"\"\"(?<pattern>.*?)\"\"\"|@?\"(?<pattern>([^\"\\\\]|\\\\.|\"\")*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Literal();

    [GeneratedRegex(@"\\.|\[\^?\]?([^\]\\]|\\.)*\]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    [GeneratedRegex("pattern=\"(?<pattern>[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex FormPattern();

    [GeneratedRegex(@":regex\((?<pattern>[^\n]*)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Constraint();

    [GeneratedRegex(@"\b(GLOB|REGEXP|LIKE)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex SqlPattern();
}
