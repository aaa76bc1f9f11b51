using System.Buffers;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using Xunit.Abstractions;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>P6: whatever communities, people and texts there are, what somebody is answered, shown, counted or told live is what they may read, and all of that is to be found.</summary>
/// <remarks><c>PUBLICBUYERS_WORLDS</c> says how many worlds are tried.</remarks>
public sealed partial class WhatMayBeRead(ITestOutputHelper output)
{
    private const int AtOnce = 4;

    /// <summary>Of what is not theirs, by each.</summary>
    private const int SoughtByWord = 5;

    private static readonly SearchValues<char> letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    public static TheoryData<int> Seeds =>
        [.. Enumerable.Range(0, int.TryParse(Environment.GetEnvironmentVariable("PUBLICBUYERS_WORLDS"), CultureInfo.InvariantCulture, out var worlds) ? worlds : 2).Select(number => 20261129 + number)];

    [Fact]
    public async Task Every_route_that_is_fetched_is_asked_or_carries_no_text()
    {
        await using var server = await LiveServer.Start();

        EveryQuestion.Undeclared(server).ShouldBeEmpty("Say in EveryQuestion how they are filled in.");
        EveryQuestion.Gone(server).ShouldBeEmpty("They are gone.");
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Is_what_is_answered_and_nothing_else(int seed)
    {
        var clock = new FakeClock();
        await using var server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));
        var world = new RandomWorld(server, clock, seed);
        await world.Begin();

        await using var trial = new Trial(server, world, seed);
        await trial.Asks();
        await trial.Follows();
        await world.Change();
        await trial.HearsWhatIsStillTheirs();
        await trial.Asks();
        output.WriteLine($"{trial.Answers} answers with {world.Markers.Count} words.");
    }

    private sealed class Trial(LiveServer server, RandomWorld world, int seed) : IAsyncDisposable
    {
        private readonly ImmutableArray<string> routes = EveryQuestion.RoutesOf(server);
        private readonly Dictionary<Somebody, LiveClient> clients = [];
        private readonly Dictionary<Somebody, HashSet<string>> followed = [];
        private int round;
        private int answers;

        public int Answers => answers;

        /// <summary>Everything that can be fetched, by everybody.</summary>
        public async Task Asks()
        {
            round++;
            var wrong = new ConcurrentQueue<string>();
            await Parallel.ForEachAsync(round == 1 ? world.Askers : world.Changed, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (person, _) =>
            {
                foreach (var one in await Asks(person)) wrong.Enqueue(one);
            });

            Complain(wrong);
        }

        /// <summary>Whoever is signed in enters everything that there is; what is not theirs is as if it were not there.</summary>
        public async Task Follows()
        {
            var wrong = new List<string>();
            foreach (var person in world.People.Where(person => person.Who is not null))
            {
                var client = clients[person] = await server.Connect(person.Who!);
                followed[person] = [];
                await client.Enter(world.Commons.Topic());
                foreach (var topic in world.Topics)
                {
                    var mayFollow = world.MayFollow(person, topic);
                    if ((await client.Enter(topic)).GetProperty("refused").ValueKind == JsonValueKind.Null) followed[person].Add(topic);
                    if (followed[person].Contains(topic) != mayFollow) wrong.Add($"{person} {(mayFollow ? "may not enter" : "entered")} {topic}");
                }

                wrong.AddRange(client.Received.SelectMany(frame => Forbidden(person, frame, string.Join(' ', world.Topics))).Select(marker => $"{person} was told {marker.What} on entering"));
            }

            Complain(wrong);
        }

        /// <summary>Who is out is told so; of what is said from then on each hears what is theirs, and nothing old that is not.</summary>
        public async Task HearsWhatIsStillTheirs()
        {
            var silent = new Dictionary<Somebody, int>();
            foreach (var (person, client) in clients)
            {
                var lost = followed[person].Where(topic => !world.MayFollow(person, topic)).ToList();
                try
                {
                    await client.Until(it => lost.TrueForAll(it.Gone.Contains), Soon);
                }
                catch (OperationCanceledException)
                {
                    Complain(lost.Except(client.Gone).Select(topic => $"{person} still follows {topic}"));
                }

                await client.Call("Leave", "room/no-such/room");
                silent[person] = client.Received.Count;
            }

            var said = await world.SpeakUp();
            foreach (var (room, number, by) in said)
                await clients[by].Until(it => it.Topic(room.Topic()).Posts.Any(post => post.GetProperty("number").GetInt64() == number), Soon);
            var last = await server.Says(world.Commons, world.Herald.Who!, "That was all.");

            var wrong = new List<string>();
            foreach (var (person, client) in clients)
            {
                await client.Until(it => it.Topic(world.Commons.Topic()).Posts.Any(post => post.GetProperty("number").GetInt64() == last), Soon);
                var late = client.Received.Skip(silent[person]).Where(frame => !frame.Contains("\"target\":\"gone\"", StringComparison.Ordinal)).Select(frame => TakenAway().Replace(frame, ""));
                wrong.AddRange(late.SelectMany(frame => Forbidden(person, frame, "")).Select(marker => $"{person} was told {marker.What} after it had ceased to be theirs"));
                wrong.AddRange(said.Where(post => followed[person].Contains(post.Room.Topic()) && world.MayEnter(person, post.Room)).Where(post => client.Topic(post.Room.Topic()).Posts.All(each => each.GetProperty("number").GetInt64() != post.Number)).Select(post => $"{person} did not hear post {post.Number} of {post.Room}"));
                wrong.AddRange(client.Surprises.Select(surprise => $"{person} was surprised by {surprise}"));
            }

            Complain(wrong);
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var client in clients.Values) await client.DisposeAsync();
        }

        private string Case => $"Seed {seed}, {(round > 1 || world.Log.Length > 0 ? "after the changes" : "at first")}:\n{world.Describe()}";

        private async Task<List<string>> Asks(Somebody person)
        {
            var wrong = new List<string>();
            var found = new HashSet<string>(StringComparer.Ordinal);
            var leaked = new HashSet<Marker>();   // each once, where it was first
            using var http = server.Http(person.Who);
            foreach (var path in new EveryQuestion(world, seed, round).Of(person, routes))
            {
                var (status, said) = await Ask(http, path);
                Interlocked.Increment(ref answers);
                if (status >= HttpStatusCode.InternalServerError) wrong.Add($"{person} asked {path}: {(int)status}");
                found.UnionWith(WordsIn(said));
                foreach (var marker in Forbidden(person, said, path).Where(leaked.Add)) wrong.Add($"{person} read {marker.What} at {path} ({(int)status})");
            }

            if (person.Who is not null) wrong.AddRange(await Counts(person, http));
            var missing = world.Markers.Values.Where(marker => marker.For(person) is Reading.Yes && !found.Contains(marker.Word)).ToList();
            wrong.AddRange(missing.Select(marker => $"{person} did not find {marker.What} ({marker.Word})"));
            return wrong;
        }

        /// <summary>Numbers that say how much there is say no more than how much of it may be read.</summary>
        private async Task<List<string>> Counts(Somebody person, HttpClient http)
        {
            var wrong = new List<string>();
            foreach (var community in world.Communities)
            {
                var (total, mine) = ((await Json(http, $"/api/communities/{community}/publications")).GetProperty("total").GetInt32(), world.Works.Count(work => work.Community == community && person.Reads(work)));
                if (total != mine) wrong.Add($"{person} is told of {total} publications of {community}, and may read {mine}");
            }

            var all = (await Json(http, "/api/publications")).GetProperty("total").GetInt32();
            if (all != world.Works.Count(person.Reads)) wrong.Add($"{person} is told of {all} publications, and may read {world.Works.Count(person.Reads)}");

            var me = (await Json(http, "/api/live/me?epoch=0&after=-1&wait=false")).GetProperty("snapshot");
            foreach (var room in me.GetProperty("rooms").EnumerateArray().Select(each => (Room: new RoomId(each.GetProperty("room").GetString()!), Unread: each.GetProperty("unread").GetInt32())).Where(each => each.Room != world.Commons))
            {
                if (!world.MayEnter(person, room.Room)) wrong.Add($"{person} is told how much is unread in {room.Room}");
                if (room.Unread > world.Posts.Count(post => post.Room == room.Room)) wrong.Add($"{person} is told of {room.Unread} unread posts in {room.Room}, and there are fewer");
            }

            var queues = (await Json(http, "/api/queues/")).EnumerateArray().Select(queue => queue.GetProperty("community").GetString()).Where(queue => queue != world.Commons.Community.Value);
            wrong.AddRange(queues.Where(queue => !world.Communities.Exists(community => community.Value == queue && person.Judges(community))).Select(queue => $"{person} is told how much waits in {queue}"));

            var hidden = world.Markers.Values.Where(marker => marker.For(person) is Reading.No).ToArray();
            new Random(seed + round).Shuffle(hidden);
            foreach (var marker in hidden.Take(SoughtByWord))
            {
                if ((await Json(http, $"/api/search?q={marker.Word}")).GetProperty("hits").GetArrayLength() > 0) wrong.Add($"{person} found {marker.What} by its word");
                if ((await Json(http, $"/api/publications?q={marker.Word}")).GetProperty("total").GetInt32() > 0) wrong.Add($"{person} is told that there is a publication with {marker.What}");
            }

            return wrong;
        }

        /// <summary>Markers that are not for somebody, but for those they have themselves in the address.</summary>
        private IEnumerable<Marker> Forbidden(Somebody person, string said, string path) =>
            WordsIn(said).Where(word => !path.Contains(word, StringComparison.Ordinal)).Select(word => world.Markers.GetValueOrDefault(word)).OfType<Marker>().Where(marker => marker.For(person) is Reading.No);

        private void Complain(IEnumerable<string> wrong)
        {
            var all = wrong.Distinct().ToList();
            if (all.Count > 0) Assert.Fail($"{all[0]}\n{string.Join('\n', all.Skip(1).Take(30).Select(other => "and " + other))}\n({all.Count} in all, {answers} answers looked through.) {Case}");
        }

        /// <summary>As it came: status, where to, headers, content.</summary>
        private static async Task<(HttpStatusCode Status, string Said)> Ask(HttpClient http, string path)
        {
            using var answer = await http.GetAsync(path);
            return (answer.StatusCode, $"{answer.Headers}\n{answer.Content.Headers}\n{Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync())}");
        }

        private static async Task<JsonElement> Json(HttpClient http, string path)
        {
            using var answer = await http.GetAsync(path);
            var said = await answer.Content.ReadAsStringAsync();
            answer.IsSuccessStatusCode.ShouldBeTrue($"{path}: {said}");
            return JsonDocument.Parse(said).RootElement;
        }

        /// <summary>What begins like a marker and goes on in letters, in any case.</summary>
        private static HashSet<string> WordsIn(string said)
        {
            var words = new HashSet<string>(StringComparer.Ordinal);
            for (var at = said.IndexOf(RandomWorld.Beginning, StringComparison.OrdinalIgnoreCase); at >= 0 && at + RandomWorld.WordLength <= said.Length; at = said.IndexOf(RandomWorld.Beginning, at + 1, StringComparison.OrdinalIgnoreCase))
                if (said.AsSpan(at, RandomWorld.WordLength).IndexOfAnyExcept(letters) < 0) words.Add(said.Substring(at, RandomWorld.WordLength).ToLowerInvariant());
            return words;
        }
    }

    /// <summary>Keys whose value is gone: whoever loses something is told what.</summary>
    [GeneratedRegex("\\{\"key\":\"[^\"]*\",\"put\":null\\}", RegexOptions.NonBacktracking)]
    private static partial Regex TakenAway();
}
