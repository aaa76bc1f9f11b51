using PublicBuyers.Journal;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Communities.CommunityEvent>;

namespace PublicBuyers.Communities;

/// <summary>Who is away, and who stands in. Pure.</summary>
internal static class AbsenceRules
{
    /// <summary>What the clock wakes a community for: <c>absence/</c> and who is away from then on.</summary>
    public const string AbsenceDue = "absence/";

    public static Answer Announce(Community community, AnnounceAbsence command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.AnnounceAbsence, community, command.By, isAdministrator: false, now) is { } no) return no;
        if (command.Until <= now || command.Until <= command.From || command.Until > now + CommunityLimits.LongestAbsence) return new CommunityRefusal.AbsenceInvalid((int)CommunityLimits.LongestAbsence.TotalDays);

        var others = community.ModeratingAt(now).Where(member => member != command.By);
        if (command.Substitute is { } substitute ? !others.Contains(substitute) : others.Any()) return new CommunityRefusal.SubstituteInvalid();

        var absence = new Absence(command.By, command.From.ToUniversalTime(), command.Until.ToUniversalTime(), command.Substitute);
        return community.Absences.GetValueOrDefault(command.By) == absence
            ? Answer.Yes(Done.Value)
            : Answer.Yes(Done.Value, new CommunityEvent.AbsenceAnnounced(absence.Member, absence.From, absence.Until, absence.Substitute)) with { Due = [Wake(command.By, absence.From > now ? absence.From : null)] };
    }

    /// <summary>What was announced for later becomes a fact again when it begins, so that whoever counts on somebody being there hears of it: once, for the clock asks under one request id.</summary>
    public static Answer Begin(Community community, MemberId member, DateTimeOffset now) =>
        community.Absences.TryGetValue(member, out var absence) && absence.From <= now && absence.Until > now
            ? Answer.Yes(Done.Value, new CommunityEvent.AbsenceBegun(member))
            : Answer.Yes(Done.Value);

    public static Answer End(Community community, EndAbsence command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.AnnounceAbsence, community, command.By, isAdministrator: false, now) is { } no) return no;

        return community.Absences.TryGetValue(command.By, out var absence) && absence.Until > now
            ? Answer.Yes(Done.Value, new CommunityEvent.AbsenceEnded(command.By)) with { Due = [Wake(command.By, null)] }
            : Answer.Yes(Done.Value);
    }

    public static Duty OnDuty(Community community, DateTimeOffset now)
    {
        var moderating = community.ModeratingAt(now).ToList();
        var leaders = community.LeadersAt(now).ToHashSet();
        return new(
            [.. moderating.Where(member => !leaders.Contains(member)).Select(StandIn).OfType<MemberId>().Distinct()],
            [.. moderating.Where(leaders.Contains).Select(StandIn).OfType<MemberId>().Distinct()]);

        // A substitute may be away in their turn; two who stand in for each other are both away.
        MemberId? StandIn(MemberId member)
        {
            var away = new HashSet<MemberId>();
            while (community.Absences.GetValueOrDefault(member) is { } absence && absence.From <= now && absence.Until > now)
            {
                if (absence.Substitute is not { } substitute || !moderating.Contains(substitute) || !away.Add(member)) return null;
                member = substitute;
            }

            return member;
        }
    }

    private static DueChange Wake(MemberId member, DateTimeOffset? at) => new(AbsenceDue + member.Value, at);
}
