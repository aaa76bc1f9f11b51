using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.Platform;

/// <summary>Everything that can happen to the platform's administration.</summary>
internal abstract record AdministrationEvent : Fact
{
    private AdministrationEvent() { }

    [Fact("platform.administrator-invited")]
    public sealed record AdministratorInvited(string TokenHash, MemberId? For) : AdministrationEvent;

    [Fact("platform.invitation-accepted")]
    public sealed record InvitationAccepted(string TokenHash, MemberId Member) : AdministrationEvent;

    /// <summary>What should have followed from the fact <paramref name="Sequence"/> was refused where it was to happen.</summary>
    [Fact("platform.effect-refused")]
    public sealed record EffectRefused(long Sequence, string Code) : AdministrationEvent;
}

/// <summary>Invitations that wait, and whether anybody has come.</summary>
internal sealed record Administration : IFolded<Administration, AdministrationEvent>
{
    /// <summary>Links that can be used at a time: the newest ones.</summary>
    public const int MostInvitations = 10;

    public static Administration Empty { get; } = new();

    public static int Schema => 1;

    public ImmutableArray<Invitation> Invitations { get; init; } = [];

    public bool HasAdministrator { get; init; }

    public Administration Apply(Happened<AdministrationEvent> fact) => fact.Event switch
    {
        AdministrationEvent.AdministratorInvited invited => this with { Invitations = [.. Invitations.Add(new(invited.TokenHash, invited.For)).TakeLast(MostInvitations)] },
        AdministrationEvent.InvitationAccepted accepted => this with { HasAdministrator = true, Invitations = Invitations.RemoveAll(invitation => invitation.TokenHash == accepted.TokenHash) },
        AdministrationEvent.EffectRefused => this with { HasAdministrator = false },
        _ => this,
    };
}

internal sealed record Invitation(string TokenHash, MemberId? For);

/// <summary>Every rule of the administration. Pure.</summary>
internal static class AdministrationRules
{
    public static Decision<Done, AdministrationEvent> Invite(InviteAdministrator command) =>
        command.By == MemberId.System
            ? Decision<Done, AdministrationEvent>.Yes(Done.Value, new AdministrationEvent.AdministratorInvited(command.TokenHash, command.For))
            : new PlatformRefusal.LinkInvalid();

    public static Decision<AdministratorLink, AdministrationEvent> Accept(Administration administration, AcceptInvitation command) =>
        Look(administration, command.TokenHash) is { IsRefused: false, Value: var link } && (link.For is null || link.For == command.Member)
            ? Decision<AdministratorLink, AdministrationEvent>.Yes(link, new AdministrationEvent.InvitationAccepted(command.TokenHash, command.Member))
            : new PlatformRefusal.LinkInvalid();

    public static Outcome<AdministratorLink> Look(Administration administration, string tokenHash) =>
        administration.Invitations.FirstOrDefault(invitation => invitation.TokenHash == tokenHash) is { } found
            ? new AdministratorLink(found.For)
            : new PlatformRefusal.LinkInvalid();
}
