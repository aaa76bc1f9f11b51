using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>One real server for the tests of a class, which keep out of each other's way by communities of their own. Classes run side by side: most of them wait most of the time.</summary>
public sealed class OneServer : IAsyncLifetime
{
    public LiveServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await LiveServer.Start();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

internal static class Scenes
{
    private static int scenes;

    /// <summary>A room of its own, with Ada who leads the community and Ben who belongs to it.</summary>
    public static async Task<(RoomId Room, Person Ada, Person Ben)> Scene(this LiveServer server)
    {
        var number = Interlocked.Increment(ref scenes);
        var (ada, ben) = (await server.SignIn($"Ada{number}"), await server.SignIn($"Ben{number}"));
        var room = await server.Found($"community-{number}", ada, ben);
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);   // names are known
        return (room, ada, ben);
    }

    /// <summary>Somebody who belongs to no community.</summary>
    public static Task<Person> Stranger(this LiveServer server) => server.SignIn($"Eve{Interlocked.Increment(ref scenes)}");

    public static async Task<Person> Join(this LiveServer server, RoomId room, string name)
    {
        var person = await server.SignIn($"{name}{Interlocked.Increment(ref scenes)}");
        (await server.Grains.Community(room.Community).Join(new() { By = person.Member, Request = server.NewRequest() })).IsRefused.ShouldBeFalse();
        return person;
    }

    public static string Topic(this RoomId room) => Streams.Of(room);
}

internal static class Doings
{
    /// <summary>Names somebody in a post, so that it is told.</summary>
    public static async Task<long> Mentions(this LiveServer server, RoomId room, Person author, Person whom, string say = "could you look at this?")
    {
        var posted = await server.Grains.Room(room).Post(new() { By = author.Member, Request = server.NewRequest(), Markdown = $"@{whom.Name} {say}", Mentions = [new(0, whom.Name.Length + 1, whom.Member)] });
        return posted.IsRefused ? throw new InvalidOperationException($"Refused: {posted.Refusal}") : posted.Value.Number.Value;
    }

    public static async Task Hides(this LiveServer server, RoomId room, Person moderator, long number, bool hidden) =>
        (await server.Grains.Room(room).Hide(new() { By = moderator.Member, Request = server.NewRequest(), Number = new(number), Hidden = hidden, Reason = "As agreed." })).IsRefused.ShouldBeFalse();

    /// <summary>Completes when the member has been told so much that is unread.</summary>
    public static async Task Until(this LiveServer server, Person member, int unread)
    {
        await using var client = await server.Connect(member);
        await client.Enter(TopicName.Me);
        await client.Until(it => it.Topic(TopicName.Me).Value("counts") is { } counts && counts.GetProperty("unread").GetInt32() == unread);
    }
}
