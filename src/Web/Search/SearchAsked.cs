using System.Globalization;
using PublicBuyers.Layout;
using PublicBuyers.Publications;

namespace PublicBuyers.Search;

/// <summary>What somebody looks for, as it came from the address.</summary>
public sealed record SearchAsked
{
    /// <summary>Words; everything between them is a space.</summary>
    public string? Q { get; init; }

    /// <summary><c>community/room</c>, or a community alone.</summary>
    public string? Room { get; init; }

    public string? Community { get; init; }

    /// <summary>A name, or the id of a member.</summary>
    public string? Author { get; init; }

    public bool? Files { get; init; }

    /// <summary>A day, <c>2026-03-02</c>, in the reader's time zone.</summary>
    public string? From { get; init; }

    /// <summary>The last day that counts.</summary>
    public string? To { get; init; }

    /// <summary>The end of an earlier page.</summary>
    public string? Before { get; init; }

    public bool IsAnything => !string.IsNullOrWhiteSpace(Q) || !string.IsNullOrWhiteSpace(Author) || Files is true;

    /// <summary>A community or a room; nothing for everywhere.</summary>
    public string? Within => Room is { Length: > 0 } room ? room : Community;

    /// <summary>Words alone, on the first page: what narrows posts down would hide publications without a reason that shows.</summary>
    public bool IsForPublications =>
        PublicationReading.WordsIn(Q).Length > 0 && Files is not true && (string.IsNullOrEmpty(Within) || Slugs.IsSlug(Within)) && new[] { Author, From, To, Before }.All(string.IsNullOrWhiteSpace);

    public bool IsTooLong => new[] { Q, Room, Community, Author, From, To, Before }.Any(text => text?.Length > SearchLimits.LongestQuery);

    /// <summary>When a day begins or ends; none where no day is given. False: it is no day.</summary>
    public static bool TryRead(string? day, bool ends, TimeZoneInfo zone, out DateTimeOffset? start)
    {
        start = null;
        if (string.IsNullOrWhiteSpace(day)) return true;
        if (!Days.TryRead(day, out var date)) return false;

        start = (ends ? Days.EndOf(date, zone) : Days.BeginningOf(date, zone)).ToUniversalTime();
        return true;
    }
}

/// <summary>Where a page of hits ended, as a word for an address.</summary>
internal static class SearchCursor
{
    public static string Write(FoundPost last) => string.Create(CultureInfo.InvariantCulture, $"{last.At.UtcTicks}.{last.Number.Value}.{last.Room.Value}");

    /// <summary>Something else begins at the newest.</summary>
    public static FoundPost? Read(string? text) =>
        text?.Split('.') is [var ticks, var number, var room]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTimeOffset.MaxValue.Ticks
        && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var post)
        && RoomId.TryRead(room, out var id)
            ? new(id, new(post), new DateTimeOffset(at, TimeSpan.Zero))
            : null;
}
