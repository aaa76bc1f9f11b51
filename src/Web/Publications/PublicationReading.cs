using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Search;

namespace PublicBuyers.Publications;

/// <summary>Lists of publications, for the one who asks.</summary>
internal sealed class PublicationReading(IPublications publications, ICommunityDirectory communities, IGrainFactory grains)
{
    /// <summary>What somebody is in the communities they belong to, as these say now: the directory may lag behind.</summary>
    public async Task<PublicationReader> ReaderOf(MemberId? member, CancellationToken cancel)
    {
        if (member is not { } reader) return PublicationReader.Anybody;

        var bearings = await Task.WhenAll((await communities.Of(reader, cancel)).Select(async entry => (entry.Community, (await grains.Community(entry.Community).BearingOf(reader)).Role)));
        return new(reader, bearings.Where(each => each.Role is not null).ToImmutableDictionary(each => each.Community, each => each.Role!.Value));
    }

    public async Task<PublicationPageOf> Find(MemberId? reader, CommunityId? community, PublicationKind? kind, string? words, string? before, int most, CancellationToken cancel)
    {
        await publications.Settled(cancel);
        var query = new PublicationQuery(await ReaderOf(reader, cancel), community, kind, Words: WordsIn(words));
        var total = await publications.Count(query, cancel);
        var found = await publications.Find(query with { Before = Cursor.Read(before) }, most + 1, cancel);
        return new([.. found.Take(most)], total, found.Length > most ? Cursor.Write(found[most - 1]) : null);
    }

    /// <summary>The newest that everybody may read, whoever asks.</summary>
    public async Task<ImmutableArray<PublicationEntry>> Public(CommunityId? community, int most, CancellationToken cancel)
    {
        await publications.Settled(cancel);
        return await publications.Find(new(PublicationReader.Anybody, community, OnlyPublic: true), most, cancel);
    }

    public static ImmutableArray<string> WordsIn(string? typed) =>
        typed is null ? [] : [.. PostWords.Asked(typed.Length > SearchLimits.LongestQuery ? typed[..SearchLimits.LongestQuery] : typed).Distinct().Take(SearchLimits.MostWords)];

    /// <summary>Names of communities, for those in a list.</summary>
    public async Task<ImmutableDictionary<CommunityId, string>> Names(CancellationToken cancel) => (await communities.All(cancel)).ToImmutableDictionary(entry => entry.Community, entry => entry.Name);

    /// <summary>The last entry of a list, as an address can hold it.</summary>
    private static class Cursor
    {
        public static string Write(PublicationEntry entry) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{entry.At.UtcTicks}.{entry.Publication.Value}");

        /// <summary>What is no cursor is none: the list begins anew.</summary>
        public static PublicationEntry? Read(string? text) =>
            text?.Split('.', 2) is [var ticks, var id] && long.TryParse(ticks, System.Globalization.CultureInfo.InvariantCulture, out var at) && at >= 0 && at <= DateTimeOffset.MaxValue.UtcTicks && PublicationId.TryRead(id, out var publication)
                ? new(publication, default, default, "", "", default, default, new(at, TimeSpan.Zero), default, 0)
                : null;
    }
}

/// <param name="Total">Of all pages.</param>
/// <param name="Next">Where to read on; none at the end.</param>
public sealed record PublicationPageOf(ImmutableArray<PublicationEntry> Entries, int Total, string? Next);
