using System.Globalization;
using PublicBuyers.Bench.Load;
using PublicBuyers.Bench.Servers;

namespace PublicBuyers.Bench.Rows;

internal static class Crowds
{
    private const int MostTurns = 40;

    /// <summary>Compiled in one turn, so few do not count.</summary>
    private const int FewMethods = 10;

    /// <summary>Our server with so many members, nobody connected yet.</summary>
    public static async Task<Crowd> Ours(Run run, int members, string data = "ours")
    {
        var server = await run.Start("ours", data);
        if (!File.Exists(OurServer.CookiesOf(run.Folder(data))) || (await Cookies(run, data)).Length < members)
            await server.Ask(string.Create(CultureInfo.InvariantCulture, $"members {members}"));
        return new(server, await Cookies(run, data), OurServer.Room);
    }

    public static async Task<Crowd> Bare(Run run, string kind) => new(await run.Start(kind, kind), null, null);

    /// <summary>Until the code that matters has been compiled for speed.</summary>
    public static async Task Warm(this Crowd crowd, Run run)
    {
        await crowd.GrowTo(1);
        await crowd.Rest(run, async () =>
        {
            await crowd.InFlight(8, TimeSpan.FromSeconds(run.Quick ? 1 : 2));
            await crowd.Steadily(50, TimeSpan.FromSeconds(1));
        });
    }

    /// <summary>
    /// Gives the server work until its compiler has next to nothing left to do: in the first minutes it takes up to a
    /// third of a server's time.
    /// </summary>
    public static async Task Rest(this Crowd crowd, Run run, Func<Task> work)
    {
        for (long turn = 0, before = 0, now; turn < (run.Quick ? 3 : MostTurns); turn++, before = now)
        {
            await work();
            now = await crowd.Server.Compiled();
            if (turn > 1 && now - before < FewMethods)
                return;
        }
    }

    public static Task<string[]> Cookies(Run run, string data) => File.ReadAllLinesAsync(OurServer.CookiesOf(run.Folder(data)));
}
