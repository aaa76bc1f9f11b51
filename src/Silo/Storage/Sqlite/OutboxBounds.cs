using System.Globalization;
using Microsoft.Data.Sqlite;
using PublicBuyers.Mails;

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

    /// <summary>
    /// Addresses that mail to sign in waits for, of everybody: where it cannot leave, more of it helps nobody.
    /// </summary>
    public const int MostAskedFor = 10_000;

    /// <summary>For one address.</summary>
    public const int MostForAnAddress = 200;

    /// <summary>
    /// Mails to sign in that wait for one address, each asked for by another browser. A newer one takes the place of the
    /// oldest, so that nobody keeps the owner out by asking first. For its domain and for everybody they are one.
    /// </summary>
    public const int MostAskedForByAnAddress = 3;

    /// <summary>For all addresses of one domain, which may be a large organisation.</summary>
    public const int MostForADomain = 20_000;

    /// <summary>Addresses of one domain that mail to sign in waits for.</summary>
    public const int MostAskedForByADomain = 1_000;

    /// <summary>Because of one member, whomever it is for.</summary>
    public const int MostOfACause = 5_000;

    /// <returns>A sentence about the bound that this mail would exceed; none where it may wait.</returns>
    /// <exception cref="InvalidOperationException">The outbox is full.</exception>
    public static string? Exceeded(SqliteConnection connection, Mail mail, MailLane lane, DateTimeOffset now)
    {
        return lane is MailLane.AskedFor ? ExceededByAddresses(connection, mail, now) : ExceededByMails(connection, mail, now);
    }

    /// <summary>What waits for an address and has to make room for this mail, which its owner asks for again.</summary>
    public static IEnumerable<string> ReplacedBy(SqliteConnection connection, Mail mail)
    {
        if (!mail.IsAskedFor) return [];

        var waiting = connection
            .Rows(
                "SELECT id, cause FROM outbox WHERE state = 0 AND asked_for = $lane AND address = $address AND id <> $id "
                    + "ORDER BY kept_at DESC, rowid DESC",
                ("$lane", (int)MailLane.AskedFor),
                ("$address", mail.To),
                ("$id", mail.MessageId)
            )
            .Select(row => (Id: row.GetString(0), Cause: row.IsDBNull(1) ? null : row.GetString(1)))
            .ToLookup(each => each.Cause is not null && each.Cause == mail.Cause, each => each.Id);
        return waiting[true].Concat(waiting[false].Skip(MostAskedForByAnAddress - 1));
    }

    private static string? ExceededByAddresses(SqliteConnection connection, Mail mail, DateTimeOffset now)
    {
        const string Addresses =
            "SELECT count(*) FROM (SELECT DISTINCT address FROM outbox WHERE state = 0 AND asked_for = $lane AND {0} "
            + "AND (of_use_until IS NULL OR of_use_until > $now) LIMIT $most)";
        if (Count("address = $value", mail.To, 1) == 1) return null;   // its address has a place already

        if (Count("$value IS NULL", null, MostAskedFor) >= MostAskedFor)
            return $"Mails to sign in were waiting for {MostAskedFor} addresses already.";
        return Count("domain = $value", DomainOf(mail.To), MostAskedForByADomain) >= MostAskedForByADomain
            ? $"Mails to sign in were waiting for {MostAskedForByADomain} addresses of its domain already."
            : null;

        long Count(string which, string? value, int most) =>
            connection.Scalar(
                string.Format(CultureInfo.InvariantCulture, Addresses, which),
                ("$lane", (int)MailLane.AskedFor),
                ("$value", value),
                ("$now", now.UtcTicks),
                ("$most", most)
            )
                is long count ? count : 0;
    }

    private static string? ExceededByMails(SqliteConnection connection, Mail mail, DateTimeOffset now)
    {
        if (IsFull(MostWaiting, "1", 1))
            throw new InvalidOperationException(
                $"{MostWaiting} mails wait to be sent already; see what `doctor` says of the mail server."
            );

        return OverOne(MostForAnAddress, "address", mail.To, "this address")
            ?? OverOne(MostForADomain, "domain", DomainOf(mail.To), "the domain of this address")
            ?? (mail.Cause is { } cause ? OverOne(MostOfACause, "cause", cause, "the same cause") : null);

        string? OverOne(int most, string column, string value, string called) =>
            IsFull(most, column, value) ? $"{most} mails were waiting already for {called}." : null;

        bool IsFull(int most, string column, object value) =>
            connection.Scalar(
                $"SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = 0 AND asked_for = $lane AND {column} = "
                    + $"$value AND (of_use_until IS NULL OR of_use_until > $now) LIMIT $most)",
                ("$lane", (int)MailLane.Other),
                ("$value", value),
                ("$now", now.UtcTicks),
                ("$most", most)
            )
                is long waiting
            && waiting >= most;
    }

    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..].ToLowerInvariant();
}
