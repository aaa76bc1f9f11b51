using System.Collections.Immutable;

namespace PublicBuyers.Platform;

/// <summary>Who administers the platform. The list is kept here, so that of two who dismiss each other one remains.</summary>
[Alias("platform")]
public interface IPlatformGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes a one-time administrator link: the hash of its token is kept, the token is not. Only the newest link
    /// works, for <see cref="AdministratorLimits.LinkLasts"/>, and once. For the server's own use.
    /// </summary>
    [Alias("invite")] Task<Outcome<Done>> InviteAdministrator(InviteAdministrator command);

    /// <summary>Uses the link, once; every other link stops working. Says whom it was made for, if for somebody.</summary>
    [Alias("accept")] Task<Outcome<AdministratorLink>> AcceptInvitation(AcceptInvitation command);

    /// <summary>Whether the link can still be used, without using it.</summary>
    [Alias("look"), ReadOnly] Task<Outcome<AdministratorLink>> LookAtInvitation(string tokenHash);

    /// <summary>Whether anybody has become administrator yet.</summary>
    [Alias("has-administrator"), ReadOnly] Task<bool> HasAdministrator();

    /// <summary>
    /// Appoints a member. Administrators do. In force when the task completes; again: no effect.
    /// </summary>
    [Alias("appoint")] Task<Outcome<Done>> Appoint(ChangeAdministrator command);

    /// <summary>
    /// Dismisses an administrator, oneself too, but never the last. Administrators do. In force when the task
    /// completes, on open connections within a second; again: no effect.
    /// </summary>
    [Alias("dismiss")] Task<Outcome<Done>> Dismiss(ChangeAdministrator command);

    /// <summary>The administrators and the newest changes among them. Administrators ask.</summary>
    [Alias("administrators")] Task<Outcome<AdministratorsView>> Administrators(MemberId reader);
}

public static class AdministratorLimits
{
    public static readonly TimeSpan LinkLasts = TimeSpan.FromHours(24);

    /// <summary>Administrators at a time.</summary>
    public const int Most = 50;

    /// <summary>The newest appointments and dismissals that are listed.</summary>
    public const int ActsKept = 100;
}

[GenerateSerializer, Immutable, Alias("platform.invite-administrator")]
public sealed record InviteAdministrator : Command
{
    /// <summary>SHA-256 of the token, in hexadecimal digits.</summary>
    [Id(0)] public required string TokenHash { get; init; }

    /// <summary>Whom the link signs in; none: whoever uses it gives an address.</summary>
    [Id(1)] public MemberId? For { get; init; }
}

[GenerateSerializer, Immutable, Alias("platform.accept-invitation")]
public sealed record AcceptInvitation : Command
{
    [Id(0)] public required string TokenHash { get; init; }

    /// <summary>Who becomes administrator by it.</summary>
    [Id(1)] public required MemberId Member { get; init; }
}

[GenerateSerializer, Immutable, Alias("platform.administrator-link")]
public sealed record AdministratorLink([property: Id(0)] MemberId? For);

[GenerateSerializer, Immutable, Alias("platform.change-administrator")]
public sealed record ChangeAdministrator : Command
{
    /// <summary>Who is appointed or dismissed.</summary>
    [Id(0)] public required MemberId Member { get; init; }
}

/// <param name="Administrators">In the order of appointment.</param>
/// <param name="Acts">The newest first, at most <see cref="AdministratorLimits.ActsKept"/>.</param>
[GenerateSerializer, Immutable, Alias("platform.administrators-view")]
public sealed record AdministratorsView(
    [property: Id(0)] ImmutableArray<AdministratorAct> Administrators,
    [property: Id(1)] ImmutableArray<AdministratorAct> Acts);

/// <summary>Somebody was appointed or dismissed.</summary>
/// <param name="By">Who did it: the member themselves by a link; the server, where it was done before this was recorded.</param>
[GenerateSerializer, Immutable, Alias("platform.administrator-act")]
public sealed record AdministratorAct(
    [property: Id(0)] MemberId Member,
    [property: Id(1)] bool IsAppointed,
    [property: Id(2)] MemberId By,
    [property: Id(3)] DateTimeOffset At);

public static class PlatformRefusal
{
    /// <summary>Only administrators appoint and dismiss.</summary>
    [GenerateSerializer, Immutable, Alias("platform.administrators-only")]
    public sealed record AdministratorsOnly() : Refusal(RefusalKind.NotAllowed, "platform.administrators-only");

    /// <summary>Nobody has signed in with this address yet.</summary>
    [GenerateSerializer, Immutable, Alias("platform.member-unknown")]
    public sealed record MemberUnknown([property: Id(0)] string Address) : Refusal(RefusalKind.Unprocessable, "platform.member-unknown");

    /// <summary>The last administrator stays one until another is appointed.</summary>
    [GenerateSerializer, Immutable, Alias("platform.last-administrator")]
    public sealed record LastAdministrator() : Refusal(RefusalKind.Conflict, "platform.last-administrator");

    [GenerateSerializer, Immutable, Alias("platform.too-many-administrators")]
    public sealed record TooManyAdministrators([property: Id(0)] int Most) : Refusal(RefusalKind.Unprocessable, "platform.too-many-administrators");

    [GenerateSerializer, Immutable, Alias("platform.link-invalid")]
    public sealed record LinkInvalid() : Refusal(RefusalKind.Unprocessable, "platform.link-invalid");
}

/// <summary>Streams that hold something this server cannot read, for the administrator.</summary>
public interface IQuarantine
{
    Task<ImmutableArray<QuarantinedStream>> All(CancellationToken cancel);
}

/// <param name="Reference">What a person who was refused was told.</param>
public sealed record QuarantinedStream(string Stream, long Sequence, string Reason, string Reference, DateTimeOffset Since);
