using System.Globalization;
using System.Text.RegularExpressions;

namespace PublicBuyers.Demonstration;

/// <summary>
/// The weeks before a demonstration folder was made. The content writes their days as <c>-3 09:42</c>: three working days
/// before <see cref="LastDay"/>, at 09:42 in Brussels.
/// </summary>
/// <param name="LastDay">
/// The working day on which the present ends: the day the folder was made, from 10:00 on, or the working day before.
/// What the content says of this day happens before 10:00, so that nothing lies in the future.
/// </param>
internal sealed partial record Present(DateOnly LastDay)
{
    /// <summary>What happened on the last working days, this one included, nobody has read yet.</summary>
    public const int UnreadDays = 3;

    /// <summary>When the present of the last day is over, in Brussels.</summary>
    public static readonly TimeOnly EndOfTheMorning = new(10, 0);

    /// <summary>From here on posts are unread, and people have notifications.</summary>
    public DateTimeOffset UnreadFrom => BrusselsTime.Read(Written(UnreadDays - 1), "00:00");

    public static Present Of(DateTimeOffset made)
    {
        var local = BrusselsTime.In(made);
        var day = DateOnly.FromDateTime(local);
        return new(IsWorkingDay(day) && TimeOnly.FromDateTime(local) >= EndOfTheMorning ? day : WorkingDayBefore(day));
    }

    /// <summary>The text with every day of the present as a date.</summary>
    public string Date(string text) =>
        DayOfThePresent().Replace(text, found => Written(int.Parse(found.ValueSpan[1..], CultureInfo.InvariantCulture)));

    private string Written(int workingDaysBefore)
    {
        var day = LastDay;
        for (var left = workingDaysBefore; left > 0; left--) day = WorkingDayBefore(day);
        return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static DateOnly WorkingDayBefore(DateOnly day)
    {
        do day = day.AddDays(-1);
        while (!IsWorkingDay(day));
        return day;
    }

    private static bool IsWorkingDay(DateOnly day) => day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    [GeneratedRegex(@"(?<= )-[0-9]{1,3}(?= [0-9]{2}:[0-9]{2}( |\r?\n|\z))", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DayOfThePresent();
}
