using System.Collections.Immutable;
using PublicBuyers.Inbox;

namespace PublicBuyers.Rooms;

/// <summary>Where a reader stopped reading, and where they go on.</summary>
/// <param name="First">The first post they have not read.</param>
/// <param name="At">When what they read last was said.</param>
/// <param name="IsAbove">Whether the first unread post stands before the page's.</param>
public sealed record LastVisit(long First, DateTimeOffset At, bool IsAbove)
{
    /// <param name="read">When the post read last was made, where that stands before the page's posts; none where it is not known.</param>
    public static LastVisit? Of(ImmutableArray<PostWire> page, RoomMark mark, DateTimeOffset? read, MemberId reader)
    {
        if (mark.Upto.Value == 0 || page.IsEmpty || page[^1].Number <= mark.Upto.Value) return null;
        if ((page.LastOrDefault(post => post.Number <= mark.Upto.Value)?.At ?? read) is not { } at) return null;
        if (page[0].Number > mark.Upto.Value + 1) return new(mark.Upto.Value + 1, at, IsAbove: true);

        return page.FirstOrDefault(post => post.Number > mark.Upto.Value && post.Author.Member != reader && !post.IsWithheld) is { } first ? new(first.Number, at, IsAbove: false) : null;
    }
}
