using System.Collections.Immutable;

namespace PublicBuyers.Members;

/// <summary>What a member says of themselves to everybody who is signed in. Nobody is in the directory of members who did not ask to be.</summary>
/// <param name="Country">Out of <see cref="Countries.All"/>; empty: not said.</param>
/// <param name="Languages">That they speak, out of <see cref="SpokenLanguages.All"/>, in that order.</param>
/// <param name="Expertise">What they know about, each a few words; at most <see cref="PresentationLimits.MostExpertise"/>.</param>
/// <param name="IsListed">Found by others. Without it the rest is kept and shown to nobody.</param>
[GenerateSerializer, Immutable, Alias("member.presentation")]
public sealed record Presentation(
    [property: Id(0)] string Country,
    [property: Id(1)] ImmutableArray<string> Languages,
    [property: Id(2)] ImmutableArray<string> Expertise,
    [property: Id(3)] bool IsListed)
{
    public static readonly Presentation None = new("", [], [], false);

    public bool SaysAs(Presentation other) =>
        (Country, IsListed) == (other.Country, other.IsListed) && Languages.SequenceEqual(other.Languages) && Expertise.SequenceEqual(other.Expertise);
}

public static class PresentationLimits
{
    public const int MostExpertise = 10;

    /// <summary>Of one, in letters as people count them.</summary>
    public const int LongestExpertise = 60;
}

[GenerateSerializer, Immutable, Alias("member.present")]
public sealed record PresentMember : Command
{
    [Id(0)] public required Presentation Presentation { get; init; }
}

/// <summary>Countries by their codes of ISO 3166-1: the Member States, their neighbours and candidates.</summary>
public static class Countries
{
    public static readonly ImmutableArray<string> All =
    [
        "AL", "AT", "BA", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GE", "GR", "HR", "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE",
        "SI", "SK", "TR", "UA", "XK",
    ];
}

/// <summary>Languages that people say they speak: the official ones of the European Union and of its neighbours, by their tags of BCP 47, each under its own name.</summary>
public static class SpokenLanguages
{
    public static readonly ImmutableArray<(string Tag, string OwnName)> All =
    [
        ("bg", "български"), ("cs", "čeština"), ("da", "dansk"), ("de", "Deutsch"), ("el", "ελληνικά"), ("en", "English"), ("es", "español"), ("et", "eesti"), ("fi", "suomi"), ("fr", "français"), ("ga", "Gaeilge"), ("hr", "hrvatski"),
        ("hu", "magyar"), ("is", "íslenska"), ("it", "italiano"), ("lt", "lietuvių"), ("lv", "latviešu"), ("mt", "Malti"), ("nb", "norsk"), ("nl", "Nederlands"), ("pl", "polski"), ("pt", "português"), ("ro", "română"),
        ("sk", "slovenčina"), ("sl", "slovenščina"), ("sv", "svenska"), ("uk", "українська"),
    ];

    public static string? NameOf(string tag) => All.FirstOrDefault(each => each.Tag == tag).OwnName;
}
