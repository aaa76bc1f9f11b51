namespace PublicBuyers.Mails;

/// <summary>
/// Mail that is sent one after the other. Lanes do not wait for each other. The numbers are kept in the outbox.
/// </summary>
internal enum MailLane
{
    Other = 0,

    /// <summary>Its reader waits for it, to sign in.</summary>
    AskedFor = 1,
}
