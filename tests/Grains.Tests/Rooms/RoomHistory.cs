using System.Collections.Immutable;
using System.Text.Json;
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

    public static Standing Moderates(MemberId member) => new(member, Role.Moderator, "General", 1);

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

    public static DeletePost Removes(this MemberId by, long number, string? reason, string request = "r") => by.Deletes(number, request) with { Reason = reason };

    public static ReactToPost Reacts(this MemberId by, long number, Reaction reaction, bool reacts = true, string request = "r") =>
        new() { By = by, Request = new(request), Number = new(number), Reaction = reaction, Reacts = reacts };

    public static PinPost Pins(this MemberId by, long number, bool pinned = true, string request = "r") => new() { By = by, Request = new(request), Number = new(number), Pinned = pinned };

    public static HidePost Hides(this MemberId by, long number, bool hidden = true, string reason = "Names a tenderer", string request = "r") =>
        new() { By = by, Request = new(request), Number = new(number), Hidden = hidden, Reason = reason };

    public static LockThread Locks(this MemberId by, long number, bool locked = true, string reason = "Answered", string request = "r") =>
        new() { By = by, Request = new(request), Number = new(number), Locked = locked, Reason = reason };

    public static SetSlowMode Slows(this MemberId by, int seconds, string reason = "One at a time", string request = "r") => new() { By = by, Request = new(request), Seconds = seconds, Reason = reason };

    /// <summary>Every word that begins with <c>@</c> means the member of that name; <c>@room</c> everybody, and <c>@_name</c> silently.</summary>
    public static ImmutableArray<Mention> MentionsIn(string text)
    {
        var mentions = ImmutableArray.CreateBuilder<Mention>();
        for (var start = text.IndexOf('@', StringComparison.Ordinal); start >= 0; start = text.IndexOf('@', start + 1))
        {
            var end = text.IndexOf(' ', start) is >= 0 and var space ? space : text.Length;
            var name = text[(start + 1)..end];
            mentions.Add(new(start, end - start, name == "room" ? null : new MemberId(name.TrimStart('_')), name.StartsWith('_')));
        }

        return mentions.ToImmutable();
    }

    public static PostMessage Mentioning(this MemberId by, string text, long? thread = null, string request = "r") => by.Says(text, thread, request) with { Mentions = MentionsIn(text) };

    public static EditPost EditsMentioning(this MemberId by, long number, string text, string request = "r") => by.Edits(number, text, request) with { Mentions = MentionsIn(text) };

    /// <summary>Views hold lists, and records compare those by reference.</summary>
    public static string Json<T>(T view) => JsonSerializer.Serialize(view, FactJson.Options);

    public static Post At(this Room room, long number) => room.Recent[number];

    public static ImmutableArray<TEvent> ShouldBeRefusedWith<T, TEvent>(this Decision<T, TEvent> decision, Refusal why) where TEvent : Fact
    {
        decision.Outcome.Refusal.ShouldBe(why);
        return decision.Facts;
    }
}
