using System.Text.RegularExpressions;

namespace PublicBuyers.Architecture;

public sealed partial class SourceText
{
    /// <summary>A file that is longer is more than one idea, or one that says why.</summary>
    private const int LongestFile = 400;

    [Fact]
    public void A_file_can_be_held_in_mind() =>
        Repository.Sources("src").Where(file => file.Lines.Length - 1 > LongestFile).Select(file => $"{file}: {file.Lines.Length - 1} lines").ShouldBeEmpty();

    [Fact]
    public void Nothing_is_left_for_later() =>
        Found(Repository.Sources("src").AddRange(Repository.Sources("tests")), Later()).Where(found => !found.StartsWith("tests/Architecture.Tests/SourceText.cs", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void One_build_is_all_there_is() =>
        Found(Repository.Sources("src").AddRange(Repository.Sources("tests")), If()).ShouldBeEmpty();

    /// <summary>The farewell at shutdown is said in a callback of the host's that cannot be awaited.</summary>
    [Fact]
    public void Nobody_blocks_on_what_can_be_awaited() =>
        Found(Repository.Sources("src/Grains").AddRange(Repository.Sources("src/Grains.Interfaces")).AddRange(Repository.Sources("src/Web")), Blocking())
            .Where(found => !found.EndsWith("empty.Task.Wait(Farewell);", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void A_grain_stays_on_its_scheduler() =>
        Found(Repository.Sources("src/Grains").AddRange(Repository.Sources("src/Grains.Interfaces")), Leaving()).ShouldBeEmpty();

    [Fact]
    public void Time_and_chance_come_from_outside() =>
        Found(Repository.Sources("src/Grains").AddRange(Repository.Sources("src/Grains.Interfaces")).AddRange(Repository.Sources("src/Web")), TimeAndChance()).ShouldBeEmpty();

    [Fact]
    public void Nothing_is_folded_away_and_nobody_writes_to_the_console_of_the_domain()
    {
        Found(Repository.Sources("src").AddRange(Repository.Sources("tests")), Region()).ShouldBeEmpty();
        Found(Repository.Sources("src/Grains"), Console()).ShouldBeEmpty();
    }

    /// <summary>Whoever searches a log by number finds one thing.</summary>
    [Fact]
    public void No_two_log_lines_share_a_number() =>
        Repository.Sources("src").SelectMany(file => file.Lines.SelectMany(line => LogNumber().Matches(line)).Select(match => (Number: match.Groups["number"].Value, file.Path)))
            .GroupBy(line => line.Number).Where(same => same.Count() > 1).Select(same => $"{same.Key}: {string.Join(", ", same.Select(line => line.Path))}").ShouldBeEmpty();

    private static IEnumerable<string> Found(IEnumerable<SourceFile> files, Regex what) =>
        from file in files
        from line in file.Lines.Index()
        where what.IsMatch(line.Item)
        select $"{file}:{line.Index + 1}: {line.Item.Trim()}";

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Later();

    [GeneratedRegex(@"^\s*#\s*(if|elif)\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex If();

    [GeneratedRegex(@"^\s*#\s*region\b", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Region();

    [GeneratedRegex(@"\.Result\b|\.Wait\(|GetAwaiter\(\)\.GetResult\(|Thread\.Sleep\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bTask\.Run\(|ConfigureAwait\(|Task\.Factory|new Thread\(|ThreadPool\.|Parallel\.", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Leaving();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Now|UtcNow|Today)\b|Random\.Shared|new Random\(|Guid\.NewGuid\(", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TimeAndChance();

    [GeneratedRegex(@"LoggerMessage\((?<number>[0-9]+)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex LogNumber();

    [GeneratedRegex(@"\bConsole\.", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Console();
}
