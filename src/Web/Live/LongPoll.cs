using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using PublicBuyers.Access;
using PublicBuyers.Rooms;

namespace PublicBuyers.Live;

/// <summary>The live connection for whom WebSockets are blocked, and for programs: ask, wait, ask again.</summary>
internal static class LongPoll
{
    public static void MapLongPoll(this IEndpointRouteBuilder api) =>
        api.MapGet("/live/{**topic}", Listen).WithTags("Live").WithSummary("What happened in a topic after a position; waits for it.")
            .ProducesProblem(StatusCodes.Status404NotFound).WithMetadata(new LiveConnections.OfPoll());

    /// <param name="epoch">As answered before; 0 at first.</param>
    /// <param name="after">The position answered before; -1 at first.</param>
    /// <param name="wait">No: answers at once, whether something happened or not.</param>
    private static async Task<Results<Ok<Entered>, UnauthorizedHttpResult, ProblemHttpResult>> Listen(
        string topic, Caller caller, Feeds feeds, Sessions sessions, Unread unread, WebOptions web, IHostApplicationLifetime host, HttpContext http,
        [FromQuery] long epoch = 0, [FromQuery] long after = -1, [FromQuery] bool wait = true)
    {
        if (!TopicName.TryRead(topic, caller.Member, out var name)) return Refusals.AsProblem(new RoomRefusal.NotVisible());

        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var seat = await sessions.Open(caller.Member, caller.Session, () => ended.TrySetResult());
        if (seat is null) return TypedResults.Unauthorized();

        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, host.ApplicationStopping);
        var answer = await Ask(name, caller.Member, feeds, epoch, after, moved => !wait ? Task.CompletedTask : Task.WhenAny(moved, ended.Task).WaitAsync(web.LongestPoll, giveUp.Token));
        if (ended.Task.IsCompleted) return TypedResults.Unauthorized();

        if (answer.Refusal is { } why) return Refusals.AsProblem(why);
        if (name.Room is not null && feeds.ForPolls(name) is { IsEmpty: false } passing) return TypedResults.Ok(answer with { Passing = passing });
        if (name.Name != TopicName.Me || answer.Snapshot is not null) return TypedResults.Ok(answer);

        return TypedResults.Ok(answer with { Passing = [.. (await unread.Of(caller.Member, http.RequestAborted)).Select(value => value.AsChange())] });
    }

    private static async Task<Entered> Ask(TopicName topic, MemberId reader, Feeds feeds, long epoch, long after, Func<Task, Task> wait)
    {
        var listener = new PollListener(reader);
        try
        {
            var answer = await feeds.Enter(topic, listener, epoch, after);
            if (answer.Refusal is not null || answer.Snapshot is not null || answer.Position > after) return answer;

            listener.Open();
            await wait(listener.Moved).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!listener.Moved.IsCompleted) return answer;
        }
        finally
        {
            feeds.Leave(topic, listener);
        }

        var again = new PollListener(reader);
        try
        {
            return await feeds.Enter(topic, again, epoch, after);
        }
        finally
        {
            feeds.Leave(topic, again);
        }
    }
}
