using PublicBuyers.Journal;
using PublicBuyers.Members;

namespace PublicBuyers.SignIn;

/// <summary>Every rule of signing in. Pure: whether a secret matches is found out before.</summary>
internal static class AddressRules
{
    /// <summary>What the clock wakes the address for.</summary>
    public const string LinkDue = "link";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Longest path to come back to.</summary>
    private const int LongestReturn = 400;

    public static Decision<Done, AddressEvent> Ask(Address address, string link, AskForLink command, DateTimeOffset now)
    {
        // Too often: the same answer, and nothing more in the mailbox.
        if (address.Asked.Count(at => at > now - Hour) >= SignInLimits.MostLinksAnHour) return Decision<Done, AddressEvent>.Yes(Done.Value);

        var until = now + SignInLimits.LinkLasts;
        var language = Languages.IsKnown(command.Language) ? command.Language : Languages.Default;
        var returnTo = command.ReturnTo.Length <= LongestReturn ? command.ReturnTo : "/";
        return Decision<Done, AddressEvent>.Yes(Done.Value, new AddressEvent.LinkAsked(link, command.Address, language, returnTo, until))
            with { Due = [new(LinkDue, until)] };
    }

    /// <param name="isCode">A code was given, which can be guessed, rather than a token, which cannot.</param>
    /// <param name="matches">Whether it is the pending link's.</param>
    public static Decision<Redeemed, AddressEvent> Redeem(Address address, bool isCode, bool matches, RedeemLink command, DateTimeOffset now)
    {
        if (address.Pending is not { } link || link.Until <= now) return new SignInRefusal.LinkInvalid();

        // Guessing closes the code, not the link: whoever knows an address could lock its owner out.
        if (isCode && link.WrongCodes >= SignInLimits.MostWrongCodes) return new SignInRefusal.LinkInvalid();
        if (!matches)
            return isCode
                ? Decision<Redeemed, AddressEvent>.No(new SignInRefusal.LinkInvalid(), new AddressEvent.CodeWrong(link.Link))
                : new SignInRefusal.LinkInvalid();

        var used = new AddressEvent.LinkUsed(link.Link);
        var answer = new Redeemed(address.Member ?? command.NewMember, link.Address, link.Language, link.ReturnTo);
        var yes = address.Member is null
            ? Decision<Redeemed, AddressEvent>.Yes(answer, used, new AddressEvent.Claimed(command.NewMember))
            : Decision<Redeemed, AddressEvent>.Yes(answer, used);
        return yes with { Due = [new(LinkDue, null)] };
    }

    public static Decision<MemberId, AddressEvent> Claim(Address address, ClaimAddress command) =>
        address.Member is { } member
            ? Decision<MemberId, AddressEvent>.Yes(member)
            : Decision<MemberId, AddressEvent>.Yes(command.Member, new AddressEvent.Claimed(command.Member));

    public static Decision<InvitationKept, AddressEvent> Keep(Address address, KeepInvitation command)
    {
        var answer = new InvitationKept(address.Member);
        return address.Invitations.Contains(new(command.Community, command.Address))
            ? Decision<InvitationKept, AddressEvent>.Yes(answer)
            : Decision<InvitationKept, AddressEvent>.Yes(answer, new AddressEvent.InvitationKept(command.Community, command.Address));
    }

    /// <summary>Nothing to tell, where the address was erased meanwhile.</summary>
    public static Decision<Done, AddressEvent> Tell(Address address, TellInvitation command) =>
        address.Invitations.FirstOrDefault(each => each.Community == command.Community) is { } kept
            ? Decision<Done, AddressEvent>.Yes(Done.Value, new AddressEvent.InvitationTold(command.Community, kept.Address, command.InvitedBy))
            : Decision<Done, AddressEvent>.Yes(Done.Value);

    public static Decision<Done, AddressEvent> Expire(Address address, DateTimeOffset now) =>
        address.Pending is { } link && link.Until <= now
            ? Decision<Done, AddressEvent>.Yes(Done.Value, new AddressEvent.LinkExpired(link.Link))
            : Decision<Done, AddressEvent>.Yes(Done.Value);
}
