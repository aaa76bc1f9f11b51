using System.Text;
using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Testing;

namespace PublicBuyers.Storage;

public sealed class TheOutbox
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task Keeps_a_mail_until_it_is_sent_whatever_restarts()
    {
        await using var open = new OpenJournal();
        await using (var outbox = new SqliteOutbox(open.Folder, clock))
        {
            await outbox.Deliver(To("ada") with { OfUseUntil = clock.Now.AddMinutes(15), IsAskedFor = true }, default);
            await outbox.TryAgain("ada", clock.Now.AddSeconds(10), "busy", default);
        }

        await using var again = new SqliteOutbox(open.Folder, clock);

        (await again.Next(MailLane.AskedFor, clock.Now, 10, default)).ShouldSatisfyAllConditions(
            next => next.Mails.ShouldBeEmpty(),
            next => next.Due.ShouldBe(clock.Now.AddSeconds(10))
        );
        (await again.Next(MailLane.AskedFor, clock.Now.AddSeconds(10), 10, default))
            .Mails.ShouldHaveSingleItem()
            .ShouldBe(new(To("ada") with { OfUseUntil = clock.Now.AddMinutes(15), IsAskedFor = true }, clock.Now, 1));
        (await again.State(default)).ShouldSatisfyAllConditions(
            state => state.Waiting.ShouldBe(1),
            state => state.WaitingSince.ShouldBe(clock.Now),
            state => state.LastSaid.ShouldBe("busy")
        );
    }

    [Fact]
    public async Task Takes_what_is_told_whom_once_also_when_it_was_sent_long_ago()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => outbox.Deliver(To("ada"), default)));
        (await outbox.State(default)).Waiting.ShouldBe(1);
        await outbox.Sent("ada", isOnDisk: true, default);

        foreach (var days in new[] { 0, 15, 14 })
        {
            clock.Move(TimeSpan.FromDays(days));
            await outbox.Prune(default);
            await outbox.Deliver(To("ada") with { Subject = "Another" }, default);
            (await outbox.Next(MailLane.Other, clock.Now, 10, default)).ShouldSatisfyAllConditions(
                next => next.Mails.ShouldBeEmpty(),
                next => next.Due.ShouldBeNull()
            );
        }

        clock.Move(TimeSpan.FromDays(2));
        await outbox.Prune(default);
        await outbox.Deliver(To("ada"), default);
        (await outbox.State(default)).Waiting.ShouldBe(1);
    }

    [Fact]
    public async Task Holds_neither_address_nor_words_of_what_is_done()
    {
        await using var open = new OpenJournal();
        await using (var outbox = new SqliteOutbox(open.Folder, clock))
        {
            await outbox.Deliver(To("sent"), default);
            await outbox.Deliver(To("refused"), default);
            await outbox.Sent("sent", isOnDisk: true, default);
            await outbox.GiveUp("refused", GivenUpBecause.Refused, "no", default);
            await outbox.Prune(default);
        }

        foreach (var file in Directory.GetFiles(open.Path, "state.db*"))
        {
            var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            foreach (var word in new[] { "sent@example.eu", "refused@example.eu", "secret words" })
                bytes.ShouldNotContain(word, customMessage: file);
        }
    }

    [Fact]
    public async Task Stops_an_address_for_all_but_what_its_owner_asks_for()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        var (first, second, asked) = (
            To("ada"),
            To("ada") with
            {
                MessageId = "second",
            },
            To("ada") with
            {
                MessageId = "asked",
                IsAskedFor = true,
            }
        );
        foreach (var mail in new[] { first, second, asked, To("ben") })
            await outbox.Deliver(mail, default);

        await outbox.Stop(first, "550 ada@example.eu is unknown", default);
        await outbox.Deliver(To("ada") with { MessageId = "third" }, default);

        var state = await outbox.State(default);
        (state.Waiting, state.AllGivenUp).ShouldBe((2, 3));
        state.GivenUp.Single(mail => mail.MessageId == "ada").Said.ShouldBe("550 … is unknown");
        state
            .Stopped.ShouldHaveSingleItem()
            .ShouldBe(new("ada@example.eu", "550 ada@example.eu is unknown", clock.Now));
        (await outbox.Next(MailLane.AskedFor, clock.Now, 10, default)).Mails[0].Mail.MessageId.ShouldBe("asked");

        await outbox.Lift("ada@example.eu", default);
        await outbox.Lift("ada@example.eu", default);
        await outbox.Deliver(To("ada") with { MessageId = "fourth" }, default);
        (await outbox.StoppedFor("ada@example.eu", default)).ShouldBeNull();
        (await outbox.State(default)).Waiting.ShouldBe(3);
    }

    [Fact]
    public async Task Of_what_one_browser_asked_for_only_the_newest_waits()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        foreach (var (id, browser) in new[] { ("first", "browser/a"), ("other", "browser/b"), ("second", "browser/a") })
            await outbox.Deliver(To("ada") with { MessageId = id, IsAskedFor = true, Cause = browser }, default);
        await outbox.Deliver(To("ada") with { MessageId = "not asked for", Cause = "browser/a" }, default);
        await outbox.Deliver(To("first") with { IsAskedFor = true }, default);   // told again

        var next = await outbox.Next(MailLane.AskedFor, clock.Now, 10, default);
        next.Mails.Select(each => each.Mail.MessageId).ShouldBe(["other", "second"], ignoreOrder: true);
        var state = await outbox.State(default);
        (state.Waiting, state.AllGivenUp).ShouldBe((3, 0));
    }

    [Fact]
    public async Task An_address_holds_a_few_mails_to_sign_in_and_the_newest_is_always_among_them()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        for (var each = 0; each < 20; each++)
        {
            await outbox.Deliver(To("ada") with { MessageId = $"ada{each}", IsAskedFor = true, Cause = $"browser/{each}" }, default);
            clock.Move(TimeSpan.FromSeconds(1));
        }

        var next = await outbox.Next(MailLane.AskedFor, clock.Now, 100, default);
        next.Mails.Select(each => each.Mail.MessageId).ShouldBe(["ada17", "ada18", "ada19"]);
        next.Mails.Length.ShouldBe(OutboxBounds.MostAskedForByAnAddress);
    }

    [Fact]
    public async Task A_domain_counts_addresses_so_that_few_of_them_do_not_fill_it()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        Fill(open, OutboxBounds.MostAskedForByADomain - 1, isAskedFor: true, "example.eu", null);
        for (var each = 0; each < OutboxBounds.MostAskedForByAnAddress; each++)
            await outbox.Deliver(To("ada") with { MessageId = $"ada{each}", IsAskedFor = true }, default);
        (await outbox.State(default)).AllGivenUp.ShouldBe(0);   // one address, one place

        await outbox.Deliver(To("ben") with { IsAskedFor = true }, default);
        await outbox.Deliver(To("ada") with { MessageId = "again", IsAskedFor = true }, default);

        (await outbox.State(default)).GivenUp.ShouldHaveSingleItem().MessageId.ShouldBe("ben");
    }

    [Fact]
    public async Task Gives_up_what_is_too_much_for_one_address()
    {
        const bool isAskedFor = false;
        const int most = OutboxBounds.MostForAnAddress;
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        for (var each = 0; each <= most; each++)
            await outbox.Deliver(
                To("ada") with
                {
                    MessageId = $"ada{each}",
                    IsAskedFor = isAskedFor,
                    OfUseUntil = clock.Now.AddMinutes(15),
                },
                default
            );
        await outbox.Deliver(To("ada") with { MessageId = "other lane", IsAskedFor = !isAskedFor }, default);
        await outbox.Deliver(To("ben") with { IsAskedFor = isAskedFor }, default);

        var state = await outbox.State(default);
        state.Waiting.ShouldBe(most + 2);
        state
            .GivenUp.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                mail => mail.MessageId.ShouldBe($"ada{most}"),
                mail => mail.Because.ShouldBe(GivenUpBecause.TooMany),
                mail => mail.Said.ShouldContain("this address")
            );

        clock.Move(TimeSpan.FromMinutes(16)); // what is of no use any more takes no room
        await outbox.Deliver(To("ada") with { MessageId = "later", IsAskedFor = isAskedFor }, default);
        (await outbox.State(default)).AllGivenUp.ShouldBe(1);
    }

    [Theory]
    [InlineData(true, OutboxBounds.MostAskedForByADomain, "domain")]
    [InlineData(false, OutboxBounds.MostForADomain, "domain")]
    [InlineData(false, OutboxBounds.MostOfACause, "cause")]
    public async Task Gives_up_what_is_too_much_for_one_domain_or_cause(bool isAskedFor, int most, string bound)
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        Fill(
            open,
            most,
            isAskedFor,
            bound == "domain" ? "example.eu" : "other.example",
            bound == "cause" ? "member" : null
        );

        await outbox.Deliver(To("ada") with { IsAskedFor = isAskedFor, Cause = "member" }, default);
        await outbox.Deliver(
            To("ben") with
            {
                To = "ben@another.example",
                IsAskedFor = isAskedFor,
                Cause = "another",
            },
            default
        );

        var state = await outbox.State(default);
        state.Waiting.ShouldBe(most + 1);
        state
            .GivenUp.ShouldHaveSingleItem()
            .ShouldSatisfyAllConditions(
                mail => mail.MessageId.ShouldBe("ada"),
                mail => mail.Because.ShouldBe(GivenUpBecause.TooMany),
                mail => mail.Said.ShouldContain(bound)
            );
    }

    [Fact]
    public async Task Takes_mail_of_those_who_sign_in_also_where_it_is_full_of_other_mail_and_bounds_it_by_itself()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        Fill(open, OutboxBounds.MostWaiting, isAskedFor: false, "other.example", null);
        await outbox.Deliver(To("ada") with { IsAskedFor = true }, default);
        (await outbox.Next(MailLane.AskedFor, clock.Now, 10, default)).Mails[0].Mail.MessageId.ShouldBe("ada");

        Fill(open, OutboxBounds.MostAskedFor, isAskedFor: true, "other.example", null);
        await outbox.Deliver(To("ben") with { IsAskedFor = true }, default);
        (await outbox.State(default)).GivenUp.ShouldHaveSingleItem().Because.ShouldBe(GivenUpBecause.TooMany);
    }

    [Fact]
    public async Task Gives_up_what_could_not_be_written_and_what_is_too_long_with_the_reason()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        await outbox.Deliver(To("ada") with { Unwritable = "The template has a hole." }, default);
        await outbox.Deliver(To("ben") with { Text = new('x', SqliteOutbox.LongestMail) }, default);

        var state = await outbox.State(default);
        state.Waiting.ShouldBe(0);
        state.GivenUp.ShouldAllBe(mail => mail.Because == GivenUpBecause.CannotBeSent);
        state
            .GivenUp.Select(mail => mail.Said)
            .ShouldBe(["The template has a hole.", "The mail has more than 1000000 characters."], ignoreOrder: true);
    }

    [Fact]
    public async Task Tries_what_was_never_tried_first_where_somebody_waits_for_it()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        foreach (var name in new[] { "tried", "fresh" })
            await outbox.Deliver(To(name) with { IsAskedFor = true }, default);
        await outbox.TryAgain("tried", clock.Now, "broke off", default);

        (await outbox.Next(MailLane.AskedFor, clock.Now, 10, default)).Mails[0].Mail.MessageId.ShouldBe("fresh");
    }

    [Fact]
    public async Task Keeps_what_waited_in_the_outbox_of_the_version_before()
    {
        await using var open = new OpenJournal();
        using (var before = SqliteFile.Open(open.Layout.State, SqliteKind.State))
        {
            before.Run(
                "DROP INDEX outbox_address; DROP INDEX outbox_domain; DROP INDEX outbox_cause; ALTER TABLE "
                    + "outbox DROP COLUMN domain; ALTER TABLE outbox DROP COLUMN cause;"
            );
            before.Run(
                "INSERT INTO outbox (id, state, kept_at, due, tries, asked_for, address, subject, text, html, "
                    + "language) VALUES ('old', 0, $now, $now, 2, 0, 'Ada@Example.EU', 'S', 'T', 'H', 'en')",
                ("$now", clock.Now.UtcTicks)
            );
            before.Run(ReadMigration("0004-outbox-bounds.sql"));
        }

        await using var outbox = new SqliteOutbox(open.Folder, clock);

        (await outbox.Next(MailLane.Other, clock.Now, 10, default))
            .Mails[0]
            .ShouldBe(new(new("old", "Ada@Example.EU", "S", "T", "H", "en"), clock.Now, 2));
        using var after = SqliteFile.Open(open.Layout.State, SqliteKind.State);
        after.Scalar("SELECT domain FROM outbox").ShouldBe("example.eu");
    }

    private static string ReadMigration(string name)
    {
        var assembly = typeof(SqliteOutbox).Assembly;
        using var stream = assembly.GetManifestResourceStream(
            assembly.GetManifestResourceNames().Single(each => each.EndsWith(name, StringComparison.Ordinal))
        )!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static void Fill(OpenJournal open, int count, bool isAskedFor, string domain, string? cause)
    {
        using var other = SqliteFile.Open(open.Layout.State, SqliteKind.State);
        other.Run(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $most)
            INSERT INTO outbox (id, state, kept_at, due, tries, asked_for, address, domain, cause)
            SELECT 'm' || $asked || i, 0, 0, 0, 1, $asked, i || '@' || $domain, $domain, $cause FROM n
            """,
            ("$most", count),
            ("$asked", isAskedFor ? 1 : 0),
            ("$domain", domain),
            ("$cause", cause)
        );
    }

    [Fact]
    public async Task Refuses_what_is_more_than_it_holds()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        using (var other = SqliteFile.Open(open.Layout.State, SqliteKind.State))
        {
            other.Run(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $most) INSERT INTO "
                    + "outbox (id, state, kept_at, due, tries, asked_for, address) SELECT 'm' || i, 0, 0, 0, 0, 0, 'a' "
                    + "FROM n",
                ("$most", OutboxBounds.MostWaiting)
            );
        }

        await Should.ThrowAsync<InvalidOperationException>(() => outbox.Deliver(To("ada"), default));
        await outbox.Sent("m1", isOnDisk: true, default);
        await outbox.Deliver(To("ada"), default);
    }

    [Fact]
    public void Is_patient_for_three_days_and_ever_less_eager()
    {
        var waits = Enumerable.Range(1, 100).Select(MailPatience.After).ToList();

        waits.Order().ShouldBe(waits);
        (waits[0], waits[^1]).ShouldBe((MailPatience.First, MailPatience.Longest));
    }

    private static Mail To(string name) =>
        new(name, $"{name}@example.eu", "A subject", "The secret words.", "<p>The secret words.</p>", "en");
}
