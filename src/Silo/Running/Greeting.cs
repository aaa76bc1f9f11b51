using System.Globalization;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>
/// What is said once the server is ready: on a terminal by a few lines for a person, anywhere else by entries of the
/// log.
/// </summary>
internal static class Greeting
{
    /// <summary>
    /// Standard output is read by a program, or kept: nothing but entries of the log may stand in it.
    /// </summary>
    public static bool IsLogged => Console.IsOutputRedirected;

    /// <summary>Without the link itself.</summary>
    public static void Log(IServiceProvider services, RunLog run)
    {
        var data = services.GetRequiredService<DataFolder>();
        if (TokenOf(services) is not null)
            run.NoAdministrator(data.Layout.AdministratorLink, AdministratorLimits.LinkLasts.TotalHours);
        if (data.IsDemo) run.Demonstration(Stale(data.Made, services.GetRequiredService<TimeProvider>()) ?? "");
    }

    public static async Task Print(IServiceProvider services, ServerOptions options, TextWriter console)
    {
        var address = options.PublicUrl.GetLeftPart(UriPartial.Authority);
        await console.WriteLineAsync();
        await console.WriteLineAsync($"  PublicBuyers {ServerVersion.Text} is ready at {address}");
        await console.WriteLineAsync($"  Data:          {Path.GetFullPath(options.DataFolder)}");
        await console.WriteLineAsync($"  Mail:          {(options.Smtp is { } server ? $"sent through {server}" : $"written to {Path.Combine(Path.GetFullPath(options.DataFolder), "mail")}")}");
        if (TokenOf(services) is { } token)
            await console.WriteLineAsync($"  Administrator: {FirstStart.LinkOf(options, token)}  (works once, "
                + $"for {AdministratorLimits.LinkLasts.TotalHours:0} hours; earlier links no longer work)");
        if (services.GetRequiredService<DataFolder>().IsDemo)
        {
            await console.WriteLineAsync("  Demonstration: its people and data are invented. Anybody who can open the address can sign in as any of them.");
            await console.WriteLineAsync("                 Delete the folder to remove it all.");
            if (Stale(services.GetRequiredService<DataFolder>().Made, services.GetRequiredService<TimeProvider>()) is { } offer)
                await console.WriteLineAsync($"                 {offer}");
        }

        await console.WriteLineAsync("  Stop with Ctrl+C.");
        await console.WriteLineAsync();
    }

    private static string? TokenOf(IServiceProvider services) =>
        services.GetServices<IHostedService>().OfType<FirstStart>().Single().AdministratorToken;

    /// <summary>What to do about a demonstration whose present is over; none while it is fresh.</summary>
    public static string? Stale(DateTimeOffset made, TimeProvider time) =>
        time.GetUtcNow() - made > Demonstration.Demonstration.StaysFresh
            ? string.Create(CultureInfo.InvariantCulture, $"Its conversations end on {made:d MMMM yyyy}. Start with --demo --fresh to delete it and make it anew.")
            : null;
}
