namespace PublicBuyers.Moderation;

/// <summary>Counts in hours in which somebody works. Pure.</summary>
internal static class WorkingTime
{
    /// <summary>Hours that leave no day of the year to work in would be counted for ever.</summary>
    private const int MostDays = 3_660;

    /// <summary>When so much working time has passed since then. On the nights of daylight saving an hour is as long as it was.</summary>
    public static DateTimeOffset After(this WorkingHours hours, DateTimeOffset since, TimeSpan work)
    {
        var zone = TimeZoneInfo.TryFindSystemTimeZoneById(hours.TimeZone, out var known) ? known : TimeZoneInfo.Utc;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(since, zone).DateTime);
        for (var days = 0; days < MostDays; days++, day = day.AddDays(1))
        {
            if (!hours.Days.Contains(day.DayOfWeek) || hours.Holidays.Contains(day)) continue;

            var (begins, ends) = (Moment(day, hours.From, zone), Moment(day, hours.Until, zone));
            if (begins < since) begins = since;
            if (ends <= begins) continue;
            if (work <= ends - begins) return (begins + work).ToUniversalTime();

            work -= ends - begins;
        }

        return since.ToUniversalTime().AddDays(MostDays);
    }

    /// <summary>A time that the clocks leave out is the one as long after midnight; of one that they show twice the second counts.</summary>
    private static DateTimeOffset Moment(DateOnly day, TimeOnly time, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(time);
        return new(local, zone.GetUtcOffset(local));
    }
}
