using System.Collections.Immutable;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>Makes of what an inbox holds what its member sees: who, where, and the beginning of what was said, as it stands now and as far as the member may read it.</summary>
internal sealed class NoticePresenter(IGrainFactory grains, ICommunityDirectory communities, BridgedThreads bridged, PostPresenter presenter)
{
    public async ValueTask<ImmutableArray<NoticeWire>> Present(MemberId reader, IReadOnlyCollection<Notice> notices, bool withExcerpts = true, CancellationToken cancel = default)
    {
        if (notices.Count == 0) return [];

        var named = (await communities.Of(reader, cancel)).ToDictionary(entry => entry.Community);

        // Whoever was not let in is told so, of a community that is not theirs.
        if (notices.Any(notice => notice.Room is null or { Bridge: not null } && !named.ContainsKey(notice.Community)))
            foreach (var entry in await communities.All(cancel)) named.TryAdd(entry.Community, entry with { Rooms = [] });

        var cards = (await presenter.Cards([.. notices.Select(notice => notice.By).Distinct()], cancel)).ToDictionary(card => card.Member);
        var excerpts = new Dictionary<(RoomId, PostNumber), string>();
        if (withExcerpts) foreach (var room in notices.Where(notice => notice.Room is not null).GroupBy(notice => notice.Room!.Value)) await Read(reader, room.Key, room, excerpts, cancel);

        // By the room of the comments; none of a publication that the reader may not read.
        var titles = new Dictionary<RoomId, string>();
        foreach (var publication in notices.SelectMany(notice => new[] { notice.Room?.Publication, notice.Of?.Publication }).OfType<PublicationId>().Distinct())
            if (await grains.Publication(publication).Read(reader) is { IsRefused: false, Value.Content.Title: var title }) titles[publication.Comments] = title;
        foreach (var room in notices.Select(ThreadOf).OfType<RoomId>().Distinct())
            if (await bridged.Find(reader, room) is { } thread) titles[room] = thread.Title;

        return [.. notices.Select(notice =>
        {
            var community = named.GetValueOrDefault(notice.Community);
            return new NoticeWire(
                notice.Number,
                notice.Kind,
                notice.Room,
                community?.Rooms.FirstOrDefault(card => card.Room == notice.Room)?.Name ?? (ThreadOf(notice) is { } where ? titles.GetValueOrDefault(where) : MayRead(notice) ? notice.Of?.Title : null) ?? "",
                notice.Community,
                community?.Name ?? "",
                notice.Post?.Value,
                notice.Thread?.Value,
                cards[notice.By],
                notice.At,
                notice.Reaction,
                notice.IsRead,
                notice is { Room: { } room, Post: { } post } ? excerpts.GetValueOrDefault((room, post)) ?? "" : "",
                NoticeWords.WordOf(notice),
                !MayRead(notice) || (notice.Of?.Thread is { } opened && !titles.ContainsKey(opened)) ? Paths.Of(notice.Community) : NoticeWords.HrefOf(notice),
                notice.Of?.Item?.Value,
                notice.Of?.Verdict);
        })];

        // Who was told of a publication as a moderator may be none any more, or be suspended.
        bool MayRead(Notice notice) => notice.Of?.Publication is not { } publication || titles.ContainsKey(publication.Comments);
    }

    /// <summary>A room that is not among its community's: its name is for who may come in.</summary>
    private static RoomId? ThreadOf(Notice notice) => notice.Room ?? notice.Of?.Thread;

    private async Task Read(MemberId reader, RoomId room, IEnumerable<Notice> notices, Dictionary<(RoomId, PostNumber), string> excerpts, CancellationToken cancel)
    {
        foreach (var numbers in notices.Select(notice => notice.Post!.Value).Distinct().Chunk(RoomLimits.PageSize))
        {
            var posts = await grains.Room(room).Posts(reader, [.. numbers]);
            if (posts.IsRefused) return;

            foreach (var post in await presenter.Present(posts.Value, cancel)) excerpts[(room, new(post.Number))] = Excerpt.Of(post.Html);
        }
    }
}
