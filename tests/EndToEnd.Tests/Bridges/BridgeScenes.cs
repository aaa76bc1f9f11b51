using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Bridges;

/// <summary>Two communities, linked, and everybody there can be to them.</summary>
/// <param name="One">Led by Ada; Ann moderates, Ari belongs to it.</param>
/// <param name="Other">Led by Ben; Bea moderates, Bob belongs to it.</param>
/// <param name="Max">Belongs to both.</param>
/// <param name="Eve">Belongs to neither.</param>
internal sealed record BridgeScene(RoomId One, RoomId Other, Person Ada, Person Ann, Person Ari, Person Ben, Person Bea, Person Bob, Person Max, Person Eve)
{
    public BridgeId Bridge => new(One.Community, Other.Community);

    public ImmutableArray<Person> Everybody => [Ada, Ann, Ari, Ben, Bea, Bob, Max, Eve];
}

internal static class BridgeScenes
{
    private static int scenes;

    public static async Task<BridgeScene> TwoCommunities(this LiveServer server)
    {
        var number = Interlocked.Increment(ref scenes);
        var people = new List<Person>();
        foreach (var name in new[] { "Ada", "Ann", "Ari", "Ben", "Bea", "Bob", "Max", "Eve" }) people.Add(await server.SignIn($"{name}Bridged{number}"));
        if (people is not [var ada, var ann, var ari, var ben, var bea, var bob, var max, var eve]) throw new InvalidOperationException("Eight people.");

        var one = await server.Found($"one-{number}", ada, ann, ari, max);
        var other = await server.Found($"other-{number}", ben, bea, bob, max);
        await server.Becomes(one, ann, Role.Moderator);
        await server.Becomes(other, bea, Role.Moderator);
        await server.Settled();
        return new(one, other, ada, ann, ari, ben, bea, bob, max, eve);
    }

    public static async Task<BridgeScene> LinkedCommunities(this LiveServer server)
    {
        var scene = await server.TwoCommunities();
        Done(await server.Grains.Bridge(scene.Bridge).Propose(new() { By = scene.Ada.Member, Request = server.NewRequest(), Side = scene.One.Community, Room = scene.One }));
        Done(await server.Grains.Bridge(scene.Bridge).Agree(new() { By = scene.Ben.Member, Request = server.NewRequest(), Side = scene.Other.Community, Room = scene.Other, Version = 1 }));
        return scene;
    }

    /// <summary>By Ann, of the first community.</summary>
    public static async Task<RoomId> Opens(this LiveServer server, BridgeScene scene, string title = "Clauses for trams", Classification readers = Classification.Community)
    {
        var opened = await server.Grains.Bridge(scene.Bridge).OpenThread(new() { By = scene.Ann.Member, Request = server.NewRequest(), Side = scene.One.Community, Title = title, Classification = readers });
        Done(opened);
        await server.Settled();
        return opened.Value;
    }

    public static async Task Becomes(this LiveServer server, RoomId room, Person person, Role role) =>
        Done(await server.Grains.Community(room.Community).ChangeRole(new() { By = MemberId.System, Request = server.NewRequest(), Member = person.Member, Role = role }));

    public static async Task Restricts(this LiveServer server, RoomId room, Person person, RestrictionKind kind) =>
        Done(await server.Grains.Community(room.Community).Restrict(new() { By = MemberId.System, Request = server.NewRequest(), Member = person.Member, Kind = kind, Reason = "A quarrel." }));

    public static async Task AdmitsBuyersOnly(this LiveServer server, RoomId room) =>
        Done(await server.Grains.Community(room.Community).ChangeSettings(new() { By = MemberId.System, Request = server.NewRequest(), Name = room.Community.Value, Access = PublicBuyers.Communities.Access.Open, Goal = "To buy well together.", BuyersOnly = true }));

    public static Task Settled(this LiveServer server) => server.Services.GetRequiredService<IBridges>().Settled(CancellationToken.None);

    private static void Done<T>(Outcome<T> outcome) => outcome.Refusal.ShouldBeNull();
}
