using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Orleans.Diagnostics;

namespace PublicBuyers.Running;

/// <summary>
/// Metrics and traces by OpenTelemetry. Metrics can be read at <c>/metrics</c>; both can be sent to a collector, as
/// OpenTelemetry's own variables say. Where neither is set up, nothing is gathered.
/// </summary>
internal static class TelemetrySetup
{
    private static readonly string[] meters =
    [
        Telemetry.Name + "*",
        "Microsoft.Orleans",
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "Microsoft.AspNetCore.Http.Connections",
        "System.Runtime",
    ];

    private static readonly string[] sources =
    [
        Telemetry.Name,
        ActivitySources.ApplicationGrainActivitySourceName,
        "Microsoft.AspNetCore.SignalR.Server",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder, ServerOptions options)
    {
        var (sendsMetrics, sendsTraces) = (options.Sends("METRICS"), options.Sends("TRACES"));
        if (!sendsMetrics && !sendsTraces && !options.ShowsMetrics())
            return;

        // The exporters read their own settings from here.
        builder.Configuration.AddInMemoryCollection(options.OpenTelemetry);
        if (sendsMetrics || sendsTraces)
            builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService, Exports>());
        var telemetry = builder
            .Services.AddOpenTelemetry()
            .ConfigureResource(server => server.AddService("publicbuyers", serviceVersion: ServerVersion.Text));

        if (sendsMetrics || options.ShowsMetrics())
            telemetry.WithMetrics(metrics =>
            {
                metrics.AddMeter(meters);
                if (options.ShowsMetrics())
                    metrics.AddPrometheusExporter();
                if (sendsMetrics)
                    metrics.AddOtlpExporter();
            });

        if (sendsTraces)
        {
            builder.Services.AddOrleans(silo => silo.AddActivityPropagation());
            telemetry.WithTracing(traces =>
                traces
                    .AddAspNetCoreInstrumentation(requests => requests.Filter = http => !IsProbe(http.Request.Path))
                    .AddSource(sources)
                    .AddProcessor<OnlyWhatIsNobodys>()
                    .AddOtlpExporter()
            );
        }
    }

    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/metrics", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Leaves in a step what is on this list and takes everything else away: paths and queries, grain ids and network
    /// addresses name people, rooms and secrets.
    /// </summary>
    private sealed class OnlyWhatIsNobodys : BaseProcessor<Activity>
    {
        private static readonly HashSet<string> known =
        [
            "http.request.method",
            "http.response.status_code",
            "http.route",
            "url.scheme",
            "network.protocol.version",
            "error.type",
            "exception.type",
            "rpc.system",
            "rpc.system.name",
            "rpc.service",
            "rpc.method",
            "orleans.rpc.service",
            "status",
        ];

        public override void OnEnd(Activity step)
        {
            foreach (var tag in step.TagObjects.Select(tag => tag.Key).Where(key => !known.Contains(key)).ToList())
                step.SetTag(tag, null);
            if (step.StatusDescription is not null)
                step.SetStatus(step.Status);

            // Nothing adds events today. Their texts could not be taken away, so that such a step would not be sent.
            if (step.Events.Any())
                step.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        }
    }
}
