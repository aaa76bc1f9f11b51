using System.Collections.Immutable;

namespace PublicBuyers.Layout;

/// <summary>The time zones people choose from.</summary>
internal static class Zones
{
    public const string Usual = "Europe/Brussels";

    public static readonly ImmutableArray<string> Offered =
    [
        "Atlantic/Azores", "Atlantic/Canary", "Atlantic/Reykjavik", "Europe/Amsterdam", "Europe/Athens", "Europe/Belgrade", "Europe/Berlin", "Europe/Bratislava",
        "Europe/Brussels", "Europe/Bucharest", "Europe/Budapest", "Europe/Chisinau", "Europe/Copenhagen", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul",
        "Europe/Kyiv", "Europe/Lisbon", "Europe/Ljubljana", "Europe/London", "Europe/Luxembourg", "Europe/Madrid", "Europe/Malta", "Europe/Oslo", "Europe/Paris",
        "Europe/Podgorica", "Europe/Prague", "Europe/Riga", "Europe/Rome", "Europe/Sarajevo", "Europe/Skopje", "Europe/Sofia", "Europe/Stockholm", "Europe/Tallinn",
        "Europe/Tirane", "Europe/Vaduz", "Europe/Vienna", "Europe/Vilnius", "Europe/Warsaw", "Europe/Zagreb", "Europe/Zurich", "Asia/Nicosia", "Asia/Tbilisi",
        "Asia/Yerevan", "America/Cayenne", "America/Guadeloupe", "America/Martinique", "Indian/Mayotte", "Indian/Reunion", "UTC",
    ];

    public static TimeZoneInfo Find(string? name) =>
        name is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone
        : TimeZoneInfo.TryFindSystemTimeZoneById(Usual, out var usual) ? usual
        : TimeZoneInfo.Utc;
}
