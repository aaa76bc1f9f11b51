using System.Collections.Concurrent;
using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using PublicBuyers.SignIn;

namespace PublicBuyers.Testing;

/// <summary>Keeps what was delivered, in order. The same message delivered twice is one mail, as for every mailbox.</summary>
public sealed class MemoryMailbox : IMailbox
{
    private readonly ConcurrentQueue<Mail> deliveries = new();
    private TaskCompletionSource delivered = NewSignal();
    private readonly ConcurrentDictionary<string, int> failures = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Every delivery, the repeated ones too.</summary>
    public ImmutableArray<Mail> Deliveries => [.. deliveries];

    /// <summary>What people find in their mailboxes.</summary>
    public ImmutableArray<Mail> Mails => [.. deliveries.DistinctBy(mail => mail.MessageId, StringComparer.Ordinal)];

    /// <summary>How often delivery to an address was tried and failed.</summary>
    public int FailedTries(string address) => failures.GetValueOrDefault(address, -1) + 1;

    /// <summary>From now on nothing can be delivered to this address.</summary>
    public void Refuse(string address) => failures.TryAdd(address, -1);

    /// <summary>From now on it can be again.</summary>
    public void Accept(string address) => failures.TryRemove(address, out _);

    /// <summary>As at the beginning.</summary>
    public void Lose()
    {
        deliveries.Clear();
        failures.Clear();
    }

    /// <summary>Completes when there are so many mails.</summary>
    public Task Holds(int mails) => Until(() => Mails.Length >= mails);

    /// <summary>The newest mail to an address, once there is one.</summary>
    public async Task<Mail> NewestTo(string address)
    {
        await Until(() => Mails.Any(mail => mail.To == address));
        return Mails.Last(mail => mail.To == address);
    }

    private async Task Until(Func<bool> holds)
    {
        while (true)
        {
            var next = Volatile.Read(ref delivered).Task;
            if (holds()) return;
            await next;
        }
    }

    public Task Deliver(Mail mail, CancellationToken cancel)
    {
        if (failures.ContainsKey(mail.To))
        {
            failures.AddOrUpdate(mail.To, 0, (_, tries) => tries + 1);
            throw new IOException($"Nobody takes mail for \"{mail.To}\".");
        }

        deliveries.Enqueue(mail);
        Interlocked.Exchange(ref delivered, NewSignal()).TrySetResult();
        return Task.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Mails that say what they were made of, so that a test can read token and code out of them.</summary>
public sealed class PlainMailWriter : IMailWriter
{
    public Mail SignIn(string messageId, string address, string language, AddressKey key, string token, string code, DateTimeOffset until) =>
        new(messageId, address, "Sign in", $"{key}\n{token}\n{code}", "", language);

    public Mail Waiting(string messageId, string address, string language, string community, ItemId item, ItemKind kind, string by, string message) =>
        new(messageId, address, "Waiting", $"{kind} {item.Number} {by} {message}", "", language);

    public Mail Escalated(string messageId, string address, string language, string timeZone, EscalatedMail escalated) =>
        new(messageId, address, "Escalated", $"{escalated.Kind} {escalated.Item.Number} {escalated.Level} {escalated.Why} {escalated.By}", "", language);

    public Mail Decided(string messageId, string address, string language, string timeZone, DecidedMail decided) =>
        new(messageId, address, "Decided", $"{decided.Kind} {decided.Item.Number} {decided.Verdict} {decided.By} {decided.Reason} {decided.Contact}", "", language);

    public Mail Published(string messageId, string address, string language, string community, string by, PublicationId publication, string title) =>
        new(messageId, address, "Published", $"{publication} {by} {title}", "", language);

    public Mail Withdrawn(string messageId, string address, string language, WithdrawnMail withdrawn) =>
        new(messageId, address, "Withdrawn", $"{withdrawn.Publication} {withdrawn.By} {withdrawn.Title} {withdrawn.Reason} {withdrawn.Contact}", "", language);

    public Mail Restricted(string messageId, string address, string language, string timeZone, RestrictedMail restricted) =>
        new(messageId, address, "Restricted", $"{restricted.Kind} {restricted.Reason} {restricted.Contact}", "", language);

    public Mail Hidden(string messageId, string address, string language, HiddenMail hidden) => new(
        messageId,
        address,
        "Hidden",
        $"{(hidden.IsDeleted ? "deleted" : "hidden")} {hidden.Room} {hidden.Post} {hidden.Reason} {hidden.Contact} {hidden.Appeal?.Number}",
        "",
        language);

    public Mail Standing(string messageId, string address, string language, StandingMail standing) =>
        new(messageId, address, "Standing", $"{standing.Role?.ToString() ?? "Lifted"} {standing.Id} {standing.By} {standing.Reason}", "", language);

    public Mail Bridge(string messageId, string address, string language, BridgeMail bridge) =>
        new(messageId, address, "Bridge", $"{bridge.News} {bridge.Name} {bridge.Other} {bridge.By} {bridge.Text}", "", language);

    public Mail Administrator(string messageId, string address, string language, bool isAppointed, string by) =>
        new(messageId, address, "Administrator", $"{(isAppointed ? "appointed" : "dismissed")} {by}", "", language);

    public Mail Invitation(string messageId, string address, string language, string inviter, CommunityView community) =>
        new(messageId, address, "Invitation", $"{inviter}\n{community.Community.Value}\n{community.Name}\n{community.Goal}", "", language);

    public Mail Gathered(string messageId, string address, string language, IReadOnlyList<Mail> mails) =>
        new(messageId, address, "Gathered", string.Join('\n', mails.Select(mail => mail.Subject)), "", language);
}
