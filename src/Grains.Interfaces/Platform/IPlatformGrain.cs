using System.Collections.Immutable;

namespace PublicBuyers.Platform;

/// <summary>The platform's administration: how its first administrator comes to be.</summary>
[Alias("platform")]
public interface IPlatformGrain : IGrainWithStringKey
{
    /// <summary>Makes a one-time administrator link: the hash of its token is kept, the token is not.</summary>
    [Alias("invite")] Task<Outcome<Done>> InviteAdministrator(InviteAdministrator command);

    /// <summary>Uses the link, once. Says whom it was made for, if for somebody.</summary>
    [Alias("accept")] Task<Outcome<AdministratorLink>> AcceptInvitation(AcceptInvitation command);

    /// <summary>Whether the link can still be used, without using it.</summary>
    [Alias("look"), ReadOnly] Task<Outcome<AdministratorLink>> LookAtInvitation(string tokenHash);

    /// <summary>Whether anybody has become administrator yet.</summary>
    [Alias("has-administrator"), ReadOnly] Task<bool> HasAdministrator();
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

public static class PlatformRefusal
{
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
