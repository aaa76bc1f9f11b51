namespace PublicBuyers.SignIn;

/// <summary>Accounts by address.</summary>
public interface IAccounts
{
    /// <summary>The member with this address; made when there is none.</summary>
    /// <param name="normalisedAddress">As <see cref="IAddressKeys.TryRead"/> gives it.</param>
    /// <param name="language">Of a new member.</param>
    Task<MemberId> Of(string normalisedAddress, string language);

    /// <summary>The member with this address, if there is one. For administrators: nobody else may learn whose an address is.</summary>
    Task<MemberId?> Find(string normalisedAddress);
}
