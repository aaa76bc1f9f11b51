namespace PublicBuyers.Layout;

/// <summary>Sizes of files as people say them: <c>320 KB</c>. The browser's part does the same (Client/sizes.ts).</summary>
internal static class Sizes
{
    private const double Kilo = 1024;

    public static string Of(Words words, long bytes) => bytes < Kilo * Kilo
        ? words.Say("size.kilobytes", ("number", (long)Math.Max(Math.Min(1, bytes), Math.Round(bytes / Kilo))))
        : words.Say("size.megabytes", ("number", Math.Round(bytes / Kilo / Kilo, 1)));
}
