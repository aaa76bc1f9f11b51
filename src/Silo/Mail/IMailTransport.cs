namespace PublicBuyers.Mails;

/// <summary>How mail leaves this machine.</summary>
internal interface IMailTransport
{
    /// <summary>Ends within a bounded time. Cancelled, the mail may have left or not.</summary>
    Task<Delivery> Send(Mail mail, CancellationToken cancel);
}

/// <summary>What became of a mail that was handed on.</summary>
/// <param name="Said">By the other side; may hold the address.</param>
internal abstract record Delivery(string Said)
{
    public sealed record Accepted() : Delivery("");

    /// <param name="IsUnreachable">Not this mail, but the server: the next will fare no better.</param>
    public sealed record Later(string Said, bool IsUnreachable) : Delivery(Said);

    /// <param name="IsAddress">No other mail would reach this address either.</param>
    public sealed record Refused(string Said, bool IsAddress) : Delivery(Said);
}
