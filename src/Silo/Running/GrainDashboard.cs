using Orleans.Dashboard;
using PublicBuyers.Access;
using PublicBuyers.Layout;

namespace PublicBuyers.Running;

/// <summary>
/// Orleans' dashboard, for administrators: how many grains of each kind there are, what their calls cost, and how the
/// silo is. Off by default, since it measures all the time, whether anybody looks or not.
/// </summary>
internal static class GrainDashboard
{
    /// <summary>
    /// What it could also show, and does not: the state of a grain is what people wrote, also in rooms that this
    /// administrator may not read, and the trace is the log, without an end.
    /// </summary>
    private static readonly string[] hidden = [$"{Paths.Grains}/GrainState", $"{Paths.Grains}/Trace"];

    public static void AddGrainDashboard(this IServiceCollection services, ServerOptions options)
    {
        if (options.ShowGrains)
            services.AddOrleans(silo => silo.AddDashboard(dashboard => dashboard.HideTrace = true));
    }

    public static void MapGrainDashboard(this WebApplication server, ServerOptions options)
    {
        if (options.ShowGrains)
            server.MapOrleansDashboard(Paths.Grains)
                .RequireAuthorization()
                .AddEndpointFilter(ForAdministrators)
                .ExcludeFromDescription();
    }

    private static async ValueTask<object?> ForAdministrators(
        EndpointFilterInvocationContext context,
        EndpointFilterDelegate next
    )
    {
        var http = context.HttpContext;
        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        return Caller.Of(http) is { Profile.IsAdministrator: true } && !hidden.Contains(route, StringComparer.Ordinal)
            ? await next(context)
            : Page.Absent;
    }
}
