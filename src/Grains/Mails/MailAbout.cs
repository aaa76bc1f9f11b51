using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers.Mails;

/// <summary>What a mail says and to whom, so that both can be looked at again when it leaves. Kept with it; the names are permanent.</summary>
[JsonDerivedType(typeof(Waiting), "waiting")]
[JsonDerivedType(typeof(Outcome), "outcome")]
[JsonDerivedType(typeof(Restricted), "restricted")]
[JsonDerivedType(typeof(Standing), "standing")]
[JsonDerivedType(typeof(Hidden), "hidden")]
[JsonDerivedType(typeof(Published), "published")]
[JsonDerivedType(typeof(Withdrawn), "withdrawn")]
[JsonDerivedType(typeof(Bridged), "bridged")]
[JsonDerivedType(typeof(Invited), "invited")]
[JsonDerivedType(typeof(Several), "several")]
public abstract record MailAbout
{
    private MailAbout() { }

    /// <summary>Whom it is for, as one word: what one person causes another is counted by it.</summary>
    [JsonIgnore]
    public abstract string ReaderName { get; }

    /// <summary>An item of a queue waits, and the reader may decide on it.</summary>
    public sealed record Waiting(MemberId Reader, CommunityId Community, ItemNumber Number) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>What was decided on something that the reader asked for.</summary>
    public sealed record Outcome(MemberId Reader, CommunityId Community, ItemNumber Number, ItemKind Kind, Verdict Verdict) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>A restriction of the reader, which began at <paramref name="Since"/>.</summary>
    public sealed record Restricted(MemberId Reader, CommunityId Community, RestrictionKind Kind, DateTimeOffset Since) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>A role of the reader, or without one: nothing restricts the reader any more.</summary>
    public sealed record Standing(MemberId Reader, CommunityId Community, Role? Role) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>A post of the reader's that a moderator hid or deleted; none: all that they wrote in a community.</summary>
    public sealed record Hidden(MemberId Reader, RoomId? Room, PostNumber? Post) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>Something was published in a community that the reader moderates.</summary>
    public sealed record Published(MemberId Reader, PublicationId Publication) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>Something of the reader's was taken away.</summary>
    public sealed record Withdrawn(MemberId Reader, PublicationId Publication) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>A link between the reader's community and another.</summary>
    public sealed record Bridged(MemberId Reader, BridgeId Bridge, CommunityId Side, BridgeNews News) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Reader.Value;
    }

    /// <summary>An address is invited to a community.</summary>
    public sealed record Invited(AddressKey Address, CommunityId Community) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Address.Value;
    }

    /// <summary>Several things, gathered into one mail.</summary>
    public sealed record Several(ImmutableArray<MailAbout> Each) : MailAbout
    {
        [JsonIgnore]
        public override string ReaderName => Each[0].ReaderName;
    }
}

/// <summary>Why a mail that waits is not sent.</summary>
public enum MailObsolete
{
    /// <summary>What it says is over: decided, taken back, lifted, withdrawn.</summary>
    Over,

    /// <summary>Its reader may not see this any more: banned, suspended, gone, or without the role.</summary>
    NotForReader,

    /// <summary>Its reader has another address now, or no account any more.</summary>
    AddressChanged,
}

/// <summary>Looks at a mail again in the moment when it leaves.</summary>
public interface IMailCheck
{
    /// <returns>None: it can go. So can what nobody can look at any more, because its stream is damaged.</returns>
    Task<MailObsolete?> WhyNot(Mail mail);
}
