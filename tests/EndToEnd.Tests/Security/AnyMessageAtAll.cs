using System.Collections.Immutable;
using System.Net.WebSockets;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>
/// Random and grammar-made messages over the live connection, for every method of the hub: whatever comes is answered on
/// purpose, and what is no message ends its own connection only.
/// </summary>
public sealed class AnyMessageAtAll : AnythingAtAll
{
    /// <summary>In bytes. What the hub reads is a little more.</summary>
    private const int LongestMessage = 30_000;

    private static readonly ImmutableArray<MethodInfo> methods =
    [
        .. typeof(LiveHub).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(method => method.GetBaseDefinition().DeclaringType == typeof(LiveHub)),
    ];

    private static readonly ImmutableArray<string> texts =
        [.. OddTexts, "me", "room/", "queue/", "effect:room/1", new string('/', 100)];

    [Fact]
    public async Task Is_answered_and_leaves_no_trace_of_how_we_work()
    {
        methods.Length.ShouldBeGreaterThan(15);
        var (room, client) = (default(RoomId), default(LiveClient)!);
        for (var round = 0; round < Fuzz.Rounds(inASuite: 900); round++)
        {
            if (round % EachScene == 0) (room, client) = await Scene(client);
            var method = round < methods.Length * 3 ? methods[round % methods.Length] : Any(methods);
            var (arguments, isTyped) = Arguments(method, room);
            if (JsonSerializer.SerializeToUtf8Bytes(arguments).Length > LongestMessage) continue;   // ends the connection: the other test

            var about = $"FUZZ_SEED={Fuzz.Seed}, round {round}: {method.Name} {JsonSerializer.Serialize(arguments)}";
            about = about[..Math.Min(600, about.Length)];

            try
            {
                var answer = await client.Call(method.Name, arguments).WaitAsync(TimeSpan.FromSeconds(60));
                answer.ToString().ShouldNotContain("Exception", customMessage: about);
            }
            catch (HubException refused)
            {
                isTyped.ShouldBeFalse($"{about}: {refused.Message}");
                refused.Message.ShouldStartWith("Failed to invoke", customMessage: about);
                refused.Message.ShouldNotContain("Exception", customMessage: about);
            }

            client.Closed.IsCompleted.ShouldBeFalse(about);
            ShouldHaveLoggedNothing(about);
        }

        await client.DisposeAsync();
    }

    [Fact]
    public async Task That_is_none_ends_its_own_connection_and_nothing_else()
    {
        var (room, ada, ben) = await Server.Scene();
        await using var other = await Server.Connect(ben);
        await other.Enter(room.Topic());
        foreach (var bytes in NoMessages())
        {
            await using var client = await Server.Connect(ada);
            try
            {
                await client.Send(bytes);
            }
            catch (WebSocketException)   // cut while we sent
            {
            }

            await client.Closed.WaitAsync(TimeSpan.FromSeconds(60));
            ShouldHaveLoggedNothing(Encoding.UTF8.GetString(bytes.AsSpan(0, Math.Min(100, bytes.Length))));
        }

        await Server.Says(room, ada, "Still here");
        await other.Until(it => it.Topic(room.Topic()).Posts.Count == 1);
        other.Closed.IsCompleted.ShouldBeFalse();
    }

    private static IEnumerable<byte[]> NoMessages()
    {
        string[] wrong =
        [
            "{", "[]", "1", "\"\"", "{\"type\":\"1\"}", "{\"type\":1}", "{\"type\":1,\"target\":1,\"arguments\":[]}", "{\"type\":1,\"target\":\"Leave\",\"arguments\":{}}",
            "{\"type\":1,\"target\":\"Leave\",\"arguments\":" + new string('[', 2_000) + "}", "{\"type\":3}", "\ufeff{}", "not json",
            "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Leave\",\"arguments\":[\"" + new string('x', 512 * 1024) + "\"]}",
        ];
        foreach (var text in wrong) yield return Encoding.UTF8.GetBytes(text + "\u001e");
    }

    /// <summary>Somebody who leads the community, so that most doors are open.</summary>
    private async Task<(RoomId, LiveClient)> Scene(LiveClient? before)
    {
        if (before is not null) await before.DisposeAsync();

        var (room, ada, ben) = await Server.Scene();
        await Server.Says(room, ben, "Hello");
        var client = await Server.Connect(ada);
        await client.Enter(room.Topic());
        return (room, client);
    }

    /// <returns>And whether all of them are of the types that the method takes.</returns>
    private (object?[] Arguments, bool IsTyped) Arguments(MethodInfo method, RoomId room)
    {
        var typed = method.GetParameters().Select(parameter => Typed(parameter, room)).ToList();
        switch (Chance(5))
        {
            case 0 when typed.Count > 0:
                typed[Chance(typed.Count)] = Anything(depth: 0);
                return ([.. typed], false);
            case 1 when typed.Count > 0:
                typed.RemoveAt(Chance(typed.Count));
                return ([.. typed], false);
            case 2:
                typed.Insert(Chance(typed.Count + 1), Anything(depth: 0));
                return ([.. typed], false);
            default:
                return ([.. typed], true);
        }
    }

    private object? Typed(ParameterInfo parameter, RoomId room)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType);
        if (type is not null && Chance(3) == 0) return null;

        type ??= parameter.ParameterType;
        return type == typeof(string) ? Text(parameter.Name!, room)
            : type == typeof(bool) ? Chance(2) == 0
            : type == typeof(long) ? Any<long>([0, 1, 2, -1, 50, long.MaxValue, long.MinValue])
            : type == typeof(int) ? Any([0, 1, 10, -1, int.MaxValue, int.MinValue])
            : type == typeof(DateTimeOffset) ? Any(["2026-12-01T00:00:00Z", "9999-12-31T23:59:59.9999999+00:00", "0001-01-01T00:00:00Z"])
            : type.IsEnum ? JsonNamingPolicy.CamelCase.ConvertName(Any([.. Enum.GetNames(type)]))
            : type == typeof(ImmutableArray<string>) ? Enumerable.Range(0, Chance(30)).Select(_ => Any(texts)).ToList()
            : type == typeof(ImmutableArray<Mention>) ? Enumerable.Range(0, Chance(30)).Select(_ => new { start = Chance(-3, 9), length = Chance(-3, 9), member = Chance(2) == 0 ? null : "ana", silent = false }).ToList()
            : type == typeof(ImmutableArray<PublicBuyers.Moderation.SeenItem>) ? Enumerable.Range(0, Chance(70)).Select(i => new { number = i, version = Chance(-1, 3) }).ToList()
            : throw new NotSupportedException($"Say what a {type} may be.");
    }

    private string? Text(string parameter, RoomId room) => Chance(2) == 0 ? Any(texts) : parameter switch
    {
        "room" => room.Value,
        "topic" => Any([room.Topic(), "me", TopicName.OfQueue(room.Community).Name]),
        "community" => room.Community.Value,
        "requestId" => $"fuzz:{Chance(int.MaxValue)}",
        "markdown" => $"Text {Chance(int.MaxValue)}",
        _ => Chance(4) == 0 ? null : Any(texts),
    };

    private object? Anything(int depth) => Chance(depth > 4 ? 5 : 8) switch
    {
        0 => null,
        1 => Chance(2) == 0,
        2 => Any<object>([0, -1, 1.5, double.MaxValue, long.MaxValue, ulong.MaxValue]),
        3 => Any(texts),
        4 => new string('y', 20_000),
        5 => Enumerable.Range(0, Chance(5)).Select(_ => Anything(depth + 1)).ToList(),
        6 => Enumerable.Range(0, Chance(5)).ToDictionary(i => $"{i}{Any(["number", "start", "value"])}", _ => Anything(depth + 1)),
        _ => Enumerable.Repeat<object?>("z", 2_000).ToList(),
    };
}
