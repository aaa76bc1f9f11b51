using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace PublicBuyers.Bench.Rows;

/// <summary>B6: whether the time an answer takes tells what is hidden from what is nowhere. One and the other are asked for in turn, by somebody who may read neither.</summary>
internal static class HiddenOrAbsent
{
    private const int Publications = 300;

    public static async Task Measure(Run run)
    {
        Run.Say("Hidden or absent: what the time of an answer tells");
        var (first, again) = (new List<(double, double)>(), new List<(double, double)>());
        for (var round = 0; round < run.Rounds; round++)
        {
            var community = string.Create(CultureInfo.InvariantCulture, $"hidden-{round}");
            var keys = await Hide(run, community);

            // The server comes anew, so that it has none of them at hand.
            await using var crowd = await Crowds.Ours(run, 2, "hidden");
            using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, UseProxy = false }) { BaseAddress = crowd.Server.Address };
            http.DefaultRequestHeaders.Add("Cookie", (await Crowds.Cookies(run, "hidden"))[1]);
            string[] absent = [.. keys.Select(_ => $"{Guid.NewGuid():n}")];
            await Ask(http, "bench", absent);   // to warm up, on what is nowhere at all
            await Ask(http, "bench", absent);
            first.Add(await InTurn(http, community, keys, absent));
            again.Add(await InTurn(http, community, keys, absent));
        }

        Report(run, "asked for the first time since the server started", first);
        Report(run, "asked for again", again);
    }

    private static void Report(Run run, string when, List<(double Hidden, double Absent)> took)
    {
        var (hidden, absent) = (took.Select(each => each.Hidden).Median(), took.Select(each => each.Absent).Median());
        run.Report.Add("B6", $"what is hidden, {when}, p50; baseline: what is nowhere", hidden, absent, Math.Max(hidden / absent, absent / hidden), 1.25, "ms");
    }

    private static async Task<string[]> Hide(Run run, string community)
    {
        await using var crowd = await Crowds.Ours(run, 2, "hidden");
        return (await crowd.Server.Ask(string.Create(CultureInfo.InvariantCulture, $"hidden {community} {Publications}"))).Split(' ');
    }

    /// <returns>In milliseconds, in the middle of all.</returns>
    private static async Task<(double Hidden, double Absent)> InTurn(HttpClient http, string community, string[] hidden, string[] absent)
    {
        var (ofHidden, ofAbsent) = (new List<double>(), new List<double>());
        foreach (var (one, other) in hidden.Zip(absent))
        {
            ofHidden.Add(await Ask(http, community, one));
            ofAbsent.Add(await Ask(http, community, other));
        }

        return (ofHidden.Median(), ofAbsent.Median());
    }

    private static async Task<double> Ask(HttpClient http, string community, params string[] keys)
    {
        var began = Stopwatch.GetTimestamp();
        foreach (var key in keys)
        {
            using var answer = await http.GetAsync(new Uri($"/api/communities/{community}/publications/{key}", UriKind.Relative));
            if (answer.StatusCode != HttpStatusCode.NotFound) throw new InvalidOperationException($"What should not be there was answered with {answer.StatusCode}.");
        }

        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
