using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;

namespace PublicBuyers.Engine;

/// <summary>One of three silos goes while people post in many rooms: beside a silo that stays, nobody notices more than a
/// delay.</summary>
public sealed class ASiloDies : IAsyncLifetime
{
    private const int Rooms = 12;

    /// <summary>Said by one poster after the cut: those who need not wait must not take the machine from the others.</summary>
    private const int MostAfter = 200;

    private static readonly CommunityId Cpb = new("cpb");

    /// <summary>Fails a test that would otherwise never end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ImmutableArray<CutOff> cuts = [new(), new(), new()];
    private readonly CancellationTokenSource enough = new();
    private GrainWorld world = null!;
    private GrainHost host = null!;
    private ImmutableArray<Poster> posters = [];
    private int victim;

    public async Task InitializeAsync()
    {
        (world, host) = await GrainWorld.StartToCut(cuts);
        var found = new FoundCommunity
        {
            By = MemberId.System, Request = new("found"), Name = "CPB", Access = Communities.Access.Open, Goal = "Buying well", Leader = Scene.Lea,
        };
        (await world.Community().Found(found)).ShouldBeDone();
        victim = await SiloOf(world.Community()) == 1 ? 2 : 1;   // all rooms would wait for the community
        while (posters.Length < Rooms || !posters.Any(IsOnVictim)) posters = posters.Add(await InAnotherRoom());
        await Task.WhenAll(posters.Select(poster => poster.Says()));   // every room knows the author, and no news comes after
    }

    public async Task DisposeAsync()
    {
        enough.Dispose();
        await world.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task In_the_middle_of_posting_nothing_is_lost_doubled_or_out_of_order(bool isSilent)
    {
        var posting = posters.Select(poster => Task.Run(() => poster.SaysUntil(enough.Token))).ToArray();
        await Task.WhenAll(posters.Select(poster => poster.HasSaid(5)));
        var dead = posters.Where(IsOnVictim).ToList();
        var healthy = posters.Except(dead).ToList();

        foreach (var poster in posters) poster.Most = poster.Said + MostAfter;
        if (isSilent) cuts[victim].GoSilent();
        else cuts[victim].Die();
        var before = healthy.ToDictionary(poster => poster, poster => poster.Said);
        var waiting = dead.ToDictionary(poster => poster, poster => poster.Said);

        // The others go on meanwhile: they have said this before a room of the dead silo is there again.
        await Task.WhenAll(healthy.Select(poster => poster.HasSaid(before[poster] + 5))).WaitAsync(Patience);
        if (isSilent) dead.ShouldContain(poster => poster.Said <= waiting[poster] + 1);
        await Task.WhenAll(dead.Select(poster => poster.HasSaid(waiting[poster] + 5))).WaitAsync(Patience);
        await enough.CancelAsync();
        await Task.WhenAll(posting).WaitAsync(Patience);

        foreach (var poster in posters)
        {
            var facts = world.Journal.FactsOf(Streams.Of(poster.Room));
            facts.Select(fact => Text(fact)).ShouldBe(Enumerable.Range(1, poster.Said).Select(poster.Text));
            poster.Numbers.ShouldBe(Enumerable.Range(1, poster.Said).Select(number => (long)number));
        }
    }

    [Fact]
    public async Task Followers_that_were_on_it_go_on_elsewhere_and_count_each_fact_once()
    {
        await world.Follow();
        await Task.WhenAll(posters.Select(poster => poster.Says()));
        cuts[victim].Die();

        await world.Follow().WaitAsync(Patience);
        await Task.WhenAll(posters.Select(poster => poster.Says())).WaitAsync(Patience);
        await world.Follow().WaitAsync(Patience);

        world.Directories.HowOften("posts", Cpb).ShouldBe(posters.Sum(poster => poster.Said));
    }

    /// <summary>Two activations of one room, and of one follower, each taken for the only one by those who can reach it.</summary>
    [Fact]
    public async Task Or_seems_to_and_goes_on_writing_and_all_the_same_everything_is_there_once()
    {
        await world.Follow();
        var zombie = host.GrainsFrom(victim);
        var lost = posters.First(IsOnVictim);
        var follower = await FollowerOnVictim();
        cuts[victim].GoSilent();
        lost.Most = lost.Said + MostAfter;
        var elsewhere = new Poster(zombie, lost.Room, "zombie");

        // While the others have not given it up, and after.
        var posting = Task.Run(() => lost.SaysUntil(enough.Token));
        for (var said = 0; said < 20; said++) await elsewhere.Says();
        await zombie.GetGrain<IDirectoryFollowerGrain>(follower).CatchUp();
        await lost.HasSaid(lost.Said + 20).WaitAsync(Patience);
        await world.Grains.GetGrain<IDirectoryFollowerGrain>(follower).CatchUp();
        for (var said = 0; said < 20; said++) await elsewhere.Says();
        await zombie.GetGrain<IDirectoryFollowerGrain>(follower).CatchUp();
        await enough.CancelAsync();
        await posting.WaitAsync(Patience);

        var texts = world.Journal.FactsOf(Streams.Of(lost.Room)).Select(fact => Text(fact)).ToList();
        texts.Where(text => text.StartsWith("zombie", StringComparison.Ordinal))
            .ShouldBe(Enumerable.Range(1, elsewhere.Said).Select(elsewhere.Text));
        texts.Where(text => !text.StartsWith("zombie", StringComparison.Ordinal))
            .ShouldBe(Enumerable.Range(1, lost.Said).Select(lost.Text));
        elsewhere.Numbers.Concat(lost.Numbers).Order().ShouldBe(Enumerable.Range(1, texts.Count).Select(number => (long)number));

        await world.Grains.GetGrain<IDirectoryFollowerGrain>(follower).CatchUp();
        world.Directories.HowOften("posts", Cpb).ShouldBe(world.Journal.Facts.Count(fact => fact.Type == RoomEvent.Posted));
    }

    /// <summary>A follower of the directories, by its key: there is one in the product, and which silo it is on is chance.</summary>
    private async Task<string> FollowerOnVictim()
    {
        for (var number = 1; ; number++)
        {
            var follower = world.Grains.GetGrain<IDirectoryFollowerGrain>($"directory/{number}");
            await follower.CatchUp();
            if (await SiloOf(follower) == victim) return $"directory/{number}";
        }
    }

    private async Task<Poster> InAnotherRoom()
    {
        var number = posters.Length + 1;
        var opened = await world.Community().OpenRoom(new()
        {
            By = Scene.Lea, Request = world.NewRequest(), Slug = $"room-{number}", Name = $"Room {number}",
        });
        var poster = new Poster(world.Grains, opened.Value);
        await world.Grains.Room(poster.Room).Since(0, -1);
        poster.Silo = await SiloOf(world.Grains.Room(poster.Room));
        return poster;
    }

    private async Task<int> SiloOf(IAddressable grain)
    {
        var address = await host.SiloOf(grain);
        return Enumerable.Range(0, cuts.Length).Single(silo => host.AddressOf(silo).Equals(address));
    }

    private bool IsOnVictim(Poster poster) => poster.Silo == victim;

    private static string Text(RecordedFact fact) =>
        System.Text.Json.JsonDocument.Parse(fact.Payload!.Value).RootElement.GetProperty("markdown").GetString()!;

    private sealed class Poster(IGrainFactory grains, RoomId room, string name = "post")
    {
        private readonly List<long> numbers = [];
        private readonly List<(int Count, TaskCompletionSource Reached)> waiting = [];

        public RoomId Room => room;

        public int Silo { get; set; }

        /// <summary>It says no more than this.</summary>
        public int Most { get; set; } = int.MaxValue;

        public int Said
        {
            get { lock (numbers) return numbers.Count; }
        }

        public IReadOnlyList<long> Numbers => numbers;

        public string Text(int number) => $"{name} {number}";

        public async Task Says()
        {
            var said = await grains.Room(room).Post(new()
            {
                By = Scene.Lea, Request = new($"{name}/{room}/{Said + 1}"), Markdown = Text(Said + 1),
            });
            said.Refusal.ShouldBeNull();
            lock (numbers)
            {
                numbers.Add(said.Value!.Number.Value);
                foreach (var (_, reached) in waiting.Where(each => each.Count <= numbers.Count)) reached.TrySetResult();
            }
        }

        public async Task SaysUntil(CancellationToken enough)
        {
            while (!enough.IsCancellationRequested && Said < Most) await Says();
        }

        public Task HasSaid(int count)
        {
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (numbers)
            {
                if (numbers.Count >= count) return Task.CompletedTask;

                waiting.Add((count, reached));
            }

            return reached.Task;
        }
    }
}
