using System.Collections.Concurrent;
using PublicBuyers.Attachments;

namespace PublicBuyers.Storage;

/// <summary>
/// Sums of what is stored: one number for each member and each room that has files. The files themselves are the truth;
/// after a start they are counted again.
/// </summary>
/// <remarks>Read by anybody at any time; changed under the gate of <see cref="AttachmentFiles"/> only.</remarks>
internal sealed class StoredBytes(FileQuotas quotas)
{
    private readonly ConcurrentDictionary<MemberId, long> ofMembers = [];
    private readonly ConcurrentDictionary<RoomId, long> ofRooms = [];

    public FileUsage Of(MemberId member) => new(ofMembers.GetValueOrDefault(member), quotas.OfMember);

    public FileUsage Of(RoomId room) => new(ofRooms.GetValueOrDefault(room), quotas.OfRoom);

    public void Add(MemberId member, RoomId room, long bytes)
    {
        Change(ofMembers, member, bytes);
        Change(ofRooms, room, bytes);
    }

    public void Remove(MemberId member, RoomId room, long bytes) => Add(member, room, -bytes);

    /// <summary>None: so many more bytes may be stored.</summary>
    public Refusal? WhyNot(MemberId member, RoomId room, long bytes)
    {
        if (Of(member) is var own && own.Used + bytes > own.Limit)
            return new AttachmentRefusal.MemberFull(Megabytes(own.Used), Megabytes(own.Limit));
        if (Of(room) is var shared && shared.Used + bytes > shared.Limit)
            return new AttachmentRefusal.RoomFull(Megabytes(shared.Limit));

        return null;
    }

    private static void Change<TKey>(ConcurrentDictionary<TKey, long> sums, TKey key, long bytes)
        where TKey : notnull
    {
        var sum = sums.GetValueOrDefault(key) + bytes;
        if (sum > 0)
            sums[key] = sum;
        else
            sums.TryRemove(key, out _);
    }

    private static long Megabytes(long bytes) => bytes / 1024 / 1024;
}
