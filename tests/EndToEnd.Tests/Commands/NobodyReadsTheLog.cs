using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Runtime.Versioning;
using PublicBuyers.Running;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>F26: nobody waits for the log. What cannot be written is dropped and counted.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class NobodyReadsTheLog : IDisposable
{
    private const int Requests = 5_000;   // two lines each at least

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("one-line")]
    [InlineData("json")]
    [InlineData("simple")]
    public async Task No_request_waits_while_its_pipe_is_full_and_the_lost_lines_are_counted_when_it_works_again(string formatter)
    {
        using var server = await ServerProcess.Start(
            folder.Path, ["--data", folder["data"], "--url", "http://127.0.0.1:0", "PublicBuyers:MostRequestsPerMinute=1000000"],
            ("Logging__LogLevel__Microsoft", "Information"), ("Logging__Console__FormatterName", formatter));
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(60) };

        await Parallel.ForEachAsync(Enumerable.Range(0, Requests), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (number, cancel) =>
        {
            using var answer = await http.GetAsync(string.Create(CultureInfo.InvariantCulture, $"/nothing-of-this-name/{number}"), cancel);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        });

        var lines = 0;
        string said;
        do
        {
            said = (await server.Output.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(1)))!;
            lines++;
        }
        while (!said.Contains("lines of the log were lost", StringComparison.Ordinal));

        NumberBefore(said, " lines of the log were lost").ShouldBeGreaterThan(0);
        (await server.Stop()).ShouldBe(0);
    }

    [Theory]
    [InlineData("> /dev/full")]
    [InlineData(">&-")]
    [InlineData("> /dev/full 2>&1")]
    public async Task A_full_disk_or_a_closed_output_stops_nothing(string redirection)
    {
        var port = ServerProcess.FreePort();
        using var server = ServerProcess.StartRedirected(folder.Path, redirection, ["--data", folder["data"], "--url", $"http://127.0.0.1:{port}"]);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        await ServerProcess.Answers(http);
        using var browser = new Visitor(http.BaseAddress);
        for (var i = 0; i < 20; i++) (await browser.Get("/sign-in")).Status.ShouldBe(HttpStatusCode.OK);

        (await server.Stop()).ShouldBe(0);
        Storage.Verification.Of(new(folder["data"])).Damage.ShouldBeEmpty();
    }

    [Fact]
    public async Task Says_when_it_began_with_what_and_when_it_ended()
    {
        await File.WriteAllTextAsync(folder["password"], "tulip-9-harbour\n");
        File.SetUnixFileMode(folder["password"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var server = await ServerProcess.Start(
            folder.Path, ["--data", folder["data"], "--url", "http://127.0.0.1:0", "PublicBuyers:Smtp=127.0.0.1:9", "PublicBuyers:SmtpUser=buyers", "PublicBuyers:SmtpTls=None"],
            ("PublicBuyers__SmtpPassword", "tulip-9-harbour"));
        (await server.Stop()).ShouldBe(0);
        var said = await server.Output.ReadToEndAsync();
        said.ShouldContain($"PublicBuyers {ServerVersion.Text} stopped");

        var again = await ServerProcess.Start(folder.Path, ["--data", folder["data"], "--url", "http://127.0.0.1:0", "PublicBuyers:Smtp=127.0.0.1:9", "PublicBuyers:SmtpUser=buyers", $"PublicBuyers:SmtpPasswordFile={folder["password"]}"]);
        await again.Kill();
        again.Dispose();
    }

    /// <summary>What the engine below tells of itself is for who asks for it (<c>Logging:LogLevel:Orleans</c>).</summary>
    [Fact]
    public async Task A_healthy_start_says_nothing_that_looks_like_a_fault_and_nothing_of_its_engine()
    {
        var port = ServerProcess.FreePort();
        var log = folder["log"];
        using var server = ServerProcess.StartRedirected(folder.Path, $"> {log}", ["--data", folder["data"], "--url", $"http://127.0.0.1:{port}"]);
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };
        await ServerProcess.Answers(http);
        using var browser = new Visitor(http.BaseAddress);
        (await browser.Get("/sign-in")).Status.ShouldBe(HttpStatusCode.OK);
        (await server.Stop()).ShouldBe(0);

        var lines = await File.ReadAllLinesAsync(log);
        lines.ShouldContain(line => line.Contains(" started; it listens on ", StringComparison.Ordinal));
        lines.Where(line => line.Contains("Orleans", StringComparison.Ordinal) || line.Contains("Polly", StringComparison.Ordinal)).ShouldBeEmpty();
        lines.Where(line => line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Shows_the_settings_in_force_and_no_secret_with_the_time_in_front()
    {
        var run = ServerProcess.StartRedirected(
            folder.Path, "", ["--data", folder["data"], "--url", "http://127.0.0.1:0", "PublicBuyers:Smtp=127.0.0.1:9", "PublicBuyers:SmtpUser=buyers", "PublicBuyers:SmtpPassword=tulip-9-harbour", "PublicBuyers:SmtpTls=None"]);
        using (run)
        {
            var line = await run.Says(" started; it listens on ");
            line.ShouldMatch(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{3}Z info: ");
            line.ShouldContain($"PublicBuyers {ServerVersion.Text} started");
            line.ShouldContain("SmtpUser=buyers");
            line.ShouldContain("SmtpPassword=(secret)");
            line.ShouldNotContain("tulip");
        }

        (await ServerProcess.Run(folder.Path, ["--version"])).Output.Trim().ShouldBe(ServerVersion.Text);
        (await ServerProcess.Run(folder.Path, ["doctor", "--data", folder["data"]])).Output.ShouldContain($"PublicBuyers {ServerVersion.Text}.");
    }

    [Fact]
    public async Task Lines_that_do_not_fit_are_counted_and_told_once()
    {
        using var blocked = new BlockedStream();
        await using var log = new LogOutput(blocked);
        var told = new TaskCompletionSource<long>();
        log.WorksAgain = told.SetResult;
        long counted = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, me) => { if (instrument.Name == "publicbuyers.log.dropped") me.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, more, _, _) => Interlocked.Add(ref counted, more));
        listener.Start();

        log.WriteLine("first");
        await blocked.Reached;
        var line = new string('x', 1023) + "\n";
        for (var i = 0; i < (LogOutput.MostWaiting / line.Length) + 7; i++) log.Write(line);
        blocked.Release();

        (await told.Task.WaitAsync(TimeSpan.FromMinutes(1))).ShouldBe(7);
        counted.ShouldBeGreaterThanOrEqualTo(7);
    }

    private static long NumberBefore(string text, string words)
    {
        var end = text.IndexOf(words, StringComparison.Ordinal);
        var start = end;
        while (start > 0 && char.IsAsciiDigit(text[start - 1])) start--;
        return long.Parse(text.AsSpan(start, end - start), CultureInfo.InvariantCulture);
    }

    /// <summary>A pipe that nobody reads, until somebody does.</summary>
    private sealed class BlockedStream : MemoryStream
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim released = new();

        public Task Reached => reached.Task;

        public void Release() => released.Set();

        public override void Write(byte[] buffer, int offset, int count)
        {
            reached.TrySetResult();
            released.Wait();
            base.Write(buffer, offset, count);
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);
    }
}
