using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Layout;
using PublicBuyers.Live;

namespace PublicBuyers.Inbox;

/// <summary>What concerns the visitor, for one page: read once, with one call of the inbox for the bell and one more for the rooms.</summary>
internal sealed partial class MyThings(Visit visit, IGrainFactory grains, NoticePresenter presenter, Unread unread, ILogger<MyThings> logger)
{
    /// <summary>In the bell's list.</summary>
    public const int InBell = 8;

    private Task<InboxSnapshot>? inbox;
    private Task<ImmutableDictionary<RoomId, UnreadWire>>? rooms;

    private static InboxSnapshot Empty => new([], 0, ImmutableSortedDictionary<string, int>.Empty, new([], []));

    /// <summary>The newest notices, the counts and the mutes.</summary>
    public Task<InboxSnapshot> Inbox() => inbox ??= ReadInbox();

    /// <summary>What is unread in each of the visitor's rooms.</summary>
    public Task<ImmutableDictionary<RoomId, UnreadWire>> Rooms() => rooms ??= ReadRooms();

    /// <summary>The newest notices for the bell: who and where, without what was said.</summary>
    public async Task<ImmutableArray<NoticeWire>> Newest() =>
        await presenter.Present(visit.Member, [.. (await Inbox()).Notices.Take(InBell)], withExcerpts: false);

    public ValueTask<ImmutableArray<NoticeWire>> Present(IReadOnlyCollection<Notice> notices) => presenter.Present(visit.Member, notices);

    // Its own inbox: nothing to check. A page without its counts is better than none.
    private async Task<InboxSnapshot> ReadInbox()
    {
        try
        {
            return visit.Caller is not null && (await grains.Inbox(visit.Member).Since(0, -1)).Snapshot is InboxSnapshot snapshot ? snapshot : Empty;
        }
        catch (Exception failed)
        {
            LogNotCounted(failed);
            return Empty;
        }
    }

    private async Task<ImmutableDictionary<RoomId, UnreadWire>> ReadRooms()
    {
        if (visit.Caller is null) return ImmutableDictionary<RoomId, UnreadWire>.Empty;

        try
        {
            var muted = (await Inbox()).Mutes.Rooms;
            return (await unread.Of(visit.Member, [.. muted], visit.Leaving)).ToImmutableDictionary(each => each.Room);
        }
        catch (Exception failed) when (failed is not OperationCanceledException)
        {
            LogNotCounted(failed);
            return ImmutableDictionary<RoomId, UnreadWire>.Empty;
        }
    }

    [LoggerMessage(3052, LogLevel.Warning, "What is unread could not be counted for a page")]
    private partial void LogNotCounted(Exception failed);
}
