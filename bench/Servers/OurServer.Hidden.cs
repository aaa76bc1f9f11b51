using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Publications;
using PublicBuyers.Storage;

namespace PublicBuyers.Bench.Servers;

/// <summary>What the second of the members may not read.</summary>
internal sealed partial class OurServer
{
    /// <summary>A community led by the first of the members, with so many publications for its hosts only; answers with their keys.</summary>
    private async Task<string> Hidden(string slug, int count)
    {
        var leader = new MemberId((await File.ReadAllLinesAsync(MembersOf(server.Services.GetRequiredService<DataFolder>().Root)))[0]);
        var community = new CommunityId(slug);
        Must(await Grains.Community(community).Found(new() { By = MemberId.System, Request = Request(), Name = slug, Access = Communities.Access.Open, Goal = "To be among themselves.", Leader = leader }));
        var keys = new string[count];
        for (var i = 0; i < count; i++)
        {
            var id = new PublicationId(community, keys[i] = $"{Guid.NewGuid():n}");
            var content = new PublicationContent(PublicationKind.News, "Among ourselves", "In short.", new string('x', 2_000), Classification.Hosts, [], []);
            Must(await Grains.Publication(id).Write(new() { By = leader, Request = Request(), Seen = 0, Content = content }));
            if (!Must(await Grains.Publication(id).Submit(new() { By = leader, Request = Request(), Version = 1 })).IsPublished) throw new InvalidOperationException("It waits, where nobody has to approve.");
        }

        await Settled();
        return string.Join(' ', keys);
    }
}
