using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Moderation;

/// <summary>Every rule of a queue. Pure.</summary>
internal static class QueueRules
{
    /// <summary>What the clock wakes a queue for: <c>decision/17</c>.</summary>
    public const string EffectDue = "decision/";

    public static Decision<ItemNumber, QueueEvent> Ask(Queue queue, Bearing applicant, bool isBuyer, AskToJoin command, DateTimeOffset now)
    {
        if (!applicant.IsFounded) return new QueueRefusal.NotVisible();
        if (applicant.Restriction is RestrictionKind.Ban) return new QueueRefusal.Banned();
        if (applicant.Role is not null || applicant.Restriction is RestrictionKind.Suspension) return new QueueRefusal.AlreadyAMember();
        if (queue.OpenItemsOf(command.By).FirstOrDefault(item => item.Kind is ItemKind.AccessRequest) is { } asked) return Decision<ItemNumber, QueueEvent>.Yes(asked.Number);
        if (applicant.Closed is not null) return new CommunityRefusal.Closed();
        if (applicant.Access is not Access.OnRequest) return new QueueRefusal.NotOnRequest(applicant.Access);
        if (applicant.BuyersOnly && !isBuyer) return new QueueRefusal.BuyersOnly();
        if (queue.NotBefore.TryGetValue(command.By, out var from) && from > now) return new QueueRefusal.TooSoon(from);

        return Open(queue, command.By, ItemKind.AccessRequest, command.Message, mayBeEmpty: true, null, null, now);
    }

    /// <param name="author">Of the post; none where the reporter may not read it, or there is nothing to read.</param>
    /// <param name="sequence">Of the room, when the reporter read the post.</param>
    public static Decision<ItemNumber, QueueEvent> Report(
        Queue queue, MemberId? author, ReportPost command, DateTimeOffset now, long? sequence = null)
    {
        if (author is not { } by) return new QueueRefusal.NotVisible();

        var reported = new Reported(command.Room, command.Post, by) { Sequence = sequence };
        var before = queue.OpenItemsOf(command.By).FirstOrDefault(item => item.Reported?.IsSamePost(reported) == true);
        if (before is not null) return Decision<ItemNumber, QueueEvent>.Yes(before.Number);

        return by == command.By ? new QueueRefusal.Own() : Open(queue, command.By, ItemKind.Report, command.Message, mayBeEmpty: false, reported, null, now);
    }

    /// <summary>Handed in again before it was decided: it is the same item.</summary>
    public static Decision<ItemNumber, QueueEvent> Submit(Queue queue, SubmitWork command, DateTimeOffset now) =>
        queue.OpenItemsOf(command.By).FirstOrDefault(item => item.Work == command.Work && item.Appealed is null) is { } before
            ? Decision<ItemNumber, QueueEvent>.Yes(before.Number)
            : Open(queue, command.By, ItemKind.Submission, "", mayBeEmpty: true, null, null, now, work: command.Work);

    public static Decision<Done, QueueEvent> TakeBack(Queue queue, TakeBackWork command) =>
        queue.OpenItemsOf(command.By).FirstOrDefault(item => item.Work is { } work && work.Publication == command.Publication && work.Version == command.Version) is { State: ItemState.Open } item
            ? Yes(new QueueEvent.ItemWithdrawn(item.Number, item.Work, ToldOf(item)))
            : new QueueRefusal.BeingDecided();

    /// <summary>Nobody decides on them: they are as if their author had taken them back.</summary>
    public static Decision<Done, QueueEvent> TakeBackAll(Queue queue, Role? moderator, TakeBackAll command) =>
        Rights.May(Doing.HidePost, moderator)
            ? Yes([.. queue.OpenItemsOf(command.Member)
                .Where(item => item is { Work: not null, Appealed: null, State: ItemState.Open })
                .Select(item => new QueueEvent.ItemWithdrawn(item.Number, item.Work, ToldOf(item)))])
            : new QueueRefusal.NotVisible();

    /// <param name="item">The one whose decision is appealed.</param>
    /// <param name="isGone">What was reported was deleted after it was decided on: no copy of it is left.</param>
    public static Decision<ItemNumber, QueueEvent> Appeal(
        Queue queue, QueueItem? item, AppealDecision command, DateTimeOffset now, bool isGone = false)
    {
        if (item is null || !MayAppeal(item, command.By)) return new QueueRefusal.NotVisible();
        if (queue.OpenItemsOf(command.By).FirstOrDefault(each => each.Appealed?.Item == item.Number) is { } before) return Decision<ItemNumber, QueueEvent>.Yes(before.Number);
        if (!CanBeAppealed(queue, item)) return new QueueRefusal.NoAppeal();

        var appealed = new Appealed(item.Number, item.Kind, item.Decision!.Verdict, item.Decision.By, item.By);
        var reported = isGone && item.Reported is { } gone ? gone with { Sequence = null } : item.Reported;
        return Open(
            queue, command.By, ItemKind.Appeal, command.Message, mayBeEmpty: false, reported, appealed, now, work: item.Work);
    }

    public static Decision<Done, QueueEvent> Withdraw(QueueItem? item, WithdrawItem command) => item switch
    {
        null => new QueueRefusal.NotVisible(),
        _ when item.By != command.By => new QueueRefusal.NotVisible(),
        { State: ItemState.Withdrawn } => Yes(),
        { State: ItemState.Open } => Yes(new QueueEvent.ItemWithdrawn(item.Number, item.Appealed is null ? item.Work : null, ToldOf(item))),
        { State: ItemState.Settled, Decision: { } decision } => new QueueRefusal.AlreadyDecided(decision.By, decision.At, decision.Verdict),
        _ => new QueueRefusal.BeingDecided(),   // it can still be undone: nobody outside knows
    };

    /// <param name="claim">As it stands; none once its time is over.</param>
    public static Decision<Done, QueueEvent> Claim(QueueItem? item, Claim? claim, ClaimItem command)
    {
        if (WhyNotOpen(item, command.By) is { } why) return why;
        if (claim is { } held) return held.By == command.By ? Yes() : new QueueRefusal.Claimed(held.By, held.Until);

        return Yes(new QueueEvent.ItemClaimed(item!.Number, item.Fence + 1));
    }

    public static Decision<Done, QueueEvent> Release(QueueItem? item, ReleaseItem command) =>
        item?.Claim is { } held && held.By == command.By && held.Fence == command.Fence && item.State is ItemState.Open
            ? Yes(new QueueEvent.ItemReleased(item.Number, held.Fence))
            : Yes();

    /// <param name="claim">As it stands; none once its time is over.</param>
    /// <param name="contact">What a rejection carries.</param>
    public static Decision<Decided, QueueEvent> Decide(QueueItem? item, Claim? claim, string contact, DecideItem command, DateTimeOffset now)
    {
        if (WhyNotOpen(item, command.By) is { } why) return why;
        if (claim is { } held && held.By != command.By) return new QueueRefusal.Claimed(held.By, held.Until);
        if (item!.Version != command.Version) return new QueueRefusal.Changed();
        if (!IsText(command.Reason, QueueLimits.LongestReason)) return new QueueRefusal.TextInvalid(QueueLimits.LongestReason);

        // Whose post is hidden, who is let go, or who does not get what they asked for, is told why.
        var isRejected = command.Verdict is Verdict.Rejected;
        if ((isRejected || item.Reported is not null || item.Restricted is not null) && string.IsNullOrWhiteSpace(command.Reason)) return new QueueRefusal.ReasonMissing();
        if (isRejected && contact.Length == 0) return new QueueRefusal.NoContact();

        var effectAt = now + QueueLimits.UndoWindow;
        var again = isRejected && item.Kind is ItemKind.AccessRequest ? command.AskAgainFrom : null;
        return Decision<Decided, QueueEvent>.Yes(
            new(item.Number, command.Verdict, item.Version + 1, effectAt),
            new QueueEvent.ItemDecided(item.Number, command.Verdict, command.Reason.Trim(), Template(command.Template), contact, effectAt, again))
            with { Due = [new(DueOf(item.Number), effectAt)] };
    }

    public static Decision<Done, QueueEvent> Undo(QueueItem? item, UndoDecision command, DateTimeOffset now)
    {
        if (item is null) return new QueueRefusal.NotVisible();
        if (item is not { State: not ItemState.Open, Decision: { } decision }) return new QueueRefusal.NotDecided();
        if (decision.By != command.By) return new QueueRefusal.NotYours();
        if (item.State is not ItemState.Decided || now >= decision.EffectAt) return new QueueRefusal.InEffect(decision.EffectAt);
        if (item.Version != command.Version) return new QueueRefusal.Changed();

        return Yes(new QueueEvent.DecisionUndone(item.Number)) with { Due = [new(DueOf(item.Number), null), EscalationRules.LookAt(item.Number, now)] };
    }

    /// <summary>The time to undo is over. Woken again, or too soon: no effect.</summary>
    public static Decision<Done, QueueEvent> TakeEffect(QueueItem? item, DateTimeOffset now)
    {
        if (item is not { State: ItemState.Decided, Decision: { } decision } || now < decision.EffectAt) return Yes();

        var effect = new QueueEvent.TookEffect(item.Number, ToDoOf(item, decision), ToldOf(item));
        return effect.ToDo is null ? Yes(effect, ReceiptOf(item, decision)) : Yes(effect);
    }

    /// <summary>What came of carrying it out.</summary>
    public static Decision<Done, QueueEvent> Settle(QueueItem? item, SettleItem command, DateTimeOffset now)
    {
        if (command.By != MemberId.System) return new QueueRefusal.NotVisible();
        if (item is not { State: ItemState.InEffect, Decision: { } decision }) return Yes();

        return command.Refused is { } code ? Yes(new QueueEvent.ItemCameBack(item.Number, item.Kind, item.By, code)) with { Due = [EscalationRules.LookAt(item.Number, now)] } : Yes(ReceiptOf(item, decision));
    }

    /// <summary>Who may ask for another look: who was refused what they asked for, and whose post was hidden.</summary>
    public static bool MayAppeal(QueueItem item, MemberId member) => item switch
    {
        { Kind: ItemKind.Appeal or ItemKind.Review } or { State: not ItemState.Settled } => false,
        { Decision.Verdict: Verdict.Rejected } => item.By == member,
        { Kind: ItemKind.Report } => item.Reported!.Author == member,
        _ => false,
    };

    /// <summary>Once.</summary>
    public static bool CanBeAppealed(Queue queue, QueueItem item) => !queue.AppealedItems.Contains(item.Number.Value);

    public static string DueOf(ItemNumber number) => EffectDue + number;

    private static Refusal? WhyNotOpen(QueueItem? item, MemberId moderator) => item switch
    {
        null => new QueueRefusal.NotVisible(),
        { State: ItemState.Withdrawn } => new QueueRefusal.AlreadyWithdrawn(),
        { State: not ItemState.Open, Decision: { } decision } => new QueueRefusal.AlreadyDecided(decision.By, decision.At, decision.Verdict),
        _ when item.Concerns(moderator) => new QueueRefusal.Own(),
        _ => null,
    };

    public static Decision<ItemNumber, QueueEvent> Open(Queue queue, MemberId by, ItemKind kind, string message, bool mayBeEmpty, Reported? reported, Appealed? appealed, DateTimeOffset now, Restriction? restricted = null, Reviewed? reviewed = null, SubmittedWork? work = null)
    {
        if (!IsText(message, QueueLimits.LongestMessage) || (!mayBeEmpty && string.IsNullOrWhiteSpace(message))) return new QueueRefusal.TextInvalid(QueueLimits.LongestMessage);
        if (queue.OpenItemsOf(by).Count() >= QueueLimits.MostOpenOfOne) return new QueueRefusal.TooMany(QueueLimits.MostOpenOfOne);
        if (queue.OpenedSince(by, kind, now - QueueLimits.OpenedWithin) >= QueueLimits.MostOpenedInADay) return new QueueRefusal.TooOften(QueueLimits.MostOpenedInADay);
        if (queue.Open.Count >= QueueLimits.MostOpen) return new QueueRefusal.TooMany(QueueLimits.MostOpen);

        var number = queue.Last.Next();
        return Decision<ItemNumber, QueueEvent>.Yes(number, new QueueEvent.ItemOpened(number, kind, message.Trim(), reported, appealed, restricted, reviewed, work))
            with { Due = [EscalationRules.LookAt(number, now)] };
    }

    /// <summary>Whose notices go as the item does. None: nobody beyond the moderators.</summary>
    private static System.Collections.Immutable.ImmutableArray<MemberId>? ToldOf(QueueItem item) => item.Told.IsDefaultOrEmpty ? null : item.Told;

    /// <summary>None where the verdict is that nothing happens.</summary>
    private static ToDo? ToDoOf(QueueItem item, Decision decision)
    {
        if (item.Reviewed is { } reviewed) return decision.Verdict is Verdict.Rejected ? new(decision.By, decision.Reason, null, null, false, Ban: reviewed.Member) : null;

        // An author learns that what they handed in is theirs again.
        if (decision.Verdict is Verdict.Rejected) return item is { Kind: ItemKind.Submission, Work: { } returned } ? new(decision.By, decision.Reason, null, null, false, Work: returned, Verdict: Verdict.Rejected) : null;
        if (item.Restricted is { } restriction) return new(decision.By, decision.Reason, null, null, false, restriction);

        // To approve an appeal is to do the opposite of what was decided.
        var isAppealOfHiding = item.Appealed is { Kind: ItemKind.Report, Verdict: Verdict.Approved };
        return (item.Appealed?.Kind ?? item.Kind) switch
        {
            ItemKind.AccessRequest => new(decision.By, decision.Reason, item.By, null, false),
            ItemKind.Report => new(decision.By, decision.Reason, null, item.Reported, isAppealOfHiding),
            ItemKind.Submission => new(decision.By, decision.Reason, null, null, false, Work: item.Work),
            _ => null,
        };
    }

    private static QueueEvent.ItemSettled ReceiptOf(QueueItem item, Decision decision) =>
        new(item.Number, new(item.Kind, item.By, decision.Verdict, decision.By, decision.At, decision.Reason, decision.Contact, decision.AskAgainFrom));

    private static bool IsText(string text, int most) => text.Length <= most && !Texts.HasLoneSurrogate(text) && !text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\r' or '\t'));

    private static string? Template(string? name) => name is { Length: > 0 and <= 40 } && Slugs.IsSlug(name) ? name : null;

    private static Decision<Done, QueueEvent> Yes(params System.Collections.Immutable.ImmutableArray<QueueEvent> facts) => Decision<Done, QueueEvent>.Yes(Done.Value, facts);
}
