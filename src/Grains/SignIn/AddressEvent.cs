using PublicBuyers.Journal;

namespace PublicBuyers.SignIn;

/// <summary>Everything that can happen to an address. Secrets are derived from a link's name and are in no fact.</summary>
internal abstract record AddressEvent : Fact
{
    public const string InvitationToldName = "address.invitation-told";

    private AddressEvent() { }

    /// <param name="Browser">The code works there only; none in facts from before codes were bound.</param>
    [Fact("address.link-asked")]
    public sealed record LinkAsked(
        string Link,
        string Address,
        string Language,
        string ReturnTo,
        DateTimeOffset Until,
        BrowserHash? Browser = null) : AddressEvent;

    /// <summary>A sign-in mail goes to this mailbox by another spelling of its address: <c>name+more@…</c>.</summary>
    /// <param name="IsKnown">The browser has signed in with that spelling before.</param>
    [Fact("address.mail-counted")]
    public sealed record MailCounted(BrowserHash Browser, bool IsKnown) : AddressEvent;

    /// <param name="Browser">Where it was used; it is known from then on.</param>
    [Fact("address.link-used")]
    public sealed record LinkUsed(string Link, BrowserHash? Browser = null) : AddressEvent;

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
