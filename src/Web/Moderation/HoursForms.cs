using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>When the moderators of a community work, and after how much of that time an item goes up.</summary>
internal static class HoursForms
{
    public static void MapHoursForms(this RouteGroupBuilder queue)
    {
        queue.MapGet("/hours", Read);
        queue.MapPost("/hours", Change);
    }

    private static async Task<IResult> Read(string community, [FromQuery] string? saved, Visit visit, IGrainFactory grains, QueueReading reading)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var id = new CommunityId(community);
        var hours = await grains.Queue(id).Hours(visit.Member);
        return hours.IsRefused ? Page.Refused(hours.Refusal) : await View(id, TypedHours.Of(hours.Value), saved is not null, null, null, visit, reading);
    }

    private static async Task<IResult> Change(string community, [FromForm] string? request, [FromForm] TypedHours form, [FromForm] StringValues days, Visit visit, IGrainFactory grains, QueueReading reading)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var typed = form with { Days = [.. days.OfType<string>()] };
        var changed = await grains.Queue(id).ChangeHours(new() { By = visit.Member, Request = once, Hours = typed.AsHours() });
        return changed.Refusal switch
        {
            null => Page.Next(Paths.HoursOf(id) + "?saved"),
            { Kind: RefusalKind.Absent or RefusalKind.NotAllowed } why => Page.Refused(why),
            var why => await View(id, typed, false, RoomForms.AfterRefusal(why, once), why, visit, reading),
        };
    }

    private static async Task<IResult> View(CommunityId community, TypedHours typed, bool saved, string? request, Refusal? why, Visit visit, QueueReading reading)
    {
        var bearing = await reading.Bearing(community);
        var mayChange = Rights.May(Doing.ChangeSettings, bearing.Role, visit.Caller!.Profile.IsAdministrator);
        return Page.Of<HoursView>(new { Community = community, bearing.Name, Typed = typed, MayChange = mayChange, Saved = saved, Request = request, Why = why }, why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }
}

/// <summary>The form of working hours, as it was typed.</summary>
public sealed record TypedHours
{
    public string? TimeZone { get; init; }

    public ImmutableArray<string> Days { get; init; } = [];

    public string? From { get; init; }

    public string? Until { get; init; }

    public string? Holidays { get; init; }

    public string? LeadersAfter { get; init; }

    public string? AdministratorsAfter { get; init; }

    public static TypedHours Of(WorkingHours hours) => new()
    {
        TimeZone = hours.TimeZone,
        Days = [.. hours.Days.Select(day => day.ToString())],
        From = hours.From.ToString("HH:mm", CultureInfo.InvariantCulture),
        Until = hours.Until.ToString("HH:mm", CultureInfo.InvariantCulture),
        Holidays = string.Join('\n', hours.Holidays.Select(Layout.Days.Write)),
        LeadersAfter = hours.LeadersAfter.ToString(CultureInfo.InvariantCulture),
        AdministratorsAfter = hours.AdministratorsAfter.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>What cannot be read is refused where it is decided: as no list, no hours.</summary>
    internal WorkingHours AsHours()
    {
        var holidays = (Holidays ?? "").Split(['\n', '\r', ',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => Layout.Days.TryRead(text, out var day) ? day : (DateOnly?)null).ToImmutableArray();
        return new(
            TimeZone ?? "",
            [.. Days.Select(text => Enum.TryParse<DayOfWeek>(text, out var day) ? day : (DayOfWeek)(-1))],
            Time(From),
            Time(Until),
            holidays.Contains(null) ? default : [.. holidays.OfType<DateOnly>()],
            Number(LeadersAfter),
            Number(AdministratorsAfter));
    }

    private static TimeOnly Time(string? text) => TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? time : default;

    private static int Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
