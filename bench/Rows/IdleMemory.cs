using PublicBuyers.Bench.Load;

namespace PublicBuyers.Bench.Rows;

/// <summary>Row 7: what a member who is connected to one room, and reads, keeps in memory.</summary>
internal static class IdleMemory
{
    private const int Members = 1_000;
    private const double Kilo = 1_024;

    public static async Task Measure(Run run)
    {
        Run.Say("Row 7: idle memory per connected member");
        var (managed, resident) = await Of(await Crowds.Ours(run, Members));
        var (bareManaged, bareResident) = await Of(await Crowds.Bare(run, "bare"));
        run.Report.Add("7", "managed memory per connected member", managed, bareManaged, managed / bareManaged, 1.5, "KB");
        run.Report.Add("7", "resident memory per connected member", resident, bareResident, resident / bareResident, 1.5, "KB");
    }

    private static async Task<(double Managed, double Resident)> Of(Crowd crowd)
    {
        await using var all = crowd;
        await crowd.GrowTo(1);
        await crowd.InFlight(1, TimeSpan.FromSeconds(1));
        var before = await crowd.Server.Memory();
        await crowd.GrowTo(Members);
        await Task.Delay(1_000);
        var after = await crowd.Server.Memory();
        return ((after.Managed - before.Managed) / (Members - 1) / Kilo, (after.Resident - before.Resident) / (Members - 1) / Kilo);
    }
}
