using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.Platform;

/// <summary>Every rule of the administration. Pure.</summary>
internal static class AdministrationRules
{
    public static Decision<Done, AdministrationEvent> Invite(InviteAdministrator command) =>
        command.By == MemberId.System
            ? Decision<Done, AdministrationEvent>.Yes(Done.Value, new AdministrationEvent.AdministratorInvited(command.TokenHash, command.For))
            : new PlatformRefusal.LinkInvalid();

    public static Decision<Accepted, AdministrationEvent> Accept(Administration administration, AcceptInvitation command, DateTimeOffset now)
    {
        if (Look(administration, command.TokenHash, now) is not { IsRefused: false, Value: var link }) return new PlatformRefusal.LinkInvalid();
        if (link.For is { } whom && whom != command.Member) return new PlatformRefusal.LinkInvalid();

        var number = administration.LastNumber + 1;
        return Decision<Accepted, AdministrationEvent>.Yes(new(link.For, number), new AdministrationEvent.InvitationAccepted(command.TokenHash, command.Member, number));
    }

    public static Outcome<AdministratorLink> Look(Administration administration, string tokenHash, DateTimeOffset now) =>
        administration.Invitation is { } newest && newest.TokenHash == tokenHash && now < newest.Until
            ? new AdministratorLink(newest.For)
            : new PlatformRefusal.LinkInvalid();

    /// <param name="isRegistered">Whether the member has an account.</param>
    public static Decision<Changed, AdministrationEvent> Appoint(Administration administration, bool isRegistered, ChangeAdministrator command)
    {
        if (WhyNot(administration, command) is { } no) return no;
        if (!isRegistered) return new PlatformRefusal.MemberUnknown("");
        if (administration.IsAdministrator(command.Member)) return Decision<Changed, AdministrationEvent>.Yes(Changed.Nothing);
        if (administration.Administrators.Length >= AdministratorLimits.Most) return new PlatformRefusal.TooManyAdministrators(AdministratorLimits.Most);

        var number = administration.LastNumber + 1;
        return Decision<Changed, AdministrationEvent>.Yes(new(number), new AdministrationEvent.AdministratorAppointed(command.Member, number));
    }

    public static Decision<Changed, AdministrationEvent> Dismiss(Administration administration, ChangeAdministrator command)
    {
        if (WhyNot(administration, command) is { } no) return no;
        if (!administration.IsAdministrator(command.Member)) return Decision<Changed, AdministrationEvent>.Yes(Changed.Nothing);
        if (administration.Administrators.Length == 1) return new PlatformRefusal.LastAdministrator();

        var number = administration.LastNumber + 1;
        return Decision<Changed, AdministrationEvent>.Yes(new(number), new AdministrationEvent.AdministratorDismissed(command.Member, number));
    }

    /// <summary>Takes those over who were appointed before this stream listed them.</summary>
    /// <param name="appointed">Who their own streams say are administrators.</param>
    public static Decision<Done, AdministrationEvent> Adopt(Administration administration, ImmutableArray<MemberId> appointed)
    {
        var unknown = appointed.Where(member => !administration.Knows(member)).Take(AdministratorLimits.Most - administration.Administrators.Length);
        return Decision<Done, AdministrationEvent>.Yes(
            Done.Value,
            [.. unknown.Select((member, i) => new AdministrationEvent.AdministratorAppointed(member, administration.LastNumber + 1 + i))]);
    }

    private static Refusal? WhyNot(Administration administration, ChangeAdministrator command) =>
        command.By == MemberId.System || Rights.May(Doing.AppointAdministrator, null, administration.IsAdministrator(command.By))
            ? null
            : new PlatformRefusal.AdministratorsOnly();
}

/// <summary>The answer to an accepted link.</summary>
internal sealed record Accepted(MemberId? For, long Number);

/// <param name="Number">Of the change; 0: it was so already.</param>
internal sealed record Changed(long Number)
{
    public static readonly Changed Nothing = new(0);
}
