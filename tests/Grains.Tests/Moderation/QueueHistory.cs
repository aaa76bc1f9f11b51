using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Moderation;

/// <summary>What happened to a queue before a test begins, and what is asked of it.</summary>
internal static class QueueHistory
{
    public static readonly MemberId Lea = new("lea");
    public static readonly MemberId Dana = new("dana");
    public static readonly MemberId Ada = new("ada");
    public static readonly MemberId Bo = new("bo");

    public static readonly DateTimeOffset Noon = FakeClock.Noon;

    public static readonly ItemNumber One = new(1);

    public static readonly Reported AdasPost = new(new("cpb/general"), new(7), Ada);

    public static Bearing Bears(MemberId member, Role? role = null, RestrictionKind? restriction = null, Communities.Access access = Communities.Access.OnRequest, bool buyersOnly = false, string contact = "desk@buyers.example") =>
        new(member, role, restriction, contact, true, "CPB", access, buyersOnly, 5, 1);

    /// <summary>Each a minute after the one before, by who is named.</summary>
    public static Queue Given(params (MemberId By, QueueEvent Event)[] history) => history.Aggregate(Queue.Empty, (queue, each) => queue.After(each.By, each.Event));

    public static Queue After(this Queue queue, MemberId by, QueueEvent happened, DateTimeOffset? at = null)
    {
        var sequence = queue.Changes.Count + 1;
        return queue.Apply(new(sequence, at ?? Noon.AddMinutes(sequence - 1), by, FactCodec<QueueEvent>.Write(happened).Type, happened.Subject, happened));
    }

    public static (MemberId, QueueEvent) AdaAsked(long number = 1) => (Ada, new QueueEvent.ItemOpened(new(number), ItemKind.AccessRequest, "I buy trams.", null, null));

    public static (MemberId, QueueEvent) BoReported(long number = 1) => (Bo, new QueueEvent.ItemOpened(new(number), ItemKind.Report, "An advertisement.", AdasPost, null));

    public static (MemberId, QueueEvent) Decided(MemberId by, Verdict verdict, long number = 1, DateTimeOffset? again = null) =>
        (by, new QueueEvent.ItemDecided(new(number), verdict, "Because.", null, "desk@buyers.example", Noon.AddHours(1), again));

    public static (MemberId, QueueEvent) InEffect(long number = 1) => (MemberId.System, new QueueEvent.TookEffect(new(number), null));

    public static (MemberId, QueueEvent) Settled(ItemKind kind, MemberId asked, Verdict verdict, long number = 1, DateTimeOffset? again = null) =>
        (MemberId.System, new QueueEvent.ItemSettled(new(number), new(kind, asked, verdict, Lea, Noon, "Because.", "desk@buyers.example", again)));

    public static DecideItem Approves(this MemberId by, long number = 1, long version = 1, string reason = "", string request = "r") =>
        new() { By = by, Request = new(request), Number = new(number), Version = version, Verdict = Verdict.Approved, Reason = reason };

    public static DecideItem Rejects(this MemberId by, long number = 1, long version = 1, string reason = "Please say more.", string request = "r", DateTimeOffset? again = null) =>
        new() { By = by, Request = new(request), Number = new(number), Version = version, Verdict = Verdict.Rejected, Reason = reason, AskAgainFrom = again };

    public static void ShouldBeRefusedWith<T>(this Decision<T, QueueEvent> decision, Refusal why)
    {
        decision.Outcome.Refusal.ShouldBe(why);
        decision.Facts.ShouldBeEmpty();
    }
}
