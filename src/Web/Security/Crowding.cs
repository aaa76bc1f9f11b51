using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;

namespace PublicBuyers.Security;

/// <summary>Limits on who asks too much: by network address for everything and, more narrowly, for sign-in. Live connections: <see cref="Live.LiveConnections"/>.</summary>
public static class Crowding
{
    /// <summary>For forms that send mail or try a code: <c>.RequireRateLimiting(Crowding.SignIn)</c>.</summary>
    public const string SignIn = "sign-in";

    private const int MostSignIns = 30;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    internal static void AddCrowding(this IServiceCollection services, WebOptions web) => services.AddRateLimiter(limits =>
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(http => ByAddress(http, web.MostRequests));
        limits.AddPolicy(SignIn, http => HttpMethods.IsPost(http.Request.Method) ? ByAddress(http, MostSignIns) : RateLimitPartition.GetNoLimiter(""));
        limits.OnRejected = (rejected, _) => new(Refuse(rejected));
    });

    private static RateLimitPartition<string> ByAddress(HttpContext http, int most) =>
        RateLimitPartition.GetFixedWindowLimiter(ClientAddress.Of(http), _ => new() { PermitLimit = most, Window = Window, QueueLimit = 0 });

    private static Task Refuse(OnRejectedContext rejected)
    {
        var seconds = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? Math.Max(1, (int)Math.Ceiling(after.TotalSeconds)) : (int)Window.TotalSeconds;
        rejected.HttpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        // A person gets the page of that status, a program the problem.
        var http = rejected.HttpContext;
        return http.Request.IsForApi || http.Request.IsForLive ? Refusals.AsProblem(new Refused.TooFast(seconds)).ExecuteAsync(http) : Task.CompletedTask;
    }
}
