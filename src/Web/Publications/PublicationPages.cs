using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Attachments;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <summary>Publications for readers, signed in or not: lists, the text with its comments, files, feeds. What one may not read is not there.</summary>
internal static class PublicationPages
{
    public static void MapPublicationPages(this RouteGroupBuilder pages)
    {
        pages.MapGet(Paths.Publications, All);
        pages.MapGet(Paths.Publications + ".atom", FeedOfAll).WithMetadata(Security.PublicAnswer.Mark);

        var community = pages.MapGroup("/communities/{community}");
        community.MapGet(Paths.Publications, OfCommunity);
        community.MapGet(Paths.Publications + ".atom", FeedOf).WithMetadata(Security.PublicAnswer.Mark);
        community.MapGet(Paths.Publications + "/{id}", Read);
        community.MapGet(Paths.Publications + "/{id}/files/{file}", GetFile);
    }

    private static Task<IResult> All([FromQuery] string? kind, [FromQuery] string? q, [FromQuery] string? before, ArticleReading reading) => reading.List(null, kind, q, before);

    private static Task<IResult> OfCommunity(string community, [FromQuery] string? kind, [FromQuery] string? q, [FromQuery] string? before, ArticleReading reading) =>
        Slugs.IsSlug(community) ? reading.List(new(community), kind, q, before) : Task.FromResult(Page.Absent);

    /// <summary>With the newest comments below it, or those that a link leads to.</summary>
    private static async Task<IResult> Read(
        string community, string id, [FromQuery] long? before, [FromQuery] long? after, [FromQuery] long? around, [FromQuery] string? date, ArticleReading articles, RoomReading rooms)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication)) return Page.Absent;

        var view = await articles.Find(publication);
        return view.IsRefused ? Page.Refused(view.Refusal)
            : view.Value.MayComment ? await rooms.Room(publication.Comments, before, after, around, date)
            : await articles.Show(publication);
    }

    private static async Task<IResult> GetFile(string community, string id, string file, [FromQuery] string? show, Visit visit, IGrainFactory grains, IAttachmentFiles files, HttpContext http)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication) || !AttachmentId.TryRead(file, out var wanted)) return Page.Absent;

        var attachment = await grains.Publication(publication).Attachment(visit.Caller?.Member, wanted);
        return attachment.IsRefused ? Page.Refused(attachment.Refusal) : AttachmentEndpoints.Answer(attachment.Value, files, show is not null, http);
    }

    private static Task<IResult> FeedOfAll(PublicationFeed feed, HttpContext http) => feed.Answer(null, http);

    private static Task<IResult> FeedOf(string community, PublicationFeed feed, HttpContext http) =>
        Slugs.IsSlug(community) ? feed.Answer(new(community), http) : Task.FromResult(Page.Absent);
}
