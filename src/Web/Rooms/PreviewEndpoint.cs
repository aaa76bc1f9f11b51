using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>How a text will look in a room, and how many people it will tell: by the same means as when it is posted.</summary>
internal static class PreviewEndpoint
{
    public static void MapPreview(this IEndpointRouteBuilder api) =>
        api.MapPost("/rooms/{community}/{slug}/preview", Preview).WithTags("Rooms").WithSummary("Lays out a text as it would be posted.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

    private static async Task<Results<Ok<PreviewWire>, ProblemHttpResult>> Preview(
        string community, string slug, TextToPreview body, Caller caller, IGrainFactory grains, MentionReading mentioning, PostPresenter presenter, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(new RoomRefusal.NotVisible());

        var admitted = await grains.Room(room).Admit(caller.Member);
        if (admitted.IsRefused) return Refusals.AsProblem(admitted.Refusal);

        var bytes = System.Text.Encoding.UTF8.GetByteCount(body.Markdown);
        if (bytes > RoomLimits.LongestText) return Refusals.AsProblem(new RoomRefusal.TextTooLong(bytes, RoomLimits.LongestText));

        var mentions = await mentioning.Read(room, body.Markdown, body.Mentions, cancel);
        var cards = (body.Mentions is null ? await presenter.Cards([.. mentions.Select(mention => mention.Member).OfType<MemberId>().Distinct()], cancel) : AsTyped(body.Markdown, mentions)).ToDictionary(card => card.Member);
        var html = PostMarkup.Render(body.Markdown, mentions, member => cards[member]);
        return TypedResults.Ok(new PreviewWire(html, 0, mentions.Any(mention => mention.Member is null) ? await ReachOf(grains.Room(room), caller) : null));
    }

    /// <summary>Whom somebody says they mean may not read the room, and is nobody to them: what they are called is not looked up.</summary>
    private static ImmutableArray<MemberCard> AsTyped(string markdown, ImmutableArray<Mention> mentions) =>
    [
        .. PostMarkup.Standing(markdown, mentions).Where(mention => mention.Member is not null).DistinctBy(mention => mention.Member)
            .Select(mention => new MemberCard(mention.Member!.Value, markdown.Substring(mention.Start, mention.Length).TrimStart('@', '_'), "")),
    ];

    /// <summary>To moderators only.</summary>
    private static async Task<int?> ReachOf(IRoomGrain room, Caller caller)
    {
        var reach = await room.Reach(caller.Member);
        return reach.IsRefused ? null : reach.Value;
    }
}

internal sealed record TextToPreview([property: JsonConverter(typeof(WritableText))] string Markdown, ImmutableArray<Mention>? Mentions = null);

/// <param name="Unreached">Said only once it is posted: before, it would tell who belongs to the room.</param>
/// <param name="Reach">How many people <c>@room</c> tells; none where it is not in the text, or not for the reader to use.</param>
internal sealed record PreviewWire(string Html, int Unreached, int? Reach);
