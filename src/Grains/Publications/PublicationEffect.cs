using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.SignIn;

namespace PublicBuyers.Publications;

/// <summary>Effect: what was submitted comes into the queue; what may be read, and by whom, is known at the door of its comments; files that are in a version are kept.</summary>
internal sealed class PublicationEffect(IGrainFactory grains, IPostedFiles files) : IEffect
{
    public string Name => "publications";

    public int Partitions => 4;

    public bool Concerns(string type) => type is PublicationEvent.Writing or PublicationEvent.Submission or PublicationEvent.Published or PublicationEvent.Withdrawal;

    public Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var id = new PublicationId(fact.Stream["publication/".Length..]);
        return FactCodec<PublicationEvent>.Read(fact).Event switch
        {
            PublicationEvent.VersionWritten { Content.Attachments: { IsEmpty: false } attached } => files.Posted([.. attached.Select(file => file.Id)], cancel),
            PublicationEvent.VersionSubmitted submitted => Submit(fact, id, submitted),
            PublicationEvent.VersionPublished or PublicationEvent.PublicationWithdrawn => MoveTheDoor(fact, id),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>A queue that can take no more sends it back to its author, who is told why.</summary>
    private async Task Submit(RecordedFact fact, PublicationId id, PublicationEvent.VersionSubmitted submitted)
    {
        var request = RequestId.OfEffect(fact.Stream, fact.Sequence);
        var asked = await grains.Queue(id.Community).Submit(new() { By = fact.By, Request = request, Work = new(id, submitted.Version, submitted.Kind, submitted.Title) });
        if (asked.Refusal is not { } why) return;

        (await grains.Publication(id).Settle(new() { By = MemberId.System, Request = RequestId.PartOf(request, "returned"), Version = submitted.Version, Verdict = Verdict.Rejected, DecidedBy = MemberId.System, Reason = why.Code })).OrThrow();
    }

    private async Task MoveTheDoor(RecordedFact fact, PublicationId id) =>
        (await grains.Room(id.Comments).MoveDoor(new() { By = MemberId.System, Request = RequestId.OfEffect(fact.Stream, fact.Sequence) })).OrThrow();
}

/// <summary>Effect: where nobody approves, the moderators are told what was published (R2, R6); whose publication a moderator withdraws is told why (R4). On the page and by mail.</summary>
internal sealed partial class PublicationNotices(IGrainFactory grains, IMailWriter writer, IMailbox mailbox, ILogger<PublicationNotices> log) : IEffect
{
    public string Name => "publication-notices";

    public int Partitions => 4;

    public bool Concerns(string type) => type is PublicationEvent.Published or PublicationEvent.Withdrawal;

    public Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var id = new PublicationId(fact.Stream["publication/".Length..]);
        return FactCodec<PublicationEvent>.Read(fact).Event switch
        {
            PublicationEvent.VersionPublished { ApprovedBy: null } published => TellModerators(fact, id, published, cancel),
            PublicationEvent.PublicationWithdrawn { Clearing: null } withdrawn => TellAuthor(fact, id, withdrawn, cancel),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>Who withdraws what is their own knows it.</summary>
    private async Task TellAuthor(RecordedFact fact, PublicationId id, PublicationEvent.PublicationWithdrawn withdrawn, CancellationToken cancel)
    {
        if (await grains.Publication(id).Author() is not { } author || author == fact.By) return;

        var title = (await grains.Publication(id).Read(author)).Value?.Content.Title ?? "";
        var told = await grains.Inbox(author).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, author),
            Kind = NoticeKind.Withdrawn,
            Of = new(id.Community, null, null, null, null, null) { Publication = id, Title = title },
            Actor = fact.By,
        });
        if (told.Refusal is { } why) LogRefused(why.Code);
        if (await grains.ReachableProfile(author) is not { } to) return;

        var by = await grains.Community(id.Community).BearingOf(fact.By);
        var name = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        var said = new WithdrawnMail(by.Name, id, title, withdrawn.Reason, name, by.Contact);
        var mail = writer.Withdrawn($"withdrawn.{id.Community.Value}.{id.Key}.{fact.Sequence}", to.Address, to.Language, said);
        await mailbox.Deliver(mail.CausedBy(fact.By, new MailAbout.Withdrawn(author, id)), cancel);
    }

    private async Task TellModerators(RecordedFact fact, PublicationId id, PublicationEvent.VersionPublished published, CancellationToken cancel)
    {
        var moderators = (await grains.Community(id.Community).Moderators()).Remove(fact.By);
        var answers = await Task.WhenAll(moderators.Select(moderator => grains.Inbox(moderator).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, moderator),
            Kind = NoticeKind.Published,
            Of = new(id.Community, null, null, null, null, null) { Publication = id, Title = published.Title },
            Actor = fact.By,
        })));
        foreach (var why in answers.Select(answer => answer.Refusal).OfType<Refusal>()) LogRefused(why.Code);

        await Mail(fact, id, published, moderators, cancel);
    }

    private async Task Mail(RecordedFact fact, PublicationId id, PublicationEvent.VersionPublished published, ImmutableArray<MemberId> moderators, CancellationToken cancel)
    {
        var community = (await grains.Community(id.Community).BearingOf(fact.By)).Name;
        var by = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        foreach (var moderator in moderators)
        {
            if (await grains.ReachableProfile(moderator) is not { } to) continue;

            var name = $"publication.{id.Community.Value}.{id.Key}.{published.Version}.{moderator.Value}";
            var mail = writer.Published(name, to.Address, to.Language, community, by, id, published.Title);
            await mailbox.Deliver(mail.CausedBy(fact.By, new MailAbout.Published(moderator, id)), cancel);
        }
    }

    [LoggerMessage(1121, LogLevel.Warning, "An inbox was not told of a publication: {Code}")]
    private partial void LogRefused(string code);
}
