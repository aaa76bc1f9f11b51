using System.Globalization;

namespace PublicBuyers.Bench.Rows;

/// <summary>What a post, and a moderator's decision, cost as everything around them grows: exponents of allocations and of bytes written, which are exact, and CPU beside them.</summary>
internal static class Growth
{
    private const int PostsMeasured = 2_000;

    private static readonly int[] Offline = [100, 1_000, 5_000];
    private static readonly int[] History = [100, 1_000, 10_000, 100_000];
    private static readonly int[] IdleRooms = [8, 64, 512];
    private static readonly int[] Mentioned = [1, 5, 20];
    private static readonly int[] Waiting = [1_000, 3_000, 10_000];

    public static async Task Measure(Run run)
    {
        Run.Say("Growth: what a post costs as everything around it grows");
        await Along(run, "offline members", Offline, 0.05, (server, size) => server.Ask(Question("members-also", size)), _ => "cost 0");
        await Along(run, "posts in the room before", run.Quick ? History[..^1] : History, 0.05, (server, size) => server.Ask(Question("history", size)), size => Question("cost-in", size));
        await Along(run, "idle rooms and communities", IdleRooms, 0.05, (server, size) => server.Ask(Question("idle", size)), _ => "cost 0");
        await Along(run, "people mentioned", Mentioned, 1.0, async (server, size) => await server.Ask(Question("members-also", 50)), size => Question("cost", size));
        await Along(run, "items in the queue", Waiting, 0.05, (server, size) => server.Ask(Question("queue", size)), size => Question("cost-decide", size), "a decision");
    }

    private static async Task Along(Run run, string what, int[] sizes, double target, Func<Child, int, Task> grow, Func<int, string> cost, string of = "a post")
    {
        await using var server = await run.Start("ours", "growth-" + what.Split(' ')[0]);
        await server.Ask("members 1");
        var costs = new List<Cost>();
        foreach (var size in sizes)
        {
            await grow(server, size);
            await server.Ask(cost(size));   // once to warm up
            costs.Add(Cost.Read(await server.Ask(cost(size))));
            Run.Say($"      {size,7} {what}: {costs[^1].Allocated:F0} bytes allocated, {costs[^1].Written:F0} bytes written, {costs[^1].Cpu:F0} µs {of}");
        }

        run.Report.Add("G", $"exponent of allocations by {what}, {sizes[0]} to {sizes[^1]}", costs[^1].Allocated, costs[0].Allocated, Exponent(sizes, costs.Select(each => each.Allocated)), target, $"bytes {of}");
        run.Report.Add("G", $"exponent of bytes written by {what}", costs[^1].Written, costs[0].Written, Exponent(sizes, costs.Select(each => each.Written)), target, $"bytes {of}");
    }

    /// <summary>The slope of the costs' logarithms over the sizes', by least squares.</summary>
    private static double Exponent(int[] sizes, IEnumerable<double> costs)
    {
        var points = sizes.Zip(costs, (size, cost) => (X: Math.Log(size), Y: Math.Log(Math.Max(1, cost)))).ToList();
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }

    private static string Question(string what, int size) => string.Create(CultureInfo.InvariantCulture, $"{what} {size}");

    /// <summary>Of one post, with everything that follows from it.</summary>
    internal sealed record Cost(double Allocated, double Written, double Cpu)
    {
        public const int Posts = PostsMeasured;

        public static Cost Read(string answer)
        {
            var numbers = answer.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture)).ToArray();
            return new(numbers[0], numbers[1], numbers[2]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Allocated} {Written} {Cpu}");
    }
}
