using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.SignIn;

/// <inheritdoc cref="IAddressGrain"/>
internal sealed class AddressGrain(
    Workbench bench, ISecrets secrets, INewIds ids, IAddressKeys keys,
    [PersistentState("address", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Address, AddressEvent>(bench, snapshot),
        IAddressGrain, IAddressInvitations, IAddressMailbox, IAddressDue
{
    public Task<Outcome<Done>> Ask(AskForLink command)
    {
        var (link, mailbox) = (ids.Next(), keys.MailboxOf(command.Address));
        var isMailbox = Streams.Of(mailbox) == Stream;
        return Decide<Done>(command, async (address, now) =>
        {
            var asking = AddressRules.AskingOf(address, command.Browser, isMailbox, now);
            Outcome<MailCount> counted = isMailbox
                ? new MailCount(AddressRules.MayMail(address, asking, now))
                : await Count(mailbox, asking, command);
            return counted.IsRefused
                ? counted.Refusal
                : AddressRules.Ask(address, counted.Value.MayMail, link, command, now);
        });
    }

    public Task<Outcome<MailCount>> Count(CountMail command) =>
        Decide(command, (mailbox, now) => AddressRules.Count(mailbox, command, now));

    public Task<Outcome<Redeemed>> Redeem(RedeemLink command) => Decide(command, (address, now) =>
    {
        var link = command.Token is { } token ? LinkOf(address, token) : address.LinkFor(command.Browser);
        var matches = link is not null && (command.Token is not null || IsCodeOf(link, command.Code));
        return AddressRules.Redeem(address, link, command.Code is not null, matches, command, now);
    });

    public Task<Outcome<SignInLink>> Look(string token) => Task.FromResult(Read<SignInLink>(address =>
        LinkOf(address, token) is { } link && link.Until > Clock.Now
            ? new SignInLink(link.Address, address.Member)
            : new SignInRefusal.LinkInvalid()));

    public Task<Outcome<MemberId>> Claim(ClaimAddress command) => Decide(command, (address, _) => AddressRules.Claim(address, command));

    public Task<Outcome<InvitationKept>> Keep(KeepInvitation command) => Decide(command, (address, _) => AddressRules.Keep(address, command));

    public Task<Outcome<Done>> Tell(TellInvitation command) => Decide(command, (address, _) => AddressRules.Tell(address, command));

    public Task<MemberId?> Owner() => Task.FromResult(State.Member);

    public async Task<DateTimeOffset?> Due(DueCommand command)
    {
        await Decide(command, (address, now) => AddressRules.Expire(address, now));
        return State.NextExpiry() is { } next && next > Clock.Now ? next : null;
    }

    /// <summary>Nobody watches an address: its stream is nobody's topic.</summary>
    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new SignInRefusal.LinkInvalid());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("An address has no live view.");

    /// <summary>Asks the mailbox whether its limits allow one more mail. The same request is counted once.</summary>
    private Task<Outcome<MailCount>> Count(AddressKey mailbox, Asking asking, AskForLink command)
    {
        var request = RequestId.PartOf(command.Request, "mailbox");
        return GrainFactory.GetGrain<IAddressMailbox>(Streams.Of(mailbox))
            .Count(new() { By = command.By, Request = request, Asking = asking });
    }

    private PendingLink? LinkOf(Address address, string token) =>
        address.Pending.FirstOrDefault(link => Same(token, SignInSecrets.Token(secrets, link.Link)));

    private bool IsCodeOf(PendingLink link, string? code) =>
        code is not null && Same(code, SignInSecrets.Code(secrets, link.Link));

    private static bool Same(string given, string expected) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), Encoding.UTF8.GetBytes(expected));
}

/// <summary>The address as communities see it that invite it.</summary>
[Alias("address-invitations")]
public interface IAddressInvitations : IGrainWithStringKey
{
    /// <summary>The address waits in its own stream, until it is told.</summary>
    [Alias("keep")] Task<Outcome<InvitationKept>> Keep(KeepInvitation command);

    /// <summary>Mails the invitation that waits, once.</summary>
    [Alias("tell")] Task<Outcome<Done>> Tell(TellInvitation command);

    [Alias("owner"), ReadOnly] Task<MemberId?> Owner();
}

[GenerateSerializer, Immutable, Alias("address.keep-invitation")]
public sealed record KeepInvitation : Command
{
    [Id(0)] public required CommunityId Community { get; init; }

    /// <summary>Normalised.</summary>
    [Id(1)] public required string Address { get; init; }
}

/// <param name="Owner">Whose address it is, if anybody's.</param>
[GenerateSerializer, Immutable, Alias("address.invitation-kept")]
public sealed record InvitationKept([property: Id(0)] MemberId? Owner);

[GenerateSerializer, Immutable, Alias("address.tell-invitation")]
public sealed record TellInvitation : Command
{
    [Id(0)] public required CommunityId Community { get; init; }

    [Id(1)] public required MemberId InvitedBy { get; init; }
}

/// <summary>The address as other spellings of its mailbox see it.</summary>
[Alias("address-mailbox")]
public interface IAddressMailbox : IGrainWithStringKey
{
    /// <summary>Counts a sign-in mail to this mailbox. Idempotent.</summary>
    /// <returns>Whether it may be sent.</returns>
    [Alias("count")] Task<Outcome<MailCount>> Count(CountMail command);
}

[GenerateSerializer, Immutable, Alias("address.count-mail")]
public sealed record CountMail : Command
{
    [Id(0)] public required Asking Asking { get; init; }
}

/// <summary>Who asks for a sign-in mail, as far as the limits go by it.</summary>
/// <param name="IsKnown">The browser has signed in with the address before.</param>
/// <param name="IsWithoutLink">No link that was mailed to the address works any more.</param>
[GenerateSerializer, Immutable, Alias("address.asking")]
public sealed record Asking(
    [property: Id(0)] BrowserHash Browser, [property: Id(1)] bool IsKnown, [property: Id(2)] bool IsWithoutLink);

[GenerateSerializer, Immutable, Alias("address.mail-count")]
public sealed record MailCount([property: Id(0)] bool MayMail);

/// <summary>The address as the clock sees it.</summary>
[Alias("address-due")]
public interface IAddressDue : IDueGrain;

/// <summary>The token and the code of a link: the grain that checks them and the mail that carries them derive the same.</summary>
internal static class SignInSecrets
{
    public static string Token(ISecrets secrets, string link) => secrets.Token("sign-in-token", link);

    public static string Code(ISecrets secrets, string link) => secrets.Code("sign-in-code", link, SignInLimits.CodeDigits);
}
