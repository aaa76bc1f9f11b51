using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Live;
using PublicBuyers.Rooms;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>P1: whatever happens in whatever order, snapshot and changes make what a fresh snapshot is; and what is unread is what one counts.</summary>
public sealed class AnyCourseOfEvents(OneServer shared) : IClassFixture<OneServer>
{
    [Theory]
    [InlineData(1)]
    [InlineData(20261122)]
    [InlineData(777)]
    public async Task A_copy_kept_by_changes_equals_a_fresh_one(int seed)
    {
        var course = new Course(shared.Server, seed);
        await course.Begin();

        for (var round = 0; round < 200; round++)
        {
            await course.Happen();
            await course.ComeAndGo();
        }

        await course.Ends();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(58)]
    public async Task It_does_so_when_the_server_is_stopped_in_between(int seed)
    {
        var course = new Course(await LiveServer.Start(), seed);
        await course.Begin();

        for (var round = 0; round < 120; round++)
        {
            await course.Happen();
            await course.ComeAndGo();
            if (round % 40 == 39) await course.Restart();
        }

        await course.Ends();
        await course.Server.DisposeAsync();
    }

    /// <summary>Two people, one of them on two devices, who do everything that can be done in a room.</summary>
    private sealed class Course(LiveServer started, int seed)
    {
        private readonly Random random = new(seed);
        private readonly LiveClient[] clients = new LiveClient[4];

        /// <summary>Everything that was ever said.</summary>
        private readonly HashSet<string> said = [];

        private RoomId room;
        private Person ada = null!;
        private Person ben = null!;
        private long last;
        private int words;

        public LiveServer Server { get; private set; } = started;

        private string Topic => room.Topic();

        public async Task Begin()
        {
            (room, ada, ben) = await Server.Scene();
            for (var i = 0; i < clients.Length; i++) clients[i] = await Enter(await Server.Connect(Reader(i)));
        }

        public async Task Happen()
        {
            var grain = Server.Grains.Room(room);
            var author = random.Next(2) == 0 ? ada : ben;
            var some = new PostNumber(random.NextInt64(1, Math.Max(2, last + 1)));
            var request = Server.NewRequest();
            switch (random.Next(20))
            {
                case < 7:
                    Said((await grain.Post(new() { By = author.Member, Request = request, Markdown = Word() })).Value);
                    break;
                case < 9:
                    Said((await grain.Post(new() { By = author.Member, Request = request, Markdown = Word(), Thread = some })).Value);
                    break;
                case 9:
                    var word = Word();
                    Said((await grain.Post(new() { By = ada.Member, Request = request, Markdown = $"@{ben.Name} {word}", Mentions = [new(0, ben.Name.Length + 1, ben.Member)] })).Value);
                    break;
                case < 12:
                    Said((await grain.Edit(new() { By = author.Member, Request = request, Number = some, Markdown = Word() })).Value);
                    break;
                case 12:
                    await grain.Delete(new() { By = author.Member, Request = request, Number = some, Reason = "As agreed." });
                    break;
                case < 15:
                    await grain.React(new() { By = author.Member, Request = request, Number = some, Reaction = (Reaction)random.Next(6), Reacts = random.Next(4) > 0 });
                    break;
                case 15:
                    await grain.Pin(new() { By = ada.Member, Request = request, Number = some, Pinned = random.Next(2) == 0 });
                    break;
                case 16:
                    await grain.Hide(new() { By = ada.Member, Request = request, Number = some, Hidden = random.Next(2) == 0, Reason = "As agreed." });
                    break;
                case 17:
                    await grain.Lock(new() { By = ada.Member, Request = request, Number = some, Locked = random.Next(3) == 0, Reason = "As agreed." });
                    break;
                case 18:
                    await grain.SlowDown(new() { By = ada.Member, Request = request, Seconds = 0, Reason = "As agreed." });
                    break;
                default:
                    await Server.Grains.Inbox(ben.Member).Mark(new(ben.Member, room, some, random.Next(3) == 0 ? some : null));
                    break;
            }
        }

        public async Task ComeAndGo()
        {
            var one = random.Next(clients.Length);
            if (random.Next(6) > 0) return;
            if (random.Next(3) > 0)
            {
                clients[one].Drop();
                clients[one] = await Server.Connect(Reader(one), before: clients[one]);
            }

            if (random.Next(3) > 0) await Enter(clients[one]);
        }

        public async Task Restart()
        {
            Server = await Server.Restart();
            for (var i = 0; i < clients.Length; i++) clients[i] = await Server.Connect(Reader(i), before: clients[i]);
        }

        public async Task Ends()
        {
            var position = (await Server.Grains.Room(room).Admit(ada.Member)).Value.Position;
            foreach (var client in clients)
            {
                await Enter(client);
                await client.Until(it => it.Topic(Topic).Position == position);
            }

            await using var fresh = await Enter(await Server.Connect(ada));
            await using var first = await Server.Connect(ben);
            await first.Call("Enter", Topic, fresh.Topic(Topic).Epoch, 0);
            foreach (var client in clients)
            {
                client.Surprises.ShouldBeEmpty();
                client.Topic(Topic).Newest().ShouldBe(fresh.Topic(Topic).Newest(), $"seed {seed}");
            }

            await UnreadIsWhatOneCounts();
            await WithheldIsNowhere(fresh, first);
            foreach (var client in clients) await client.DisposeAsync();
        }

        private async Task UnreadIsWhatOneCounts()
        {
            var expected = await Recount();
            foreach (var device in clients.Where((_, i) => Reader(i) == ben)) await device.Until(it => it.Topic(TopicName.Me).Unread(room) == expected, TimeSpan.FromSeconds(15));

            var page = await Server.Services.GetRequiredService<Unread>().Of(ben.Member, CancellationToken.None);
            page.Single(value => value.Room == room).Unread.ShouldBe(expected, $"seed {seed}");
        }

        /// <summary>From scratch, as one would by hand.</summary>
        private async Task<int> Recount()
        {
            var mark = (await Server.Grains.Inbox(ben.Member).Marks(ben.Member, [room])).Value.SingleOrDefault();
            var unread = 0;
            for (var after = 0L; ;)
            {
                var page = (await Server.Grains.Room(room).PageAfter(ben.Member, after, RoomLimits.PageSize)).Value!;
                unread += page.Posts.Count(post => !post.IsWithheld && post.Author != ben.Member && post.Number.Value > (mark?.Upto.Value ?? 0)
                    && !(post.Thread is { } thread && mark is not null && mark.Threads.TryGetValue(thread.Value, out var read) && read.Value >= post.Number.Value));
                if (!page.Newer || page.Posts.IsEmpty) return unread;
                after = page.Posts[^1].Number.Value;
            }
        }

        /// <summary>Deleted, hidden and edited texts are in no frame of who comes now, from wherever they come.</summary>
        private async Task WithheldIsNowhere(params LiveClient[] comers)
        {
            var present = new HashSet<string>();
            for (var after = 0L; ;)
            {
                var page = (await Server.Grains.Room(room).PageAfter(ben.Member, after, RoomLimits.PageSize)).Value!;
                foreach (var post in page.Posts) present.UnionWith(post.Markdown.Split(' '));
                if (!page.Newer || page.Posts.IsEmpty) break;
                after = page.Posts[^1].Number.Value;
            }

            await using var me = await Server.Connect(ben);
            await me.Enter(TopicName.Me);
            var everything = string.Join('\n', comers.Append(me).SelectMany(comer => comer.Received));
            said.Where(word => !present.Contains(word) && everything.Contains(word, StringComparison.Ordinal)).ShouldBeEmpty($"seed {seed}");
        }

        private Person Reader(int client) => client == 0 ? ada : ben;

        private async Task<LiveClient> Enter(LiveClient client)
        {
            await client.Enter(Topic);
            await client.Enter(TopicName.Me);
            return client;
        }

        /// <summary>A text like no other.</summary>
        private string Word()
        {
            var word = $"word{words++}x{random.Next():x}";
            said.Add(word);
            return word;
        }

        private void Said(Posted? posted) => last = Math.Max(last, posted?.Number.Value ?? 0);
    }
}
