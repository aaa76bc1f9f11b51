using System.Globalization;
using PublicBuyers.Platform;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>What the console says once the server is ready.</summary>
internal static class Greeting
{
    public static async Task Print(IServiceProvider services, ServerOptions options, TextWriter console)
    {
        var address = options.PublicUrl.GetLeftPart(UriPartial.Authority);
        await console.WriteLineAsync();
        await console.WriteLineAsync($"  PublicBuyers {ServerVersion.Text} is ready at {address}");
        await console.WriteLineAsync($"  Data:          {Path.GetFullPath(options.DataFolder)}");
        await console.WriteLineAsync($"  Mail:          {(options.Smtp is { } server ? $"sent through {server}" : $"written to {Path.Combine(Path.GetFullPath(options.DataFolder), "mail")}")}");
        if (services.GetServices<IHostedService>().OfType<FirstStart>().Single().AdministratorToken is { } token)
            await console.WriteLineAsync($"  Administrator: {address}{FirstStart.PathOf(token)}  (works once, for {AdministratorLimits.LinkLasts.TotalHours:0} hours; earlier links no longer work)");
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

    /// <summary>What to do about a demonstration whose present is over; none while it is fresh.</summary>
    public static string? Stale(DateTimeOffset made, TimeProvider time) =>
        time.GetUtcNow() - made > Demonstration.Demonstration.StaysFresh
            ? string.Create(CultureInfo.InvariantCulture, $"Its conversations end on {made:d MMMM yyyy}. Start with --demo --fresh to delete it and make it anew.")
            : null;
}
