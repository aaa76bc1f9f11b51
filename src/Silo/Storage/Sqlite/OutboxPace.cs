using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>How often one person causes another a mail: at once only so often an hour, and the rest together at the end of it.</summary>
internal static class OutboxPace
{
    /// <summary>Of one person to another, within <see cref="Window"/>.</summary>
    public const int MostAtOnce = 5;

    /// <summary>Of one person to another that wait to be gathered.</summary>
    public const int MostHeld = 50;

    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>Who causes it and whom it is for; none where nobody in particular does, or its reader is not known.</summary>
    public static string? PairOf(Mail mail) => mail is { Cause: { } cause, About.ReaderName: var reader } ? $"{cause}>{reader}" : null;

    /// <summary>When the mail is due.</summary>
    /// <returns>Now, and it counts; or later, and it is held.</returns>
    public static (DateTimeOffset Due, bool IsHeld) Take(SqliteConnection connection, string? pair, DateTimeOffset now)
    {
        if (pair is null) return (now, false);

        connection.Run("DELETE FROM paced WHERE at <= $before", ("$before", (now - Window).UtcTicks));
        if (First("SELECT min(due) FROM outbox WHERE state = 0 AND held = 1 AND pair = $pair") is { } gathers) return (gathers, true);

        var left = connection.Scalar("SELECT count(*) FROM paced WHERE pair = $pair", ("$pair", pair)) is long count ? count : 0;
        if (left >= MostAtOnce) return (First("SELECT min(at) FROM paced WHERE pair = $pair")!.Value + Window, true);

        Count(connection, pair, now);
        return (now, false);

        DateTimeOffset? First(string query) => connection.Scalar(query, ("$pair", pair)) is long ticks ? new(ticks, TimeSpan.Zero) : null;
    }

    public static void Count(SqliteConnection connection, string pair, DateTimeOffset now) =>
        connection.Run("INSERT INTO paced (pair, at) VALUES ($pair, $at)", ("$pair", pair), ("$at", now.UtcTicks));

    /// <returns>A sentence, where so much is held for this pair that no more is.</returns>
    public static string? Exceeded(SqliteConnection connection, string? pair) =>
        pair is not null
        && connection.Scalar("SELECT count(*) FROM outbox WHERE state = 0 AND held = 1 AND pair = $pair", ("$pair", pair)) is long held && held >= MostHeld
            ? $"{MostHeld} mails of one person to another were waiting to be gathered already."
            : null;
}
