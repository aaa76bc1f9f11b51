using System.Collections.Immutable;
using PublicBuyers.Rooms;

namespace PublicBuyers.Inbox;

/// <summary>How far one member has read the rooms touched lately. What is at hand is what is kept: nothing is written without being remembered, or the other way round.</summary>
internal sealed class Marks(IReadMarks kept)
{
    private readonly Dictionary<RoomId, RoomMark> atHand = [];

    public async ValueTask<RoomMark> Of(MemberId member, RoomId room) => (await Of(member, [room])).SingleOrDefault(RoomMark.None(room));

    /// <summary>Those there are.</summary>
    public async ValueTask<ImmutableArray<RoomMark>> Of(MemberId member, ImmutableArray<RoomId> rooms)
    {
        rooms = [.. rooms.Distinct().Take(InboxLimits.MostMarks)];
        var missing = rooms.Where(room => !atHand.ContainsKey(room)).ToArray();
        var found = missing.Length == 0 ? [] : (await kept.Of(member, missing)).ToDictionary(mark => mark.Room);
        if (atHand.Count + missing.Length <= InboxLimits.MostMarks)
            foreach (var room in missing) atHand[room] = found.GetValueOrDefault(room) ?? RoomMark.None(room);

        return [.. rooms.Select(room => atHand.GetValueOrDefault(room) ?? found.GetValueOrDefault(room)).OfType<RoomMark>().Where(IsOne)];
    }

    public async Task Put(MemberId member, RoomMark mark, PostNumber? thread)
    {
        var reached = thread is { } root ? mark.Threads.GetValueOrDefault(root.Value) : mark.Upto;
        if (reached.Value > 0) await kept.Put(member, mark.Room, thread, reached);   // an old thread among too many is not kept
        if (atHand.Count < InboxLimits.MostMarks || atHand.ContainsKey(mark.Room)) atHand[mark.Room] = mark;
    }

    private static bool IsOne(RoomMark mark) => mark.Upto.Value > 0 || !mark.Threads.IsEmpty;
}
