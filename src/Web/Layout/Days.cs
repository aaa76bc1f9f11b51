using System.Globalization;

namespace PublicBuyers.Layout;

/// <summary>Days in addresses, such as <c>2026-11-22</c>, and when they begin where the reader is.</summary>
internal static class Days
{
    private const string Form = "yyyy-MM-dd";

    /// <summary>Nothing was said before the first; whoever asks for a later one than the last asks for the end.</summary>
    private static readonly DateOnly first = new(1970, 1, 1);
    private static readonly DateOnly last = new(9000, 1, 1);

    public static bool TryRead(string? text, out DateOnly day) => DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    public static string Write(DateOnly day) => day.ToString(Form, CultureInfo.InvariantCulture);

    public static DateTimeOffset BeginningOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = (day < first ? first : day > last ? last : day).ToDateTime(TimeOnly.MinValue);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }

    public static DateTimeOffset EndOf(DateOnly day, TimeZoneInfo zone) => BeginningOf(day < last ? day.AddDays(1) : last, zone);
}
