using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.SignIn;

/// <summary>An address: whose it is, and the links that wait to be used.</summary>
internal sealed record Address : IFolded<Address, AddressEvent>
{
    /// <summary>As many communities as there may soon be.</summary>
    public const int MostInvitations = 100;

    /// <summary>More than the limits let through within <see cref="SignInLimits.LinkLasts"/>.</summary>
    public const int MostPending = 50;

    /// <summary>More than one person uses.</summary>
    public const int MostBrowsers = 20;

    /// <summary>More than the limits let through within an hour.</summary>
    public const int MostMailed = 200;

    public static Address Empty { get; } = new();

    public static int Schema => 3;

    public MemberId? Member { get; init; }

    /// <summary>The newest link of each browser that asked, while it can be used.</summary>
    public ImmutableArray<PendingLink> Pending { get; init; } = [];

    /// <summary>The sign-in mails of an hour, to this address and to other spellings of its mailbox.</summary>
    public ImmutableArray<SignInMailed> Mailed { get; init; } = [];

    /// <summary>Where somebody has signed in with this address, the newest at the end.</summary>
    public ImmutableArray<BrowserHash> Browsers { get; init; } = [];

    /// <summary>Those that are not told yet, the newest at most <see cref="MostInvitations"/>.</summary>
    public ImmutableArray<KeptInvitation> Invitations { get; init; } = [];

    public Address Apply(Happened<AddressEvent> fact) => fact.Event switch
    {
        AddressEvent.LinkAsked asked => Mail(fact.At, asked.Browser, Knows(asked.Browser)) with
        {
            Pending =
            [
                .. Pending.RemoveAll(link => link.Browser == asked.Browser)
                    .Add(new(asked.Link, asked.Address, asked.Language, asked.ReturnTo, asked.Until, 0, asked.Browser))
                    .TakeLast(MostPending),
            ],
        },
        AddressEvent.MailCounted counted => Mail(fact.At, counted.Browser, counted.IsKnown),
        AddressEvent.LinkUsed used => Without(used.Link) with
        {
            Browsers = used.Browser is { } browser
                ? [.. Browsers.Remove(browser).Add(browser).TakeLast(MostBrowsers)]
                : Browsers,
        },
        AddressEvent.LinkExpired expired => Without(expired.Link),
        AddressEvent.CodeWrong wrong => this with
        {
            Pending =
            [
                .. Pending.Select(each =>
                    each.Link == wrong.Link ? each with { WrongCodes = each.WrongCodes + 1 } : each),
            ],
        },
        AddressEvent.Claimed claimed => this with { Member = claimed.Member },
        AddressEvent.InvitationKept kept => this with { Invitations = [.. Invitations.RemoveAll(each => each.Community == kept.Community).Add(new(kept.Community, kept.Address)).TakeLast(MostInvitations)] },
        AddressEvent.InvitationTold told => this with { Invitations = Invitations.RemoveAll(each => each.Community == told.Community) },
        _ => this,
    };

    public bool Knows(BrowserHash? browser) => browser is { } known && Browsers.Contains(known);

    /// <summary>
    /// The link whose code works in this browser. One from before codes were bound works in every browser that has no
    /// other.
    /// </summary>
    public PendingLink? LinkFor(BrowserHash? browser) =>
        Pending.FirstOrDefault(link => link.Browser is not null && link.Browser == browser)
        ?? Pending.FirstOrDefault(link => link.Browser is null);

    /// <summary>When the clock has to look at the links again.</summary>
    public DateTimeOffset? NextExpiry() => Pending.IsEmpty ? null : Pending.Min(link => link.Until);

    public Address Without(string name) => this with { Pending = Pending.RemoveAll(link => link.Link == name) };

    private Address Mail(DateTimeOffset at, BrowserHash? browser, bool isKnown) => this with
    {
        Mailed =
        [
            .. Mailed.RemoveAll(each => each.At <= at - SignInLimits.Window)
                .Add(new(at, browser, isKnown))
                .TakeLast(MostMailed),
        ],
    };
}

internal sealed record KeptInvitation(CommunityId Community, string Address);

/// <param name="Browser">Where the code works; none where it was asked for before codes were bound.</param>
internal sealed record PendingLink(
    string Link,
    string Address,
    string Language,
    string ReturnTo,
    DateTimeOffset Until,
    int WrongCodes,
    BrowserHash? Browser);

/// <param name="IsKnown">The browser had signed in with the address when it asked.</param>
internal sealed record SignInMailed(DateTimeOffset At, BrowserHash? Browser, bool IsKnown);
