using PublicBuyers.Communities;

namespace PublicBuyers.Moderation;

/// <summary>Why a queue says no.</summary>
public static class QueueRefusal
{
    [GenerateSerializer, Immutable, Alias("queue.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "queue.absent");

    [GenerateSerializer, Immutable, Alias("queue.already-member")]
    public sealed record AlreadyAMember() : Refusal(RefusalKind.Conflict, "queue.already-member");

    /// <summary>The community is open, or by invitation: there is nothing to ask for.</summary>
    [GenerateSerializer, Immutable, Alias("queue.not-on-request")]
    public sealed record NotOnRequest([property: Id(0)] Access Access) : Refusal(RefusalKind.Conflict, "queue.not-on-request");

    /// <summary>The community admits public buyers only.</summary>
    [GenerateSerializer, Immutable, Alias("queue.buyers-only")]
    public sealed record BuyersOnly() : Refusal(RefusalKind.NotAllowed, "queue.buyers-only");

    [GenerateSerializer, Immutable, Alias("queue.banned")]
    public sealed record Banned() : Refusal(RefusalKind.NotAllowed, "queue.banned");

    /// <summary>After a rejection that named a day.</summary>
    [GenerateSerializer, Immutable, Alias("queue.too-soon")]
    public sealed record TooSoon([property: Id(0)] DateTimeOffset From) : Refusal(RefusalKind.Conflict, "queue.too-soon");

    [GenerateSerializer, Immutable, Alias("queue.text-invalid")]
    public sealed record TextInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "queue.text-invalid");

    [GenerateSerializer, Immutable, Alias("queue.reason-missing")]
    public sealed record ReasonMissing() : Refusal(RefusalKind.Unprocessable, "queue.reason-missing");

    /// <summary>R4: a rejection names whom to ask, and neither the moderator nor the community has said who.</summary>
    [GenerateSerializer, Immutable, Alias("queue.no-contact")]
    public sealed record NoContact() : Refusal(RefusalKind.Unprocessable, "queue.no-contact");

    /// <summary>Somebody was first.</summary>
    [GenerateSerializer, Immutable, Alias("queue.already-decided")]
    public sealed record AlreadyDecided([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] Verdict Verdict) : Refusal(RefusalKind.Conflict, "queue.already-decided");

    [GenerateSerializer, Immutable, Alias("queue.withdrawn")]
    public sealed record AlreadyWithdrawn() : Refusal(RefusalKind.Conflict, "queue.withdrawn");

    /// <summary>The item is not what was looked at.</summary>
    [GenerateSerializer, Immutable, Alias("queue.changed")]
    public sealed record Changed() : Refusal(RefusalKind.Conflict, "queue.changed");

    /// <summary>
    /// Too late to take it back: moderators have just decided. They can still undo that, so who decided what is not said.
    /// </summary>
    [GenerateSerializer, Immutable, Alias("queue.being-decided")]
    public sealed record BeingDecided() : Refusal(RefusalKind.Conflict, "queue.being-decided");

    /// <summary>Somebody else looks at it.</summary>
    [GenerateSerializer, Immutable, Alias("queue.claimed")]
    public sealed record Claimed([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset Until) : Refusal(RefusalKind.Conflict, "queue.claimed");

    /// <summary>Nobody decides on what they asked themselves, on a report of their own post, or on an appeal against their own decision.</summary>
    [GenerateSerializer, Immutable, Alias("queue.own")]
    public sealed record Own() : Refusal(RefusalKind.NotAllowed, "queue.own");

    /// <summary>It is in effect: what follows from it has begun.</summary>
    [GenerateSerializer, Immutable, Alias("queue.in-effect")]
    public sealed record InEffect([property: Id(0)] DateTimeOffset Since) : Refusal(RefusalKind.Conflict, "queue.in-effect");

    [GenerateSerializer, Immutable, Alias("queue.not-decided")]
    public sealed record NotDecided() : Refusal(RefusalKind.Conflict, "queue.not-decided");

    /// <summary>Only who decided takes it back.</summary>
    [GenerateSerializer, Immutable, Alias("queue.not-yours")]
    public sealed record NotYours() : Refusal(RefusalKind.NotAllowed, "queue.not-yours");

    /// <summary>Appealed before, nothing to appeal against, or an appeal itself.</summary>
    [GenerateSerializer, Immutable, Alias("queue.no-appeal")]
    public sealed record NoAppeal() : Refusal(RefusalKind.Conflict, "queue.no-appeal");

    /// <summary>Nobody of that name is new, or they left.</summary>
    [GenerateSerializer, Immutable, Alias("queue.no-arrival")]
    public sealed record NoArrival() : Refusal(RefusalKind.Conflict, "queue.no-arrival");

    /// <summary>Somebody was first.</summary>
    [GenerateSerializer, Immutable, Alias("queue.arrival-answered")]
    public sealed record ArrivalAnswered([property: Id(0)] MemberId By, [property: Id(1)] DateTimeOffset At, [property: Id(2)] ArrivalAct Act) : Refusal(RefusalKind.Conflict, "queue.arrival-answered");

    /// <summary>May read the queue, and not change its hours.</summary>
    [GenerateSerializer, Immutable, Alias("queue.not-allowed")]
    public sealed record NotAllowed() : Refusal(RefusalKind.NotAllowed, "queue.not-allowed");

    /// <param name="Field">Of <see cref="WorkingHours"/>, which does not say what it should.</param>
    [GenerateSerializer, Immutable, Alias("queue.hours-invalid")]
    public sealed record HoursInvalid([property: Id(0)] string Field) : Refusal(RefusalKind.Unprocessable, "queue.hours-invalid");

    /// <summary>They asked, reported or handed in so often within a day.</summary>
    [GenerateSerializer, Immutable, Alias("queue.too-often")]
    public sealed record TooOften([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "queue.too-often");

    [GenerateSerializer, Immutable, Alias("queue.too-many")]
    public sealed record TooMany([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "queue.too-many");

    /// <summary>Nothing was decided on any of them.</summary>
    [GenerateSerializer, Immutable, Alias("queue.too-many-at-once")]
    public sealed record TooManyAtOnce([property: Id(0)] int Chosen, [property: Id(1)] int Most)
        : Refusal(RefusalKind.Unprocessable, "queue.too-many-at-once");
}
