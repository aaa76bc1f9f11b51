using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Live;

namespace PublicBuyers.SignIn;

/// <inheritdoc cref="IAddressGrain"/>
internal sealed class AddressGrain(Workbench bench, ISecrets secrets, INewIds ids, [PersistentState("address", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Address, AddressEvent>(bench, snapshot), IAddressGrain, IAddressDue
{
    public Task<Outcome<Done>> Ask(AskForLink command)
    {
        var link = ids.Next();
        return Decide(command, (address, now) => AddressRules.Ask(address, link, command, now));
    }

    public Task<Outcome<Redeemed>> Redeem(RedeemLink command) =>
        Decide(command, (address, now) => AddressRules.Redeem(address, command.Code is not null, Matches(address.Pending, command), command, now));

    public Task<Outcome<MemberId>> Claim(ClaimAddress command) => Decide(command, (address, _) => AddressRules.Claim(address, command));

    public async Task Due(DueCommand command) => await Decide(command, (address, now) => AddressRules.Expire(address, now));

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

/// <summary>The address as the clock sees it.</summary>
[Alias("address-due")]
public interface IAddressDue : IDueGrain;

/// <summary>The token and the code of a link: the grain that checks them and the mail that carries them derive the same.</summary>
internal static class SignInSecrets
{
    public static string Token(ISecrets secrets, string link) => secrets.Token("sign-in-token", link);

    public static string Code(ISecrets secrets, string link) => secrets.Code("sign-in-code", link, SignInLimits.CodeDigits);
}
