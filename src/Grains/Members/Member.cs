using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Members;

/// <summary>An account: who it is, and where signed in.</summary>
internal sealed record Member : IFolded<Member, MemberEvent>
{
    public const string DefaultTimeZone = "Europe/Brussels";

    public static Member Empty { get; } = new();

    public static int Schema => 7;

    public bool IsRegistered { get; init; }

    public DateTimeOffset? RegisteredAt { get; init; }

    public bool HasSignedIn { get; init; }

    public string Address { get; init; } = "";

    public string Name { get; init; } = "";

    public string Organisation { get; init; } = "";

    public string Language { get; init; } = "en";

    public string TimeZone { get; init; } = DefaultTimeZone;

    public bool IsAdministrator { get; init; }

    /// <summary>Of the newest change in the platform's stream that was carried out here.</summary>
    public long AdministratorNumber { get; init; }

    public MemberKind? Kind { get; init; }

    public bool IsKindConfirmed { get; init; }

    public Presentation Presentation { get; init; } = Presentation.None;

    /// <summary>In the order of starting, at most <see cref="MemberLimits.MostSessions"/>.</summary>
    public ImmutableArray<SessionView> Sessions { get; init; } = [];

    /// <summary>By name, at most <see cref="MemberLimits.MostFilters"/>.</summary>
    public ImmutableArray<SavedFilter> Filters { get; init; } = [];

    /// <summary>
    /// When the member posted where they were new, the newest <see cref="RoomLimits.NewcomerPostsAnHour"/>; the oldest first.
    /// </summary>
    public ImmutableArray<DateTimeOffset> NewcomerPosts { get; init; } = [];

    public Member Apply(Happened<MemberEvent> fact) => fact.Event switch
    {
        MemberEvent.Registered registered => this with { IsRegistered = true, RegisteredAt = fact.At, Address = registered.Address, Language = registered.Language },
        MemberEvent.ProfileChanged changed => this with { Name = changed.Name, Organisation = changed.Organisation, Language = changed.Language, TimeZone = changed.TimeZone },
        MemberEvent.AdministratorAppointed appointed => this with { IsAdministrator = true, AdministratorNumber = appointed.Number ?? AdministratorNumber },
        MemberEvent.AdministratorDismissed dismissed => this with { IsAdministrator = false, AdministratorNumber = dismissed.Number },
        MemberEvent.KindClaimed claimed => this with { Kind = claimed.Kind, IsKindConfirmed = false },
        MemberEvent.KindConfirmed confirmed => this with { Kind = confirmed.Kind, IsKindConfirmed = true },
        MemberEvent.Presented presented => this with { Presentation = presented.Presentation },
        MemberEvent.FilterSaved saved => this with { Filters = [.. Filters.Where(each => each.Name != saved.Filter.Name).Append(saved.Filter).OrderBy(each => each.Name, StringComparer.Ordinal)] },
        MemberEvent.FilterDropped dropped => this with { Filters = Filters.RemoveAll(each => each.Name == dropped.Name) },
        MemberEvent.SessionStarted started => this with
        {
            HasSignedIn = true,
            Sessions = Sessions.Add(new(started.Session, started.Device, fact.At, started.EndsAt)),
        },
        MemberEvent.SessionEnded ended => this with { Sessions = Sessions.RemoveAll(session => session.Session == ended.Session) },
        null when fact.Type == "member.presented" => this with { Presentation = Presentation.None },
        MemberEvent.NewcomerPosted => this with { NewcomerPosts = NewcomerPosts.Add(fact.At).KeepNewest(RoomLimits.NewcomerPostsAnHour) },
        null when fact.Type == "member.registered" => this with { IsRegistered = true, RegisteredAt = fact.At },
        _ => this,
    };

    public SessionView? Running(SessionId session, DateTimeOffset now) => Sessions.FirstOrDefault(each => each.Session == session && each.EndsAt > now);
}
