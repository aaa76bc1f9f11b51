using static Microsoft.Playwright.Assertions;

namespace PublicBuyers.Browser.Tests;

[Collection(nameof(Site))]
public sealed class Closing_a_community(Site site)
{
    [BrowserFact]
    public async Task Who_has_a_room_open_sees_it_close_keeps_what_they_were_writing_and_sends_it_when_it_opens_again()
    {
        var (leader, ana, room) = await Community();
        await using var closing = leader;
        await using var writing = ana;
        await ana.EnterRoom(room);
        await ana.Composer.FillAsync("Half a sentence");

        await leader.Go($"/communities/{room.Community}/settings");
        await leader.Page.ClickAsync("main a[href$='/close']");
        await leader.IsFineInEveryScheme("closing a community");
        await leader.Page.FillAsync("#reason", "All trams are bought.");
        await leader.Page.ClickAsync("main .button.danger");
        await leader.Page.WaitForURLAsync($"**/communities/{room.Community}");
        await Expect(leader.Page.Locator("main")).ToContainTextAsync("All trams are bought.");
        await leader.IsFineInEveryScheme("a closed community");

        await Expect(ana.Page.Locator(".notice.closed")).ToContainTextAsync("All trams are bought.");
        await Expect(ana.Page.Locator(".notice.closed")).ToContainTextAsync("Mara Nowak");
        await Expect(ana.Page.Locator("#announce")).ToContainTextAsync("closed");
        await Expect(ana.Composer).ToHaveValueAsync("Half a sentence");   // stays in sight, and cannot be sent
        await Expect(ana.Page.Locator(".dock form.composer .composer-foot > .button")).ToBeDisabledAsync();
        await Expect(ana.Posts).ToHaveCountAsync(1);
        await ana.IsFineInEveryScheme("a room of a closed community");

        await leader.Page.ClickAsync("main form[action$='/reopen'] .button");
        await Expect(ana.Page.Locator(".dock form.composer .composer-foot > .button")).ToBeEnabledAsync();
        await Expect(ana.Page.Locator(".notice.closed")).ToBeHiddenAsync();
        await Expect(ana.Composer).ToHaveValueAsync("Half a sentence");
        await ana.Composer.PressAsync("Control+Enter");
        await ana.Sees("Half a sentence");
        leader.Complaints.ShouldBeEmpty();
        ana.Complaints.ShouldBeEmpty();
    }

    [BrowserFact]
    public async Task It_is_closed_and_opened_again_with_the_keyboard_alone()
    {
        var (leader, ana, room) = await Community();
        await using var closing = leader;
        await using var reading = ana;
        await ana.EnterRoom(room);

        await leader.Go($"/communities/{room.Community}/close");
        await leader.TabTo(leader.Page.Locator("#reason"));
        await leader.Type("All trams are bought.");
        await leader.Follow(leader.Page.Locator("main .button.danger"), $"**/communities/{room.Community}");
        await Expect(ana.Page.Locator(".notice.closed")).ToBeVisibleAsync();

        await leader.TabTo(leader.Page.Locator("main form[action$='/reopen'] .button"));
        await leader.Press("Enter");
        await Expect(leader.Page.Locator("main form[action$='/reopen']")).ToHaveCountAsync(0);
        await Expect(ana.Page.Locator(".notice.closed")).ToBeHiddenAsync();
        await Expect(ana.Composer).ToBeVisibleAsync();
    }

    private async Task<(Visitor Leader, Visitor Ana, RoomId Room)> Community()
    {
        var community = new CommunityId($"closing-{Guid.NewGuid().ToString("n")[..8]}");
        var leader = await site.Leader();
        var ana = await site.Person("Ana Ruiz");
        var grain = site.Grains.Community(community);
        (await grain.Found(new() { By = leader.Member, Request = new($"test:{community}"), Name = "Trams", Access = Communities.Access.Open, Goal = "To buy what runs.", Leader = leader.Member })).OrThrow();
        (await grain.Join(new() { By = ana.Member, Request = new($"test:{community}:join") })).OrThrow();
        await site.DirectorySettled();
        var room = new RoomId(community, "general");
        (await site.Grains.Room(room).Post(new() { By = leader.Member, Request = new($"test:{community}:post"), Markdown = "Which trams?" })).OrThrow();
        return (leader, ana, room);
    }
}
