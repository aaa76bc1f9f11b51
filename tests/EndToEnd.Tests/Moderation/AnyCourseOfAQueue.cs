using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Testing.Live;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>P1, of queues: whatever is asked, looked at, decided, undone and carried out, snapshot and changes make what a fresh snapshot is.</summary>
public sealed partial class AnyCourseOfAQueue
{
    [Theory]
    [InlineData(5)]
    [InlineData(20261123)]
    public async Task A_copy_kept_by_changes_equals_a_fresh_one(int seed)
    {
        var clock = new FakeClock();
        await using var server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));
        var course = new Course(await server.QueueScene(), clock, seed);
        await course.Begin();

        for (var round = 0; round < 150; round++)
        {
            await course.Happen();
            await course.ComeAndGo();
        }

        await course.Ends();
    }

    [Fact]
    public async Task What_comes_up_when_the_oldest_are_over_is_put()
    {
        var clock = new FakeClock();
        await using var server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));
        var scene = await server.QueueScene();
        for (var i = 0; i < PostsReported; i++) await server.Says(scene.Room, scene.Ada, $"Something {i}");
        for (var i = 0; i < Reporters; i++) await ReportAll(scene, await scene.Member($"Reporter{i}"));
        await using var early = await Enter(scene);
        early.Topic(scene.Topic).Value("counts")!.Value.GetProperty("waiting").GetInt32().ShouldBe(PostsReported * Reporters);

        for (var number = 1; number <= PostsReported; number++) await scene.Decides(scene.Ben, number, Verdict.Rejected);
        clock.Move(QueueLimits.UndoWindow);
        await early.Until(it => it.Topic(scene.Topic).Item(PostsReported) is { } item && item.GetProperty("state").GetString() == "settled" && !it.Topic(scene.Topic).Queue().Contains("\"decided\"", StringComparison.Ordinal));

        await using var fresh = await Enter(scene);
        await early.Until(it => it.Topic(scene.Topic).Position == fresh.Topic(scene.Topic).Position);
        fresh.Topic(scene.Topic).Queue().ShouldContain($"\"number\":{QueueLimits.SnapshotItems + PostsReported},");
        Seen(early, scene).ShouldBe(Seen(fresh, scene));
    }

    /// <summary>But for how long claims last: that one was renewed is told in passing, and may be missed until the next renewal.</summary>
    private static string Seen(LiveClient client, QueueScene scene) => Until().Replace(client.Topic(scene.Topic).Queue(), "");

    [GeneratedRegex("\"until\":\"[^\"]*\",", RegexOptions.NonBacktracking)]
    private static partial Regex Until();

    private const int PostsReported = 18;

    private const int Reporters = 7;

    private static async Task ReportAll(QueueScene scene, Person reporter)
    {
        for (var post = 1; post <= PostsReported; post++)
            QueueScene.Must(await scene.Queue.Report(new() { By = reporter.Member, Request = scene.Server.NewRequest(), Room = scene.Room, Post = new(post), Message = "Look" }));
    }

    private static async Task<LiveClient> Enter(QueueScene scene)
    {
        var client = await scene.Server.Connect(scene.Ben);
        await client.Enter(scene.Topic);
        return client;
    }

    /// <summary>Two moderators, one of them on two devices, and a handful of people who ask.</summary>
    private sealed class Course(QueueScene scene, FakeClock clock, int seed)
    {
        private readonly Random random = new(seed);
        private readonly LiveClient[] clients = new LiveClient[3];
        private readonly List<Person> applicants = [];
        private long last;

        public async Task Begin()
        {
            for (var i = 0; i < 8; i++) applicants.Add(await scene.Server.Stranger());
            for (var i = 0; i < clients.Length; i++) clients[i] = await Enter(await scene.Server.Connect(Moderator(i)));
        }

        public async Task Happen()
        {
            var (moderator, someone) = (Moderator(random.Next(2)), applicants[random.Next(applicants.Count)]);
            var some = new ItemNumber(random.NextInt64(1, Math.Max(2, last + 1)));
            var request = scene.Server.NewRequest();
            switch (random.Next(12))
            {
                case < 3:
                    var asked = await scene.Queue.Ask(new() { By = someone.Member, Request = request, Message = $"{random.Next():x}" });
                    if (!asked.IsRefused) last = Math.Max(last, asked.Value.Value);
                    break;
                case 3:
                    await scene.Queue.Withdraw(new() { By = someone.Member, Request = request, Number = some });
                    break;
                case < 6:
                    await scene.Queue.Claim(new() { By = moderator.Member, Request = request, Number = some });
                    break;
                case 6:
                    await scene.Queue.Release(new() { By = moderator.Member, Request = request, Number = some, Fence = random.Next(1, 4) });
                    break;
                case < 9:
                    await scene.Queue.Decide(new() { By = moderator.Member, Request = request, Number = some, Version = await VersionOf(some), Verdict = (Verdict)random.Next(2), Reason = "As agreed." });
                    break;
                case 9:
                    await scene.Queue.Undo(new() { By = moderator.Member, Request = request, Number = some, Version = await VersionOf(some) });
                    break;
                default:
                    clock.Move(TimeSpan.FromSeconds(random.Next(1, 8)));
                    break;
            }
        }

        public async Task ComeAndGo()
        {
            var one = random.Next(clients.Length);
            if (random.Next(5) > 0) return;
            if (random.Next(3) > 0)
            {
                clients[one].Drop();
                clients[one] = await scene.Server.Connect(Moderator(one), before: clients[one]);
            }

            if (random.Next(3) > 0) await Enter(clients[one]);
        }

        public async Task Ends()
        {
            clock.Move(QueueLimits.UndoWindow);
            foreach (var client in clients)
            {
                await Enter(client);
                await client.Until(it => !it.Topic(scene.Topic).Queue().Contains("\"decided\"", StringComparison.Ordinal) && !it.Topic(scene.Topic).Queue().Contains("\"inEffect\"", StringComparison.Ordinal));
            }

            var position = QueueScene.Must(await scene.Queue.Admit(scene.Ada.Member)).Position;
            await using var fresh = await Enter(await scene.Server.Connect(scene.Ada));
            foreach (var client in clients)
            {
                await client.Until(it => it.Topic(scene.Topic).Position == position);
                client.Surprises.ShouldBeEmpty();
                Seen(client, scene).ShouldBe(Seen(fresh, scene), $"seed {seed}");
                await client.DisposeAsync();
            }
        }

        private async Task<long> VersionOf(ItemNumber number) => (await scene.Queue.Item(scene.Ada.Member, number)).Value?.Item.Version ?? 1;

        private Person Moderator(int client) => client == 0 ? scene.Ada : scene.Ben;

        private async Task<LiveClient> Enter(LiveClient client)
        {
            await client.Enter(scene.Topic);
            return client;
        }
    }
}
