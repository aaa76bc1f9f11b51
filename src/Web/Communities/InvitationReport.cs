using System.Collections.Immutable;
using PublicBuyers.Moderation;

namespace PublicBuyers.Communities;

/// <summary>What became of everything in a list of people to invite, with what to do about it.</summary>
/// <param name="Rows">What needs somebody's attention first, then in the order it was written; the first of them.</param>
/// <param name="NotAddresses">Entries that are no addresses, whether they are among the rows or not.</param>
/// <param name="Unshown">Entries beyond the rows.</param>
public sealed record InvitationReport(
    Invited Counts, ImmutableArray<InvitationReport.Row> Rows, int NotAddresses, int Unshown, AddressList List)
{
    /// <summary>Of a page that says what became of each entry.</summary>
    public const int MostRows = 1_000;

    internal static InvitationReport Of(AddressList list, Invited invited)
    {
        var results = list.Addresses.Zip(invited.Each, KeyValuePair.Create).ToDictionary(StringComparer.Ordinal);
        var firsts = new Dictionary<string, ListedCell>(StringComparer.Ordinal);
        var rows = list.Cells.Select(cell => new Row(cell, FateOf(cell, results, firsts), cell.Address is { } address ? firsts[address] : cell)).ToList();
        return new(
            invited,
            [.. rows.OrderBy(row => row.NeedsAttention ? 0 : 1).Take(MostRows)],
            rows.Count(row => row.Fate == "none"),
            Math.Max(0, rows.Count - MostRows),
            list);
    }

    /// <summary>As the words call it: <c>invite.each.banned</c>.</summary>
    private static string FateOf(ListedCell cell, Dictionary<string, InvitationResult> results, Dictionary<string, ListedCell> firsts)
    {
        if (cell.Address is not { } address) return "none";
        if (!firsts.TryAdd(address, cell)) return "again";

        return results.TryGetValue(address, out var result) ? QueueWords.Of(result) : "taken";
    }

    /// <param name="Fate">Key of the words that say it.</param>
    /// <param name="First">Where the same address stands first; the row's own cell where it is the first.</param>
    public sealed record Row(ListedCell Cell, string Fate, ListedCell First)
    {
        public bool NeedsAttention => Fate is "none" or "banned" or "suspended";
    }
}
