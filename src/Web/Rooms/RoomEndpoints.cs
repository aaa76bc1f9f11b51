using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Attachments;
using PublicBuyers.Layout;

namespace PublicBuyers.Rooms;

/// <summary>Rooms for programs.</summary>
internal static class RoomEndpoints
{
    private static readonly RoomRefusal.NotVisible Absent = new();

    public static void MapRoomsApi(this IEndpointRouteBuilder api)
    {
        var posts = api.MapGroup("/rooms/{community}/{slug}/posts").WithTags("Rooms").ProducesProblem(StatusCodes.Status404NotFound);

        posts.MapGet("", Page).WithSummary("The newest posts, or those before one, after one, around one, or from a day on (YYYY-MM-DD, in the reader's time zone); oldest first.").ProducesProblem(StatusCodes.Status400BadRequest);
        posts.MapGet("/{number}", Thread).WithSummary("A post and the replies in its thread.");
        posts.MapGet("/{number}/history", History).WithSummary("Every text a post has had. While it is hidden, to moderators only.");

        var changes = posts.MapGroup("").ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

        changes.MapPost("", Post).WithSummary("Says something, or replies. Without mentions, whoever is named in the text is mentioned.");
        changes.MapPut("/{number}", Edit).WithSummary("Changes the text of one's own post. Tells only who was not mentioned in it before.");
        changes.MapDelete("/{number}", Delete).WithSummary("Deletes one's own post, or as a moderator anybody's, with a reason.");
        changes.MapPost("/{number}/reactions", React).WithSummary("Adds one's reaction to a post, or takes it back.");
    }

    private static async Task<Results<Ok<PostsWire>, ProblemHttpResult>> Page(
        string community, string slug, Caller caller, IGrainFactory grains, PostPresenter presenter, CancellationToken cancel,
        long before = 0, long? after = null, long? around = null, string? date = null, int count = RoomLimits.PageSize)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var id)) return Refusals.AsProblem(Absent);

        var room = grains.Room(id);
        if (around is { } middle) after = Math.Max(0, middle - (Math.Clamp(count, 1, RoomLimits.PageSize) / 2) - 1);
        if (date is not null)
        {
            if (!Days.TryRead(date, out var day)) return Refusals.Malformed(StatusCodes.Status400BadRequest, "A date is written YYYY-MM-DD.");

            var first = await room.NumberAt(caller.Member, Days.BeginningOf(day, Zones.Find(caller.Profile.TimeZone)));
            if (first.IsRefused) return Refusals.AsProblem(first.Refusal);

            after = Math.Max(0, first.Value.Value - 1);
        }

        count = Math.Clamp(count, 1, RoomLimits.PageSize);
        var page = after is { } last ? await room.PageAfter(caller.Member, Math.Max(0, last), count) : await room.Page(caller.Member, Math.Max(0, before), count);
        if (page.IsRefused) return Refusals.AsProblem(page.Refusal);

        var (fitting, posts) = LongPages.Fit(
            page.Value, await presenter.Present(page.Value.Posts, cancel), around ?? after ?? long.MaxValue);
        return TypedResults.Ok(new PostsWire(
            fitting.At.Epoch,
            fitting.At.Position,
            posts,
            fitting.Older,
            fitting.Newer,
            await presenter.Present(page.Value.Settings, cancel)));
    }

    private static async Task<Results<Ok<ThreadWire>, ProblemHttpResult>> Thread(string community, string slug, string number, Caller caller, IGrainFactory grains, PostPresenter presenter, CancellationToken cancel, long after = 0)
    {
        if (!TryRead(community, slug, number, out var room, out var post)) return Refusals.AsProblem(Absent);

        var thread = await LongPages.Thread(
            grains.Room(room), caller.Member, post, Math.Max(0, after), presenter, cancel);
        if (thread.IsRefused) return Refusals.AsProblem(thread.Refusal);

        var (page, posts) = thread.Value;
        return TypedResults.Ok(
            new ThreadWire(page.At.Epoch, page.At.Position, posts[0], posts.RemoveAt(0), page.After)
        );
    }

    private static async Task<Results<Ok<HistoryWire>, ProblemHttpResult>> History(string community, string slug, string number, Caller caller, IGrainFactory grains, PostPresenter presenter, LongPages pages, CancellationToken cancel)
    {
        if (!TryRead(community, slug, number, out var room, out var post)) return Refusals.AsProblem(Absent);

        var (turn, busy) = await pages.Begin(caller.Member, cancel);
        if (busy is not null) return Refusals.AsProblem(busy);

        using var made = turn;
        var history = await grains.Room(room).History(caller.Member, post);
        if (history.IsRefused) return Refusals.AsProblem(history.Refusal);

        return TypedResults.Ok(new HistoryWire(
            await presenter.Present(history.Value.Post, cancel),
            [.. LongPages.ThatFit(history.Value.Texts.Reverse().Select(Text), text => text.Html).Reverse()],
            history.Value.Files));

        TextWire Text(PostText text) => new(text.At, presenter.Lay(text, post));
    }

    private static async Task<Results<Created<Posted>, ProblemHttpResult>> Post(string community, string slug, NewPost body, Caller caller, IGrainFactory grains, MentionReading mentions, AttachmentDesk desk, CancellationToken cancel)
    {
        if (!RoomId.TryRead($"{community}/{slug}", out var room)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var named = await mentions.Read(room, body.Markdown, body.Mentions, cancel);
        var posted = await desk.Attach(
            caller.Member,
            room,
            request,
            body.Attachments,
            files => grains.Room(room).Post(new()
            {
                By = caller.Member,
                Request = request,
                Markdown = body.Markdown,
                Thread = body.Thread is { } thread ? new(thread) : null,
                Mentions = named,
                Attachments = files,
            }),
            cancel);
        if (posted.IsRefused) return Refusals.AsProblem(posted.Refusal);

        return TypedResults.Created($"/api/rooms/{room}/posts/{posted.Value.Number}", posted.Value);
    }

    private static async Task<Results<Ok<Posted>, ProblemHttpResult>> Edit(string community, string slug, string number, NewText body, Caller caller, IGrainFactory grains, MentionReading mentions, CancellationToken cancel)
    {
        if (!TryRead(community, slug, number, out var room, out var post)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var named = await mentions.Read(room, body.Markdown, body.Mentions, cancel);
        var edited = await grains.Room(room).Edit(new() { By = caller.Member, Request = request, Number = post, Markdown = body.Markdown, Mentions = named });
        return edited.IsRefused ? Refusals.AsProblem(edited.Refusal) : TypedResults.Ok(edited.Value);
    }

    private static Task<Results<NoContent, ProblemHttpResult>> Delete(string community, string slug, string number, string requestId, Caller caller, IGrainFactory grains, string? reason = null) =>
        ToPost(community, slug, number, requestId, grains, (room, request, post) => room.Delete(new() { By = caller.Member, Request = request, Number = post, Reason = reason }));

    private static Task<Results<NoContent, ProblemHttpResult>> React(string community, string slug, string number, NewReaction body, Caller caller, IGrainFactory grains) =>
        ToPost(community, slug, number, body.RequestId, grains, (room, request, post) => room.React(new() { By = caller.Member, Request = request, Number = post, Reaction = body.Reaction, Reacts = body.Reacts }));

    /// <summary>A command to one post of a room, as the address says.</summary>
    public static async Task<Results<NoContent, ProblemHttpResult>> ToPost(string community, string slug, string number, string requestId, IGrainFactory grains, Func<IRoomGrain, RequestId, PostNumber, Task<Outcome<Done>>> command)
    {
        if (!TryRead(community, slug, number, out var room, out var post)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(requestId, out var request)) return Refusals.BadRequestId;

        return Refusals.AsAnswer(await command(grains.Room(room), request, post));
    }

    /// <summary>What cannot be a post's address is absent, like a post that is not there.</summary>
    public static bool TryRead(string community, string slug, string number, out RoomId room, out PostNumber post)
    {
        var isNumber = long.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var value);
        post = new(value);
        return RoomId.TryRead($"{community}/{slug}", out room) && isNumber && value > 0;
    }
}

internal sealed record NewPost(string RequestId, [property: JsonConverter(typeof(WritableText))] string Markdown, long? Thread = null, ImmutableArray<Mention>? Mentions = null, ImmutableArray<string>? Attachments = null);

internal sealed record NewText(string RequestId, [property: JsonConverter(typeof(WritableText))] string Markdown, ImmutableArray<Mention>? Mentions = null);

internal sealed record NewReaction(string RequestId, Reaction Reaction, bool Reacts);

/// <summary>JSON can spell what no text can hold: NUL, and halves of characters.</summary>
internal sealed class WritableText : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return reader.GetString() is { } text && !text.Contains('\0') ? text : throw new JsonException("A text cannot hold NUL.");
        }
        catch (InvalidOperationException half)
        {
            throw new JsonException("A text cannot hold half a character.", half);
        }
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

/// <param name="Older">Whether there are posts before the first of these.</param>
/// <param name="Newer">Whether there are posts after the last of these.</param>
internal sealed record PostsWire(long Epoch, long Position, ImmutableArray<PostWire> Posts, bool Older, bool Newer, RoomSettingsWire Settings);

/// <param name="After">Pass it to read on; none when this is the end.</param>
internal sealed record ThreadWire(long Epoch, long Position, PostWire Post, ImmutableArray<PostWire> Replies, long? After);

/// <param name="Texts">Oldest first; without the oldest where all would be too long.</param>
/// <param name="Files">Of a hidden post too.</param>
internal sealed record HistoryWire(PostWire Post, ImmutableArray<TextWire> Texts, ImmutableArray<Attachment> Files);

internal sealed record TextWire(DateTimeOffset At, string Html);
