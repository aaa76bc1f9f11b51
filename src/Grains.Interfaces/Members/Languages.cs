namespace PublicBuyers.Members;

/// <summary>The languages of the interface and of the mails.</summary>
public static class Languages
{
    public const string Default = "en";

    public static readonly IReadOnlyList<string> All = ["en", "fr"];

    public static bool IsKnown(string? language) => language is not null && All.Contains(language, StringComparer.Ordinal);
}
