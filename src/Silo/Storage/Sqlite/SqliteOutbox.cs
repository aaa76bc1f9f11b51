using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using PublicBuyers.Mails;
using PublicBuyers.Platform;

namespace PublicBuyers.Storage;

/// <summary>Mail on its way out, in state.db. A mail that is kept survives the power.</summary>
internal sealed class SqliteOutbox : IMailbox, IMailDesk, IAsyncDisposable
{
    /// <summary>Characters of a mail, all told. A longer one is given up.</summary>
    public const int LongestMail = 1_000_000;

    /// <summary>What a mail server said, as kept.</summary>
    public const int LongestSaid = 500;

    /// <summary>For so long after it was sent or given up, the same mail is known again.</summary>
    public static readonly TimeSpan Remembered = TimeSpan.FromDays(30);

    private const string Columns =
        "id, address, subject, text, html, language, of_use_until, asked_for, kept_at, tries, cause, about, "
        + "iif(held = 1, pair, NULL)";

    /// <summary>What is left of a mail that is done with: neither address nor words.</summary>
    private const string Wordless =
        "address = NULL, domain = NULL, cause = NULL, subject = NULL, text = NULL, html = NULL, language = NULL, "
        + "about = NULL, pair = NULL";

    private readonly FrozenDictionary<MailLane, Channel<bool>> bells = Enum.GetValues<MailLane>()
        .ToFrozenDictionary(
            lane => lane,
            _ =>
                Channel.CreateBounded<bool>(
                    new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
                )
        );
    private readonly SqliteConnection connection;
    private readonly SqliteInTurn turn;
    private readonly Statement sent;
    private readonly IClock clock;
    private int edition;

    public SqliteOutbox(DataFolder folder, IClock clock)
    {
        this.clock = clock;
        connection = SqliteFile.Open(folder.Layout.State, SqliteKind.State);
        // of this connection alone: what else is in state.db can be made again
        connection.Run("PRAGMA synchronous = FULL;");
        turn = new(connection, SqliteKind.State);
        sent = new(
            connection,
            $"UPDATE outbox SET state = {OutboxRows.Sent}, done_at = ?2, {Wordless} WHERE id = ?1 AND state = 0"
        );
    }

    /// <param name="Tries">That have failed.</param>
    /// <param name="Pair">Where it is held: it waits to be gathered with what else is held for the same two people.</param>
    internal sealed record Waiting(Mail Mail, DateTimeOffset KeptAt, int Tries, string? Pair = null);

    /// <param name="Mails">Due now, in order.</param>
    /// <param name="Due">When something will be; none when nothing waits, or something is due.</param>
    internal sealed record Upcoming(ImmutableArray<Waiting> Mails, DateTimeOffset? Due);

    /// <summary>
    /// Changes whenever mail that waits is given up in place of being sent: what was read before may be among it.
    /// </summary>
    public int Edition => Volatile.Read(ref edition);

    /// <summary>
    /// Keeps the mail; of those that are asked for, in place of older ones. What cannot be written, and what exceeds the bounds for its address, domain or cause, is given
    /// up and listed.
    /// </summary>
    /// <exception cref="InvalidOperationException">The outbox is full.</exception>
    public async Task Deliver(Mail mail, CancellationToken cancel)
    {
        if (await turn.Use(() => Keep(mail), cancel))
            bells[LaneOf(mail)].Writer.TryWrite(true);
    }

    /// <summary>
    /// What has been due longest; in the lane of those who sign in, what was never tried before what was.
    /// </summary>
    public Task<Upcoming> Next(MailLane lane, DateTimeOffset now, int most, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                var due = connection
                    .Rows(
                        $"""
                        SELECT {Columns} FROM outbox
                        WHERE state = 0 AND asked_for = $lane AND due <= $now
                        ORDER BY {(lane is MailLane.AskedFor ? "tries > 0, " : "")}due, kept_at LIMIT $most
                        """,
                        ("$lane", (int)lane),
                        ("$now", now.UtcTicks),
                        ("$most", most)
                    )
                    .Select(Read)
                    .ToImmutableArray();
                return new Upcoming(due, due.IsEmpty ? NextDue(lane) : null);
            },
            cancel
        );

    /// <summary>What is held for the same two people, oldest first.</summary>
    public Task<ImmutableArray<Waiting>> Held(string pair, CancellationToken cancel) => turn.Use<ImmutableArray<Waiting>>(
        () => [.. connection.Rows($"SELECT {Columns} FROM outbox WHERE state = 0 AND held = 1 AND pair = $pair ORDER BY kept_at, id", ("$pair", pair)).Select(Read)],
        cancel);

    /// <summary>Sends one mail in place of those that were held; or the only one as it is.</summary>
    /// <param name="gathered">Says what they say. None: there is one, and it is held no longer.</param>
    public Task Gather(string pair, IReadOnlyList<string> held, Mail? gathered, CancellationToken cancel) => turn.Use(
        () =>
        {
            using var transaction = connection.BeginTransaction();
            OutboxPace.Count(connection, pair, clock.Now);
            foreach (var id in held)
            {
                if (gathered is null) connection.Run("UPDATE outbox SET held = 0 WHERE id = $id AND state = 0", ("$id", id));
                else End(id, OutboxRows.Gathered, because: null, said: null);
            }

            if (gathered is not null) Insert(gathered, pair, clock.Now, isHeld: false);
            transaction.Commit();
            return Done.Value;
        },
        cancel);

    /// <summary>Completes when something was kept since it was last asked.</summary>
    public async Task Added(MailLane lane, CancellationToken cancel) => await bells[lane].Reader.ReadAsync(cancel);

    /// <summary>Address and words are gone with this.</summary>
    /// <param name="isOnDisk">Completes when this and everything before it survives the power; else it survives the
    /// process, and costs less.</param>
    public Task Sent(string messageId, bool isOnDisk, CancellationToken cancel) =>
        isOnDisk
            ? turn.Use(() => EndSent(messageId), cancel)
            : turn.UseHere(() => EndSoon(messageId), cancel);

    public Task TryAgain(string messageId, DateTimeOffset due, string said, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                connection.Run(
                    "UPDATE outbox SET due = $due, tries = tries + 1, said = $said WHERE id = $id AND state = 0",
                    ("$id", messageId),
                    ("$due", due.UtcTicks),
                    ("$said", Shortened(said))
                );
                return Done.Value;
            },
            cancel
        );

    /// <summary>Why this mail waits, although it was not tried.</summary>
    public Task Note(string messageId, string said, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                connection.Run(
                    "UPDATE outbox SET said = $said WHERE id = $id AND state = 0",
                    ("$id", messageId),
                    ("$said", Shortened(said))
                );
                return Done.Value;
            },
            cancel
        );

    /// <summary>No server has taken these in time.</summary>
    public Task GiveUpKeptBefore(MailLane lane, DateTimeOffset before, string said, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                using var transaction = connection.BeginTransaction();
                foreach (
                    var id in Ids(
                        "asked_for = $lane AND kept_at <= $before",
                        ("$lane", (int)lane),
                        ("$before", before.UtcTicks)
                    )
                )
                    End(id, OutboxRows.GivenUp, GivenUpBecause.NotAcceptedInTime, Shortened(said));
                transaction.Commit();
                Interlocked.Increment(ref edition);
                return Done.Value;
            },
            cancel
        );

    public Task GiveUp(string messageId, GivenUpBecause because, string said, CancellationToken cancel) =>
        turn.Use(() => End(messageId, OutboxRows.GivenUp, because, Shortened(said)), cancel);

    /// <summary>Gives this mail up, and with it what else waits for its address and was not asked for.</summary>
    public Task Stop(Mail mail, string said, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                using var transaction = connection.BeginTransaction();
                connection.Run(
                    "INSERT INTO stopped (address, said, at) VALUES ($address, $said, $at) ON CONFLICT DO NOTHING",
                    ("$address", mail.To),
                    ("$said", Shortened(said)),
                    ("$at", clock.Now.UtcTicks)
                );
                End(
                    mail.MessageId,
                    OutboxRows.GivenUp,
                    GivenUpBecause.AddressRefused,
                    OutboxRows.Without(mail.To, Shortened(said))
                );
                foreach (var other in Ids("address = $address AND asked_for = 0", ("$address", mail.To)))
                    End(other, OutboxRows.GivenUp, GivenUpBecause.AddressStopped, "");
                transaction.Commit();
                Interlocked.Increment(ref edition);
                return Done.Value;
            },
            cancel
        );

    /// <summary>
    /// Forgets what was done long ago, and empties the log, where words of sent mails may still stand.
    /// </summary>
    public Task Prune(CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                connection.Run(
                    "DELETE FROM outbox WHERE state <> 0 AND done_at < $before",
                    ("$before", (clock.Now - Remembered).UtcTicks)
                );
                connection.Run("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA busy_timeout = 5000;");
                return Done.Value;
            },
            cancel
        );

    public Task<MailState> State(CancellationToken cancel) => turn.Use(() => OutboxRows.State(connection), cancel);

    public Task<StoppedAddress?> StoppedFor(string address, CancellationToken cancel) =>
        turn.Use(() => OutboxRows.StoppedFor(connection, address), cancel);

    public Task Lift(string address, CancellationToken cancel) =>
        turn.Use(
            () =>
            {
                connection.Run("DELETE FROM stopped WHERE address = $address", ("$address", address));
                return Done.Value;
            },
            cancel
        );

    public async ValueTask DisposeAsync()
    {
        await turn.UseHere(
            () =>
            {
                sent.Dispose();
                return Done.Value;
            },
            CancellationToken.None
        );
        await turn.DisposeAsync();
    }

    private DateTimeOffset? NextDue(MailLane lane) =>
        TimeOf(
            connection.Scalar("SELECT min(due) FROM outbox WHERE state = 0 AND asked_for = $lane", ("$lane", (int)lane))
        );

    private static DateTimeOffset? TimeOf(object? ticks) => ticks is long value ? new(value, TimeSpan.Zero) : null;

    private static string Shortened(string said) => said.Length <= LongestSaid ? said : said[..LongestSaid];

    private static Waiting Read(SqliteDataReader row) =>
        new(
            new(
                row.GetString(0),
                row.GetString(1),
                row.GetString(2),
                row.GetString(3),
                row.GetString(4),
                row.GetString(5)
            )
            {
                OfUseUntil = row.IsDBNull(6) ? null : new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero),
                IsAskedFor = row.GetInt64(7) != 0,
                Cause = row.IsDBNull(10) ? null : row.GetString(10),
                About = row.IsDBNull(11) ? null : JsonSerializer.Deserialize<MailAbout>(row.GetString(11)),
            },
            new(row.GetInt64(8), TimeSpan.Zero),
            row.GetInt32(9),
            row.IsDBNull(12) ? null : row.GetString(12)
        );

    /// <returns>Whether there is something to send now.</returns>
    private bool Keep(Mail mail)
    {
        using var transaction = connection.BeginTransaction();
        if (connection.Scalar("SELECT 1 FROM outbox WHERE id = $id", ("$id", mail.MessageId)) is not null)
            return false;

        var pair = OutboxPace.PairOf(mail);
        var refusal = RefusalOf(mail, pair);
        var (due, isHeld) = refusal is null ? OutboxPace.Take(connection, pair, clock.Now) : (clock.Now, false);
        var replaced = refusal is null ? OutboxBounds.ReplacedBy(connection, mail).ToList() : [];
        foreach (var older in replaced)
            End(older, OutboxRows.Replaced, because: null, said: null);
        Insert(mail, pair, due, isHeld);
        if (refusal is var (because, said)) End(mail.MessageId, OutboxRows.GivenUp, because, Shortened(said));
        transaction.Commit();
        if (replaced.Count > 0) Interlocked.Increment(ref edition);
        return refusal is null;
    }

    private void Insert(Mail mail, string? pair, DateTimeOffset due, bool isHeld) => connection.Run(
        """
        INSERT INTO outbox (id, state, kept_at, due, tries, asked_for, of_use_until, address, domain, cause, subject, text, html, language, about, pair, held)
        VALUES ($id, 0, $now, $due, 0, $asked, $until, $address, $domain, $cause, $subject, $text, $html, $language, $about, $pair, $held)
        ON CONFLICT (id) DO NOTHING
        """,
        ("$id", mail.MessageId), ("$now", clock.Now.UtcTicks), ("$due", due.UtcTicks), ("$asked", (int)LaneOf(mail)), ("$until", mail.OfUseUntil?.UtcTicks),
        ("$address", mail.To), ("$domain", OutboxBounds.DomainOf(mail.To)), ("$cause", mail.Cause),
        ("$subject", mail.Subject), ("$text", mail.Text), ("$html", mail.Html), ("$language", mail.Language),
        ("$about", mail.About is { } about ? JsonSerializer.Serialize(about) : null), ("$pair", pair), ("$held", isHeld ? 1 : 0));

    /// <summary>Why this mail will not be sent; none where it will.</summary>
    private (GivenUpBecause Because, string Said)? RefusalOf(Mail mail, string? pair)
    {
        if (mail.Unwritable is { } fault)
            return (GivenUpBecause.CannotBeSent, fault);
        if (mail.To.Length + mail.Subject.Length + mail.Text.Length + mail.Html.Length > LongestMail)
            return (GivenUpBecause.CannotBeSent, $"The mail has more than {LongestMail} characters.");
        if (!mail.IsAskedFor && OutboxRows.StoppedFor(connection, mail.To) is not null)
            return (GivenUpBecause.AddressStopped, "");

        var bound = OutboxBounds.Exceeded(connection, mail, LaneOf(mail), clock.Now) ?? OutboxPace.Exceeded(connection, pair);
        return bound is null ? null : (GivenUpBecause.TooMany, bound);
    }

    private List<string> Ids(string which, params (string Name, object? Value)[] values) =>
        [
            .. connection
                .Rows($"SELECT id FROM outbox WHERE state = 0 AND {which}", values)
                .Select(row => row.GetString(0)),
        ];

    private static MailLane LaneOf(Mail mail) => mail.IsAskedFor ? MailLane.AskedFor : MailLane.Other;

    private Done EndSent(string messageId)
    {
        sent.Bind(1, messageId).Bind(2, clock.Now.UtcTicks).Run();
        return Done.Value;
    }

    private Done EndSoon(string messageId)
    {
        connection.Run("PRAGMA synchronous = NORMAL;");
        try
        {
            return EndSent(messageId);
        }
        finally
        {
            connection.Run("PRAGMA synchronous = FULL;");
        }
    }

    private Done End(string messageId, int state, GivenUpBecause? because, string? said)
    {
        connection.Run(
            $"UPDATE outbox SET state = $state, done_at = $now, because = $because, said = $said, {Wordless} "
                + "WHERE id = $id AND state = 0",
            ("$id", messageId),
            ("$state", state),
            ("$now", clock.Now.UtcTicks),
            ("$because", because is { } why ? (int)why : null),
            ("$said", said)
        );
        if (because is { } reason)
            Telemetry.MailsGivenUp.Add(1, new KeyValuePair<string, object?>("because", reason.ToString()));
        return Done.Value;
    }
}
