using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it can read its journal and write to it; 503 and a sentence when it
/// cannot. <c>Degraded</c> (200) and a sentence: it serves, and something needs an operator, such as a folder that
/// cannot be written. Either answer is plain text: the state, and a line for each thing to know.
/// </summary>
internal static class Health
{
    /// <summary>Less room than this on the data folder's disk and the server says so before it hurts.</summary>
    public const long LeastRoom = 64 * 1024 * 1024;

    public static void AddHealth(this IServiceCollection services)
    {
        // They remember what they have found and told.
        services.AddSingleton<WriteProbe>().AddSingleton<JournalCheck>().AddSingleton<RoomCheck>();
        services.AddHealthChecks()
            .AddCheck<JournalCheck>("journal", tags: ["ready"])
            .AddCheck<WriteCheck>("write", tags: ["ready"])
            .AddCheck<FoldersCheck>("folders", HealthStatus.Degraded, tags: ["ready"])
            .AddCheck<RoomCheck>("disk", HealthStatus.Degraded, tags: ["ready"])
            .AddCheck<MailCheck>("mail", HealthStatus.Degraded, tags: ["ready"]);
    }

    public static void MapHealth(this WebApplication server)
    {
        server.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = Write }).ShortCircuit();
        server.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready"), ResponseWriter = Write }).ShortCircuit();
    }

    private static Task Write(HttpContext http, HealthReport report)
    {
        var text = new StringBuilder(report.Status.ToString());
        foreach (var (name, entry) in report.Entries)
            if (entry.Status is not HealthStatus.Healthy && Why(name, entry) is { } why) text.Append('\n').Append(why);

        http.Response.ContentType = "text/plain; charset=utf-8";
        return http.Response.WriteAsync(text.ToString(), http.RequestAborted);
    }

    /// <summary>The framework's description of what was thrown is the exception's own text.</summary>
    private static string? Why(string check, HealthReportEntry entry) => entry.Exception is null
        ? entry.Description
        : $"The check \"{check}\" could not be made; the log says why.";

    /// <summary>Says in the log itself what it finds: the framework would at each probe.</summary>
    private sealed class JournalCheck(IJournal journal, RunLog log) : IHealthCheck
    {
        private readonly Troubles troubles = new();

        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context,
            CancellationToken cancellationToken = default)
        {
            try
            {
                var position = await journal.LastPosition(cancellationToken);
                if (troubles.OverAfter(this) > 0) log.JournalIsReadAgain();
                return HealthCheckResult.Healthy($"Position {position}.");
            }
            catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
            {
                if (troubles.IsNew(this, fault)) log.JournalIsNotRead(fault);
                return HealthCheckResult.Unhealthy("The journal cannot be read; the log says why.");
            }
        }
    }

    private sealed class WriteCheck(WriteProbe probe) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await probe.WhyNot(cancellationToken) switch
            {
                null => HealthCheckResult.Healthy(),
                DiskFullException => HealthCheckResult.Unhealthy(
                    "Nothing can be written: the disk is full. Reading works. Make room; the server goes on by itself."),
                _ => HealthCheckResult.Unhealthy(
                    "Nothing can be written to the data folder; the log says why. Reading works. The server goes on by itself once it can write."),
            };
    }

    /// <summary>Posts are written all the same: what needs a folder that is closed fails, and nothing else.</summary>
    private sealed class FoldersCheck(DataFolder data, WriteProbe probe) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var closed = FolderRights.Missing(data.Layout).Concat(FolderRights.Unwritable(data.Layout)).ToList();
            if (closed.Count == 0 && await probe.WhyNot(cancellationToken) is null) closed.AddRange(probe.Unaccepting);
            return closed.Count == 0
                ? HealthCheckResult.Healthy()
                : new(context.Registration.FailureStatus, string.Join('\n', closed));
        }
    }

    private sealed class MailCheck(MailMeter mail) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(
                mail.TroubleSince is { } since
                    ? new HealthCheckResult(
                        context.Registration.FailureStatus,
                        string.Create(
                            System.Globalization.CultureInfo.InvariantCulture,
                            $"No mail was accepted since {since:u}; the log and `doctor` say why."))
                    : HealthCheckResult.Healthy());
    }

    private sealed class RoomCheck(DataFolder data, RunLog log) : IHealthCheck
    {
        private int isLittle;

        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            if (FolderRights.Missing(data.Layout).Any())
                return Task.FromResult(HealthCheckResult.Healthy()); // another check says so

            var room = new DriveInfo(data.Root).AvailableFreeSpace;
            var wasLittle = Interlocked.Exchange(ref isLittle, room < LeastRoom ? 1 : 0) == 1;
            if (room < LeastRoom && !wasLittle) log.LittleRoom(room / 1024 / 1024);
            if (room >= LeastRoom && wasLittle) log.RoomAgain(room / 1024 / 1024);
            return Task.FromResult(room >= LeastRoom
                ? HealthCheckResult.Healthy()
                : new(context.Registration.FailureStatus, $"Only {room / 1024 / 1024} MB are free where the data are; make room, or writing stops."));
        }
    }

    /// <summary>
    /// Whether the journal and the folders can be written, tried at most once in <see cref="Lasts"/>: whoever asks
    /// often costs the disk nothing more.
    /// </summary>
    private sealed class WriteProbe(SqliteJournal journal, DataFolder data, TimeProvider time) : IDisposable
    {
        private static readonly TimeSpan Lasts = TimeSpan.FromSeconds(2);

        private readonly SemaphoreSlim turn = new(1);
        private long? triedAt;

        /// <summary>A sentence for each folder that took no file, found when the journal was written last.</summary>
        public IReadOnlyList<string> Unaccepting { get; private set; } = [];

        public async Task<NotStoredException?> WhyNot(CancellationToken cancel)
        {
            await turn.WaitAsync(cancel);
            try
            {
                if (triedAt is { } at && time.GetElapsedTime(at) < Lasts) return journal.Trouble;

                triedAt = time.GetTimestamp();
                await journal.Probe(time.GetUtcNow(), cancel);
                Unaccepting = [.. FolderRights.Unaccepting(data.Layout)];
                return null;
            }
            catch (NotStoredException unwritten)
            {
                return unwritten;
            }
            finally
            {
                turn.Release();
            }
        }

        public void Dispose() => turn.Dispose();
    }
}
