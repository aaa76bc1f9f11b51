using System.Collections.Immutable;
using PublicBuyers.Inbox;
using PublicBuyers.Rooms;

namespace PublicBuyers.Testing;

/// <summary>How far members have read, with the same promises as on disk.</summary>
public sealed class MemoryReadMarks : IReadMarks
{
    private readonly Lock gate = new();
    private readonly Dictionary<(MemberId Member, RoomId Room), ImmutableSortedDictionary<long, PostNumber>> marks = [];

    /// <summary>As after a power cut at a bad moment, or a restore: they are all gone.</summary>
    public void Lose()
    {
        lock (gate) marks.Clear();
    }

    public Task<ImmutableArray<RoomMark>> Of(MemberId member, IReadOnlyCollection<RoomId> rooms, CancellationToken cancel = default)
    {
        lock (gate)
        {
            return Task.FromResult(rooms.Where(room => marks.ContainsKey((member, room))).Distinct()
                .Select(room => new RoomMark(room, marks[(member, room)].GetValueOrDefault(0), marks[(member, room)].Remove(0))).ToImmutableArray());
        }
    }

    public Task Put(MemberId member, RoomId room, PostNumber? thread, PostNumber upto, CancellationToken cancel = default)
    {
        lock (gate)
        {
            var all = marks.GetValueOrDefault((member, room)) ?? ImmutableSortedDictionary<long, PostNumber>.Empty;
            var key = thread?.Value ?? 0;
            if (all.GetValueOrDefault(key).Value < upto.Value) all = all.SetItem(key, upto);
            if (key == 0) all = all.RemoveRange(all.Where(each => each.Key > 0 && each.Value.Value <= upto.Value).Select(each => each.Key));
            while (all.Keys.Count(each => each > 0) > InboxLimits.ThreadMarksKept) all = all.Remove(all.Keys.First(each => each > 0));
            marks[(member, room)] = all;
        }

        return Task.CompletedTask;
    }
}
