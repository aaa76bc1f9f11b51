using PublicBuyers.Journal;

namespace PublicBuyers.Members;

/// <summary>Everything that can happen to an account.</summary>
internal abstract record MemberEvent : Fact
{
    private MemberEvent() { }

    [Fact("member.registered")]
    public sealed record Registered(string Address, string Language) : MemberEvent;

    [Fact("member.profile-changed")]
    public sealed record ProfileChanged(string Name, string Organisation, string Language, string TimeZone) : MemberEvent
    {
        public override string Subject => "profile";
    }

    /// <param name="Number">Of the change in the platform's stream; none in facts older than numbers.</param>
    [Fact("member.administrator-appointed")]
    public sealed record AdministratorAppointed(long? Number = null) : MemberEvent;

    [Fact("member.administrator-dismissed")]
    public sealed record AdministratorDismissed(long Number) : MemberEvent;

    [Fact("member.kind-claimed")]
    public sealed record KindClaimed(MemberKind Kind) : MemberEvent
    {
        public override string Subject => "kind";
    }

    /// <summary>By an administrator, who may say something else than the member did.</summary>
    [Fact("member.kind-confirmed")]
    public sealed record KindConfirmed(MemberKind Kind) : MemberEvent
    {
        public override string Subject => "kind";
    }

    [Fact("member.presented")]
    public sealed record Presented(Presentation Presentation) : MemberEvent
    {
        public override string Subject => "presentation";
    }

    [Fact("member.filter-saved")]
    public sealed record FilterSaved(SavedFilter Filter) : MemberEvent
    {
        public override string Subject => "filters";
    }

    [Fact("member.filter-dropped")]
    public sealed record FilterDropped(string Name) : MemberEvent
    {
        public override string Subject => "filters";
    }

    /// <summary>A post where the member is new: it counts towards what newcomers may write in an hour.</summary>
    [Fact("member.newcomer-posted")]
    public sealed record NewcomerPosted : MemberEvent
    {
        public override string Subject => "newcomer-posts";
    }

    [Fact("member.session-started")]
    public sealed record SessionStarted(SessionId Session, string Device, DateTimeOffset EndsAt) : MemberEvent
    {
        public override string Subject => $"session/{Session.Value}";
    }

    [Fact("member.session-ended")]
    public sealed record SessionEnded(SessionId Session) : MemberEvent
    {
        public override string Subject => $"session/{Session.Value}";
    }
}
