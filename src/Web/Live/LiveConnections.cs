using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Connections;
using PublicBuyers.Access;
using PublicBuyers.Security;

namespace PublicBuyers.Live;

/// <summary>Before SignalR: a connection belongs to the session that negotiated it, and it counts from then on, whether it speaks or not.</summary>
internal sealed class LiveConnections(RequestDelegate next, OpenConnections open, ConnectionTokens tokens, FramePace frames)
{
    private const string Id = "id";

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.Request.IsForLive && http.GetEndpoint()?.Metadata.GetMetadata<OfHub>() is null)
        {
            await Absent(http);
            return;
        }

        if (Caller.Of(http) is not { } caller || http.GetEndpoint()?.Metadata is not { } route || !(IsOfHub(route) || IsPoll(route)))
        {
            await next(http);
            return;
        }

        string? token = null;
        if (IsOfHub(route) && http.Request.Query.TryGetValue(Id, out var given))
        {
            if (given is not [{ } only] || !tokens.TryOpen(only, caller.Session, out token))
            {
                await Absent(http);
                return;
            }

            http.Request.QueryString = QueryString.Create(http.Request.Query.Where(each => !each.Key.Equals(Id, StringComparison.OrdinalIgnoreCase)).Append(new(Id, token)));
        }

        if (IsNegotiation(route)) await Negotiate(http, caller);
        else if (HttpMethods.IsDelete(http.Request.Method)) await End(http, token);
        else if (HttpMethods.IsPost(http.Request.Method)) await next(http);   // messages of a connection that is counted
        else await Hold(http, caller, token);
    }

    private async Task Hold(HttpContext http, Caller caller, string? token)
    {
        var address = ClientAddress.Of(http);
        IDisposable? held;
        var full = token is null ? open.Open(caller.Member, address, out held) : open.Open(token, caller.Member, address, out held);
        if (full is not null)
        {
            await Refusals.AsProblem(full).ExecuteAsync(http);
            return;
        }

        frames.Apply(http);
        using (held) await next(http);
    }

    /// <summary>The client is given a token that only its session can use.</summary>
    private async Task Negotiate(HttpContext http, Caller caller)
    {
        var address = ClientAddress.Of(http);
        if (open.WhyNot(caller.Member, address) is { } full)
        {
            await Refusals.AsProblem(full).ExecuteAsync(http);
            return;
        }

        var body = http.Response.Body;
        using var said = new MemoryStream();
        http.Response.Body = said;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        var answer = said.ToArray();
        if (http.Response.StatusCode == StatusCodes.Status200OK && JsonNode.Parse(answer) is JsonObject negotiated)
        {
            // Version 0 of the protocol knows no token but the id.
            var name = negotiated.ContainsKey("connectionToken") ? "connectionToken" : "connectionId";
            if ((string?)negotiated[name] is { } token)
            {
                if (open.Negotiate(token, caller.Member, address) is { } late)
                {
                    http.Response.Clear();
                    await Refusals.AsProblem(late).ExecuteAsync(http);
                    return;
                }

                negotiated[name] = tokens.Seal(token, caller.Session);
                answer = System.Text.Encoding.UTF8.GetBytes(negotiated.ToJsonString());
            }
        }

        http.Response.ContentLength = answer.Length;
        await http.Response.Body.WriteAsync(answer);
    }

    private async Task End(HttpContext http, string? token)
    {
        await next(http);
        if (token is not null) open.End(token);
    }

    /// <summary>As SignalR answers for a connection that does not exist.</summary>
    private static Task Absent(HttpContext http) => TypedResults.Text("No Connection with that ID", "text/plain", statusCode: StatusCodes.Status404NotFound).ExecuteAsync(http);

    // The route that was found decides, never the text of the path: slashes at its end, case and escapes lead to the same route.
    private static bool IsOfHub(EndpointMetadataCollection route) => route.GetMetadata<OfHub>() is not null;

    private static bool IsNegotiation(EndpointMetadataCollection route) => route.GetMetadata<NegotiateMetadata>() is not null;

    private static bool IsPoll(EndpointMetadataCollection route) => route.GetMetadata<OfPoll>() is not null;

    /// <summary>Marks the routes of the hub: the connections and their negotiation.</summary>
    internal sealed class OfHub;

    /// <summary>Marks the API's own ways to follow a topic.</summary>
    internal sealed class OfPoll;
}
