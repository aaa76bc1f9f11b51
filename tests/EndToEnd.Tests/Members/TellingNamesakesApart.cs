using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Members;

/// <summary>Two people whose names can be taken for each other are told apart wherever one community shows them.</summary>
public sealed class TellingNamesakesApart : IAsyncLifetime
{
    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<IMailbox>(mailbox));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("Leader Lovelace")]
    [InlineData("Lеаdеr Lоvеlасе")]
    [InlineData("LEADER LOVELACE")]
    public async Task In_a_room_in_lists_and_in_the_picker(string name)
    {
        var (leader, other) = (await server.SignIn("Leader"), await server.SignIn("Somebody"));
        await Renames(leader, "Leader Lovelace");
        var room = await server.Found("green-it", leader, other);
        await Renames(other, name);
        await server.Says(room, other, "I am the leader");
        await server.Says(room, leader, "I am");
        await Settled();

        using var page = Visitor.As(server.Address, leader.Cookie);
        var shown = (await page.Get($"/communities/{room}")).Html;
        shown.ShouldContain($">{name} (2)</bdi>");
        shown.ShouldContain(">Leader Lovelace</bdi>");
        (await page.Get("/communities/green-it/members")).Html.ShouldContain($"{name} (2)");

        using var http = server.Http(leader);
        var picked = await http.GetStringAsync($"/api/rooms/{room}/members?name=leader");
        picked.ShouldContain("\"Leader Lovelace\"");
        if (name.All(char.IsAscii)) picked.ShouldContain($"\"{name} (2)\"");
    }

    [Fact]
    public async Task In_the_queue()
    {
        var scene = await server.QueueScene();
        var (kim, _) = await scene.Asks();
        var member = await scene.Member("Kimberly");
        await Renames(member, "Same Name");
        await Renames(kim, "Same Name");
        await Settled();
        (await server.Grains.Community(scene.Community).AdmitMember(new() { By = MemberId.System, Request = server.NewRequest(), Member = kim.Member, ApprovedBy = scene.Ada.Member })).Refusal.ShouldBeNull();
        await Settled();

        using var page = Visitor.As(server.Address, scene.Ada.Cookie);
        (await page.Get(scene.Pages)).Html.ShouldContain("Same Name (2)");
    }

    [Fact]
    public async Task And_nobody_else_bears_a_number()
    {
        var (leader, other) = (await server.SignIn("Leader"), await server.SignIn("Somebody"));
        await server.Found("green-it", leader);
        await server.Found("elsewhere", other);
        await Renames(leader, "Same Name");
        await Renames(other, "Same Name");
        await Settled();

        var cards = await server.Services.GetRequiredService<PublicBuyers.Members.IMemberDirectory>().Cards([leader.Member, other.Member], default);
        cards.Values.Select(card => card.Name).ShouldBe(["Same Name", "Same Name"], "they share no community");
    }

    [Fact]
    public async Task In_mail()
    {
        var (leader, other) = (await server.SignIn("Leader"), await server.SignIn("Somebody"));
        await Renames(leader, "Leader Lovelace");
        var room = await server.Found("green-it", leader, other);
        QueueScene.Must(await server.Grains.Community(room.Community).ChangeRole(new()
        {
            By = leader.Member, Request = server.NewRequest(), Member = other.Member, Role = Role.Moderator,
        }));
        await Renames(other, "Leader Lovelace");
        await Settled();

        await Invite(room.Community, other, "by-the-second@example.eu");
        await Invite(room.Community, leader, "by-the-first@example.eu");

        (await mailbox.NewestTo("by-the-second@example.eu")).Subject.ShouldBe("PublicBuyers: Leader Lovelace (2) invites you to green-it");
        (await mailbox.NewestTo("by-the-first@example.eu")).Subject.ShouldBe("PublicBuyers: Leader Lovelace invites you to green-it");
    }

    [Fact]
    public async Task In_the_directory_of_members_even_where_they_share_no_community()
    {
        var (first, second) = (await server.SignIn("First"), await server.SignIn("Second"));
        await server.Found("green-it", first);
        await server.Found("elsewhere", second);
        foreach (var person in new[] { first, second })
        {
            await Renames(person, "Same Name");
            QueueScene.Must(await server.Grains.Member(person.Member).Present(new()
            {
                By = person.Member, Request = server.NewRequest(), Presentation = PublicBuyers.Members.Presentation.None with { IsListed = true },
            }));
        }

        await Settled();

        using var page = Visitor.As(server.Address, first.Cookie);
        var listed = (await page.Get("/members")).Html;
        listed.ShouldContain(">Same Name</bdi>");
        listed.ShouldContain(">Same Name (2)</bdi>");
    }

    private async Task Invite(CommunityId community, Person by, string address) =>
        QueueScene.Must(await server.Grains.Community(community).Invite(new() { By = by.Member, Request = server.NewRequest(), Addresses = [address] }));

    private Task Settled() => server.Services.GetRequiredService<ICommunityDirectory>().Settled(default);

    private async Task Renames(Person person, string name) =>
        (await server.Grains.Member(person.Member).ChangeProfile(new() { By = person.Member, Request = server.NewRequest(), Name = name, Organisation = "Ministry", Language = "en", TimeZone = "Europe/Brussels" })).Refusal.ShouldBeNull();
}
