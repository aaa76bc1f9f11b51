using PublicBuyers.Communities;

namespace PublicBuyers.Rooms;

/// <summary>
/// What a newcomer may write in one post. How much in an hour is counted by their account (MemberRules). Pure.
/// </summary>
internal static class NewcomerRules
{
    /// <param name="links">In the text as it would be shown.</param>
    /// <param name="before">In the text that an edit takes the place of: an edit keeps what there is, and adds none.</param>
    public static Refusal? WhyNot(Standing author, int links, int before, DateTimeOffset now) =>
        author.IsNewAt(now) && links > Math.Max(RoomLimits.NewcomerLinks, before)
            ? new RoomRefusal.NewcomerLinks(links, RoomLimits.NewcomerLinks, author.NewUntil!.Value)
            : null;
}
