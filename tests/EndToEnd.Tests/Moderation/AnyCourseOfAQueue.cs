using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>P1, of queues: whatever is asked, looked at, decided, undone and carried out, snapshot and changes make what a fresh snapshot is.</summary>
public sealed class AnyCourseOfAQueue
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
                client.Topic(scene.Topic).Queue().ShouldBe(fresh.Topic(scene.Topic).Queue(), $"seed {seed}");
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
