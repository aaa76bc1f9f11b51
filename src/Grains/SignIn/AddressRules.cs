using PublicBuyers.Journal;
using PublicBuyers.Members;

namespace PublicBuyers.SignIn;

/// <summary>Every rule of signing in. Pure: whether a secret matches is found out before.</summary>
internal static class AddressRules
{
    /// <summary>What the clock wakes the address for.</summary>
    public const string LinkDue = "link";

    /// <summary>Longest path to come back to.</summary>
    private const int LongestReturn = 400;

    /// <param name="mayMail">Whether the limits let it through: <see cref="MayMail"/>, asked of the mailbox.</param>
    public static Decision<Done, AddressEvent> Ask(
        Address address, bool mayMail, string link, AskForLink command, DateTimeOffset now)
    {
        // Too often: the same answer, and nothing more in the mailbox.
        if (!mayMail) return Decision<Done, AddressEvent>.Yes(Done.Value);

        var until = now + SignInLimits.LinkLasts;
        var language = Languages.IsKnown(command.Language) ? command.Language : Languages.Default;
        var returnTo = command.ReturnTo.Length <= LongestReturn ? command.ReturnTo : "/";
        var others = address.Pending.RemoveAll(each => each.Browser == command.Browser);
        var due = others.Select(each => each.Until).Append(until).Min();
        return Decision<Done, AddressEvent>.Yes(
            Done.Value, new AddressEvent.LinkAsked(link, command.Address, language, returnTo, until, command.Browser))
            with { Due = [new(LinkDue, due)] };
    }

    /// <summary>
    /// Whether one more sign-in mail may go to a mailbox. Each browser has its own limit, and those that have never
    /// signed in have one together, so that nobody floods the mailbox; an address without any link that works gets one
    /// all the same, so that nobody can keep its owner out. docs/decisions/0023
    /// </summary>
    public static bool MayMail(Address mailbox, Asking asking, DateTimeOffset now)
    {
        var recent = mailbox.Mailed.RemoveAll(each => each.At <= now - SignInLimits.Window);
        if (recent.Count(each => each.Browser == asking.Browser) >= SignInLimits.MostLinksAnHour) return false;

        var strangers = recent.Count(each => !each.IsKnown);
        return asking.IsKnown || asking.IsWithoutLink || strangers < SignInLimits.MostLinksOfStrangersAnHour;
    }

    /// <param name="isMailbox">The address is spelled as its mailbox is. Another spelling has a right to a link of its
    /// own only when it is somebody's account: there is no end of spellings.</param>
    public static Asking AskingOf(Address address, BrowserHash browser, bool isMailbox, DateTimeOffset now) => new(
        browser,
        address.Knows(browser),
        (isMailbox || address.Member is not null) && address.Pending.All(link => link.Until <= now));

    /// <summary>Counts a mail to another spelling of the mailbox, if it may be sent.</summary>
    public static Decision<MailCount, AddressEvent> Count(Address mailbox, CountMail command, DateTimeOffset now) =>
        MayMail(mailbox, command.Asking, now)
            ? Decision<MailCount, AddressEvent>.Yes(
                new(true), new AddressEvent.MailCounted(command.Asking.Browser, command.Asking.IsKnown))
            : Decision<MailCount, AddressEvent>.Yes(new(false));

    /// <param name="pending">The link that is meant: the token's, or the one whose code works in this browser.</param>
    /// <param name="isCode">A code was given, which can be guessed, rather than a token, which cannot.</param>
    /// <param name="matches">Whether it is the pending link's.</param>
    public static Decision<Redeemed, AddressEvent> Redeem(
        Address address, PendingLink? pending, bool isCode, bool matches, RedeemLink command, DateTimeOffset now)
    {
        if (pending is not { } link || link.Until <= now) return new SignInRefusal.LinkInvalid();

        // Guessing closes this browser's code, not its link and nobody else's code: whoever knows an address could lock
        // its owner out.
        if (isCode && link.WrongCodes >= SignInLimits.MostWrongCodes) return new SignInRefusal.LinkInvalid();
        if (!matches)
            return isCode
                ? Decision<Redeemed, AddressEvent>.No(new SignInRefusal.LinkInvalid(), new AddressEvent.CodeWrong(link.Link))
                : new SignInRefusal.LinkInvalid();

        var used = new AddressEvent.LinkUsed(link.Link, command.Browser);
        var answer = new Redeemed(address.Member ?? command.NewMember, link.Address, link.Language, link.ReturnTo);
        var yes = address.Member is null
            ? Decision<Redeemed, AddressEvent>.Yes(answer, used, new AddressEvent.Claimed(command.NewMember))
            : Decision<Redeemed, AddressEvent>.Yes(answer, used);
        return yes with { Due = [new(LinkDue, address.Without(link.Link).NextExpiry())] };
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

    public static Decision<Done, AddressEvent> Expire(Address address, DateTimeOffset now)
    {
        var expired = address.Pending.RemoveAll(link => link.Until > now);
        var left = expired.Aggregate(address, (state, link) => state.Without(link.Link));
        var facts = expired.Select(link => new AddressEvent.LinkExpired(link.Link));
        return Decision<Done, AddressEvent>.Yes(Done.Value, [.. facts])
            with { Due = [new(LinkDue, left.NextExpiry())] };
    }
}
