using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PublicBuyers.Running;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>B40: whatever is sent, an entry of the log is one line, and it does nothing to who reads it.</summary>
public sealed class LinesOfTheLog
{
    [Theory]
    [InlineData("a\nwarn: b", "a warn: b")]
    [InlineData("a\r\nb", "a b")]
    [InlineData("a\u2028b\u2029c\u0085d", "a b c\\u0085d")]
    [InlineData("\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m")]
    [InlineData("a\0b\bc\u007f", "a\\u0000b\\u0008c\\u007f")]
    [InlineData("\u202Egnp.exe", "\\u202egnp.exe")]
    [InlineData("Δήμος Ανατολής, ü", "Δήμος Ανατολής, ü")]
    public void Hold_no_line_end_and_nothing_that_a_terminal_obeys(string said, string written) => Written(said).ShouldBe($"warn: PublicBuyers[7] {written}");

    [Fact]
    public void Hold_what_was_thrown_in_the_same_line() => Written("It failed.", new InvalidOperationException("first\nsecond")).ShouldBe("warn: PublicBuyers[7] It failed. System.InvalidOperationException: first second");

    [Fact]
    public void End_where_they_would_never_end() => Written(new string('x', 100_000)).Length.ShouldBeLessThan(OneLine.Longest + 10);

    private static readonly TimeProvider time = new FakeTimeProvider(new(2026, 3, 2, 14, 0, 0, TimeSpan.FromHours(2)));

    private static string Written(string said, Exception? thrown = null)
    {
        using var lines = new StringWriter();
        new OneLine(time).Write(new LogEntry<string>(LogLevel.Warning, "PublicBuyers", new(7), said, thrown, (state, _) => state), null, lines);
        var written = lines.ToString();
        written.ShouldEndWith(Environment.NewLine);
        written.ShouldStartWith("2026-03-02T12:00:00.000Z ");
        return written["2026-03-02T12:00:00.000Z ".Length..^Environment.NewLine.Length];
    }
}
