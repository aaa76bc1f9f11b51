using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Moderation;

/// <summary>When an item goes up, and to whom: moderators, then leaders, then administrators of the platform. Pure.</summary>
internal static class EscalationRules
{
    /// <summary>What the clock wakes a queue for: <c>escalation/17</c>.</summary>
    public const string EscalationDue = "escalation/";

    /// <summary>People told of one item by one step up.</summary>
    public const int MostTold = 100;

    private static readonly TimeSpan hour = TimeSpan.FromHours(1);

    /// <summary>Whoever is new, or waits again, is looked at at once: there may be nobody to decide.</summary>
    public static DueChange LookAt(ItemNumber number, DateTimeOffset when) => new(EscalationDue + number, when);

    /// <param name="item">As it stands; none: there is none any more.</param>
    /// <param name="duty">Who is there in the community.</param>
    /// <param name="administrators">Of the platform.</param>
    public static Decision<Done, QueueEvent> Look(QueueItem? item, WorkingHours hours, Duty duty, ImmutableArray<MemberId> administrators, bool isDormant, DateTimeOffset now)
    {
        if (item is not { State: ItemState.Open } || Due(item, hours, duty, isDormant, now) is not var (level, why) || level <= item.Level) return Decision<Done, QueueEvent>.Yes(Done.Value);

        var told = (level is EscalationLevel.Leaders ? duty.Leaders : administrators).Where(member => !item.Concerns(member)).Take(MostTold).ToImmutableArray();
        var up = new QueueEvent.ItemEscalated(item.Number, item.Kind, item.By, item.OpenedAt, level, why, told);
        return Decision<Done, QueueEvent>.Yes(Done.Value, up) with { Due = [new(EscalationDue + item.Number, Next(item.OpenedAt, level, hours))] };
    }

    /// <summary>When to look at an item again; none: it can go no further, or is decided.</summary>
    public static DateTimeOffset? Next(QueueItem? item, WorkingHours hours) => item is { State: ItemState.Open } ? Next(item.OpenedAt, item.Level, hours) : null;

    public static Decision<Done, QueueEvent> ChangeHours(Queue queue, Bearing by, bool isAdministrator, ChangeHours command, DateTimeOffset now)
    {
        if (!Rights.May(Doing.ChangeSettings, by.Role, isAdministrator)) return new QueueRefusal.NotAllowed();
        if (WhatIsWrong(command.Hours) is { } field) return new QueueRefusal.HoursInvalid(field);

        var hours = command.Hours with { Days = [.. command.Hours.Days.Distinct().Order()], Holidays = [.. command.Hours.Holidays.Distinct().Order()] };
        if (AreSame(hours, queue.Hours)) return Decision<Done, QueueEvent>.Yes(Done.Value);

        return Decision<Done, QueueEvent>.Yes(Done.Value, new QueueEvent.HoursChanged(hours)) with { Due = [.. Waiting(queue).Select(item => LookAt(item.Number, now))] };
    }

    /// <summary>The oldest that can go up further.</summary>
    public static IEnumerable<QueueItem> Waiting(Queue queue) =>
        queue.Open.Values.Where(item => item is { State: ItemState.Open, Level: < EscalationLevel.Administrators }).Take(WorkingHoursLimits.LookedAtAgain);

    private static (EscalationLevel Level, EscalationReason Why)? Due(QueueItem item, WorkingHours hours, Duty duty, bool isDormant, DateTimeOffset now)
    {
        if (isDormant) return (EscalationLevel.Administrators, EscalationReason.Dormant);
        if (duty.Who(member => !item.Concerns(member)).IsEmpty) return (EscalationLevel.Administrators, EscalationReason.NobodyThere);
        if (hours.After(item.OpenedAt, hour * hours.AdministratorsAfter) <= now) return (EscalationLevel.Administrators, EscalationReason.Waited);
        if (hours.After(item.OpenedAt, hour * hours.LeadersAfter) > now) return null;

        return duty.Leaders.Any(member => !item.Concerns(member)) ? (EscalationLevel.Leaders, EscalationReason.Waited) : (EscalationLevel.Administrators, EscalationReason.NobodyThere);
    }

    private static DateTimeOffset? Next(DateTimeOffset openedAt, EscalationLevel level, WorkingHours hours) => level switch
    {
        EscalationLevel.Moderators => hours.After(openedAt, hour * hours.LeadersAfter),
        EscalationLevel.Leaders => hours.After(openedAt, hour * hours.AdministratorsAfter),
        _ => null,
    };

    private static string? WhatIsWrong(WorkingHours hours) =>
        !TimeZoneInfo.TryFindSystemTimeZoneById(hours.TimeZone, out var zone) || !zone.HasIanaId ? "timeZone"
        : hours.Days.IsDefaultOrEmpty || hours.Days.Any(day => !Enum.IsDefined(day)) ? "days"
        : hours.Until - hours.From < hour || hours.Until < hours.From ? "until"
        : hours.Holidays.IsDefault || hours.Holidays.Length > WorkingHoursLimits.MostHolidays ? "holidays"
        : hours.LeadersAfter is < 1 or > WorkingHoursLimits.LongestWait ? "leadersAfter"
        : hours.AdministratorsAfter <= hours.LeadersAfter || hours.AdministratorsAfter > WorkingHoursLimits.LongestWait ? "administratorsAfter"
        : null;

    private static bool AreSame(WorkingHours one, WorkingHours other) =>
        one.Days.SequenceEqual(other.Days) && one.Holidays.SequenceEqual(other.Holidays) && one with { Days = other.Days, Holidays = other.Holidays } == other;
}
