namespace PublicBuyers.Layout;

/// <summary>Times as people say them, in the reader's zone: <c>14:02</c> today, <c>23 May 2024</c> before. The browser's part does the same (Client/moments.ts).</summary>
internal static class Moments
{
    public static string Short(Visit visit, DateTimeOffset at) => visit.Local(at).Date == visit.Now.Date ? Time(visit, at) : Date(visit, at);

    public static string Time(Visit visit, DateTimeOffset at) => visit.Local(at).ToString("HH:mm", visit.Words.Culture);

    public static string Date(Visit visit, DateTimeOffset at) => visit.Local(at).ToString("d MMM yyyy", visit.Words.Culture);

    public static string Day(Visit visit, DateTimeOffset at) => visit.Local(at).ToString("dddd d MMMM yyyy", visit.Words.Culture);

    /// <summary>When something ends. Midnight is the end of the day before, as people say it.</summary>
    public static string Until(Visit visit, DateTimeOffset at) => visit.Local(at).TimeOfDay == TimeSpan.Zero
        ? visit.Words.Say("moment.end-of", ("day", Day(visit, at.AddTicks(-1))))
        : Full(visit, at);

    public static string Full(Visit visit, DateTimeOffset at) => $"{Day(visit, at)} {Time(visit, at)}";
}
