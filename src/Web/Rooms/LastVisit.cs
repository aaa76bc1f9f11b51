using System.Collections.Immutable;
using PublicBuyers.Inbox;

namespace PublicBuyers.Rooms;

/// <summary>Where a reader stopped reading, and where they go on.</summary>
/// <param name="First">The first post they have not read.</param>
/// <param name="At">When what they read last was said.</param>
/// <param name="IsAbove">Whether the first unread post stands before the page's.</param>
public sealed record LastVisit(long First, DateTimeOffset At, bool IsAbove)
{
    /// <param name="read">The post read last; none where it is not known when that was.</param>
    public static LastVisit? Of(ImmutableArray<PostWire> page, RoomMark mark, PostView? read, MemberId reader)
    {
        if (mark.Upto.Value == 0 || read is null || page.IsEmpty || page[^1].Number <= mark.Upto.Value) return null;

        if (page[0].Number > mark.Upto.Value + 1) return new(mark.Upto.Value + 1, read.At, IsAbove: true);

        return page.FirstOrDefault(post => post.Number > mark.Upto.Value && post.Author.Member != reader && !post.IsWithheld) is { } first ? new(first.Number, read.At, IsAbove: false) : null;
    }
}
