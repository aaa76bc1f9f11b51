using PublicBuyers.Mails;
using PublicBuyers.Platform;
using PublicBuyers.Testing;

namespace PublicBuyers.Storage;

/// <summary>What one person causes another is held after a few mails an hour.</summary>
public sealed class TheOutboxPaces
{
    private readonly FakeClock clock = new();

    [Fact]
    public async Task What_one_person_causes_another_and_nothing_else()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        for (var i = 0; i < OutboxPace.MostAtOnce + 2; i++) await outbox.Deliver(Mail($"a{i}", "eve", "ada"), default);
        await outbox.Deliver(Mail("other-reader", "eve", "bo"), default);
        await outbox.Deliver(Mail("other-cause", "cy", "ada"), default);
        for (var i = 0; i < OutboxPace.MostAtOnce + 2; i++) await outbox.Deliver(new($"plain{i}", "ada@example.eu", "S", "T", "H", "en"), default);

        (await outbox.Held("eve>ada", default)).Select(each => each.Mail.MessageId).ShouldBe(["a5", "a6"]);
        (await outbox.State(default)).Waiting.ShouldBe(OutboxPace.MostAtOnce + 2 + OutboxPace.MostAtOnce + 2);
    }

    [Fact]
    public async Task Across_restarts_and_until_the_hour_is_over()
    {
        await using var open = new OpenJournal();
        await using (var outbox = new SqliteOutbox(open.Folder, clock))
        {
            for (var i = 0; i < OutboxPace.MostAtOnce; i++) await outbox.Deliver(Mail($"a{i}", "eve", "ada"), default);
            for (var i = 0; i < OutboxPace.MostAtOnce; i++) await outbox.Sent($"a{i}", true, default);
        }

        await using var again = new SqliteOutbox(open.Folder, clock);
        clock.Move(OutboxPace.Window - TimeSpan.FromMinutes(1));
        await again.Deliver(Mail("held", "eve", "ada"), default);
        (await again.Next(MailLane.Other, clock.Now, 10, default)).Due.ShouldBe(clock.Now.AddMinutes(1));

        clock.Move(TimeSpan.FromMinutes(1));
        var due = (await again.Next(MailLane.Other, clock.Now, 10, default)).Mails.ShouldHaveSingleItem();
        (due.Mail, due.Pair).ShouldBe((Mail("held", "eve", "ada"), "eve>ada"));
        await again.Gather("eve>ada", ["held"], null, default);
        (await again.Next(MailLane.Other, clock.Now, 10, default)).Mails.ShouldHaveSingleItem().Pair.ShouldBeNull();
    }

    [Fact]
    public async Task No_more_than_so_many_are_held()
    {
        await using var open = new OpenJournal();
        await using var outbox = new SqliteOutbox(open.Folder, clock);
        for (var i = 0; i < OutboxPace.MostAtOnce + OutboxPace.MostHeld + 1; i++) await outbox.Deliver(Mail($"a{i}", "eve", "ada"), default);

        (await outbox.Held("eve>ada", default)).Length.ShouldBe(OutboxPace.MostHeld);
        (await outbox.State(default)).GivenUp.ShouldHaveSingleItem().Because.ShouldBe(GivenUpBecause.TooMany);
    }

    private static Mail Mail(string id, string cause, string reader) => new(id, $"{reader}@example.eu", "S", "T", "H", "en")
    {
        Cause = cause,
        About = new MailAbout.Waiting(new(reader), new("cpb"), new(1)),
    };
}
