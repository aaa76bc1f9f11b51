using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PublicBuyers.Access;
using PublicBuyers.Journal;
using PublicBuyers.Running;
using PublicBuyers.Storage;

namespace PublicBuyers.Bench.Servers;

/// <summary>The server as it is in production, with higher limits for the one address that all the load comes from.</summary>
internal sealed partial class OurServer(WebApplication server)
{
    public const string Room = "bench/general";

    private static readonly CommunityId Community = new("bench");

    private int requests;

    private IGrainFactory Grains => server.Services.GetRequiredService<IGrainFactory>();

    public static string CookiesOf(string data) => data + ".cookies";

    public static string MembersOf(string data) => data + ".members";

    public static async Task<int> Run(string folder, bool loud)
    {
        var options = new ServerOptions
        {
            DataFolder = folder,
            Url = "http://127.0.0.1:0",
            MostConnectionsPerAddress = 100_000,
            MostCommandsPerTenSeconds = 100_000_000,
            MostRequestsPerMinute = 100_000_000,
        };
        using var data = DataFolder.Open(folder, TimeProvider.System.GetUtcNow());
        await using var server = PublicBuyersServer.Build(options, data);
        await server.StartAsync();

        var ours = new OurServer(server);
        if (loud) _ = ours.PostAloud();
        return await ServerProcess.Answer(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(), ours.Answer);
    }

    /// <summary>A journal with a history: rooms that were talked in for years.</summary>
    public static async Task<int> Fill(string folder, int facts)
    {
        const int AtOnce = 500;
        const int Streams = 50;
        using (var data = DataFolder.Open(folder, TimeProvider.System.GetUtcNow()))
        {
            await using var journal = new SqliteJournal(data, NullLogger<SqliteJournal>.Instance);
            var at = TimeProvider.System.GetUtcNow();
            for (var written = 0; written < facts;)
            {
                // Several rooms at once: each append follows the room's one before it.
                var (turn, before) = (written / (AtOnce * Streams), written);
                await Task.WhenAll(Enumerable.Range(0, Streams).Select(stream => journal.Append(new(
                    $"room/old/room-{stream}",
                    (long)turn * AtOnce,
                    [.. Enumerable.Range((turn * AtOnce) + 1, AtOnce).Select(Said)],
                    MemberId.System, at, [], null, Imported: true))));
                written = before + (AtOnce * Streams);
            }
        }

        return await ServerProcess.Answer("http://127.0.0.1");
    }

    private static NewFact Said(int number) =>
        new("room.post-posted", 1, $"post/{number}", Encoding.UTF8.GetBytes($$"""{"number":{{number}},"markdown":"{{new string('x', 200)}}"}"""));

    private Task<string> Answer(string[] question) => question switch
    {
        ["members", var count] => Members(int.Parse(count, CultureInfo.InvariantCulture)),
        ["rooms", var count, var seconds] => Rooms(int.Parse(count, CultureInfo.InvariantCulture), double.Parse(seconds, CultureInfo.InvariantCulture)),
        ["members-also", var count] => MembersAlso(int.Parse(count, CultureInfo.InvariantCulture)),
        ["history", var count] => History(int.Parse(count, CultureInfo.InvariantCulture)),
        ["idle", var count] => Idle(int.Parse(count, CultureInfo.InvariantCulture)),
        ["cost", var mentioned] => Cost(new(Room), int.Parse(mentioned, CultureInfo.InvariantCulture)),
        ["asked", var round, var count] => Asked(round, int.Parse(count, CultureInfo.InvariantCulture)),
        ["hidden", var community, var count] => Hidden(community, int.Parse(count, CultureInfo.InvariantCulture)),
        ["queue", var count] => Queue(int.Parse(count, CultureInfo.InvariantCulture)),
        ["cost-decide", var size] => CostOfDeciding(int.Parse(size, CultureInfo.InvariantCulture)),
        ["cost-in", var size] => Cost(new(Community, "history-" + size), 0),
        ["post", var count] => Post(int.Parse(count, CultureInfo.InvariantCulture)),
        _ => throw new ArgumentException($"\"{string.Join(' ', question)}\" is no question.", nameof(question)),
    };

    /// <summary>An open community of so many, each signed in; their cookies go to a file beside the data.</summary>
    private async Task<string> Members(int count)
    {
        var ids = server.Services.GetRequiredService<INewIds>();
        var members = Enumerable.Range(0, count).Select(_ => new MemberId(ids.Next())).ToArray();
        Must(await Grains.Community(Community).Found(new() { By = MemberId.System, Request = Request(), Name = "Bench", Access = Communities.Access.Open, Goal = "To be measured.", Leader = members[0] }));

        var cookies = new string[count];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, _) =>
        {
            var member = Grains.Member(members[i]);
            Must(await member.Register(new() { By = members[i], Request = Request(), Address = $"member{i}@example.eu" }));
            Must(await member.ChangeProfile(new() { By = members[i], Request = Request(), Name = $"Member {i}", Organisation = "Ministry of Works", Language = "en", TimeZone = "Europe/Brussels" }));
            var session = Must(await member.StartSession(new() { By = members[i], Request = Request(), Session = new(ids.Next()), Device = "Bench" }));
            // Let in by their leader: nothing here is about what newcomers may write.
            Must(await Grains.Community(Community).AdmitMember(new() { By = MemberId.System, Request = Request(), Member = members[i], ApprovedBy = members[0] }));

            var http = new DefaultHttpContext();
            server.Services.GetRequiredService<SessionSeal>().Write(http.Response, members[i], session);
            cookies[i] = http.Response.Headers.SetCookie.ToString().Split(';')[0];
        });
        await File.WriteAllLinesAsync(MembersOf(server.Services.GetRequiredService<DataFolder>().Root), members.Select(member => member.Value));
        await File.WriteAllLinesAsync(CookiesOf(server.Services.GetRequiredService<DataFolder>().Root), cookies);
        return count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Posts a second, in so many rooms at once, nobody listening.</summary>
    private async Task<string> Rooms(int count, double seconds)
    {
        var (leader, rooms) = await Open(count);
        var began = Stopwatch.GetTimestamp();
        var posts = await Task.WhenAll(rooms.Select(room => Task.Run(async () =>
        {
            var posted = 0;
            for (; Stopwatch.GetElapsedTime(began).TotalSeconds < seconds; posted++) await Post(room, leader);
            return posted;
        })));
        return (posts.Sum() / Stopwatch.GetElapsedTime(began).TotalSeconds).ToString(CultureInfo.InvariantCulture);
    }

    private async Task<string> Post(int count)
    {
        var leader = (await Grains.Community(Community).Describe(MemberId.System)).Value!.Leaders[0];
        for (var i = 0; i < count; i++) await Post(new RoomId(Room), leader);
        return count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Posts until it is killed, and says of each post that was acknowledged: the room and the number.</summary>
    private async Task PostAloud()
    {
        var (leader, rooms) = await Open(8);
        await Task.WhenAll(rooms.Select(room => Task.Run(async () =>
        {
            while (true)
            {
                var number = await Post(room, leader);
                lock (this) ServerProcess.Say($"{room.Value} {number.Value}");
            }
        })));
    }

    private async Task<(MemberId Leader, RoomId[] Rooms)> Open(int count)
    {
        var community = Grains.Community(Community);
        if ((await community.Describe(MemberId.System)).IsRefused) await Members(1);

        var described = Must(await community.Describe(MemberId.System));
        var leader = described.Leaders[0];
        var rooms = Must(await community.Describe(leader)).Rooms.Select(card => card.Room).ToList();
        while (rooms.Count < count) rooms.Add(Must(await community.OpenRoom(new() { By = leader, Request = Request(), Slug = $"room-{rooms.Count}", Name = $"Room {rooms.Count}" })));
        return (leader, [.. rooms.Take(count)]);
    }

    private async Task<Rooms.PostNumber> Post(RoomId room, MemberId author) =>
        Must(await Grains.Room(room).Post(new() { By = author, Request = Request(), Markdown = new string('x', 200) })).Number;

    private RequestId Request() => new(string.Create(CultureInfo.InvariantCulture, $"bench:{Environment.ProcessId}:{Interlocked.Increment(ref requests)}:{Stopwatch.GetTimestamp()}"));

    private static T Must<T>(Outcome<T> outcome) => outcome.IsRefused ? throw new InvalidOperationException($"Refused: {outcome.Refusal}") : outcome.Value;
}
