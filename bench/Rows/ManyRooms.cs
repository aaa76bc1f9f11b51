namespace PublicBuyers.Bench.Rows;

/// <summary>Row 5: durable posts a second, 32 rooms at once, nobody listening.</summary>
internal static class ManyRooms
{
    private const int Rooms = 32;

    public static async Task Measure(Run run)
    {
        Run.Say("Row 5: durable posts a second in 32 rooms at once");
        await using var loop = await run.Start("loop", "loop");
        await using var ours = await run.Start("ours", "rooms");
        var seconds = run.Quick ? 2 : 4;
        await ours.Ask($"rooms {Rooms} {seconds + 2}");
        await loop.Ask("loop 1");

        var rounds = new List<(double Ours, double Loop)>();
        for (var i = 0; i < run.Rounds + 2; i++)
        {
            var cpu = await ours.Cpu();
            var posts = await ours.Number($"rooms {Rooms} {seconds}");
            cpu = await ours.Cpu() - cpu;
            rounds.Add((posts, await loop.Number($"loop {seconds / 2.0}")));
            Run.Say($"      {posts.Short()}/s ({(cpu / (posts * seconds)).Short()} µs CPU each)  {rounds[^1].Loop.Short()}/s");
        }

        run.Report.Add("5", $"durable posts a second, {Rooms} rooms", rounds.Select(round => round.Ours).Median(), rounds.Select(round => round.Loop).Median(), rounds.Select(round => round.Ours / round.Loop).Median(), 2, "/s", atLeast: true);
    }
}
