using System.Text.Json.Serialization;

namespace PublicBuyers.SignIn;

/// <summary>A mail address and whose it is: asking for a link, and using it.</summary>
/// <remarks>The answer never tells whether an address is known.</remarks>
[Alias("address")]
public interface IAddressGrain : IGrainWithStringKey
{
    /// <summary>
    /// Asks for a sign-in link and a code. They are mailed once this is stored. Beyond the limits of
    /// <see cref="SignInLimits"/> nothing more is mailed, and the answer is the same.
    /// </summary>
    [Alias("ask")] Task<Outcome<Done>> Ask(AskForLink command);

    /// <summary>The address that the link signs in, for whoever holds the link; nothing is used up by it.</summary>
    [Alias("look"), ReadOnly] Task<Outcome<SignInLink>> Look(string token);

    /// <summary>
    /// Uses a link, or the code mailed with it: once, within <see cref="SignInLimits.LinkLasts"/>. Of the links that
    /// one browser asked for, only the newest works. A link works in every browser, a code only in the one that asked
    /// for it.
    /// </summary>
    [Alias("redeem")] Task<Outcome<Redeemed>> Redeem(RedeemLink command);

    /// <summary>Whose address this is; it becomes somebody's by the first call. For <see cref="IAccounts"/>.</summary>
    [Alias("claim")] Task<Outcome<MemberId>> Claim(ClaimAddress command);
}

/// <summary>An address as a key that cannot be turned back: a keyed hash of its normalised form.</summary>
[GenerateSerializer, Immutable, Alias("address-key"), JsonConverter(typeof(IdConverter<AddressKey>))]
public readonly record struct AddressKey([property: Id(0)] string Value) : IId<AddressKey>
{
    public static AddressKey Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>A browser, by a hash of the random value in its cookie. It tells nothing about the person.</summary>
[GenerateSerializer, Immutable, Alias("browser-hash"), JsonConverter(typeof(IdConverter<BrowserHash>))]
public readonly record struct BrowserHash([property: Id(0)] string Value) : IId<BrowserHash>
{
    public static BrowserHash Of(string value) => new(value);

    public override string ToString() => Value;
}

/// <summary>Makes keys of addresses. The same address has one key, whatever its case.</summary>
public interface IAddressKeys
{
    /// <summary>Reads a mail address (RFC 5321, 254 characters at most); <see langword="false"/> for what is none.</summary>
    bool TryRead(string? text, out string normalised);

    AddressKey KeyOf(string normalised);

    /// <summary>Whether mail from here can reach it: its domain has a dot.</summary>
    static bool IsComplete(string normalised) =>
        normalised.IndexOf('.', normalised.IndexOf('@', StringComparison.Ordinal) + 1) >= 0;

    /// <summary>
    /// The key of the mailbox that most mail servers deliver this address to: the address without what follows a
    /// <c>+</c>. Only limits count by it; the addresses stay different accounts.
    /// </summary>
    AddressKey MailboxOf(string normalised)
    {
        var (plus, at) = (normalised.IndexOf('+', StringComparison.Ordinal), normalised.LastIndexOf('@'));
        return KeyOf(plus > 0 && plus < at ? normalised[..plus] + normalised[at..] : normalised);
    }
}

public static class SignInLimits
{
    public static readonly TimeSpan LinkLasts = TimeSpan.FromMinutes(20);

    /// <summary>What the limits on mail count over.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);


    /// <summary>For one browser, to one mailbox.</summary>
    public const int MostLinksAnHour = 5;

    /// <summary>For all browsers together that have never signed in with the address, to one mailbox.</summary>
    public const int MostLinksOfStrangersAnHour = 10;

    public const int MostWrongCodes = 5;
    public const int CodeDigits = 6;
}

[GenerateSerializer, Immutable, Alias("address.ask")]
public sealed record AskForLink : Command
{
    [Id(0)] public required string Address { get; init; }

    [Id(1)] public required string Language { get; init; }

    /// <summary>Where to go after signing in: a path of this site.</summary>
    [Id(2)] public string ReturnTo { get; init; } = "/";

    /// <summary>Where it is asked from: the code will work there and nowhere else.</summary>
    [Id(3)] public required BrowserHash Browser { get; init; }
}

[GenerateSerializer, Immutable, Alias("address.claim")]
public sealed record ClaimAddress : Command
{
    /// <summary>The member it becomes unless it is somebody's already.</summary>
    [Id(0)] public required MemberId Member { get; init; }
}

/// <summary>Exactly one of token and code.</summary>
[GenerateSerializer, Immutable, Alias("address.redeem")]
public sealed record RedeemLink : Command
{
    /// <summary>The member the address becomes unless it is somebody's already.</summary>
    [Id(2)] public required MemberId NewMember { get; init; }

    [Id(0)] public string? Token { get; init; }

    [Id(1)] public string? Code { get; init; }

    /// <summary>Where it is used; none where the browser has no cookie of ours. The address knows it then.</summary>
    [Id(3)] public BrowserHash? Browser { get; init; }
}

/// <param name="Member">Whose address it is; none before the first sign-in.</param>
[GenerateSerializer, Immutable, Alias("address.sign-in-link")]
public sealed record SignInLink([property: Id(0)] string Address, [property: Id(1)] MemberId? Member);

[GenerateSerializer, Immutable, Alias("address.redeemed")]
public sealed record Redeemed([property: Id(0)] MemberId Member, [property: Id(1)] string Address, [property: Id(2)] string Language, [property: Id(3)] string ReturnTo);

public static class SignInRefusal
{
    /// <summary>Wrong, used, replaced by a newer one, or too old: the reasons are not told apart.</summary>
    [GenerateSerializer, Immutable, Alias("address.link-invalid")]
    public sealed record LinkInvalid() : Refusal(RefusalKind.Unprocessable, "sign-in.link-invalid");

    [GenerateSerializer, Immutable, Alias("address.address-invalid")]
    public sealed record AddressInvalid() : Refusal(RefusalKind.Unprocessable, "sign-in.address-invalid");

    /// <summary>Nothing after the <c>@</c> has a dot: mail from here cannot reach it.</summary>
    [GenerateSerializer, Immutable, Alias("address.address-incomplete")]
    public sealed record AddressIncomplete() : Refusal(RefusalKind.Unprocessable, "sign-in.address-incomplete");
}
