using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Communities.CommunityEvent>;

namespace PublicBuyers.Communities;

/// <summary>Who is away, and who stands in. Pure.</summary>
internal static class AbsenceRules
{
    public static Answer Announce(Community community, AnnounceAbsence command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.AnnounceAbsence, community, command.By, isAdministrator: false, now) is { } no) return no;
        if (command.Until <= now || command.Until <= command.From || command.Until > now + CommunityLimits.LongestAbsence) return new CommunityRefusal.AbsenceInvalid((int)CommunityLimits.LongestAbsence.TotalDays);

        var others = community.ModeratingAt(now).Where(member => member != command.By);
        if (command.Substitute is { } substitute ? !others.Contains(substitute) : others.Any()) return new CommunityRefusal.SubstituteInvalid();

        var absence = new Absence(command.By, command.From.ToUniversalTime(), command.Until.ToUniversalTime(), command.Substitute);
        return community.Absences.GetValueOrDefault(command.By) == absence
            ? Answer.Yes(Done.Value)
            : Answer.Yes(Done.Value, new CommunityEvent.AbsenceAnnounced(absence.Member, absence.From, absence.Until, absence.Substitute));
    }

    public static Answer End(Community community, EndAbsence command, DateTimeOffset now)
    {
        if (CommunityRules.WhyNot(Doing.AnnounceAbsence, community, command.By, isAdministrator: false, now) is { } no) return no;

        return community.Absences.TryGetValue(command.By, out var absence) && absence.Until > now
            ? Answer.Yes(Done.Value, new CommunityEvent.AbsenceEnded(command.By))
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
}
