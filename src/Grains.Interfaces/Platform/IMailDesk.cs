using System.Collections.Immutable;

namespace PublicBuyers.Platform;

/// <summary>How mail fares, for administrators and for whom it does not reach.</summary>
public interface IMailDesk
{
    Task<MailState> State(CancellationToken cancel);

    /// <summary>None while mail goes to this address.</summary>
    Task<StoppedAddress?> StoppedFor(string address, CancellationToken cancel);

    /// <summary>Mail goes there again, from the next on: what was given up meanwhile is not sent. Again: no effect.</summary>
    Task Lift(string address, CancellationToken cancel);
}

/// <param name="WaitingSince">When the oldest of those that wait was kept.</param>
/// <param name="LastSaid">Why the oldest of them was not taken; empty before the first try.</param>
/// <param name="AllGivenUp">Within the days that they are remembered; <paramref name="GivenUp"/> are the newest of them.</param>
public sealed record MailState(int Waiting, DateTimeOffset? WaitingSince, string LastSaid, int AllGivenUp, ImmutableArray<GivenUpMail> GivenUp, ImmutableArray<StoppedAddress> Stopped)
{
    public static readonly MailState Empty = new(0, null, "", 0, [], []);
}

/// <param name="MessageId">What was told whom. The address is not kept.</param>
/// <param name="Said">By the mail server; empty where it was not asked.</param>
public sealed record GivenUpMail(string MessageId, GivenUpBecause Because, string Said, DateTimeOffset At);

public enum GivenUpBecause
{
    Refused,
    AddressRefused,
    AddressStopped,
    NotAcceptedInTime,

    /// <summary>What it offers has ended, such as a link to sign in.</summary>
    OfNoUse,

    /// <summary>This program cannot write or send it: its words, its address or a line of it.</summary>
    CannotBeSent,

    /// <summary>Too much waited already for its address, its domain or its cause.</summary>
    TooMany,

    /// <summary>What it says was over before it left: decided, taken back, lifted, withdrawn.</summary>
    Over,

    /// <summary>Its reader may not see this any more: banned, suspended, gone, or without the role.</summary>
    NotForReader,

    /// <summary>Its reader has another address now, or no account any more.</summary>
    AddressChanged,
}

/// <summary>No mail goes there, except what its owner asks for to sign in.</summary>
public sealed record StoppedAddress(string Address, string Said, DateTimeOffset Since);
