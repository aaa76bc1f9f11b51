using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using PublicBuyers.Moderation;

namespace PublicBuyers.Live;

/// <summary>A community's queue on this node: the same for every moderator.</summary>
internal sealed class QueueFeed(CommunityId community, IGrainFactory grains, QueuePresenter presenter, IHubProtocol protocol, Func<CommunityId, Task<CommunityWatch>> follow, Action<Follower> release, ILogger logger)
    : Feed(TopicName.OfQueue(community), grains.Queue(community), grains, protocol, logger)
{
    private ImmutableSortedDictionary<long, ItemView> items = ImmutableSortedDictionary<long, ItemView>.Empty;

    /// <summary>By item, the newest. A renewal may come before the claim that it renews.</summary>
    private ImmutableDictionary<long, Claim> renewals = ImmutableDictionary<long, Claim>.Empty;
    private ImmutableArray<ArrivalView> arrivals = [];
    private int waiting;
    private CommunityWatch? watch;

    /// <summary>An excerpt is of a post that may be edited or deleted without the queue moving on: it is read again for who comes back.</summary>
    protected override bool Remembers => false;

    public override async Task Stop()
    {
        await base.Stop();
        if (watch is not null) release(watch);
    }

    protected override async Task Begin(StreamPosition at)
    {
        watch = await follow(community);
        await base.Begin(at);
    }

    protected override void Replace(TopicSnapshot? whole)
    {
        var known = (QueueSnapshot?)whole;
        items = (known?.Items ?? []).ToImmutableSortedDictionary(item => item.Number.Value, item => item);
        renewals = renewals.Clear();
        waiting = known?.Waiting ?? 0;
        arrivals = known?.Arrivals ?? [];
    }

    protected override void Fold(Change change)
    {
        if (change is QueueChange.CountsPut { Waiting: var count }) waiting = count;
        if (change is QueueChange.ArrivalsPut put) arrivals = put.Arrivals;
        if (change is not QueueChange.ItemPut { Item: var item }) return;

        items = item.State is ItemState.Settled or ItemState.Withdrawn ? items.Remove(item.Number.Value) : items.SetItem(item.Number.Value, Renewed(item));
        if (item.Claim is null) renewals = renewals.Remove(item.Number.Value);
        if (items.Count > QueueLimits.SnapshotItems) items = items.Remove(items.Keys.Last());   // put again when it comes up
    }

    protected override void Pass(PassingValues values)
    {
        var newer = ImmutableArray.CreateBuilder<QueueChange.ClaimRenewed>();
        lock (Gate)
        {
            foreach (var renewal in values.Values.OfType<QueueChange.ClaimRenewed>())
            {
                var (number, claim) = renewal;
                if (renewals.TryGetValue(number.Value, out var known) && (known.Fence, known.Until).CompareTo((claim.Fence, claim.Until)) >= 0) continue;

                renewals = renewals.Count < QueueLimits.SnapshotItems ? renewals.SetItem(number.Value, claim) : renewals.Clear().SetItem(number.Value, claim);
                if (items.TryGetValue(number.Value, out var item)) items = items.SetItem(number.Value, Renewed(item));
                newer.Add(renewal);
            }
        }

        _ = Tell(newer.ToImmutable());
    }

    protected override bool Shows(MemberId member) =>
        items.Values.Any(item => item.By == member || item.Claim?.By == member || item.Decision?.By == member) || arrivals.Any(arrival => arrival.Member == member);

    private ItemView Renewed(ItemView item) =>
        item.Claim is { } held && renewals.TryGetValue(item.Number.Value, out var newest) && newest.Fence == held.Fence && newest.Until > held.Until ? item with { Claim = newest } : item;

    protected override Task<RawJson> Snapshot(Listener listener) => Render([.. items.Values], waiting, arrivals);

    protected override async ValueTask<ImmutableArray<ChangeWire>> Render(ImmutableArray<Change> changes)
    {
        var wires = await presenter.Present(community, [.. changes.OfType<QueueChange.ItemPut>().Select(put => put.Item)]);
        var arrived = changes.OfType<QueueChange.ArrivalsPut>().LastOrDefault() is { } last ? await presenter.Present(last.Arrivals) : null;   // absolute: the newest says all
        var next = 0;
        return [.. changes.Select(change => new ChangeWire(change.Key, change switch
        {
            QueueChange.ItemPut => RawJson.Of(wires[next++]),
            QueueChange.CountsPut put => RawJson.Of(new WaitingWire(put.Waiting)),
            QueueChange.ArrivalsPut => RawJson.Of(arrived!),
            _ => throw new NotSupportedException($"A change of '{Stream}' has no form on the wire; add it to the feed."),
        }))];
    }

    private async Task<RawJson> Render(ImmutableArray<ItemView> which, int count, ImmutableArray<ArrivalView> arrived)
    {
        await Task.Yield();   // not under the lock of who asked first
        var wires = await presenter.Present(community, which);
        return RawJson.Of(new QueueSnapshotWire(community, wires, count, await presenter.Present(arrived)));
    }

    /// <summary>What cannot be said is not missed for long: the claim is renewed again.</summary>
    private async Task Tell(ImmutableArray<QueueChange.ClaimRenewed> renewed)
    {
        try
        {
            foreach (var (number, claim) in renewed) Tell(Passing(new ChangeWire($"claim/{number.Value}", RawJson.Of(await presenter.Present(claim)))));
        }
        catch (Exception failure)
        {
            LogNotPassed(Stream, failure);
        }
    }
}
