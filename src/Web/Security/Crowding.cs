using System.Globalization;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Access;
using PublicBuyers.Live;

namespace PublicBuyers.Security;

/// <summary>
/// A limit on who asks too much: by member for who shows a session of ours, and by network address for everybody else.
/// Strangers in an office use up nothing of their colleagues who are signed in.
/// </summary>
/// <remarks>
/// Before anything else is asked, so the cookie alone says who it is, whether its session still runs or not: it was
/// sealed for one member. Live connections: <see cref="LiveConnections"/>; signing in: <see cref="SignInCrowding"/>.
/// </remarks>
internal sealed class Crowding(RequestDelegate next, WebOptions web, SessionSeal seal, TimeProvider time)
{
    private readonly MinuteCounts requests = new(time);

    public Task InvokeAsync(HttpContext http)
    {
        var who = seal.TryRead(http.Request, out var member, out _) ? $"member {member}" : ClientAddress.Of(http);
        return requests.TryTake(who, web.MostRequests) is { } wait ? TooMany.Answer(http, wait) : next(http);
    }
}

/// <summary>A limit on forms that send mail or try a code, by network address. Those with a token of ours only: what
/// another site's page sends in somebody's name counts against nobody.</summary>
internal sealed class SignInCrowding(RequestDelegate next, TimeProvider time)
{
    private const int MostSignIns = 30;

    private readonly MinuteCounts signIns = new(time);

    public Task InvokeAsync(HttpContext http)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || http.GetEndpoint()?.Metadata.GetMetadata<SignInLimit>() is null)
            return next(http);

        return signIns.TryTake(ClientAddress.Of(http), MostSignIns) is { } wait ? TooMany.Answer(http, wait) : next(http);
    }
}

/// <summary>
/// How often each asked in a minute. The framework's limiters look after everybody ten times a second, whether they
/// come or not, and keep any number of them. These count when somebody comes, and keep <see cref="Kept"/>.
/// </summary>
internal sealed class MinuteCounts(TimeProvider time)
{
    private const int Kept = 20_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly NewestKept<string, Count> counts = new(Kept, static (_, _) => 1);

    /// <summary>Takes one, or says how long there is none.</summary>
    public TimeSpan? TryTake(string who, int most) => counts.Get(who, _ => new Count(time)).TryTake(most);

    /// <summary>How often one asked since the window began.</summary>
    private sealed class Count(TimeProvider time)
    {
        private readonly Lock gate = new();
        private long began = time.GetTimestamp();
        private int taken;

        public TimeSpan? TryTake(int most)
        {
            lock (gate)
            {
                var gone = time.GetElapsedTime(began);
                if (gone >= Window) (began, taken, gone) = (time.GetTimestamp(), 0, TimeSpan.Zero);
                if (taken >= most) return Window - gone;

                taken++;
                return null;
            }
        }
    }
}

internal static class TooMany
{
    /// <summary>A person gets the page of that status, a program the problem.</summary>
    public static Task Answer(HttpContext http, TimeSpan wait)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        if (http.Request.IsForApi || http.Request.IsForLive)
            return Refusals.AsProblem(new Refused.TooFast(seconds)).ExecuteAsync(http);

        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return Task.CompletedTask;
    }
}

/// <summary>Marks forms that send mail or try a code.</summary>
internal sealed class SignInLimit
{
    public static readonly SignInLimit Mark = new();
}
