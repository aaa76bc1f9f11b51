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

        (await again.Next(MailLane.AskedFor, clock.Now, default)).ShouldBe(new(null, clock.Now.AddSeconds(10)));
        (await again.Next(MailLane.AskedFor, clock.Now.AddSeconds(10), default)).Mail.ShouldBe(new(To("ada") with { OfUseUntil = clock.Now.AddMinutes(15), IsAskedFor = true }, clock.Now, 1));
        (await again.State(default)).ShouldSatisfyAllConditions(state => state.Waiting.ShouldBe(1), state => state.WaitingSince.ShouldBe(clock.Now), state => state.LastSaid.ShouldBe("busy"));
    }

    [Fact]
    public async Task Takes_what_is_told_whom_once_also_when_it_was_sent_long_ago()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => outbox.Deliver(To("ada"), default)));
        (await outbox.State(default)).Waiting.ShouldBe(1);
        await outbox.Sent("ada", default);

        foreach (var days in new[] { 0, 15, 14 })
        {
            clock.Move(TimeSpan.FromDays(days));
            await outbox.Prune(default);
            await outbox.Deliver(To("ada") with { Subject = "Another" }, default);
            (await outbox.Next(MailLane.Other, clock.Now, default)).ShouldBe(new(null, null));
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
            await outbox.Sent("sent", default);
            await outbox.GiveUp("refused", GivenUpBecause.Refused, "no", default);
            await outbox.Prune(default);
        }

        foreach (var file in Directory.GetFiles(open.Path, "state.db*"))
        {
            var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            foreach (var word in new[] { "sent@example.eu", "refused@example.eu", "secret words" }) bytes.ShouldNotContain(word, customMessage: file);
        }
    }

    [Fact]
    public async Task Stops_an_address_for_all_but_what_its_owner_asks_for()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        var (first, second, asked) = (To("ada"), To("ada") with { MessageId = "second" }, To("ada") with { MessageId = "asked", IsAskedFor = true });
        foreach (var mail in new[] { first, second, asked, To("ben") }) await outbox.Deliver(mail, default);

        await outbox.Stop(first, "550 ada@example.eu is unknown", default);
        await outbox.Deliver(To("ada") with { MessageId = "third" }, default);

        var state = await outbox.State(default);
        (state.Waiting, state.AllGivenUp).ShouldBe((2, 3));
        state.GivenUp.Single(mail => mail.MessageId == "ada").Said.ShouldBe("550 … is unknown");
        state.Stopped.ShouldHaveSingleItem().ShouldBe(new("ada@example.eu", "550 ada@example.eu is unknown", clock.Now));
        (await outbox.Next(MailLane.AskedFor, clock.Now, default)).Mail!.Mail.MessageId.ShouldBe("asked");

        await outbox.Lift("ada@example.eu", default);
        await outbox.Lift("ada@example.eu", default);
        await outbox.Deliver(To("ada") with { MessageId = "fourth" }, default);
        (await outbox.StoppedFor("ada@example.eu", default)).ShouldBeNull();
        (await outbox.State(default)).Waiting.ShouldBe(3);
    }

    [Fact]
    public async Task Refuses_what_is_more_than_it_holds()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        using (var other = SqliteFile.Open(open.Layout.State, SqliteKind.State))
        {
            other.Run(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $most) INSERT INTO outbox (id, state, kept_at, due, tries, asked_for, address) SELECT 'm' || i, 0, 0, 0, 0, 0, 'a' FROM n",
                ("$most", OutboxBounds.MostWaiting));
        }

        await Should.ThrowAsync<InvalidOperationException>(() => outbox.Deliver(To("ada"), default));
        await outbox.Sent("m1", default);
        await outbox.Deliver(To("ada"), default);
    }

    [Fact]
    public void Is_patient_for_three_days_and_ever_less_eager()
    {
        var waits = Enumerable.Range(1, 100).Select(MailPatience.After).ToList();

        waits.Order().ShouldBe(waits);
        (waits[0], waits[^1]).ShouldBe((MailPatience.First, MailPatience.Longest));
    }

    private static Mail To(string name) => new(name, $"{name}@example.eu", "A subject", "The secret words.", "<p>The secret words.</p>", "en");
}
