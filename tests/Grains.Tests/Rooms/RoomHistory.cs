using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Rooms;

/// <summary>What happened in a room before a test begins, and who asks.</summary>
internal static class RoomHistory
{
    public static readonly RoomId General = new("cpb/general");

    public static readonly MemberId Ada = new("ada");
    public static readonly MemberId Bo = new("bo");

    public static Standing Belongs(MemberId member) => new(member, Role.Member, "General", 1);

    public static Standing Stranger(MemberId member) => new(member, null, "General", 1);

    public static Room Given(params (MemberId By, RoomEvent Event)[] history) => history.Happened().Aggregate(Room.Empty, (room, fact) => room.Apply(fact));

    public static IEnumerable<Happened<RoomEvent>> Happened(this IEnumerable<(MemberId By, RoomEvent Event)> history) =>
        history.Select((each, i) => new Happened<RoomEvent>(i + 1, FakeClock.Noon.AddMinutes(i), each.By, FactCodec<RoomEvent>.Write(each.Event).Type, each.Event.Subject, each.Event));

    public static (MemberId, RoomEvent) Posted(long number, MemberId by, string text = "Hello", long? thread = null) =>
        (by, new RoomEvent.PostPosted(new(number), text, thread is { } root ? new(root) : null));

    public static (MemberId, RoomEvent) Edited(long number, string text, MemberId by) => (by, new RoomEvent.PostEdited(new(number), text));

    public static (MemberId, RoomEvent) Deleted(long number, MemberId by) => (by, new RoomEvent.PostDeleted(new(number)));

    public static (MemberId, RoomEvent) Replied(long root, long reply, MemberId by) => (by, new RoomEvent.ReplyAdded(new(root), new(reply)));

    public static (MemberId, RoomEvent) ReplyGone(long root, long reply, MemberId by) => (by, new RoomEvent.ReplyRemoved(new(root), new(reply)));

    public static PostMessage Says(this MemberId by, string text = "Hello", long? thread = null, string request = "r") =>
        new() { By = by, Request = new(request), Markdown = text, Thread = thread is { } root ? new PostNumber(root) : null };

    public static EditPost Edits(this MemberId by, long number, string text, string request = "r") => new() { By = by, Request = new(request), Number = new(number), Markdown = text };

    public static DeletePost Deletes(this MemberId by, long number, string request = "r") => new() { By = by, Request = new(request), Number = new(number) };

    public static Post At(this Room room, long number) => room.Recent[number];

    public static ImmutableArray<TEvent> ShouldBeRefusedWith<T, TEvent>(this Decision<T, TEvent> decision, Refusal why) where TEvent : Fact
    {
        decision.Outcome.Refusal.ShouldBe(why);
        return decision.Facts;
    }
}
