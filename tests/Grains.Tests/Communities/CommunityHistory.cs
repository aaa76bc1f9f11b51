using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Communities;

/// <summary>What happened to a community before a test begins, and what is asked of it.</summary>
internal static class CommunityHistory
{
    public static readonly CommunityId Cpb = new("cpb");

    public static readonly MemberId Lea = new("lea");
    public static readonly MemberId Ada = new("ada");
    public static readonly MemberId Bo = new("bo");
    public static readonly DateTimeOffset Noon = FakeClock.Noon;

    public static readonly CommunityEvent Founded = new CommunityEvent.Founded("CPB", Access.Open, "Buying well", "");
    public static readonly CommunityEvent LeaLeads = new CommunityEvent.MemberJoined(Lea, Role.Leader);
    public static readonly CommunityEvent AdaJoined = new CommunityEvent.MemberJoined(Ada, Role.Member);

    public static readonly CommunityEvent BoModerates = new CommunityEvent.MemberJoined(Bo, Role.Moderator);

    public static Community Given(params CommunityEvent[] history) => history
        .Select((each, i) => new Happened<CommunityEvent>(i + 1, FakeClock.Noon.AddMinutes(i), Lea, FactCodec<CommunityEvent>.Write(each).Type, each.Subject, each))
        .Aggregate(Community.Empty, (community, fact) => community.Apply(fact));

    public static CommunityEvent Opened(string slug) => new CommunityEvent.RoomOpened(new(Cpb, slug), slug, false);

    public static FoundCommunity Founds(this MemberId by, string name = "CPB", string goal = "Buying well", string about = "", Access access = Access.Open, string request = "found") =>
        new() { By = by, Request = new(request), Name = name, Goal = goal, About = about, Access = access, Leader = Lea };

    public static OpenRoom Opens(this MemberId by, string slug = "energy", string name = "Energy", string request = "open") => new() { By = by, Request = new(request), Slug = slug, Name = name };

    public static JoinCommunity Joins(this MemberId by, string request = "join") => new() { By = by, Request = new(request) };

    public static LeaveCommunity Leaves(this MemberId by, string request = "leave") => new() { By = by, Request = new(request) };

    public static AdmitMember Admits(this MemberId by, MemberId member, string request = "admit") => new() { By = by, Request = new(request), Member = member, ApprovedBy = Bo };

    public static ChangeRole Makes(this MemberId by, MemberId member, Role role, string request = "role") => new() { By = by, Request = new(request), Member = member, Role = role };

    public static RestrictMember Restricts(this MemberId by, MemberId member, RestrictionKind kind, DateTimeOffset? until = null, string reason = "Advertising", string request = "restrict") =>
        new() { By = by, Request = new(request), Member = member, Kind = kind, Until = until, Reason = reason };

    public static LiftRestriction Lifts(this MemberId by, MemberId member, string reason = "Apologised", string request = "lift") => new() { By = by, Request = new(request), Member = member, Reason = reason };

    public static ChangeSettings Sets(this MemberId by, string request = "set") =>
        new() { By = by, Request = new(request), Name = "CPB", Access = Access.OnRequest, Goal = "Buying well", Contact = "cpb@example.eu", BuyersOnly = true, AnswerDays = 3 };

    public static CloseCommunity Closes(this MemberId by, string reason = "All is bought", string request = "close") => new() { By = by, Request = new(request), Reason = reason };

    public static ReopenCommunity Reopens(this MemberId by, string request = "reopen") => new() { By = by, Request = new(request) };

    public static Community Closed(this Community community) => community.Apply(new(community.Members.Count + 10, FakeClock.Noon, Lea, CommunityEvent.ClosedName, "", new CommunityEvent.Closed("All is bought")));

    public static PublishContact Publishes(this MemberId by, string contact, string request = "publish") => new() { By = by, Request = new(request), Contact = contact };

    public static InviteMembers Invites(this MemberId by, params string[] addresses) => new() { By = by, Request = new("invite"), Addresses = [.. addresses] };

    public static CommunityEvent Restricted(MemberId member, RestrictionKind kind, DateTimeOffset? until = null, Role? holds = null) => new CommunityEvent.MemberRestricted(member, kind, until, "Advertising", holds);

    public static void ShouldBeRefusedWith<T>(this Decision<T, CommunityEvent> decision, Refusal why)
    {
        decision.Outcome.Refusal.ShouldBe(why);
        decision.Facts.ShouldBeEmpty();
    }
}
