using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Publications;

namespace PublicBuyers.Moderation;

/// <summary>What a queue's pages show, for the moderator who visits.</summary>
internal sealed class QueueReading(Visit visit, IGrainFactory grains, QueuePresenter presenter, NamedRefusals refusals)
{
    /// <summary>Earlier items of the same person, beside the one that is looked at.</summary>
    private const int MostEarlier = 5;

    /// <summary>Items looked through for a person.</summary>
    private const int MostLookedThrough = 5_000;

    /// <param name="number">The item in the second pane; none: only the list.</param>
    public async Task<IResult> Queue(CommunityId community, ItemKind? kind, long after, long? number, DecisionAttempt? attempt = null, BulkAttempt? bulk = null, string person = "")
    {
        var page = person.Length == 0 ? await grains.Queue(community).Page(visit.Member, new(Open: true, kind, null, after)) : await About(person, community, kind, after);
        if (page.IsRefused) return Page.Refused(page.Refusal);

        var arrivals = await grains.Queue(community).Arrivals(visit.Member);
        if (arrivals.IsRefused) return Page.Refused(arrivals.Refusal);

        OpenedItem? opened = null;
        if (number is { } which && (opened = await Open(community, new(which))) is null) return Page.Absent;

        var why = attempt?.Why is { } refused ? await refusals.Name(refused, visit.Caller!.Profile, visit.Leaving) : null;
        return Page.Of<QueueView>(
            new
            {
                Community = community,
                (await Bearing(community)).Name,
                Items = await presenter.Present(community, page.Value.Items, visit.Words, cancel: visit.Leaving),
                Arrived = await presenter.Present(arrivals.Value, visit.Leaving),
                page.Value.Waiting,
                page.Value.More,
                Kind = kind,
                After = after,
                Person = person,
                Opened = opened,
                Typed = attempt is null ? null : attempt with { Why = why },
                Bulk = bulk,
            },
            attempt?.Why is { } shown ? Refusals.StatusOf(shown.Kind) : StatusCodes.Status200OK);
    }

    /// <summary>What waits and is about a person, by name.</summary>
    private async Task<Outcome<QueuePage>> About(string person, CommunityId community, ItemKind? kind, long after)
    {
        var found = ImmutableArray.CreateBuilder<ItemView>();
        for (var looked = 0; ; looked += QueueLimits.PageSize)
        {
            var page = await grains.Queue(community).Page(visit.Member, new(Open: true, kind, null, after));
            if (page.IsRefused) return page.Refusal;

            var wires = await presenter.Present(community, page.Value.Items, visit.Words, withExcerpts: false, visit.Leaving);
            foreach (var (item, wire) in page.Value.Items.Zip(wires))
            {
                if (found.Count == QueueLimits.PageSize) return page.Value with { Items = found.ToImmutable(), More = true };

                after = item.Number.Value;
                if (QueueLog.IsAbout(wire, person)) found.Add(item);
            }

            if (!page.Value.More || looked >= MostLookedThrough) return page.Value with { Items = found.ToImmutable(), More = page.Value.More && found.Count > 0 };
        }
    }

    /// <summary>None where it is not there, or not for the visitor.</summary>
    private async Task<OpenedItem?> Open(CommunityId community, ItemNumber number)
    {
        var queue = grains.Queue(community);
        var history = await queue.Item(visit.Member, number);
        if (history.IsRefused) return null;

        var item = history.Value.Item;
        var earlier = await queue.Page(visit.Member, new(Open: false, null, item.By, 0));
        var profile = await grains.Member(item.By).Profile();
        var work = item.Work is { } submitted ? await grains.Publication(submitted.Publication).Version(visit.Member, submitted.Version) : default;
        return new(
            (await presenter.Present(community, [item], visit.Words, cancel: visit.Leaving))[0],
            await presenter.Present(history.Value.Steps, visit.Leaving),
            history.Value.Contact,
            profile.IsRefused ? null : profile.Value.Kind,
            profile is { IsRefused: false, Value.IsKindConfirmed: true },
            earlier.IsRefused ? [] : await presenter.Present(community, [.. earlier.Value.Items.Where(each => each.Number != number).Take(MostEarlier)], visit.Words, withExcerpts: false, visit.Leaving))
        {
            Work = work.Value,
            Reported = history.Value.Reported is { } reported ? await presenter.Present(reported, visit.Leaving) : null,
            IsStillRestricted = item.Restricted is { } restriction && (await grains.Community(community).Describe(item.By)) is { IsRefused: false, Value.MyRestriction: { } present } && present.At == restriction.At,
        };
    }

    public Task<Bearing> Bearing(CommunityId community) => grains.Community(community).BearingOf(visit.Member);
}

/// <summary>An item with all that helps to decide on it.</summary>
/// <param name="Contact">What a rejection by the visitor would carry; empty: they cannot reject before one is set.</param>
/// <param name="Kind">What the one who asks says they are.</param>
/// <param name="Earlier">What the same person asked before, newest first.</param>
public sealed record OpenedItem(ItemWire Item, ImmutableArray<StepWire> Steps, string Contact, MemberKind? Kind, bool IsKindConfirmed, ImmutableArray<ItemWire> Earlier)
{
    /// <summary>What an appeal asks to be lifted is in force.</summary>
    public bool IsStillRestricted { get; init; }

    /// <summary>
    /// What was reported, as it was and as it is; none where the visitor does not decide on it, or nobody any more.
    /// </summary>
    public ReportedPostWire? Reported { get; init; }

    /// <summary>The version that was submitted; none where it can be read no more.</summary>
    public PublicationVersion? Work { get; init; }
}

/// <summary>A decision that was refused: what was typed, and why not.</summary>
public sealed record DecisionAttempt(string? Reason, string? Template, string? AskAgainFrom, Refusal? Why);

/// <summary>What came of deciding on several items.</summary>
public sealed record BulkAttempt(ImmutableArray<BulkAnswerWire> Answers);
