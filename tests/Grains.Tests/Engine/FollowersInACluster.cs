using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Engine;

/// <summary>Every node drives all followers and the clock. Of each there is one, wherever it is.</summary>
public sealed class FollowersInACluster
{
    [Fact]
    public async Task Each_follower_and_the_clock_are_there_once_though_three_nodes_drive_them()
    {
        var (world, host) = await GrainWorld.StartToCut([new(), new(), new()]);
        await using var whole = world;
        await using var drivers = await Drivers.Start(host);
        (await world.Community().Found(new()
        {
            By = MemberId.System, Request = new("found"), Name = "CPB", Goal = "Buying well",
            Access = Communities.Access.Open, Leader = Scene.Lea,
        })).ShouldBeDone();
        await world.Join(new("ada"));

        var people = Enumerable.Range(1, 10).Select(number => $"person-{number}@example.eu").ToList();
        await Task.WhenAll(people.Select(person => Ask(world, person)));
        await Task.WhenAll(people.Select(person => world.Mailbox.NewestTo(person)));   // two days later it would be of no use
        (await world.Community().Restrict(new()
        {
            By = Scene.Lea, Request = world.NewRequest(), Member = new("ada"), Reason = "A quarrel",
            Kind = RestrictionKind.Suspension, Until = FakeClock.Noon.AddDays(1),
        })).ShouldBeDone();
        world.Clock.Move(TimeSpan.FromDays(2));
        await world.Attend();
        await world.Follow();

        // Each fact was followed once, and what was due was attended to once.
        world.Mailbox.Deliveries.Select(mail => mail.To).Where(people.Contains).Order(StringComparer.Ordinal)
            .ShouldBe(people.Order(StringComparer.Ordinal));
        world.Journal.FactsOf("community/cpb").Count(fact => fact.Type == Ended).ShouldBe(1);

        var running = (await world.Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics())
            .Where(grain => Kinds.Contains(grain.GrainId.Key.ToString()!.Split('/')[0]))
            .ToList();
        running.Select(grain => grain.GrainId).ShouldBeUnique();
        running.Count(grain => grain.GrainId.Key.ToString()!.StartsWith("effect/", StringComparison.Ordinal))
            .ShouldBe(world.Services.GetServices<IEffect>().Sum(effect => effect.Partitions));
        running.Count(grain => grain.GrainId.Key.ToString() is "clock/0" or "directory/0" or "post-index/0").ShouldBe(3);
        running.Select(grain => grain.SiloAddress).Distinct().Count().ShouldBe(3, "they are spread");
    }

    private const string Ended = "community.restriction-ended";

    private static readonly string[] Kinds = ["effect", "clock", "directory", "post-index"];

    private static async Task Ask(GrainWorld world, string address) =>
        (await world.Grains.Address(world.AddressKeys.KeyOf(address)).Ask(new()
        {
            By = MemberId.System, Request = world.NewRequest(), Address = address, Language = "en", Browser = new("browser"),
        })).ShouldBeDone();

    /// <summary>As each node has one.</summary>
    private sealed class Drivers(List<FollowerDriver> all) : IAsyncDisposable
    {
        public static async Task<Drivers> Start(GrainHost host)
        {
            var all = Enumerable.Range(0, 3)
                .Select(silo => ActivatorUtilities.CreateInstance<FollowerDriver>(host.ServicesOf(silo)))
                .ToList();
            foreach (var driver in all) await driver.StartAsync(CancellationToken.None);
            return new(all);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var driver in all)
            {
                await driver.StopAsync(CancellationToken.None);
                driver.Dispose();
            }
        }
    }
}
