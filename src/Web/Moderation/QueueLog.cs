using System.Collections.Immutable;
using System.Globalization;
using PublicBuyers.Members;

namespace PublicBuyers.Moderation;

/// <summary>Every decision of a queue, newest first: read through for a kind, and for a person by name.</summary>
internal sealed class QueueLog(IGrainFactory grains, QueuePresenter presenter)
{
    /// <summary>Items looked through for one page; more are behind its link.</summary>
    private const int MostLookedThrough = 2_000;

    public async Task<Outcome<LogPage>> Read(CommunityId community, MemberId reader, ItemKind? kind, string person, long before, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<ItemWire>();
        for (var looked = 0; ; looked += QueueLimits.PageSize)
        {
            var page = await grains.Queue(community).Page(reader, new(Open: false, kind, null, before));
            if (page.IsRefused) return page.Refusal;

            foreach (var item in await presenter.Present(community, page.Value.Items, Words.Current, withExcerpts: false, cancel))
            {
                if (found.Count == QueueLimits.PageSize) return new LogPage(found.ToImmutable(), before);

                before = item.Number;
                if (item.Decision is not null && IsAbout(item, person)) found.Add(item);
            }

            if (!page.Value.More) return new LogPage(found.ToImmutable(), null);
            if (looked >= MostLookedThrough) return new LogPage(found.ToImmutable(), before);
        }
    }

    /// <summary>All of it, for a spreadsheet.</summary>
    public async Task Write(
        TextWriter to, Csv csv, CommunityId community, MemberId reader, ItemKind? kind, string person, Words words, CancellationToken cancel)
    {
        await to.WriteAsync(Csv.Beginning);
        await to.WriteAsync(csv.Row(columns.Select(column => words["queue-log." + column])));
        for (long? before = 0; before is { } next;)
        {
            var page = await Read(community, reader, kind, person, next, cancel);
            if (page.IsRefused) return;   // moderates no longer: what is left is not for them

            foreach (var item in page.Value.Items) await to.WriteAsync(csv.Row(CellsOf(item, item.Decision!, words)));
            before = page.Value.Before;
        }
    }

    private static readonly ImmutableArray<string> columns = ["number", "kind", "by", "organisation", "opened", "message", "verdict", "decided-by", "decided-at", "reason", "contact", "ask-again-from"];

    private static IEnumerable<string> CellsOf(ItemWire item, DecisionWire decision, Words words) =>
    [
        item.Number.ToString(CultureInfo.InvariantCulture),
        words["item-kind." + QueueWords.Of(item.Kind)],
        item.By.Name,
        item.By.Organisation,
        Stamp(item.OpenedAt),
        item.Message,
        words["verdict." + QueueWords.Of(decision.Verdict)],
        decision.By.Name,
        Stamp(decision.At),
        decision.Reason,
        decision.Contact,
        decision.AskAgainFrom is { } from ? Stamp(from) : "",
    ];

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    public static bool IsAbout(ItemWire item, string person) =>
        person.Length == 0 || Is(item.By, person) || Is(item.Decision?.By, person) || Is(item.Reported?.Author, person) || Is(item.Reviewed?.Member, person);

    private static bool Is(MemberCard? card, string person) =>
        card is not null && CultureInfo.CurrentCulture.CompareInfo.IndexOf(card.Name, person, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0;
}

/// <param name="Before">Pass it to read on; none when this is the end.</param>
internal sealed record LogPage(ImmutableArray<ItemWire> Items, long? Before);
