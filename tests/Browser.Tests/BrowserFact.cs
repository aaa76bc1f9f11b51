namespace PublicBuyers.Browser.Tests;

/// <summary>Needs Chromium. Where it is missing the test is skipped and says so; in continuous integration it fails.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Chromium.WhyNot;
}

/// <inheritdoc cref="BrowserFactAttribute"/>
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute() => Skip = Chromium.WhyNot;
}

internal static class Chromium
{
    public static readonly string Path = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium";

    public static string? WhyNot =>
        File.Exists(Path) || Environment.GetEnvironmentVariable("CI") == "true" ? null : $"There is no Chromium at {Path}. Install it, or set CHROMIUM to where it is.";
}
