using PublicBuyers.Rooms;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Communities.CommunityEvent>;

namespace PublicBuyers.Communities;

/// <summary>Hiding everything that a person wrote in a community, and undoing that. Pure.</summary>
internal static class ClearingRules
{
    /// <param name="visible">How many of the person's posts can be seen.</param>
    /// <param name="published">How many of their publications.</param>
    public static Answer Order(
        Community community, int visible, ClearMember command, DateTimeOffset now, int published = 0)
    {
        if (WhyNot(community, command.By, command.Member, now) is { } no) return no;
        if (ModerationRules.WrongReason(command.Reason) is { } wrong) return wrong;

        var isKnown = community.RoleOnList(command.Member) is not null || community.RestrictionOf(command.Member, now) is not null;
        if (visible + published == 0 && !isKnown) return new CommunityRefusal.NotVisible();

        switch (community.Clearings.GetValueOrDefault(command.Member)?.State)
        {
            case ClearingState.Hiding: return Answer.Yes(Done.Value);
            case ClearingState.Showing: return new CommunityRefusal.ClearingRuns();
        }

        return community.Clearings.Values.Count(clearing => clearing.IsRunning) >= CommunityLimits.MostClearings
            ? new CommunityRefusal.TooManyClearings(CommunityLimits.MostClearings)
            : Answer.Yes(Done.Value, new CommunityEvent.ClearingOrdered(command.Member, command.Reason.Trim(), visible));
    }

    /// <param name="visible">How many of the person's posts can be seen.</param>
    public static Answer Undo(Community community, int visible, UndoClearing command, DateTimeOffset now)
    {
        if (WhyNot(community, command.By, command.Member, now) is { } no) return no;
        if (ModerationRules.WrongReason(command.Reason) is { } wrong) return wrong;

        return community.Clearings.GetValueOrDefault(command.Member)?.State switch
        {
            null => new CommunityRefusal.NotCleared(),
            ClearingState.Hiding => new CommunityRefusal.ClearingRuns(),
            ClearingState.Showing or ClearingState.Shown => Answer.Yes(Done.Value),
            _ => Answer.Yes(Done.Value, new CommunityEvent.ClearingUndone(command.Member, command.Reason.Trim(), visible)),
        };
    }

    public static Answer Move(Community community, MoveClearing command)
    {
        if (command.By != MemberId.System) return new CommunityRefusal.NotAllowed();
        if (community.Clearings.GetValueOrDefault(command.Member) is not { IsRunning: true } clearing) return Answer.Yes(Done.Value);
        if ((clearing.Act, clearing.State) != (command.Act, command.State)) return Answer.Yes(Done.Value);
        if (command.After is { } after)
            return Answer.Yes(Done.Value, new CommunityEvent.ClearingMoved(command.Member, after, command.Left));

        var changed = clearing.State is ClearingState.Hiding
            ? clearing.Posts - command.Visible
            : command.Visible - clearing.VisibleBefore;
        return Answer.Yes(Done.Value, new CommunityEvent.ClearingSettled(command.Member, Math.Max(0, changed), command.Left));
    }

    /// <summary>Who may hide a post may clear, except themselves and those who are above them.</summary>
    public static Refusal? WhyNot(Community community, MemberId by, MemberId member, DateTimeOffset now) =>
        CommunityRules.WhyNot(Doing.HidePost, community, by, isAdministrator: false, now)
        ?? (StandingRules.IsAbove(community, isAdministrator: false, by, member, now) ? new CommunityRefusal.NotAllowed() : null);
}
