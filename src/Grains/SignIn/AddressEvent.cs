using PublicBuyers.Journal;

namespace PublicBuyers.SignIn;

/// <summary>Everything that can happen to an address. Secrets are derived from a link's name and are in no fact.</summary>
internal abstract record AddressEvent : Fact
{
    public const string InvitationToldName = "address.invitation-told";

    private AddressEvent() { }

    [Fact("address.link-asked")]
    public sealed record LinkAsked(string Link, string Address, string Language, string ReturnTo, DateTimeOffset Until) : AddressEvent;

    [Fact("address.link-used")]
    public sealed record LinkUsed(string Link) : AddressEvent;

    [Fact("address.link-expired")]
    public sealed record LinkExpired(string Link) : AddressEvent;

    [Fact("address.code-wrong")]
    public sealed record CodeWrong(string Link) : AddressEvent;

    [Fact("address.claimed")]
    public sealed record Claimed(MemberId Member) : AddressEvent;

    /// <summary>A community is about to invite it: the address waits here.</summary>
    [Fact("address.invitation-kept")]
    public sealed record InvitationKept(CommunityId Community, string Address) : AddressEvent;

    /// <summary>It is invited, and gets a mail by this.</summary>
    [Fact(InvitationToldName)]
    public sealed record InvitationTold(CommunityId Community, string Address, MemberId InvitedBy) : AddressEvent;
}
