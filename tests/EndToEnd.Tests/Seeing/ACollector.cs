using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Seeing;

/// <summary>OpenTelemetry's own variables say where metrics and traces go.</summary>
public sealed class ACollector
{
    [Fact]
    public async Task Gets_metrics_and_traces_where_the_standard_variables_name_it()
    {
        using var folder = new TemporaryFolder();
        await using var collector = await Collector.Start();
        using (var server = await ServerProcess.Start(
            folder.Path,
            ["serve", "--data", folder["data"], "--url", "http://127.0.0.1:0"],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "200"),
            ("OTEL_BSP_SCHEDULE_DELAY", "200")))
        {
            using var visitor = new Visitor(server.Address);
            await visitor.Get("/sign-in");
            await collector.Has("/v1/metrics", "publicbuyers.command.duration");
            await collector.Has("/v1/traces", "GET /sign-in");
            (await server.Stop()).ShouldBe(0);
        }
    }

    /// <summary>Takes everything by OTLP over HTTP.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Body)> got = new();
        private readonly SemaphoreSlim more = new(0);
        private readonly WebApplication server;

        private Collector()
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            server = builder.Build();
            server.Run(async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                got.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
                more.Release();
            });
        }

        public string Address => server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        public static async Task<Collector> Start()
        {
            var collector = new Collector();
            await collector.server.StartAsync();
            return collector;
        }

        public async Task Has(string path, string word)
        {
            while (!got.Any(each => each.Path == path && each.Body.Contains(word, StringComparison.Ordinal)))
                (await more.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue($"\"{word}\" did not come to {path}");
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
