using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using PublicBuyers.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Nothing comes back while it is used: however slow the machine, a limit is reached at the same step.</summary>
internal static class PaceOfTests
{
    public static void AddPaceThatStandsStill(this IServiceCollection services) =>
        services.AddSingleton(provider => new Pace(provider.GetRequiredService<WebOptions>(), new FakeTimeProvider()));
}
