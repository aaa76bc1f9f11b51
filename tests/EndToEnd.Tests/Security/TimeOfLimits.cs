using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Nothing comes back while it is used: however slow the machine, a limit is reached at the same step.</summary>
internal sealed class StandingStill : TimeProvider
{
    public override long GetTimestamp() => 0;
}

/// <summary>Goes on when a test says so.</summary>
internal sealed class MovedTime : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now;

    public void Move(TimeSpan by) => now += by.Ticks;
}

internal static class PaceOfTests
{
    public static void AddPaceThatStandsStill(this IServiceCollection services) =>
        services.AddSingleton(provider => new Pace(provider.GetRequiredService<WebOptions>(), new StandingStill()));
}
