using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.SignIn;

/// <inheritdoc cref="IAddressGrain"/>
internal sealed class AddressGrain(Workbench bench, ISecrets secrets, INewIds ids, [PersistentState("address", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Address, AddressEvent>(bench, snapshot), IAddressGrain, IAddressInvitations, IAddressDue
{
    public Task<Outcome<Done>> Ask(AskForLink command)
    {
        var link = ids.Next();
        return Decide(command, (address, now) => AddressRules.Ask(address, link, command, now));
    }

    public Task<Outcome<Redeemed>> Redeem(RedeemLink command) =>
        Decide(command, (address, now) => AddressRules.Redeem(address, command.Code is not null, Matches(address.Pending, command), command, now));

    public Task<Outcome<SignInLink>> Look(string token) => Task.FromResult(Read<SignInLink>(address =>
        address.Pending is { } link && link.Until > Clock.Now && Same(token, SignInSecrets.Token(secrets, link.Link))
            ? new SignInLink(link.Address, address.Member)
            : new SignInRefusal.LinkInvalid()));

    public Task<Outcome<MemberId>> Claim(ClaimAddress command) => Decide(command, (address, _) => AddressRules.Claim(address, command));

    public Task<Outcome<InvitationKept>> Keep(KeepInvitation command) => Decide(command, (address, _) => AddressRules.Keep(address, command));

    public Task<Outcome<Done>> Tell(TellInvitation command) => Decide(command, (address, _) => AddressRules.Tell(address, command));

    public Task<MemberId?> Owner() => Task.FromResult(State.Member);

    public async Task<DateTimeOffset?> Due(DueCommand command)
    {
        await Decide(command, (address, now) => AddressRules.Expire(address, now));
        return null;
    }

    /// <summary>Nobody watches an address: its stream is nobody's topic.</summary>
    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new SignInRefusal.LinkInvalid());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("An address has no live view.");

    private bool Matches(PendingLink? pending, RedeemLink command) => pending is not null && command switch
    {
        { Token: { } token } => Same(token, SignInSecrets.Token(secrets, pending.Link)),
        { Code: { } code } => Same(code, SignInSecrets.Code(secrets, pending.Link)),
        _ => false,
    };

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

/// <summary>The address as the clock sees it.</summary>
[Alias("address-due")]
public interface IAddressDue : IDueGrain;

/// <summary>The token and the code of a link: the grain that checks them and the mail that carries them derive the same.</summary>
internal static class SignInSecrets
{
    public static string Token(ISecrets secrets, string link) => secrets.Token("sign-in-token", link);

    public static string Code(ISecrets secrets, string link) => secrets.Code("sign-in-code", link, SignInLimits.CodeDigits);
}
