using System.Text.RegularExpressions;

namespace PublicBuyers.Architecture;

/// <summary><c>docs/bad-inputs.md</c> names tests that there are.</summary>
public sealed partial class BadInputsInWriting
{
    /// <summary>Rows without a gap; later ones are numbered by who adds them, each part of the work from a number of its own.</summary>
    private const int Rows = 40;

    private static readonly string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "bad-inputs.md"));

    [Fact]
    public void Every_test_that_the_page_names_is_in_the_sources()
    {
        var classes = Repository.Sources("tests").SelectMany(file => ClassName().Matches(file.Text).Select(found => (Name: found.Groups["name"].Value, file.Text))).ToLookup(each => each.Name, each => each.Text, StringComparer.Ordinal);

        TestName().Matches(page).Select(found => (Class: found.Groups["class"].Value, Method: found.Groups["method"].Value)).Distinct()
            .Where(test => !classes[test.Class].Any(text => text.Contains($" {test.Method}(", StringComparison.Ordinal)))
            .Select(test => $"{test.Class}.{test.Method}").ShouldBeEmpty("docs/bad-inputs.md names them, and there are none.");
    }

    [Fact]
    public void Every_row_is_there_once_in_order_with_a_test_or_a_word_on_why_there_is_none()
    {
        var rows = page.Split('\n').Where(line => line.StartsWith("| B", StringComparison.Ordinal)).Select(line => line.Split(" | ")).ToList();

        var numbers = rows.Select(cells => int.Parse(cells[0]["| B".Length..], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        numbers.Take(Rows).ShouldBe(Enumerable.Range(1, Rows));
        numbers.ShouldBe(numbers.Distinct().Order());
        rows.Where(cells => !TestName().IsMatch(cells[^1]) && !cells[^2].Contains(" yet", StringComparison.Ordinal)).Select(cells => cells[0]).ShouldBeEmpty();
    }

    [GeneratedRegex("`(?<class>[A-Z][A-Za-z_]+)\\.(?<method>[A-Z][A-Za-z0-9_]+)`", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TestName();

    [GeneratedRegex("class (?<name>[A-Z][A-Za-z_]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex ClassName();
}
