using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PublicBuyers.Journal;

namespace PublicBuyers.Platform;

/// <summary>Everything that can happen to the platform's administration.</summary>
/// <remarks>
/// Changes of who administers are numbered. The member's own stream follows by these numbers, so that an effect which
/// comes late undoes nothing.
/// </remarks>
internal abstract record AdministrationEvent : Fact
{
    public const string Accepted = "platform.invitation-accepted";
    public const string Appointed = "platform.administrator-appointed";
    public const string Dismissed = "platform.administrator-dismissed";

    private AdministrationEvent() { }

    [Fact("platform.administrator-invited")]
    public sealed record AdministratorInvited(string TokenHash, MemberId? For) : AdministrationEvent;

    /// <param name="Number">None in facts older than numbers.</param>
    [Fact(Accepted)]
    public sealed record InvitationAccepted(string TokenHash, MemberId Member, long? Number = null) : AdministrationEvent;

    [Fact(Appointed)]
    public sealed record AdministratorAppointed(MemberId Member, long Number) : AdministrationEvent;

    [Fact(Dismissed)]
    public sealed record AdministratorDismissed(MemberId Member, long Number) : AdministrationEvent;

    /// <summary>What should have followed from the fact <paramref name="Sequence"/> was refused where it was to happen.</summary>
    [Fact("platform.effect-refused")]
    public sealed record EffectRefused(long Sequence, string Code) : AdministrationEvent;
}

/// <summary>Who administers the platform, and the newest link that makes somebody an administrator.</summary>
internal sealed record Administration : IFolded<Administration, AdministrationEvent>
{
    public static Administration Empty { get; } = new();

    public static int Schema => 2;

    /// <summary>The newest, while nobody has used it.</summary>
    public Invitation? Invitation { get; init; }

    /// <summary>In the order of appointment, at most <see cref="AdministratorLimits.Most"/>.</summary>
    public ImmutableArray<Administrator> Administrators { get; init; } = [];

    /// <summary>The oldest first, at most <see cref="AdministratorLimits.ActsKept"/>.</summary>
    public ImmutableArray<AdministratorAct> Acts { get; init; } = [];

    /// <summary>Of the last change of who administers.</summary>
    public long LastNumber { get; init; }

    [JsonIgnore]
    public bool HasAdministrator => !Administrators.IsEmpty;

    public bool IsAdministrator(MemberId member) => Administrators.Any(each => each.Act.Member == member);

    /// <summary>The member was appointed or dismissed here: their own stream says nothing that this one does not know.</summary>
    public bool Knows(MemberId member) => IsAdministrator(member) || Acts.Any(act => act.Member == member);

    public Administration Apply(Happened<AdministrationEvent> fact) => fact.Event switch
    {
        AdministrationEvent.AdministratorInvited invited => this with { Invitation = new(invited.TokenHash, invited.For, fact.At + AdministratorLimits.LinkLasts) },
        AdministrationEvent.InvitationAccepted accepted => Appoint(fact, accepted.Member, accepted.Number) with { Invitation = null },
        AdministrationEvent.AdministratorAppointed appointed => Appoint(fact, appointed.Member, appointed.Number),
        AdministrationEvent.AdministratorDismissed dismissed => this with
        {
            Administrators = Administrators.RemoveAll(each => each.Act.Member == dismissed.Member),
            Acts = Keep(new(dismissed.Member, false, fact.By, fact.At)),
            LastNumber = dismissed.Number,
        },
        AdministrationEvent.EffectRefused refused => this with { Administrators = Administrators.RemoveAll(each => each.Sequence == refused.Sequence) },
        _ => this,
    };

    private Administration Appoint(Happened<AdministrationEvent> fact, MemberId member, long? number)
    {
        var act = new AdministratorAct(member, true, fact.By, fact.At);
        return this with
        {
            Administrators = IsAdministrator(member) ? Administrators : Administrators.Add(new(act, fact.Sequence)),
            Acts = IsAdministrator(member) ? Acts : Keep(act),
            LastNumber = number ?? LastNumber + 1,
        };
    }

    private ImmutableArray<AdministratorAct> Keep(AdministratorAct act) => [.. Acts.Add(act).TakeLast(AdministratorLimits.ActsKept)];
}

internal sealed record Invitation(string TokenHash, MemberId? For, DateTimeOffset Until);

/// <param name="Sequence">Of the fact that made them one.</param>
internal sealed record Administrator(AdministratorAct Act, long Sequence);
