using System.Collections.Immutable;

namespace PublicBuyers.Moderation;

/// <summary>Who is asked to decide on an item. Each level is asked besides those before it.</summary>
[GenerateSerializer]
public enum EscalationLevel
{
    Moderators,
    Leaders,

    /// <summary>Of the platform.</summary>
    Administrators,
}

[GenerateSerializer]
public enum EscalationReason
{
    /// <summary>For as long of the community's working hours as it says (<see cref="WorkingHours"/>).</summary>
    Waited,

    /// <summary>Everybody below is away or concerned by it, or there is nobody.</summary>
    NobodyThere,

    /// <summary>Nothing has been said in the community for months: its queue goes up at once.</summary>
    Dormant,
}

/// <summary>How far up an item has come, why, and since when.</summary>
[GenerateSerializer, Immutable, Alias("queue.escalation")]
public sealed record Escalation([property: Id(0)] EscalationLevel Level, [property: Id(1)] EscalationReason Why, [property: Id(2)] DateTimeOffset At);

public static class WorkingHoursLimits
{
    public const int MostHolidays = 100;

    /// <summary>Of working hours that an item may wait.</summary>
    public const int LongestWait = 400;

    /// <summary>Of the items that wait when the hours are changed, or fewer are there who decide, the oldest are looked at again at once; the others when their time comes.</summary>
    public const int LookedAtAgain = 500;
}

/// <summary>When the moderators of a community work, and for how long of that time an item waits before others are asked as well.</summary>
/// <param name="TimeZone">A name of the IANA time zone database.</param>
/// <param name="Days">Of the week; not empty.</param>
/// <param name="From">On each of these days.</param>
/// <param name="Until">Later on the same day.</param>
/// <param name="Holidays">On which nobody works, at most <see cref="WorkingHoursLimits.MostHolidays"/>.</param>
/// <param name="LeadersAfter">Working hours after which leaders are asked; from 1 to <see cref="WorkingHoursLimits.LongestWait"/>.</param>
/// <param name="AdministratorsAfter">Working hours, counted from the same beginning, after which administrators of the platform are asked; more than <paramref name="LeadersAfter"/>.</param>
[GenerateSerializer, Immutable, Alias("queue.working-hours")]
public sealed record WorkingHours(
    [property: Id(0)] string TimeZone,
    [property: Id(1)] ImmutableArray<DayOfWeek> Days,
    [property: Id(2)] TimeOnly From,
    [property: Id(3)] TimeOnly Until,
    [property: Id(4)] ImmutableArray<DateOnly> Holidays,
    [property: Id(5)] int LeadersAfter,
    [property: Id(6)] int AdministratorsAfter)
{
    /// <summary>Until somebody says otherwise: two working days, then five.</summary>
    public static readonly WorkingHours Usual = new(
        "Europe/Brussels",
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday],
        new(9, 0),
        new(17, 0),
        [],
        16,
        40);
}

[GenerateSerializer, Immutable, Alias("queue.change-hours")]
public sealed record ChangeHours : Command
{
    [Id(0)] public required WorkingHours Hours { get; init; }
}

/// <summary>At the oldest that wait, <see cref="WorkingHoursLimits.LookedAtAgain"/> of them; at others when their time comes.</summary>
[GenerateSerializer, Immutable, Alias("queue.look-again")]
public sealed record LookAgain : Command;
