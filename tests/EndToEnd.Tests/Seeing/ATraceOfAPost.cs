using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using OpenTelemetry.Trace;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Seeing;

/// <summary>What became of a command, step by step, as a collector gets it.</summary>
public sealed class ATraceOfAPost : IAsyncLifetime
{
    private readonly Steps steps = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() =>
        server = await LiveServer.Start(
            options => options with { OpenTelemetry = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" } },
            services => services.ConfigureOpenTelemetryTracerProvider(traces => traces.AddInMemoryExporter(steps))
        );

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Leads_from_the_request_through_the_grain_and_the_journal_to_who_listens()
    {
        var (room, ada, ben) = await server.Scene();
        await using var listener = await server.Connect(ben);
        await listener.Enter($"room/{room}");
        using var http = server.Http(ada);
        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "t1", markdown = "Hello" })).EnsureSuccessStatusCode();

        var request = await steps.Find(step => step.DisplayName == "POST /api/rooms/{community}/{slug}/posts/");
        var trace = request.TraceId;
        var call = await steps.Find(step => step.TraceId == trace && step.DisplayName == "IRoomGrain/Post" && step.Kind == ActivityKind.Server);
        var command = await steps.Find(step => step.TraceId == trace && step.DisplayName == "PostMessage");
        var commit = await steps.Find(step => step.TraceId == trace && step.DisplayName == "journal commit");
        await steps.Find(step => step.TraceId == trace && step.DisplayName == "deliver");

        command.ParentSpanId.ShouldBe(call.SpanId);
        commit.ParentSpanId.ShouldBe(command.SpanId);
    }

    [Fact]
    public async Task Holds_no_text_name_address_path_or_id()
    {
        var ada = await server.SignIn("Adalberta");
        var room = await server.Found("trams-of-lisbon", ada);
        using var http = server.Http(ada);
        foreach (var page in new[] { $"/communities/{room.Community}/{room.Slug}", $"/members/{ada.Member}", "/search?q=secret", "/sign-in/secret?t=secret", "/nowhere/at/all" })
            await http.GetAsync(page);
        (await http.PostAsJsonAsync($"/api/rooms/{room}/posts", new { requestId = "secret-request", markdown = "A secret sentence" })).EnsureSuccessStatusCode();
        var room1 = await steps.Find(step => step.DisplayName == "POST /api/rooms/{community}/{slug}/posts/");
        await steps.Find(step => step.TraceId == room1.TraceId && step.DisplayName == "journal commit");

        foreach (var step in steps)
        {
            var told = string.Join('\n', [step.DisplayName, step.StatusDescription ?? "", step.TraceStateString ?? "", .. step.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"), .. step.Baggage.Select(each => $"{each.Key}={each.Value}")]);
            foreach (var secret in new[] { "Adalberta", "trams-of-lisbon", "secret", ada.Member.Value, ada.Session.Value, "nowhere", "127.0.0.1" })
                told.ShouldNotContain(secret, Case.Insensitive);
            step.Events.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Does_not_count_probes()
    {
        using var http = server.Http(null);
        await http.GetAsync("/health/live");
        await http.GetAsync("/health/ready");
        await http.GetAsync("/sign-in");

        await steps.Find(step => step.DisplayName == "GET /sign-in/");
        steps.ShouldNotContain(step => step.DisplayName.Contains("health", StringComparison.Ordinal));
    }

    /// <summary>What was exported, in order.</summary>
    private sealed class Steps : ConcurrentBag<Activity>, ICollection<Activity>
    {
        private volatile TaskCompletionSource more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        bool ICollection<Activity>.IsReadOnly => false;

        void ICollection<Activity>.Add(Activity step)
        {
            Add(step);
            var told = more;
            more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            told.TrySetResult();
        }

        bool ICollection<Activity>.Contains(Activity item) => this.Any(step => step == item);

        bool ICollection<Activity>.Remove(Activity item) => throw new NotSupportedException();

        public async Task<Activity> Find(Func<Activity, bool> isIt)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            while (true)
            {
                var next = more.Task;
                if (this.FirstOrDefault(isIt) is { } found)
                    return found;

                await next.WaitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (patience.IsCancellationRequested)
                    throw new TimeoutException("Only these came: " + string.Join(", ", this.Select(step => step.DisplayName).Distinct()));
            }
        }
    }
}
