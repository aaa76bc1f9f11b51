using MimeKit;

namespace PublicBuyers.Mails;

/// <summary>One way out of this machine. Used by one caller at a time.</summary>
internal interface IMailTransport : IAsyncDisposable
{
    /// <summary>Makes ready to send; at once, where it is ready already. Ends within a bounded time.</summary>
    /// <returns>None when it is ready.</returns>
    Task<Delivery.Away?> Open(CancellationToken cancel);

    /// <summary>
    /// Opens first where it is not open. Ends within a bounded time. Cancelled, the mail may have left or not.
    /// </summary>
    Task<Delivery> Send(MimeMessage message, CancellationToken cancel);

    /// <summary>Closes what was kept open for the next mail. The next mail opens it again.</summary>
    Task Rest(CancellationToken cancel);
}

/// <summary>What became of a mail that was handed on.</summary>
/// <param name="Said">By the other side; may hold the address.</param>
internal abstract record Delivery(string Said)
{
    private Delivery()
        : this("") { }

    public sealed record Accepted(string Said) : Delivery(Said);

    /// <summary>The server answers, and wants this mail at another time.</summary>
    public sealed record Later(string Said) : Delivery(Said);

    /// <summary>The server answers, and will never take this mail.</summary>
    /// <param name="IsAddress">No other mail would reach this address either.</param>
    public sealed record Refused(string Said, bool IsAddress) : Delivery(Said);

    /// <summary>
    /// The server broke off, or is in trouble, in the middle of this mail: its trouble or the mail's, which the next
    /// connection shows.
    /// </summary>
    public sealed record Broken(string Said) : Delivery(Said);

    /// <summary>The server could not be reached or will not work for us. No mail was tried.</summary>
    public sealed record Away(string Said) : Delivery(Said);
}
