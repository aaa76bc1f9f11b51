using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using Answer = PublicBuyers.Journal.Decision<PublicBuyers.Done, PublicBuyers.Publications.PublicationEvent>;

namespace PublicBuyers.Publications;

/// <summary>Every rule of a publication. Pure.</summary>
internal static class PublicationRules
{
    /// <param name="author">What who writes is to the community.</param>
    /// <param name="areMembers">Whether all that are named as participants belong to it.</param>
    public static Decision<Written, PublicationEvent> Write(Publication publication, Bearing author, bool areMembers, WritePublication command)
    {
        if (WhyNotTheirs(publication, author) is { } why) return why;
        if (publication.Waiting is not null) return new PublicationRefusal.Waits();

        var newest = publication.Newest?.Number ?? 0;
        if (command.Seen != newest) return new PublicationRefusal.Changed(newest);
        var title = command.Content.Title.Trim() == publication.Newest?.Content.Title ? publication.Newest.Content.Title : Naming.Tidy(command.Content.Title);
        if (title != publication.Newest?.Content.Title && WrongTitle(command.Content.Title, title) is { } wrongTitle) return wrongTitle;
        if (WrongContent(command.Content, areMembers) is { } wrong) return wrong;

        var content = command.Content with { Title = title, Summary = command.Content.Summary.Trim() };
        if (publication.Newest is { } before && AreSame(before.Content, content)) return Decision<Written, PublicationEvent>.Yes(new(newest));
        if (newest >= PublicationLimits.MostVersions) return new PublicationRefusal.TooMany(PublicationLimits.MostVersions);

        return Decision<Written, PublicationEvent>.Yes(new(newest + 1), new PublicationEvent.VersionWritten(newest + 1, content));
    }

    public static Decision<Submitted, PublicationEvent> Submit(Publication publication, Bearing author, SubmitPublication command)
    {
        if (publication.Newest is not { } newest || WhyNotTheirs(publication, author) is not null) return WhyNotTheirs(publication, author) ?? new PublicationRefusal.NotVisible();
        if (command.Version != newest.Number) return new PublicationRefusal.Changed(newest.Number);
        if (publication.Waiting == newest.Number) return Decision<Submitted, PublicationEvent>.Yes(new(newest.Number, false));
        if (publication.IsPublished && publication.Shown!.Number == newest.Number) return Decision<Submitted, PublicationEvent>.Yes(new(newest.Number, true));

        var (kind, title) = (newest.Content.Kind, newest.Content.Title);
        return author.Access is Access.Open
            ? Decision<Submitted, PublicationEvent>.Yes(new(newest.Number, true), new PublicationEvent.VersionPublished(newest.Number, kind, title, null))
            : Decision<Submitted, PublicationEvent>.Yes(new(newest.Number, false), new PublicationEvent.VersionSubmitted(newest.Number, kind, title));
    }

    /// <summary>
    /// Where nobody approves, a newcomer sets as few links in a publication as in a post.
    /// </summary>
    /// <param name="links">In the text as it would be shown, and in its title and summary.</param>
    /// <param name="before">In what it takes the place of: a new version keeps what there is, and adds none.</param>
    public static Refusal? WhyTooManyLinks(Bearing author, int links, int before, DateTimeOffset now) =>
        IsNewHere(author, now) && links > Math.Max(RoomLimits.NewcomerLinks, before)
            ? new RoomRefusal.NewcomerLinks(links, RoomLimits.NewcomerLinks, author.NewUntil!.Value)
            : null;

    /// <summary>What they write is published without anybody's approval, and they have a newcomer's limits.</summary>
    public static bool IsNewHere(Bearing author, DateTimeOffset now) => author.Access is Access.Open && author.NewUntil > now;

    public static Answer Withdraw(Publication publication, Bearing member, WithdrawPublication command)
    {
        var isAuthor = publication.Author == member.Member && member.Role is not null;
        var mayAnyway = Rights.May(Doing.WithdrawPublication, member.Role);
        if (publication.Author is null || !(isAuthor || mayAnyway)) return publication.IsReadBy(member.Member, member.Role) ? new PublicationRefusal.NotAllowed() : new PublicationRefusal.NotVisible();
        if (publication.Withdrawn is not null) return Answer.Yes(Done.Value);
        if (!publication.IsPublished) return new PublicationRefusal.NotPublished();
        if (!IsText(command.Reason, PublicationLimits.LongestReason)) return new PublicationRefusal.TextInvalid("reason", PublicationLimits.LongestReason);
        if (!isAuthor && string.IsNullOrWhiteSpace(command.Reason)) return new PublicationRefusal.ReasonMissing();

        return Answer.Yes(
            Done.Value,
            new PublicationEvent.PublicationWithdrawn(command.Reason.Trim(), command.Clearing));
    }

    /// <summary>Only what that clearing has withdrawn, and only as it was: a newer version is its author's to submit.</summary>
    public static Answer Show(Publication publication, Bearing moderator, ShowPublication command)
    {
        if (publication.Author is null || !Rights.May(Doing.WithdrawPublication, moderator.Role))
            return new PublicationRefusal.NotVisible();
        if (publication is not { Withdrawn: not null, Shown: { } shown, Newest: { } newest }) return Answer.Yes(Done.Value);
        if (publication.Clearing != command.Clearing || shown.Number != newest.Number) return Answer.Yes(Done.Value);

        var (kind, title) = (shown.Content.Kind, shown.Content.Title);
        return Answer.Yes(
            Done.Value, new PublicationEvent.VersionPublished(shown.Number, kind, title, command.By));
    }

    /// <summary>What the queue decided. An appeal comes for a version that waits no more: it is published if nothing newer was written.</summary>
    /// <param name="author">What the author is to the community now.</param>
    public static Answer Settle(Publication publication, Bearing author, SettleSubmission command)
    {
        if (command.By != MemberId.System) return new PublicationRefusal.NotVisible();
        if (publication.Newest is not { } newest) return new PublicationRefusal.NotVisible();

        var waits = publication.Waiting == command.Version;
        if (command.Verdict is not Verdict.Approved)
        {
            return !waits ? Answer.Yes(Done.Value)
                : command.Verdict is null ? Answer.Yes(Done.Value, new PublicationEvent.VersionTakenBack(command.Version))
                : Answer.Yes(Done.Value, new PublicationEvent.VersionReturned(command.Version, command.DecidedBy, command.Reason));
        }

        if (publication.IsPublished && publication.Shown!.Number == command.Version) return Answer.Yes(Done.Value);
        if (newest.Number != command.Version) return new PublicationRefusal.Changed(newest.Number);
        if (!waits && publication.Withdrawn is not null) return new PublicationRefusal.NotPublished();   // an appeal does not undo what was taken away since
        if (author.Closed is not null) return new CommunityRefusal.Closed();
        if (author.Role is null) return new PublicationRefusal.AuthorGone();

        return Answer.Yes(Done.Value, new PublicationEvent.VersionPublished(command.Version, newest.Content.Kind, newest.Content.Title, command.DecidedBy));
    }

    /// <summary>Who writes belongs to the community, is not kept from writing, and began it.</summary>
    private static Refusal? WhyNotTheirs(Publication publication, Bearing author) =>
        !author.IsFounded || !Rights.May(Doing.Publish, author.Role) || (publication.Author is { } by && by != author.Member && !publication.IsReadBy(author.Member, author.Role)) ? new PublicationRefusal.NotVisible()
        : publication.Author is { } begun && begun != author.Member ? new PublicationRefusal.NotAllowed()
        : author.Restriction is RestrictionKind.Mute ? new PublicationRefusal.Muted()
        : author.Closed is not null ? new CommunityRefusal.Closed()
        : null;

    /// <summary>A title may speak of an address, but not be one.</summary>
    private static Refusal? WrongTitle(string given, string tidy) =>
        given.Trim().Any(char.IsControl) ? new PublicationRefusal.TextInvalid("title", PublicationLimits.LongestTitle)
        : Naming.Wrong(given, tidy, PublicationLimits.LongestTitle, "title", new PublicationRefusal.TextInvalid("title", PublicationLimits.LongestTitle), mayHoldAddress: true);

    private static Refusal? WrongContent(PublicationContent content, bool areMembers) => content switch
    {
        _ when !Enum.IsDefined(content.Kind) => new PublicationRefusal.TextInvalid("kind", 0),
        _ when !Enum.IsDefined(content.Classification) => new PublicationRefusal.TextInvalid("classification", 0),
        _ when !IsText(content.Summary, PublicationLimits.LongestSummary) => new PublicationRefusal.TextInvalid("summary", PublicationLimits.LongestSummary),
        _ when string.IsNullOrWhiteSpace(content.Markdown) || !IsText(content.Markdown, PublicationLimits.LongestText) || Encoding.UTF8.GetByteCount(content.Markdown) > PublicationLimits.LongestText => new PublicationRefusal.TextInvalid("text", PublicationLimits.LongestText),
        _ when content.Attachments.Length > PublicationLimits.MostAttachments => new PublicationRefusal.TooMany(PublicationLimits.MostAttachments),
        _ when !AreNamed(content, areMembers) => new PublicationRefusal.ParticipantsInvalid(PublicationLimits.MostParticipants),
        _ => null,
    };

    /// <summary>Participants are named where they matter, and nowhere else.</summary>
    private static bool AreNamed(PublicationContent content, bool areMembers) =>
        content.Classification is not Classification.Participants ? content.Participants.IsEmpty
        : areMembers && content.Participants.Distinct().Count() == content.Participants.Length && content.Participants.Length is > 0 and <= PublicationLimits.MostParticipants;

    private static bool AreSame(PublicationContent one, PublicationContent other) =>
        one with { Participants = [], Attachments = [] } == other with { Participants = [], Attachments = [] }
        && one.Participants.SequenceEqual(other.Participants) && one.Attachments.SequenceEqual(other.Attachments);

    private static bool IsText(string text, int most) => text.Length <= most && !Texts.HasLoneSurrogate(text) && !text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));
}
