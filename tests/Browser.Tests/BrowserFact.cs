namespace PublicBuyers.Browser.Tests;

/// <summary>
/// Needs Chromium. Where it is missing the test is skipped and says so; in continuous integration it fails.
/// A test that hangs fails after <see cref="Longest"/>, so that its name is known: a browser that does not answer
/// is waited for without an end otherwise.
/// </summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    /// <summary>In milliseconds. The longest test takes 16 seconds where the machine does nothing else.</summary>
    public const int Longest = 180_000;

    public BrowserFactAttribute() => (Skip, Timeout) = (Chromium.WhyNot, Longest);
}

/// <inheritdoc cref="BrowserFactAttribute"/>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => (Skip, Timeout) = (Chromium.WhyNot, BrowserFactAttribute.Longest);
}

internal static class Chromium
{
    public static readonly string Path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    public static string? WhyNot =>
        File.Exists(Path) || Environment.GetEnvironmentVariable("CI") == "true" ? null : $"There is no Chromium at {Path}. Install it, or set CHROMIUM to where it is.";
}
