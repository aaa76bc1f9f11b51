using Microsoft.Data.Sqlite;
using PublicBuyers.Mails;
using PublicBuyers.SignIn;

namespace PublicBuyers.Storage;

/// <summary>
/// How much may wait at one time, so that nobody fills the outbox for everybody. They are counted lane by lane: other
/// mail takes no room
/// from those who sign in. Mail that is of no use any more does not count.
/// </summary>
internal static class OutboxBounds
{
    /// <summary>
    /// With so much other mail waiting, the next waits with its fact: nothing is lost, and what tells of it tries
    /// again.
    /// </summary>
    public const int MostWaiting = 100_000;

    /// <summary>Mail to sign in, of everybody: where it cannot leave, more of it helps nobody.</summary>
    public const int MostAskedFor = 10_000;

    /// <summary>For one address.</summary>
    public const int MostForAnAddress = 200;

    /// <summary>What strangers may ask for in an hour, and what two browsers of the owner's may besides.</summary>
    public const int MostAskedForByAnAddress =
        SignInLimits.MostLinksOfStrangersAnHour + (2 * SignInLimits.MostLinksAnHour);

    /// <summary>For all addresses of one domain, which may be a large organisation.</summary>
    public const int MostForADomain = 20_000;

    public const int MostAskedForByADomain = 1_000;

    /// <summary>Because of one member, whomever it is for.</summary>
    public const int MostOfACause = 5_000;

    /// <returns>A sentence about the bound that this mail would exceed; none where it may wait.</returns>
    /// <exception cref="InvalidOperationException">The outbox is full.</exception>
    public static string? Exceeded(SqliteConnection connection, Mail mail, MailLane lane, DateTimeOffset now)
    {
        var isAskedFor = lane is MailLane.AskedFor;
        if (!isAskedFor && IsFull(MostWaiting, "1", 1))
            throw new InvalidOperationException(
                $"{MostWaiting} mails wait to be sent already; see what `doctor` says of the mail server."
            );
        if (isAskedFor && IsFull(MostAskedFor, "1", 1))
            return $"{MostAskedFor} mails to sign in were waiting already.";

        return OverOne(isAskedFor ? MostAskedForByAnAddress : MostForAnAddress, "address", mail.To, "this address")
            ?? OverOne(
                isAskedFor ? MostAskedForByADomain : MostForADomain,
                "domain",
                DomainOf(mail.To),
                "the domain of this address"
            )
            ?? (mail.Cause is { } cause ? OverOne(MostOfACause, "cause", cause, "the same cause") : null);

        string? OverOne(int most, string column, string value, string called) =>
            IsFull(most, column, value) ? $"{most} mails were waiting already for {called}." : null;

        bool IsFull(int most, string column, object value) =>
            connection.Scalar(
                $"SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 0 AND asked_for = $lane AND {column} = "
                    + $"$value AND (of_use_until IS NULL OR of_use_until > $now) LIMIT $most)",
                ("$lane", (int)lane),
                ("$value", value),
                ("$now", now.UtcTicks),
                ("$most", most)
            )
                is long waiting
            && waiting >= most;
    }

    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
}
