using PublicBuyers.Platform;

namespace PublicBuyers.Demonstration;

internal static class DemonstrationSetup
{
    /// <param name="services">The server's.</param>
    /// <param name="made">When the data folder was made.</param>
    public static void AddDemonstration(this IServiceCollection services, DateTimeOffset made)
    {
        services.AddSingleton(new Demonstration(made)).AddSingleton<IDemonstration>(all => all.GetRequiredService<Demonstration>());
        services.AddHostedService<NowAndThen>();
    }
}
