using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;

namespace PublicBuyers.Moderation;

/// <summary>Effect: moderators get mail on what waits (R2), and who asked on what was decided, with whom to ask (R3, R4).</summary>
internal sealed class QueueMail(IGrainFactory grains, NamesInMail names, IMailWriter writer, IMailbox mailbox) : IEffect
{
    public string Name => "queue-mail";

    public int Partitions => 4;

    public bool Concerns(string type) => type is QueueEvent.Opened or QueueEvent.Settled or QueueEvent.Escalating;

    public Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var community = new CommunityId(fact.Stream["queue/".Length..]);
        return FactCodec<QueueEvent>.Read(fact).Event switch
        {
            QueueEvent.ItemOpened opened => TellWhoIsThere(new(community, opened.Number), opened, fact, cancel),
            QueueEvent.ItemEscalated up => TellHigher(new(community, up.Number), up, fact, cancel),
            QueueEvent.ItemSettled settled => TellOutcome(new(community, settled.Number), settled.Receipt, cancel),
            _ => Task.CompletedTask,
        };
    }

    private async Task TellWhoIsThere(ItemId item, QueueEvent.ItemOpened opened, RecordedFact fact, CancellationToken cancel)
    {
        var asked = fact.By;
        var isConcerned = QueueItem.Apply(null, new(fact.Sequence, fact.At, asked, fact.Type, fact.Subject, opened))!.Concerns;
        var duty = await grains.Community(item.Community).OnDuty();
        var name = (await grains.Community(item.Community).BearingOf(asked)).Name;
        var by = await names.Of(asked, cancel);
        foreach (var moderator in duty.Who(member => !isConcerned(member)))
        {
            if (await grains.ReachableProfile(moderator) is not { } to) continue;

            var message = opened.Work?.Title ?? opened.Message;
            var mail = writer.Waiting(MessageId(item, "waiting", moderator), to.Address, to.Language, name, item, opened.Kind, by, message);
            await mailbox.Deliver(mail.CausedBy(asked, new MailAbout.Waiting(moderator, item.Community, item.Number)), cancel);
        }
    }

    /// <summary>One mail of a queue, a level and a day, however much comes up: it leads to the queue.</summary>
    private async Task TellHigher(ItemId item, QueueEvent.ItemEscalated up, RecordedFact fact, CancellationToken cancel)
    {
        var name = (await grains.Community(item.Community).BearingOf(up.For)).Name;
        var by = await names.Of(up.For, cancel);
        var day = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{fact.At.UtcDateTime:yyyy-MM-dd}");
        foreach (var member in up.Told)
        {
            if (await grains.ReachableProfile(member) is not { } to) continue;

            var id = $"queue.{item.Community.Value}.escalated.{(int)up.Level}.{day}.{member.Value}";
            var mail = writer.Escalated(id, to.Address, to.Language, to.TimeZone, new(name, item, up.Kind, by, up.OpenedAt, up.Level, up.Why));
            await mailbox.Deliver(mail.CausedBy(up.For, new MailAbout.Waiting(member, item.Community, item.Number)), cancel);
        }
    }

    private async Task TellOutcome(ItemId item, Receipt receipt, CancellationToken cancel)
    {
        if (await grains.ReachableProfile(receipt.For) is not { } to) return;

        var name = (await grains.Community(item.Community).BearingOf(receipt.For)).Name;
        var by = await names.Of(receipt.DecidedBy, cancel);
        var decided = new DecidedMail(
            name, item, receipt.Kind, receipt.Verdict, by, receipt.DecidedAt, receipt.Reason, receipt.Contact, receipt.AskAgainFrom);
        var mail = writer.Decided(MessageId(item, "decided", receipt.For), to.Address, to.Language, to.TimeZone, decided);
        var about = new MailAbout.Outcome(receipt.For, item.Community, item.Number, receipt.Kind, receipt.Verdict);
        await mailbox.Deliver(mail.CausedBy(receipt.DecidedBy, about), cancel);
    }

    /// <summary>The same thing told the same person, for ever.</summary>
    private static string MessageId(ItemId item, string what, MemberId member) => $"queue.{item.Community.Value}.{item.Number}.{what}.{member.Value}";
}
