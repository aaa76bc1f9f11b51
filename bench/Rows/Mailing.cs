namespace PublicBuyers.Bench.Rows;

/// <summary>
/// Row 18 of the quality list: mails a second from the outbox to a mail server on this machine, beside a bare loop
/// around MailKit.
/// </summary>
internal static class Mailing
{
    public static async Task Measure(Run run)
    {
        var count = run.Quick ? 1_000 : 5_000;
        Run.Say($"Row 18: {count} mails to a mail server on this machine");
        await using var sink = await run.Start("mail-sink", "sink");
        await using var ours = await run.Start("mail", "outbox");
        await using var loop = await run.Start("mail", "mails");
        await ours.Ask($"outbox {sink.Address.Port} 200");
        await loop.Ask($"loop {sink.Address.Port} 200");

        var rounds = new List<(double Ours, double Loop)>();
        for (var i = 0; i < run.Rounds + 2; i++)
        {
            var sent = await ours.Number($"outbox {sink.Address.Port} {count}");
            rounds.Add((sent, await loop.Number($"loop {sink.Address.Port} {count}")));
            Run.Say($"      {sent.Short()}/s  {rounds[^1].Loop.Short()}/s");
        }

        run.Report.Add(
            "18",
            $"mails a second, {count} waiting; baseline: a bare MailKit loop",
            rounds.Select(round => round.Ours).Median(),
            rounds.Select(round => round.Loop).Median(),
            rounds.Select(round => round.Ours / round.Loop).Median(),
            0.5,
            "/s",
            atLeast: true
        );
    }
}
