using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.SignIn;

/// <summary>An address: whose it is, and the link that waits to be used.</summary>
internal sealed record Address : IFolded<Address, AddressEvent>
{
    /// <summary>As many communities as there may soon be.</summary>
    public const int MostInvitations = 100;

    public static Address Empty { get; } = new();

    public static int Schema => 2;

    public MemberId? Member { get; init; }

    /// <summary>The newest link, while it can be used.</summary>
    public PendingLink? Pending { get; init; }

    /// <summary>When the last links were asked for, at most <see cref="SignInLimits.MostLinksAnHour"/>.</summary>
    public ImmutableArray<DateTimeOffset> Asked { get; init; } = [];

    /// <summary>Those that are not told yet, the newest at most <see cref="MostInvitations"/>.</summary>
    public ImmutableArray<KeptInvitation> Invitations { get; init; } = [];

    public Address Apply(Happened<AddressEvent> fact) => fact.Event switch
    {
        AddressEvent.LinkAsked asked => this with
        {
            Pending = new(asked.Link, asked.Address, asked.Language, asked.ReturnTo, asked.Until, 0),
            Asked = [.. Asked.Add(fact.At).TakeLast(SignInLimits.MostLinksAnHour)],
        },
        AddressEvent.LinkUsed or AddressEvent.LinkExpired => this with { Pending = null },
        AddressEvent.CodeWrong => this with { Pending = Pending is { } pending ? pending with { WrongCodes = pending.WrongCodes + 1 } : null },
        AddressEvent.Claimed claimed => this with { Member = claimed.Member },
        AddressEvent.InvitationKept kept => this with { Invitations = [.. Invitations.RemoveAll(each => each.Community == kept.Community).Add(new(kept.Community, kept.Address)).TakeLast(MostInvitations)] },
        AddressEvent.InvitationTold told => this with { Invitations = Invitations.RemoveAll(each => each.Community == told.Community) },
        _ => this,
    };
}

internal sealed record KeptInvitation(CommunityId Community, string Address);

internal sealed record PendingLink(string Link, string Address, string Language, string ReturnTo, DateTimeOffset Until, int WrongCodes);
