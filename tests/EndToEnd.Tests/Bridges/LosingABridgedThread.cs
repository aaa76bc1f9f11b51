using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Bridges;

/// <summary>What happens on either side acts on open connections within a second.</summary>
public sealed class LosingABridgedThread(OneServer shared) : IClassFixture<OneServer>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task What_one_side_says_the_other_hears_at_once()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await using var bob = await server.Connect(scene.Bob);
        await using var ari = await server.Connect(scene.Ari);
        await bob.Enter(thread.Topic());
        await ari.Enter(thread.Topic());

        (await ari.Post(thread.Value, "hello", "Hello over there")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        await bob.Until(it => it.Topic(thread.Topic()).Posts.Count == 1);
        (await bob.Post(thread.Value, "hello", "Hello to you")).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);
        await ari.Until(it => it.Topic(thread.Topic()).Posts.Count == 2);
    }

    [Fact]
    public async Task Who_has_not_read_it_is_told_how_much()
    {
        var scene = await server.LinkedCommunities();
        await using var bob = await server.Connect(scene.Bob);
        await bob.Enter(TopicName.Me);
        var thread = await server.Opens(scene);
        await server.Says(thread, scene.Ari, "Hello over there");

        await IsToldOfOne(bob, thread);
    }

    [Fact]
    public async Task So_are_they_of_a_thread_opened_before_the_server_looked_for_the_first_time()
    {
        var looks = new TaskCompletionSource();
        await using var young = await LiveServer.Start(adjust: services => services.AddSingleton<IStreamHeads>(provider => new HeldHeads(provider.GetRequiredService<SqliteJournal>(), looks.Task)));
        var scene = await young.LinkedCommunities();
        await using var bob = await young.Connect(scene.Bob);
        await bob.Enter(TopicName.Me);
        var thread = await young.Opens(scene);
        await young.Says(thread, scene.Ari, "Hello over there");

        looks.SetResult();

        await IsToldOfOne(bob, thread);
    }

    [Theory]
    [InlineData(RestrictionKind.Ban)]
    [InlineData(RestrictionKind.Suspension)]
    public async Task Banned_or_suspended_on_the_other_side_they_hear_nothing_after(RestrictionKind kind)
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await using var max = await server.Connect(scene.Max);
        await using var ari = await server.Connect(scene.Ari);
        await max.Enter(thread.Topic());
        await ari.Enter(thread.Topic());

        await server.Restricts(scene.Other, scene.Max, kind);
        await max.Until(it => it.Gone.Contains(thread.Topic()), Soon);
        await server.Says(thread, scene.Ari, "Among ourselves");
        await ari.Until(it => it.Topic(thread.Topic()).Posts.Count == 1);

        Code(await max.Post(thread.Value, "late", "Still here?")).ShouldBe("room.absent");
        Code(await max.Enter(thread.Topic())).ShouldBe("room.absent");
        max.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
    }

    [Fact]
    public async Task Who_leaves_one_side_and_belongs_to_the_other_reads_on()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await using var max = await server.Connect(scene.Max);
        await max.Enter(thread.Topic());
        await max.Enter(scene.One.Topic());

        await server.Leave(scene.One, scene.Max);
        await max.Until(it => it.Gone.Contains(scene.One.Topic()), Soon);
        await server.Says(thread, scene.Ari, "Still with us");
        await max.Until(it => it.Topic(thread.Topic()).Posts.Count == 1);
        max.Gone.ShouldNotContain(thread.Topic());

        await server.Leave(scene.Other, scene.Max);
        await max.Until(it => it.Gone.Contains(thread.Topic()), Soon);
    }

    [Fact]
    public async Task Who_moderates_no_longer_loses_what_is_for_moderators()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene, readers: Classification.Hosts);
        await using var bea = await server.Connect(scene.Bea);
        await bea.Enter(thread.Topic());

        await server.Becomes(scene.Other, scene.Bea, Role.Member);
        await bea.Until(it => it.Gone.Contains(thread.Topic()), Soon);
    }

    [Fact]
    public async Task A_side_that_admits_buyers_only_from_now_on_keeps_the_others_out()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await using var bob = await server.Connect(scene.Bob);
        await using var ari = await server.Connect(scene.Ari);
        await bob.Enter(thread.Topic());
        await ari.Enter(thread.Topic());

        await server.AdmitsBuyersOnly(scene.One);
        await bob.Until(it => it.Gone.Contains(thread.Topic()), Soon);
        await server.Says(thread, scene.Ari, "Among buyers");
        await ari.Until(it => it.Topic(thread.Topic()).Posts.Count == 1);
        ari.Gone.ShouldNotContain(thread.Topic());
    }

    [Fact]
    public async Task Who_says_to_be_a_supplier_is_out_where_buyers_only_are_admitted()
    {
        var scene = await server.LinkedCommunities();
        var thread = await server.Opens(scene);
        await server.AdmitsBuyersOnly(scene.One);
        await using var ari = await server.Connect(scene.Ari);
        (await ari.Enter(thread.Topic())).GetProperty("refused").ValueKind.ShouldBe(JsonValueKind.Null);

        (await server.Grains.Member(scene.Ari.Member).ClaimKind(new() { By = scene.Ari.Member, Request = server.NewRequest(), Kind = MemberKind.Supplier })).IsRefused.ShouldBeFalse();
        await ari.Until(it => it.Gone.Contains(thread.Topic()), Soon);
    }

    [Fact]
    public async Task Who_comes_in_while_being_banned_is_not_let_in()
    {
        for (var round = 0; round < 10; round++)
        {
            var scene = await server.LinkedCommunities();
            var thread = await server.Opens(scene);
            await using var max = await server.Connect(scene.Max);
            await using var ari = await server.Connect(scene.Ari);
            await ari.Enter(thread.Topic());

            var entering = Task.WhenAll(max.Enter(thread.Topic()), max.Enter(thread.Topic()));
            await server.Restricts(scene.Other, scene.Max, RestrictionKind.Ban);
            var answers = await entering;
            if (answers[^1].GetProperty("refused").ValueKind is JsonValueKind.Null) await max.Until(it => it.Gone.Contains(thread.Topic()), Soon);
            await server.Says(thread, scene.Ari, "Among ourselves");
            await ari.Until(it => it.Topic(thread.Topic()).Posts.Count == 1);
            await max.Call("Leave", thread.Topic());

            max.Received.ShouldNotContain(frame => frame.Contains("Among ourselves"));
        }
    }

    private static string? Code(JsonElement answer) => answer.GetProperty("refused").GetProperty("code").GetString();

    private static Task IsToldOfOne(LiveClient reader, RoomId thread) =>
        reader.Until(it => it.Topic(TopicName.Me).Passing($"unread/{thread.Value}") is { ValueKind: JsonValueKind.Object } told && told.GetProperty("unread").GetInt32() == 1, TimeSpan.FromSeconds(15));

    /// <summary>Says nothing of what moved until it may.</summary>
    private sealed class HeldHeads(IStreamHeads heads, Task may) : IStreamHeads
    {
        public async Task<MovedStreams> MovedSince(long after, int most, CancellationToken cancel)
        {
            await may.WaitAsync(cancel);
            return await heads.MovedSince(after, most, cancel);
        }
    }
}
