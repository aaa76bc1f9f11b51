using System.Collections.Immutable;
using PublicBuyers.Live;

namespace PublicBuyers.Members;

/// <summary>A person with an account: profile and sessions.</summary>
/// <remarks>A member's name and address exist in this stream and in the stream of the address only, so that they can be erased.</remarks>
[Alias("member")]
public interface IMemberGrain : ITopicGrain
{
    /// <summary>Makes the account on the first sign-in with an address. Again: no effect.</summary>
    [Alias("register")] Task<Outcome<Done>> Register(RegisterMember command);

    [Alias("change-profile")] Task<Outcome<Done>> ChangeProfile(ChangeProfile command);

    /// <summary>Makes the member an administrator, as the platform decided. For the server's own use.</summary>
    [Alias("appoint-administrator")] Task<Outcome<Done>> AppointAdministrator(AppointAdministrator command);

    /// <summary>Ends that, as the platform decided: open connections lose what only administrators hear. For the server's own use.</summary>
    [Alias("dismiss-administrator")] Task<Outcome<Done>> DismissAdministrator(DismissAdministrator command);

    /// <summary>Says what one is: buyer, supplier or institution. An administrator confirms it; saying something else takes the confirmation away.</summary>
    [Alias("claim-kind")] Task<Outcome<Done>> ClaimKind(ClaimKind command);

    /// <summary>Confirms what the member said they are, or says otherwise. Administrators only.</summary>
    [Alias("confirm-kind")] Task<Outcome<Done>> ConfirmKind(ConfirmKind command);

    /// <summary>Says who one is to the others, and whether the directory of members shows it. Only the member does.</summary>
    [Alias("present")] Task<Outcome<Done>> Present(PresentMember command);

    /// <summary>Keeps a search in queues under a name; at most <see cref="MemberLimits.MostFilters"/>. Only the member does.</summary>
    [Alias("save-filter")] Task<Outcome<Done>> SaveFilter(SaveFilter command);

    /// <summary>Keeps it no longer. One that is not there: no effect.</summary>
    [Alias("drop-filter")] Task<Outcome<Done>> DropFilter(DropFilter command);

    /// <summary>By name. Only the member asks.</summary>
    [Alias("filters"), ReadOnly] Task<Outcome<ImmutableArray<SavedFilter>>> Filters(MemberId reader);

    /// <summary>
    /// Counts a post that is about to be stored where the member is new, over all such rooms. Refuses the one after
    /// <see cref="Rooms.RoomLimits.NewcomerPostsAnHour"/> in an hour. The same request counts once. For the server's own use.
    /// </summary>
    [Alias("count-newcomer-post")] Task<Outcome<Done>> CountNewcomerPost(CountNewcomerPost command);

    /// <summary>Starts a session. The oldest ends when there are more than <see cref="MemberLimits.MostSessions"/>.</summary>
    [Alias("start-session")] Task<Outcome<SessionId>> StartSession(StartSession command);

    /// <summary>Ends a session: its open connections close within a second, on every node.</summary>
    [Alias("end-session")] Task<Outcome<Done>> EndSession(EndSession command);

    /// <summary>Who this is, if the session is still running.</summary>
    [Alias("recognise"), ReadOnly] Task<Outcome<Profile>> Recognise(SessionId session);

    /// <summary>Answers while the account waits for another one: two administrators may look at each other.</summary>
    [Alias("profile"), ReadOnly, AlwaysInterleave] Task<Outcome<Profile>> Profile();

    /// <summary>The running sessions, newest first. Only the member asks.</summary>
    [Alias("sessions"), ReadOnly] Task<Outcome<ImmutableArray<SessionView>>> Sessions(MemberId reader);
}

public static class MemberLimits
{
    public const int MostSessions = 20;
    public static readonly TimeSpan SessionLasts = TimeSpan.FromDays(30);
    public const int LongestName = 80;
    public const int LongestOrganisation = 120;
    public const int LongestDevice = 120;
    public const int MostFilters = 20;
    public const int LongestFilterName = 60;
    public const int LongestFilterPerson = 100;
}

/// <param name="Name">Empty until the member has given one.</param>
/// <param name="Language">A tag of BCP 47: <c>en</c>, <c>fr</c>.</param>
/// <param name="TimeZone">A name of the IANA time zone database: <c>Europe/Brussels</c>.</param>
[GenerateSerializer, Immutable, Alias("member.profile")]
public sealed record Profile(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] string Address,
    [property: Id(2)] string Name,
    [property: Id(3)] string Organisation,
    [property: Id(4)] string Language,
    [property: Id(5)] string TimeZone,
    [property: Id(6)] bool IsAdministrator)
{
    /// <summary>What the member says they are; none until they have.</summary>
    [Id(7)] public MemberKind? Kind { get; init; }

    /// <summary>An administrator says so too.</summary>
    [Id(8)] public bool IsKindConfirmed { get; init; }

    /// <summary>For the directory of members.</summary>
    [Id(9)] public Presentation Presentation { get; init; } = Presentation.None;

    /// <summary>When the account was made.</summary>
    [Id(10)] public DateTimeOffset? RegisteredAt { get; init; }

    /// <summary>Whether the member has ever signed in. An account is also made for an address that somebody else gives.</summary>
    [Id(11)] public bool HasSignedIn { get; init; }

    public bool IsComplete => Name.Length > 0;

    public bool IsBuyer => Kind is MemberKind.Buyer && IsKindConfirmed;
}

/// <summary>On which side of a contract somebody stands.</summary>
[GenerateSerializer]
public enum MemberKind
{
    /// <summary>Of a contracting authority or central purchasing body.</summary>
    Buyer,

    Supplier,

    /// <summary>Of an institution that does neither: ministries, networks, universities.</summary>
    Institution,
}

[GenerateSerializer, Immutable, Alias("member.session-view")]
public sealed record SessionView([property: Id(0)] SessionId Session, [property: Id(1)] string Device, [property: Id(2)] DateTimeOffset StartedAt, [property: Id(3)] DateTimeOffset EndsAt);

[GenerateSerializer, Immutable, Alias("member.register")]
public sealed record RegisterMember : Command
{
    [Id(0)] public required string Address { get; init; }

    [Id(1)] public string Language { get; init; } = "en";
}

[GenerateSerializer, Immutable, Alias("member.change-profile")]
public sealed record ChangeProfile : Command
{
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required string Organisation { get; init; }

    [Id(2)] public required string Language { get; init; }

    [Id(3)] public required string TimeZone { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.appoint-administrator")]
public sealed record AppointAdministrator : Command
{
    /// <summary>Of the change in the platform's stream. One that is not newer than the last has no effect.</summary>
    [Id(0)] public long? Number { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.dismiss-administrator")]
public sealed record DismissAdministrator : Command
{
    /// <summary>Of the change in the platform's stream. One that is not newer than the last has no effect.</summary>
    [Id(0)] public required long Number { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.claim-kind")]
public sealed record ClaimKind : Command
{
    [Id(0)] public required MemberKind Kind { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.confirm-kind")]
public sealed record ConfirmKind : Command
{
    [Id(0)] public required MemberKind Kind { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.count-newcomer-post")]
public sealed record CountNewcomerPost : Command;

[GenerateSerializer, Immutable, Alias("member.start-session")]
public sealed record StartSession : Command
{
    [Id(0)] public required SessionId Session { get; init; }

    /// <summary>What the person recognises it by: <c>Firefox on Linux</c>.</summary>
    [Id(1)] public required string Device { get; init; }
}

[GenerateSerializer, Immutable, Alias("member.end-session")]
public sealed record EndSession : Command
{
    [Id(0)] public required SessionId Session { get; init; }
}

[GenerateSerializer, Immutable]
public abstract record MemberChange : Change
{
    private MemberChange() { }

    /// <summary>For the server's own use: the connections of the session are closed by it.</summary>
    [GenerateSerializer, Immutable, Alias("member.session-ended")]
    public sealed record SessionEnded([property: Id(0)] SessionId Session) : MemberChange
    {
        public override string Key => $"session/{Session.Value}";
    }

    [GenerateSerializer, Immutable, Alias("member.card-put")]
    public sealed record CardPut([property: Id(0)] MemberCard Card) : MemberChange
    {
        public override string Key => "card";
    }

    /// <summary>For the server's own use: queues are asked again whether they admit the member.</summary>
    [GenerateSerializer, Immutable, Alias("member.administrator-dismissed")]
    public sealed record AdministratorDismissed : MemberChange
    {
        public override string Key => "administrator";
    }

    /// <summary>For the server's own use: rooms that admit public buyers only are asked again whether they admit the member.</summary>
    [GenerateSerializer, Immutable, Alias("member.kind-changed")]
    public sealed record KindChanged : MemberChange
    {
        public override string Key => "kind";
    }
}

/// <param name="Sessions">The running ones: a connection of any other session is closed.</param>
[GenerateSerializer, Immutable, Alias("member.snapshot")]
public sealed record MemberSnapshot([property: Id(0)] ImmutableArray<SessionId> Sessions) : TopicSnapshot;

/// <summary>What others see of a member.</summary>
[GenerateSerializer, Immutable, Alias("member.card")]
public sealed record MemberCard([property: Id(0)] MemberId Member, [property: Id(1)] string Name, [property: Id(2)] string Organisation);

/// <summary>What somebody says they are, and nobody has confirmed yet.</summary>
public sealed record ClaimedKind(MemberId Member, MemberKind Kind, DateTimeOffset At);

/// <summary>Names to show beside what people wrote: a view that follows the journal.</summary>
public interface IMemberDirectory
{
    /// <summary>
    /// The cards of these members; one who is unknown or has given no name is left out. Of members who share a community
    /// and whose names can be taken for each other, all but the first bear a number: <c>Ada Lovelace (2)</c>.
    /// </summary>
    Task<ImmutableDictionary<MemberId, MemberCard>> Cards(IReadOnlyCollection<MemberId> members, CancellationToken cancel);

    /// <summary>Members of a community with a word of their name, or the whole of it, beginning with <paramref name="typed"/>; case, accents and look-alike letters do not matter (<see cref="Fold"/>). Whole-name matches first, then by name. At most <paramref name="most"/>.</summary>
    /// <remarks>Whoever asks has checked that the reader belongs to the community.</remarks>
    Task<ImmutableArray<MemberCard>> Named(CommunityId community, string typed, int most, CancellationToken cancel);

    /// <summary>
    /// From now on <paramref name="renamed"/> hears on this node whose cards may be others than before, as soon as
    /// <see cref="Cards"/> answers the new ones: who took another name, and who has another number because a namesake came,
    /// went or took another name.
    /// </summary>
    void WhenRenamed(Action<ImmutableArray<MemberId>> renamed);

    /// <summary>Who waits for an administrator to confirm what they are, the longest first; at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<ClaimedKind>> Unconfirmed(int most, CancellationToken cancel);
}

/// <summary>Why a member's account says no.</summary>
public static class MemberRefusal
{
    [GenerateSerializer, Immutable, Alias("member.absent")]
    public sealed record NotVisible() : Refusal(RefusalKind.Absent, "member.absent");

    /// <summary>Who has not given a name writes nothing and does nothing.</summary>
    [GenerateSerializer, Immutable, Alias("member.nameless")]
    public sealed record Nameless() : Refusal(RefusalKind.NotAllowed, "member.nameless");

    [GenerateSerializer, Immutable, Alias("member.name-invalid")]
    public sealed record NameInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "member.name-invalid");

    [GenerateSerializer, Immutable, Alias("member.organisation-invalid")]
    public sealed record OrganisationInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "member.organisation-invalid");

    [GenerateSerializer, Immutable, Alias("member.filter-invalid")]
    public sealed record FilterInvalid([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "member.filter-invalid");

    [GenerateSerializer, Immutable, Alias("member.too-many-filters")]
    public sealed record TooManyFilters([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "member.too-many-filters");

    [GenerateSerializer, Immutable, Alias("member.language-unknown")]
    public sealed record LanguageUnknown([property: Id(0)] string Language) : Refusal(RefusalKind.Unprocessable, "member.language-unknown");

    [GenerateSerializer, Immutable, Alias("member.time-zone-unknown")]
    public sealed record TimeZoneUnknown([property: Id(0)] string TimeZone) : Refusal(RefusalKind.Unprocessable, "member.time-zone-unknown");

    [GenerateSerializer, Immutable, Alias("member.country-unknown")]
    public sealed record CountryUnknown([property: Id(0)] string Country) : Refusal(RefusalKind.Unprocessable, "member.country-unknown");

    [GenerateSerializer, Immutable, Alias("member.expertise-invalid")]
    public sealed record ExpertiseInvalid([property: Id(0)] int Most, [property: Id(1)] int Longest) : Refusal(RefusalKind.Unprocessable, "member.expertise-invalid");

    /// <summary>Confirming is for administrators, and never of oneself.</summary>
    [GenerateSerializer, Immutable, Alias("member.not-allowed")]
    public sealed record NotAllowed() : Refusal(RefusalKind.NotAllowed, "member.not-allowed");

    /// <summary>The session has ended, or never was.</summary>
    [GenerateSerializer, Immutable, Alias("member.signed-out")]
    public sealed record SignedOut() : Refusal(RefusalKind.NotAllowed, "member.signed-out");
}
