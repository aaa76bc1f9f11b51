using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using PublicBuyers.Access;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Attachments;

/// <summary>Uploading a file for a post, and getting the file of a post.</summary>
internal static class AttachmentEndpoints
{
    /// <summary>Nothing in it runs, frames or loads, whatever it turns out to be.</summary>
    private const string Sandbox = "sandbox; default-src 'none'";

    /// <remarks>The server's own limit cuts without a word; before it does, the desk has said why.</remarks>
    public static void MapAttachmentsApi(this IEndpointRouteBuilder api)
    {
        api.MapDelete("/rooms/{community}/{slug}/attachments/{file}", Discard)
            .WithTags("Rooms")
            .WithSummary(
                "Takes away a file that the caller uploaded and has not posted; answers how much space they use."
            )
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        api.MapPost("/rooms/{community}/{slug}/attachments", Add)
            .WithMetadata(new RequestSizeLimitAttribute(2 * AttachmentLimits.Largest))
            .WithTags("Rooms")
            .WithSummary("Uploads a file, the body as it is, for a post that is yet to be made.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .ProducesProblem(StatusCodes.Status507InsufficientStorage);
    }

    public static void MapAttachmentDownloads(this RouteGroupBuilder pages) =>
        pages.MapGet("/communities/{community}/{room}/posts/{number:long:min(1)}/files/{file}", Get);

    private static async Task<Results<Ok<UploadedWire>, ProblemHttpResult>> Add(
        string community,
        string slug,
        [FromQuery] string? name,
        Caller caller,
        AttachmentDesk desk,
        IAttachmentFiles files,
        HttpRequest request,
        CancellationToken cancel
    )
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room))
            return Refusals.AsProblem(new RoomRefusal.NotVisible());

        var added = await desk.Add(new(caller.Member, room), name, request.ContentLength, request.Body, cancel);
        if (added.IsRefused)
            return Refusals.AsProblem(added.Refusal);

        var card = added.Value;
        return TypedResults.Ok(
            new UploadedWire(
                card.Id,
                card.Name,
                card.Type,
                card.Bytes,
                card.Width,
                card.Height,
                files.UsedBy(caller.Member)
            )
        );
    }

    private static async Task<Results<Ok<FileUsage>, ProblemHttpResult>> Discard(
        string community,
        string slug,
        string file,
        Caller caller,
        AttachmentDesk desk
    )
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room) || !AttachmentId.TryRead(file, out var wanted))
            return Refusals.AsProblem(new RoomRefusal.NotVisible());

        var discarded = await desk.Discard(caller.Member, room, wanted);
        return discarded.IsRefused ? Refusals.AsProblem(discarded.Refusal) : TypedResults.Ok(discarded.Value);
    }

    private static async Task<IResult> Get(
        string community,
        string room,
        long number,
        string file,
        [FromQuery] string? show,
        Visit visit,
        IGrainFactory grains,
        IAttachmentFiles files,
        HttpContext http
    )
    {
        if (!RoomId.TryRead($"{community}/{room}", out var id) || !AttachmentId.TryRead(file, out var wanted))
            return Page.Absent;

        var attachment = await grains.Room(id).Attachment(visit.Member, new(number), wanted);
        return attachment.IsRefused
            ? Page.Refused(attachment.Refusal)
            : Answer(attachment.Value, files, show is not null, http);
    }

    /// <summary>The file itself. Whoever answers with it has asked whether the visitor may have it.</summary>
    /// <param name="show">On the page, where it is a picture.</param>
    internal static IResult Answer(Attachment card, IAttachmentFiles files, bool show, HttpContext http)
    {
        var content = files.Open(card.Id);
        if (content.IsRefused)
            return Page.Refused(content.Refusal);

        var disposition = new ContentDispositionHeaderValue(
            show && FileKinds.Pictures.Contains(card.Type) ? "inline" : "attachment"
        );
        disposition.SetHttpFileName(card.Name);

        http.Response.Headers.ContentSecurityPolicy = Sandbox;
        http.Response.Headers.ContentDisposition = disposition.ToString();
        return TypedResults.Stream(
            content.Value,
            card.Type,
            entityTag: new EntityTagHeaderValue($"\"{card.Id}\""),
            enableRangeProcessing: true
        );
    }
}
