using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Bench.Rows;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Bench.Servers;

/// <summary>What a post costs, in a world of a given size.</summary>
internal sealed partial class OurServer
{
    /// <summary>For what follows from the posts: directories, search, notices.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(1.5);

    private const int MostWaits = 30;

    private readonly List<MemberId> absent = [];

    /// <summary>The community grows to so many who are not connected.</summary>
    private async Task<string> MembersAlso(int count)
    {
        var ids = server.Services.GetRequiredService<INewIds>();
        while (absent.Count < count)
        {
            var member = new MemberId(ids.Next());
            Must(await Grains.Community(Community).Join(new() { By = member, Request = Request() }));
            absent.Add(member);
        }

        return count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>A room in which so much was said before anybody opens it now.</summary>
    private async Task<string> History(int count)
    {
        var slug = string.Create(CultureInfo.InvariantCulture, $"history-{count}");
        var leader = (await Grains.Community(Community).Describe(MemberId.System)).Value!.Leaders[0];
        var stream = Streams.Of(new RoomId(Community, slug));
        if (await Grains.Community(Community).Standing(leader, new(Community, slug)) is { MayRead: false })
        {
            var journal = server.Services.GetRequiredService<IJournal>();
            for (var written = 0; written < count;)
            {
                var facts = Enumerable.Range(written + 1, Math.Min(500, count - written)).Select(Said).ToImmutableArray();
                if (await journal.Append(new(stream, written, facts, leader, TimeProvider.System.GetUtcNow(), [], null, Imported: true)) is not AppendResult.Stored) throw new InvalidOperationException($"\"{stream}\" has a history already.");
                written += facts.Length;
            }

            Must(await Grains.Community(Community).OpenRoom(new() { By = leader, Request = Request(), Slug = slug, Name = slug }));
        }

        return slug;
    }

    /// <summary>So many rooms in all that nobody talks in, in communities of their own.</summary>
    private async Task<string> Idle(int count)
    {
        for (var i = 0; i * 8 < count; i++)
        {
            var community = new CommunityId(string.Create(CultureInfo.InvariantCulture, $"idle-{i}"));
            if (!(await Grains.Community(community).Describe(MemberId.System)).IsRefused) continue;

            var leader = new MemberId(server.Services.GetRequiredService<INewIds>().Next());
            Must(await Grains.Community(community).Found(new() { By = MemberId.System, Request = Request(), Name = community.Value, Access = Communities.Access.Open, Goal = "To be idle.", Leader = leader }));
            for (var room = 1; room < 8; room++) Must(await Grains.Community(community).OpenRoom(new() { By = leader, Request = Request(), Slug = $"room-{room}", Name = $"Room {room}" }));
        }

        return count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes allocated, bytes written and microseconds of CPU for each post, with everything that follows from it.</summary>
    private async Task<string> Cost(RoomId room, int mentioned)
    {
        var leader = (await Grains.Community(Community).Describe(MemberId.System)).Value!.Leaders[0];
        var (text, mentions) = (new string('x', 200), ImmutableArray.CreateBuilder<Mention>());
        foreach (var member in absent.Take(mentioned))
        {
            mentions.Add(new(text.Length, 2, member));
            text += "@x ";
        }

        await Settled();
        var (allocated, written, cpu) = (GC.GetTotalAllocatedBytes(precise: true), Written(), Environment.CpuUsage.TotalTime);
        for (var i = 0; i < Growth.Cost.Posts; i++)
            Must(await Grains.Room(room).Post(new() { By = leader, Request = Request(), Markdown = text, Mentions = mentions.ToImmutable() }));
        await Settled();

        return new Growth.Cost(
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)Growth.Cost.Posts,
            (Written() - written) / (double)Growth.Cost.Posts,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Growth.Cost.Posts).ToString();
    }

    /// <summary>Until the views hold everything, a long history too, and what effects do has been done.</summary>
    private async Task Settled()
    {
        var search = server.Services.GetRequiredService<Search.IPostSearch>();
        for (var i = 0; i < MostWaits; i++) await search.Settled(CancellationToken.None);   // each waits for two seconds at most, and for nothing once it has caught up
        await Task.Delay(Settles);
    }

    /// <summary>Everything this process has handed to the system to write; nobody is connected, so it is files.</summary>
    private static long Written() =>
        long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("wchar:", StringComparison.Ordinal)).AsSpan("wchar:".Length), CultureInfo.InvariantCulture);
}
