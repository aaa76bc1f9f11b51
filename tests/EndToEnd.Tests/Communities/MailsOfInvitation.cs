using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Communities;

/// <summary>What is in the mailbox of who was invited, as the server's own writer writes it.</summary>
public sealed class MailsOfInvitation : IAsyncLifetime
{
    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<IMailbox>(mailbox));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task It_says_who_invites_to_what_where_and_whom_to_ask_when_mail_fails()
    {
        var ada = await server.SignIn("Ada");
        var room = await server.Found("buses", ada);
        await Invite(room, ada, "new@example.eu");

        var mail = await mailbox.NewestTo("new@example.eu");

        mail.Subject.ShouldBe("PublicBuyers: Ada invites you to buses");
        mail.Language.ShouldBe("en");
        foreach (var text in new[] { mail.Text, mail.Html })
        {
            text.ShouldContain("To buy well together.");
            text.ShouldContain(LiveServer.Origin + "/communities/buses");
            text.ShouldContain("Trouble with mail from us: ");
        }
    }

    [Fact]
    public async Task What_people_have_written_is_not_filled_in_and_is_no_markup()
    {
        var ada = await server.SignIn("Ada");
        var room = await server.Found("trams", ada);
        (await server.Grains.Community(room.Community).ChangeSettings(new() { By = ada.Member, Request = server.NewRequest(), Name = "{link} <b>", Access = PublicBuyers.Communities.Access.ByInvitation, Goal = "{support}" })).Refusal.ShouldBeNull();
        await Invite(room, ada, "curious@example.eu");

        var mail = await mailbox.NewestTo("curious@example.eu");

        mail.Subject.ShouldBe("PublicBuyers: Ada invites you to {link} <b>");
        mail.Text.ShouldContain("{support}");
        mail.Html.ShouldNotContain("<b>");
    }

    [Fact]
    public async Task A_member_is_invited_in_their_own_language_and_by_the_server_without_a_name()
    {
        var ada = await server.SignIn("Ada");
        var room = await server.Found("ferries", ada);
        var member = await server.Services.GetRequiredService<IAccounts>().Of("membre@example.eu", "fr");
        (await server.Grains.Community(room.Community).Invite(new() { By = MemberId.System, Request = server.NewRequest(), Addresses = ["membre@example.eu"] })).Value.ShouldNotBeNull().New.ShouldBe(1);

        var mail = await mailbox.NewestTo("membre@example.eu");

        mail.Subject.ShouldBe("Vous êtes invité à rejoindre ferries");
        mail.Text.ShouldStartWith("Vous êtes invité à rejoindre la communauté « ferries »");
        (await server.Grains.Community(room.Community).Describe(member)).Value.ShouldNotBeNull().IsInvited.ShouldBeTrue();
    }

    private async Task Invite(RoomId room, Person by, string address) =>
        (await server.Grains.Community(room.Community).Invite(new() { By = by.Member, Request = server.NewRequest(), Addresses = [address] })).Value.ShouldNotBeNull().New.ShouldBe(1);
}
