using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>Row 9: what one hub command asks of grains.</summary>
public sealed class CallsToGrains : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> calls = [];
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services =>
    {
        var runtime = services.Last(each => each.ServiceType == typeof(IGrainFactory));
        foreach (var effect in services.Where(each => each.ServiceType.Name == "IEffect").ToList()) services.Remove(effect);   // they ask the same grains, when they get round to it
        services.AddSingleton(provider => CountedFactory.Around((IGrainFactory)runtime.ImplementationFactory!(provider), calls.Enqueue));
    });

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Posting_and_reacting_ask_two_grains_at_most_and_entering_three()
    {
        var (room, ada, ben) = await server.Scene();
        await using var warm = await server.Connect(ada);
        await warm.Enter(room.Topic());
        await using var client = await Seated(ben);

        await AsksAtMost(3, () => client.Enter(room.Topic()));
        await AsksAtMost(2, () => client.Post(room.Value, "row9-1", $"Hello @{ada.Name}"));
        await AsksAtMost(2, () => client.Call("React", room.Value, "row9-2", 1, "agree", true));
        await AsksAtMost(2, () => client.Call("MarkRead", room.Value, 1, null));
    }

    [Fact]
    public async Task Looking_at_an_item_and_deciding_on_it_ask_two_grains_at_most()
    {
        var (room, ada, ben) = await server.Scene();
        var community = server.Grains.Community(room.Community);
        (await community.ChangeSettings(new() { By = MemberId.System, Request = server.NewRequest(), Name = "On request", Access = PublicBuyers.Communities.Access.OnRequest, Goal = "To buy well together." })).Refusal.ShouldBeNull();
        var stranger = await server.Stranger();
        var number = (await server.Grains.Queue(room.Community).Ask(new() { By = stranger.Member, Request = server.NewRequest() })).Value;
        await using var client = await Seated(ada);

        await AsksAtMost(2, () => client.Call("ClaimItem", room.Community.Value, "row9-3", number.Value));
        await AsksAtMost(2, () => client.Call("DecideItem", room.Community.Value, "row9-4", number.Value, 1, "approved", "", null, null));
        await AsksAtMost(2, () => client.Call("UndoDecision", room.Community.Value, "row9-5", number.Value, 2));
    }

    [Fact]
    public async Task Many_posts_ask_for_the_room_s_tally_seldom()
    {
        var (room, ada, ben) = await server.Scene();
        await using var client = await server.Connect(ben);
        await client.Enter(TopicName.Me);
        var since = TimeProvider.System.GetTimestamp();
        calls.Clear();

        for (var i = 0; i < 300; i++) await server.Says(room, ada, $"Number {i}");
        await client.Until(it => it.Topic(TopicName.Me).Unread(room) == 300);

        var seconds = TimeProvider.System.GetElapsedTime(since).TotalSeconds;
        calls.Count(call => call.EndsWith(".Tally", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo((int)seconds + 2);
    }

    /// <summary>Connected to the end: what that asks comes before any command.</summary>
    private async Task<LiveClient> Seated(Person person)
    {
        var client = await server.Connect(person);
        await client.Call("Leave", TopicName.Me);
        return client;
    }

    private async Task AsksAtMost(int most, Func<Task> command)
    {
        calls.Clear();
        await command();
        var asked = calls.Where(call => !IsBesides(call)).ToList();

        asked.ShouldNotBeEmpty();
        asked.Count.ShouldBeLessThanOrEqualTo(most, string.Join(", ", asked));
    }

    /// <summary>What the node does now and then, whatever is asked of it: views and effects follow, feeds are kept going, what is due is woken.</summary>
    private static bool IsBesides(string call) => call.Contains("FollowerGrain.", StringComparison.Ordinal) || call.Split('.')[1] is "Watch" or "Report" or "Concerned" or "Tell" or "Withdraw" or "Due" or "OnDuty";
}

/// <summary>Counts what is called of the grains it finds.</summary>
public class CountedFactory : DispatchProxy   // open: the proxy is made of it
{
    private IGrainFactory inner = null!;
    private Action<string> count = null!;

    public static IGrainFactory Around(IGrainFactory inner, Action<string> count)
    {
        var counted = Create<IGrainFactory, CountedFactory>();
        ((CountedFactory)(object)counted).inner = inner;
        ((CountedFactory)(object)counted).count = count;
        return counted;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var found = targetMethod!.Invoke(inner, args);
        return targetMethod.Name == nameof(IGrainFactory.GetGrain) ? CountedGrain.Around(targetMethod.ReturnType, found!, count) : found;
    }
}

public class CountedGrain : DispatchProxy   // open: the proxy is made of it
{
    private object inner = null!;
    private Action<string> count = null!;

    internal static object Around(Type type, object inner, Action<string> count)
    {
        var counted = Create(type, typeof(CountedGrain));
        ((CountedGrain)counted).inner = inner;
        ((CountedGrain)counted).count = count;
        return counted;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        count($"{targetMethod!.DeclaringType!.Name}.{targetMethod.Name}");
        return targetMethod.Invoke(inner, args);
    }
}
