using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Members.MemberEvent>;

namespace PublicBuyers.Members;

/// <summary>Every rule of an account. Pure.</summary>
internal static class MemberRules
{
    public static Answer Register(Member member, RegisterMember command) =>
        member.IsRegistered
            ? Answer.Yes(Done.Value)
            : Answer.Yes(Done.Value, new MemberEvent.Registered(command.Address, Languages.IsKnown(command.Language) ? command.Language : Languages.Default));

    /// <summary>The account keeps when its newest posts as a newcomer were: one more than fit into an hour is refused.</summary>
    public static Answer CountNewcomerPost(Member member, CountNewcomerPost command, DateTimeOffset now)
    {
        if (!member.IsRegistered || command.By != MemberId.System) return new MemberRefusal.NotVisible();
        if (member.NewcomerPosts.Length < RoomLimits.NewcomerPostsAnHour) return Answer.Yes(Done.Value, new MemberEvent.NewcomerPosted());

        var left = member.NewcomerPosts[^RoomLimits.NewcomerPostsAnHour].AddHours(1) - now;
        return left <= TimeSpan.Zero
            ? Answer.Yes(Done.Value, new MemberEvent.NewcomerPosted())
            : new RoomRefusal.NewcomerPosts(RoomLimits.NewcomerPostsAnHour, (int)Math.Ceiling(left.TotalSeconds), (int)Math.Ceiling(left.TotalMinutes));
    }

    public static Answer ChangeProfile(Member member, MemberId id, ChangeProfile command)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();

        // A name from before a rule is kept as long as nobody changes it.
        var name = command.Name == member.Name ? member.Name : Naming.TidyName(command.Name);
        var organisation = command.Organisation == member.Organisation ? member.Organisation : Naming.Tidy(command.Organisation);
        if (name != member.Name || name.Length == 0)
        {
            var malformed = new MemberRefusal.NameInvalid(MemberLimits.LongestName);
            if (Naming.Wrong(command.Name, name, MemberLimits.LongestName, "name", malformed) is { } wrong) return wrong;
            if (ReservedNames.Holds(name)) return new NameRefusal.Reserved(name);
        }

        if (organisation != member.Organisation && !string.IsNullOrWhiteSpace(command.Organisation))
        {
            var malformed = new MemberRefusal.OrganisationInvalid(MemberLimits.LongestOrganisation);
            if (Naming.Wrong(command.Organisation, organisation, MemberLimits.LongestOrganisation, "organisation", malformed) is { } wrong) return wrong;
        }

        if (!Languages.IsKnown(command.Language)) return new MemberRefusal.LanguageUnknown(command.Language);
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(command.TimeZone, out var zone) || !zone.HasIanaId) return new MemberRefusal.TimeZoneUnknown(command.TimeZone);

        return (name, organisation, command.Language, command.TimeZone) == (member.Name, member.Organisation, member.Language, member.TimeZone)
            ? Answer.Yes(Done.Value)
            : Answer.Yes(Done.Value, new MemberEvent.ProfileChanged(name, organisation, command.Language, command.TimeZone));
    }

    public static Answer AppointAdministrator(Member member, AppointAdministrator command)
    {
        if (!member.IsRegistered || command.By != MemberId.System) return new MemberRefusal.NotVisible();
        if (member.IsAdministrator || command.Number <= member.AdministratorNumber) return Answer.Yes(Done.Value);

        return Answer.Yes(Done.Value, new MemberEvent.AdministratorAppointed(command.Number));
    }

    public static Answer DismissAdministrator(Member member, DismissAdministrator command)
    {
        if (!member.IsRegistered || command.By != MemberId.System) return new MemberRefusal.NotVisible();

        return command.Number <= member.AdministratorNumber ? Answer.Yes(Done.Value) : Answer.Yes(Done.Value, new MemberEvent.AdministratorDismissed(command.Number));
    }

    public static Answer ClaimKind(Member member, MemberId id, ClaimKind command)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();
        if (!Enum.IsDefined(command.Kind)) return new MemberRefusal.NotAllowed();

        return member.Kind == command.Kind ? Answer.Yes(Done.Value) : Answer.Yes(Done.Value, new MemberEvent.KindClaimed(command.Kind));
    }

    public static Answer ConfirmKind(Member member, MemberId id, bool isAdministrator, ConfirmKind command)
    {
        if (!member.IsRegistered) return new MemberRefusal.NotVisible();
        if (command.By == id || !Enum.IsDefined(command.Kind) || !Rights.May(Doing.ConfirmKind, null, isAdministrator)) return new MemberRefusal.NotAllowed();

        return member.IsKindConfirmed && member.Kind == command.Kind ? Answer.Yes(Done.Value) : Answer.Yes(Done.Value, new MemberEvent.KindConfirmed(command.Kind));
    }

    public static Answer Present(Member member, MemberId id, PresentMember command)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();

        var said = command.Presentation;
        if (said.Languages.IsDefault || said.Expertise.IsDefault) return new MemberRefusal.ExpertiseInvalid(PresentationLimits.MostExpertise, PresentationLimits.LongestExpertise);
        if (said.Country.Length > 0 && !Countries.All.Contains(said.Country)) return new MemberRefusal.CountryUnknown(said.Country);
        if (said.Languages.FirstOrDefault(tag => SpokenLanguages.NameOf(tag) is null) is { } unknown) return new MemberRefusal.LanguageUnknown(unknown);

        var malformed = new MemberRefusal.ExpertiseInvalid(PresentationLimits.MostExpertise, PresentationLimits.LongestExpertise);
        var expertise = said.Expertise.Select(Naming.Tidy).Where(each => each.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToImmutableArray();
        if (expertise.Length > PresentationLimits.MostExpertise) return malformed;
        var changed = expertise.Except(member.Presentation.Expertise);
        if (changed.Select(each => Naming.Wrong(each, each, PresentationLimits.LongestExpertise, "expertise", malformed)).OfType<Refusal>().FirstOrDefault() is { } wrong) return wrong;

        var tidy = said with { Languages = [.. SpokenLanguages.All.Select(each => each.Tag).Where(tag => said.Languages.Contains(tag))], Expertise = expertise };
        return tidy.SaysAs(member.Presentation) ? Answer.Yes(Done.Value) : Answer.Yes(Done.Value, new MemberEvent.Presented(tidy));
    }

    public static Answer SaveFilter(Member member, MemberId id, SaveFilter command)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();

        var malformed = new MemberRefusal.FilterInvalid(MemberLimits.LongestFilterName);
        var filter = command.Filter with { Name = Naming.Tidy(command.Filter.Name), Person = Naming.Tidy(command.Filter.Person) };
        if (Naming.Wrong(command.Filter.Name, filter.Name, MemberLimits.LongestFilterName, "name", malformed) is { } wrongName) return wrongName;
        if (filter.Person.Length > 0 && Naming.Wrong(filter.Person, filter.Person, MemberLimits.LongestFilterPerson, "name", malformed, mayHoldAddress: true) is not null and not NameRefusal.IsAddress) return malformed;
        if ((filter.Kind is { } kind && !Enum.IsDefined(kind)) || !Slugs.IsSlug(filter.Community.Value)) return new MemberRefusal.FilterInvalid(MemberLimits.LongestFilterName);
        if (member.Filters.Contains(filter)) return Answer.Yes(Done.Value);

        return member.Filters.Length >= MemberLimits.MostFilters && member.Filters.All(each => each.Name != filter.Name)
            ? new MemberRefusal.TooManyFilters(MemberLimits.MostFilters)
            : Answer.Yes(Done.Value, new MemberEvent.FilterSaved(filter));
    }

    public static Answer DropFilter(Member member, MemberId id, DropFilter command)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();

        return member.Filters.Any(each => each.Name == command.Name) ? Answer.Yes(Done.Value, new MemberEvent.FilterDropped(command.Name)) : Answer.Yes(Done.Value);
    }

    public static Decision<SessionId, MemberEvent> StartSession(Member member, MemberId id, StartSession command, DateTimeOffset now)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();

        // Whoever signs in once more ends what has run out, and the oldest where there are too many.
        var spare = member.Sessions.Length - MemberLimits.MostSessions + 1;
        var ended = member.Sessions.Where((session, i) => session.EndsAt <= now || i < spare).Select(session => (MemberEvent)new MemberEvent.SessionEnded(session.Session));
        return Decision<SessionId, MemberEvent>.Yes(
            command.Session,
            [.. ended, new MemberEvent.SessionStarted(command.Session, DeviceOf(command.Device), now + MemberLimits.SessionLasts)]);
    }

    public static Answer EndSession(Member member, MemberId id, EndSession command)
    {
        if (!member.IsRegistered || command.By != id) return new MemberRefusal.NotVisible();

        return member.Sessions.Any(session => session.Session == command.Session)
            ? Answer.Yes(Done.Value, new MemberEvent.SessionEnded(command.Session))
            : Answer.Yes(Done.Value);
    }

    /// <summary>A browser's word for itself: never refused, and never cut within a character.</summary>
    private static string DeviceOf(string text)
    {
        if (Texts.HasLoneSurrogate(text)) return "";

        var device = Naming.Tidy(text);
        return device.Length <= MemberLimits.LongestDevice ? device : device[..(MemberLimits.LongestDevice - (char.IsHighSurrogate(device[MemberLimits.LongestDevice - 1]) ? 1 : 0))];
    }
}
