
namespace PublicBuyers.SignIn;

/// <inheritdoc cref="IAccounts"/>
internal sealed class Accounts(IGrainFactory grains, IAddressKeys keys, INewIds ids) : IAccounts
{
    public async Task<MemberId> Of(string normalisedAddress, string language)
    {
        var claim = new ClaimAddress { By = MemberId.System, Request = new("claim:" + ids.Next()), Member = new(ids.Next()) };
        var member = (await grains.Address(keys.KeyOf(normalisedAddress)).Claim(claim)).OrThrow();

        // Claimed, and the server went down before the account was made: the next one makes it.
        (await grains.Member(member).Register(new() { By = MemberId.System, Request = new("register:" + ids.Next()), Address = normalisedAddress, Language = language })).OrThrow();
        return member;
    }

    public Task<MemberId?> Find(string normalisedAddress) =>
        grains.GetGrain<IAddressInvitations>(Streams.Of(keys.KeyOf(normalisedAddress))).Owner();
}

internal static class OutcomeExtensions
{
    /// <summary>For commands of the server itself, which have no reason to be refused.</summary>
    public static T OrThrow<T>(this Outcome<T> outcome) =>
        outcome.IsRefused ? throw new InvalidOperationException($"The server's own command was refused with \"{outcome.Refusal.Code}\".") : outcome.Value;
}
