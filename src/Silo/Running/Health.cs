using Microsoft.Extensions.Diagnostics.HealthChecks;
using PublicBuyers.Journal;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can read its journal and has room to write.</summary>
internal static class Health
{
    /// <summary>Less room than this on the data folder's disk and the server says so before it hurts.</summary>
    public const long LeastRoom = 64 * 1024 * 1024;

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<JournalCheck>("journal", tags: ["ready"])
        .AddCheck<RoomCheck>("disk", HealthStatus.Degraded, tags: ["ready"]);

    public static void MapHealth(this WebApplication server)
    {
        server.MapHealthChecks("/health/live", new() { Predicate = _ => false }).ShortCircuit();
        server.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") }).ShortCircuit();
    }

    private sealed class JournalCheck(IJournal journal) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            HealthCheckResult.Healthy($"Position {await journal.LastPosition(cancellationToken)}.");
    }

    private sealed class RoomCheck(DataFolder data) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var room = new DriveInfo(data.Root).AvailableFreeSpace;
            return Task.FromResult(room >= LeastRoom
                ? HealthCheckResult.Healthy()
                : new(context.Registration.FailureStatus, $"Only {room / 1024 / 1024} MB are free where the data are; make room, or writing stops."));
        }
    }
}
