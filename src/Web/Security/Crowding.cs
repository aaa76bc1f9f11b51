using System.Globalization;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Live;

namespace PublicBuyers.Security;

/// <summary>
/// Limits on who asks too much: by network address for everything and, more narrowly, for sign-in.
/// Live connections: <see cref="LiveConnections"/>.
/// </summary>
/// <remarks>
/// The framework's limiters look after their addresses ten times a second, whether anybody comes or not, and keep any
/// number of them. These count when somebody comes, and keep <see cref="AddressesKept"/>.
/// </remarks>
internal sealed class Crowding(RequestDelegate next, WebOptions web, TimeProvider time)
{
    private const int MostSignIns = 30;

    private const int AddressesKept = 20_000;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly NewestKept<string, Count> requests = new(AddressesKept, static (_, _) => 1);
    private readonly NewestKept<string, Count> signIns = new(AddressesKept, static (_, _) => 1);

    public Task InvokeAsync(HttpContext http)
    {
        var address = ClientAddress.Of(http);
        var wait = Take(requests, address, web.MostRequests);
        if (wait is null && HttpMethods.IsPost(http.Request.Method) && http.GetEndpoint()?.Metadata.GetMetadata<SignInLimit>() is not null)
            wait = Take(signIns, address, MostSignIns);
        if (wait is not { } left) return next(http);

        var seconds = Math.Max(1, (int)Math.Ceiling(left.TotalSeconds));
        http.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        http.Response.StatusCode = StatusCodes.Status429TooManyRequests;

        // A person gets the page of that status, a program the problem.
        return http.Request.IsForApi || http.Request.IsForLive
            ? Refusals.AsProblem(new Refused.TooFast(seconds)).ExecuteAsync(http)
            : Task.CompletedTask;
    }

    private TimeSpan? Take(NewestKept<string, Count> all, string address, int most) =>
        all.Get(address, _ => new Count(time)).TryTake(most);

    /// <summary>How often one address asked since its window began.</summary>
    private sealed class Count(TimeProvider time)
    {
        private readonly Lock gate = new();
        private long began = time.GetTimestamp();
        private int taken;

        /// <summary>Takes one, or says how long there is none.</summary>
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

/// <summary>Marks forms that send mail or try a code.</summary>
internal sealed class SignInLimit
{
    public static readonly SignInLimit Mark = new();
}
