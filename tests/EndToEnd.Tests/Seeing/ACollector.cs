using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Trace;
using PublicBuyers.Running;
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

    [Fact]
    public async Task That_takes_nothing_is_named_once_and_once_more_when_it_does_again()
    {
        using var folder = new TemporaryFolder();
        await using var collector = await Collector.Start();
        collector.Answer = 503;
        using var server = await ServerProcess.Start(
            folder.Path,
            ["serve", "--data", folder["data"], "--url", "http://127.0.0.1:0"],
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ("OTEL_TRACES_EXPORTER", "none"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "50"));

        var begun = server.Began.Split('\n').FirstOrDefault(IsTrouble) ?? await server.Says(Trouble);
        begun.ShouldContain($"{Trouble} at {collector.Address}/v1/metrics: Response status code does not indicate");
        for (var further = 0; further < 3; further++)
            await collector.Has("/v1/metrics", "", anew: true);
        collector.Answer = 200;

        (await server.Says("ollector")).ShouldContain($"The collector at {collector.Address}/v1/metrics takes all again");
        (await server.Stop()).ShouldBe(0);
        (await server.Output.ReadToEndAsync()).ShouldNotContain("ollector");
    }

    /// <summary>A collector may take as long as it likes, and has only so much time.</summary>
    [Fact]
    public async Task That_never_answers_holds_up_no_stop()
    {
        using var never = new ManualResetEventSlim();
        using var silent = new Silent(never);
        using var traces = Sdk.CreateTracerProviderBuilder().AddProcessor(silent).Build();
        var time = new FakeTimeProvider();
        using var exports = new Exports(time, NullLogger<ExportLog>.Instance, traces);
        await exports.StartAsync(CancellationToken.None);

        var stopping = exports.StopAsync(CancellationToken.None);
        await silent.IsAsked;
        stopping.IsCompleted.ShouldBeFalse();
        time.Advance(Exports.LastWords);

        await stopping;
        never.Set();
    }

    private const string Trouble = "Nothing can be sent to the collector";

    private static bool IsTrouble(string line) => line.Contains(Trouble, StringComparison.Ordinal);

    private sealed class Silent(ManualResetEventSlim never) : BaseProcessor<Activity>
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task IsAsked => asked.Task;

        protected override bool OnShutdown(int timeoutMilliseconds)
        {
            asked.TrySetResult();
            never.Wait();
            return true;
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
                http.Response.StatusCode = Answer;
                got.Enqueue((http.Request.Path, Encoding.Latin1.GetString(body.ToArray())));
                more.Release();
            });
        }

        /// <summary>The status of its answers.</summary>
        public volatile int Answer = 200;

        public string Address => server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

        public static async Task<Collector> Start()
        {
            var collector = new Collector();
            await collector.server.StartAsync();
            return collector;
        }

        /// <param name="anew">What came before does not count.</param>
        public async Task Has(string path, string word, bool anew = false)
        {
            if (anew)
                got.Clear();
            while (!got.Any(each => each.Path == path && each.Body.Contains(word, StringComparison.Ordinal)))
                (await more.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue($"\"{word}\" did not come to {path}");
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
