using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR;
using PublicBuyers.Access;
using PublicBuyers.Members;
using PublicBuyers.Moderation;

namespace PublicBuyers.Live;

/// <summary>What moderators ask of a community's queue. A claim lasts as long as it is renewed, and not longer than the connection it was made by.</summary>
internal sealed partial class LiveHub
{
    private Profile Reader => Caller.Of(Context.GetHttpContext()!)!.Profile;

    private HeldClaims Held => (HeldClaims)Context.Items[nameof(Held)]!;

    /// <summary>Looks at an item; again: renews.</summary>
    public async Task<Answer<ClaimWire>> ClaimItem(string community, string requestId, long number)
    {
        if (RefuseQueue(community, requestId, out var where, out var request) is { } why) return new(null, why);

        var item = new ItemId(where, new(number));
        var claimed = await grains.Queue(where).Claim(new() { By = Me, Request = request, Number = item.Number });
        if (claimed.IsRefused) return new(null, await Said(claimed.Refusal));

        Held.Keep(item, claimed.Value.Fence);
        if (Context.ConnectionAborted.IsCancellationRequested) await GiveUp(Held);   // it ended meanwhile, and was tidied up after before this was there
        return new(await queues.Present(claimed.Value), null);
    }

    public async Task<Answer<Done>> ReleaseItem(string community, string requestId, long number, long fence)
    {
        if (RefuseQueue(community, requestId, out var where, out var request) is { } why) return new(null, why);

        Held.Drop(new(where, new(number)));
        return await Said(await grains.Queue(where).Release(new() { By = Me, Request = request, Number = new(number), Fence = fence }));
    }

    /// <param name="version">The item's, that was looked at.</param>
    /// <param name="template">The prepared reason it began with, if any.</param>
    public async Task<Answer<Decided>> DecideItem(string community, string requestId, long number, long version, Verdict verdict, string? reason, string? template, DateTimeOffset? askAgainFrom)
    {
        if (RefuseQueue(community, requestId, out var where, out var request) is { } why) return new(null, why);

        var decided = await grains.Queue(where).Decide(new() { By = Me, Request = request, Number = new(number), Version = version, Verdict = verdict, Reason = reason ?? "", Template = template, AskAgainFrom = askAgainFrom });
        if (!decided.IsRefused) Held.Drop(new(where, new(number)));
        return await Said(decided);
    }

    /// <summary>Each item has its own answer.</summary>
    public async Task<Answer<ImmutableArray<BulkAnswerWire>>> DecideItems(string community, string requestId, ImmutableArray<SeenItem> items, Verdict verdict, string? reason, string? template, DateTimeOffset? askAgainFrom)
    {
        if (RefuseQueue(community, requestId, out var where, out var request) is { } why) return new([], why);

        if ((await grains.Queue(where).Admit(Me)).Refusal is { } absent) return new([], await Said(absent));

        var answers = await grains.Queue(where).DecideAll(new() { By = Me, Request = request, Items = items.IsDefault ? [] : [.. items.OfType<SeenItem>()], Verdict = verdict, Reason = reason ?? "", Template = template, AskAgainFrom = askAgainFrom });
        foreach (var answer in answers.Where(answer => answer.Decided is not null)) Held.Drop(new(where, answer.Number));
        return new(await refusals.Name(answers, Reader), null);
    }

    public async Task<Answer<Done>> UndoDecision(string community, string requestId, long number, long version) =>
        RefuseQueue(community, requestId, out var where, out var request) is { } why ? new(null, why)
        : await Said(await grains.Queue(where).Undo(new() { By = Me, Request = request, Number = new(number), Version = version }));

    /// <summary>What this connection looked at is free again. Where that fails the claims end by themselves.</summary>
    private Task GiveUp(HeldClaims held) => Task.WhenAll(held.TakeAll().Select(claim =>
        grains.Queue(claim.Item.Community).Release(new() { By = Me, Request = new($"left:{Context.ConnectionId}:{claim.Fence}:{claim.Item.Number}"), Number = claim.Item.Number, Fence = claim.Fence })));

    private async Task<Answer<T>> Said<T>(Outcome<T> outcome) => outcome.Refusal is { } why ? new(default, await Said(why)) : new(outcome.Value, null);

    /// <summary>With names, and in the reader's time.</summary>
    private async Task<RefusalWire> Said(Refusal why) => RefusalWire.Of(await refusals.Name(why, Reader));

    private RefusalWire? RefuseQueue(string community, string requestId, out CommunityId where, out RequestId request)
    {
        where = new(community ?? "");
        if (!RequestId.TryRead(requestId, out request)) return MalformedRequest;
        if (!Slugs.IsSlug(community)) return RefusalWire.Of(new QueueRefusal.NotVisible());

        return TooFast();
    }
}
