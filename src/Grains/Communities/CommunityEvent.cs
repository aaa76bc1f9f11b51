using PublicBuyers.Journal;

namespace PublicBuyers.Communities;

/// <summary>Everything that can happen to a community.</summary>
internal abstract record CommunityEvent : Fact
{
    public const string Joined = "community.member-joined";

    public const string Left = "community.member-left";

    private CommunityEvent() { }

    [Fact("community.founded")]
    public sealed record Founded(string Name, Access Access, string Goal, string About) : CommunityEvent;

    [Fact("community.room-opened")]
    public sealed record RoomOpened(RoomId Room, string Name, bool TopicGroup) : CommunityEvent
    {
        public override string Subject => $"room/{Room.Slug}";
    }

    [Fact(Joined)]
    public sealed record MemberJoined(MemberId Member, Role Role) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }

    [Fact(Left)]
    public sealed record MemberLeft(MemberId Member) : CommunityEvent
    {
        public override string Subject => $"member/{Member.Value}";
    }
}
