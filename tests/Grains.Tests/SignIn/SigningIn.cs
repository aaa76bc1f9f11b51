using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Testing;

namespace PublicBuyers.SignIn;

public sealed class SigningIn
{
    private const string Ada = "ada@example.eu";

    private static readonly BrowserHash Desk = new("desk");
    private static readonly BrowserHash Phone = new("phone");

    [Fact]
    public async Task The_link_in_the_mail_signs_in_once()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (token, _) = await Asked(world);

        var first = await Redeem(world, token: token, request: "first");
        first.Value.ShouldBe(new Redeemed(new("ada"), Ada, "en", "/rooms"));
        (await Redeem(world, token: token, request: "second")).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        (await Redeem(world, token: token, request: "first")).ShouldBe(first);
    }

    [Fact]
    public async Task The_code_in_the_mail_signs_in_once()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (_, code) = await Asked(world);
        code.Length.ShouldBe(SignInLimits.CodeDigits);

        (await Redeem(world, code: code)).ShouldBeDone();
        (await Redeem(world, code: code)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
    }

    [Fact]
    public async Task Only_the_newest_link_of_a_browser_counts()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (older, olderCode) = await Asked(world);
        var (newest, _) = await Asked(world);

        (await Redeem(world, token: older)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        (await Redeem(world, code: olderCode)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        (await Redeem(world, token: newest)).ShouldBeDone();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Five_wrong_codes_and_the_link_is_of_no_use_restarted_or_not(bool restarted)
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (_, code) = await Asked(world);
        for (var i = 0; i < SignInLimits.MostWrongCodes; i++) (await Redeem(world, code: "wrong")).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        if (restarted) await world.RestartAsync();

        (await Redeem(world, code: code)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
    }

    [Fact]
    public async Task The_retry_of_a_code_that_was_right_does_not_count_against_the_next_link()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (_, code) = await Asked(world);
        var first = await Redeem(world, code: code, request: "first");
        var (_, next) = await Asked(world);

        for (var i = 0; i < SignInLimits.MostWrongCodes; i++) (await Redeem(world, code: code, request: "first")).ShouldBe(first);
        (await Redeem(world, code: next)).ShouldBeDone();
    }

    [Fact]
    public async Task Nothing_at_all_is_no_secret()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        await Asked(world);

        (await Redeem(world)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        (await Redeem(world, token: "")).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        (await Redeem(world, code: "")).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
    }

    [Fact]
    public async Task After_twenty_minutes_it_is_too_late()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (token, _) = await Asked(world);
        world.Clock.Move(SignInLimits.LinkLasts);

        (await Redeem(world, token: token)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
    }

    [Fact]
    public async Task Five_links_an_hour_are_mailed_and_nobody_learns_of_the_sixth()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        for (var i = 0; i < SignInLimits.MostLinksAnHour; i++) await Asked(world);

        (await Ask(world)).Value.ShouldBe(Done.Value);
        await world.Follow();
        world.Mailbox.Mails.Length.ShouldBe(SignInLimits.MostLinksAnHour);

        world.Clock.Move(TimeSpan.FromHours(1));
        await Asked(world);
        world.Mailbox.Mails.Length.ShouldBe(SignInLimits.MostLinksAnHour + 1);
    }

    [Fact]
    public async Task A_code_works_in_its_own_browser_and_wrong_ones_count_there_only()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (link, deskCode) = await Asked(world);
        var (_, phoneCode) = await Asked(world, browser: Phone);

        for (var i = 0; i <= SignInLimits.MostWrongCodes; i++)
            (await Redeem(world, code: deskCode, browser: Phone)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        (await Redeem(world, code: phoneCode, browser: Phone)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        var elsewhere = await Redeem(world, code: deskCode, browser: new("elsewhere"));
        elsewhere.ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
        world.Journal.Facts.Count(fact => fact.Type == "address.code-wrong").ShouldBe(SignInLimits.MostWrongCodes);

        (await Redeem(world, code: deskCode)).ShouldBeDone();
        (await Redeem(world, token: link, browser: Phone)).ShouldBeRefusedWith(new SignInRefusal.LinkInvalid());
    }

    [Fact]
    public async Task Thirty_requests_to_spellings_of_one_mailbox_are_ten_mails_and_the_owner_still_gets_theirs()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (token, _) = await Asked(world);
        await Redeem(world, token: token);
        await Redeem(world, token: (await Asked(world, "ada+work@example.eu")).Token, address: "ada+work@example.eu");
        for (var i = 0; i < 30; i++) (await Ask(world, $"ada+{i}@example.eu", new($"stranger{i}"))).ShouldBeDone();
        await world.Follow();
        world.Mailbox.Mails.Length
            .ShouldBe(SignInLimits.MostLinksOfStrangersAnHour, "the owner's browser was unknown when it first asked");

        var (again, code) = await Asked(world);
        again.ShouldNotBe(token);
        (await Redeem(world, code: code)).ShouldBeDone();
        var (_, work) = await Asked(world, "ada+work@example.eu");
        (await Redeem(world, code: work, address: "ada+work@example.eu")).ShouldBeDone();
    }

    [Fact]
    public async Task Thirty_requests_keep_no_owner_out_whose_browser_is_new()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        for (var i = 0; i < 30; i++) await Ask(world, $"ada+{i}@example.eu", new($"stranger{i}"));
        await world.Follow();
        world.Mailbox.Mails.Length.ShouldBe(SignInLimits.MostLinksOfStrangersAnHour);

        var (_, code) = await Asked(world);
        world.Mailbox.Mails[^1].To.ShouldBe(Ada);
        (await Redeem(world, code: code)).ShouldBeDone();
    }

    [Fact]
    public async Task One_browser_has_five_mails_for_all_spellings_of_a_mailbox()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        for (var i = 0; i < SignInLimits.MostLinksAnHour + 3; i++) await Ask(world, $"ada+{i}@example.eu");
        await Ask(world);
        await world.Follow();

        world.Mailbox.Mails.Length.ShouldBe(SignInLimits.MostLinksAnHour);
    }

    [Fact]
    public async Task The_answer_does_not_tell_whether_an_address_is_known()
    {
        await using var world = await GrainWorld.Start();
        await world.Services.GetRequiredService<IAccounts>().Of(Ada, "en");

        (await Ask(world)).ShouldBe(await Ask(world, "nobody@example.eu"));
        (await Redeem(world, token: "wrong")).ShouldBe(await Redeem(world, token: "wrong", address: "nobody@example.eu"));
    }

    [Fact]
    public async Task An_address_is_one_account_however_often_and_at_once_it_is_asked_for()
    {
        await using var world = await GrainWorld.Start();
        var accounts = world.Services.GetRequiredService<IAccounts>();

        var members = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => accounts.Of(Ada, "fr")));

        var member = members.Distinct().ShouldHaveSingleItem();
        (await world.Grains.Member(member).Profile()).Value.ShouldNotBeNull().Address.ShouldBe(Ada);
        await world.Follow();
        var (token, _) = await Asked(world);
        (await Redeem(world, token: token)).Value.ShouldNotBeNull().Member.ShouldBe(member);
    }

    [Fact]
    public async Task The_clock_expires_what_nobody_used()
    {
        await using var world = await GrainWorld.Start();
        await Ask(world);
        (await world.Attend()).ShouldBe(FakeClock.Noon + SignInLimits.LinkLasts);

        world.Clock.Move(SignInLimits.LinkLasts);
        (await world.Attend()).ShouldBeNull();
        await world.Attend();

        world.Journal.Facts.Select(fact => fact.Type).ShouldBe(["address.link-asked", "address.link-expired"]);
    }

    [Fact]
    public async Task What_is_used_is_not_expired()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var (token, _) = await Asked(world);
        await Redeem(world, token: token);

        (await world.Journal.NextDue()).ShouldBeNull();
    }

    [Fact]
    public async Task Left_to_themselves_the_followers_mail_and_expire()
    {
        await using var world = await GrainWorld.Start();
        await world.StartFollowers();

        await Ask(world);
        await world.Mailbox.Holds(1).WaitAsync(TimeSpan.FromSeconds(20));
        world.Clock.Move(SignInLimits.LinkLasts);
        await world.Journal.WaitBeyond(1, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        world.Journal.Facts[^1].Type.ShouldBe("address.link-expired");
    }

    private static Task<Outcome<Done>> Ask(GrainWorld world, string address = Ada, BrowserHash? browser = null) =>
        world.Grains.Address(world.AddressKeys.KeyOf(address)).Ask(new()
        {
            By = MemberId.System,
            Request = world.NewRequest(),
            Address = address,
            Language = "en",
            ReturnTo = "/rooms",
            Browser = browser ?? Desk,
        });

    /// <summary>Asks for a link and reads token and code in the mail.</summary>
    private static async Task<(string Token, string Code)> Asked(
        GrainWorld world, string address = Ada, BrowserHash? browser = null)
    {
        (await Ask(world, address, browser)).ShouldBeDone();
        await world.Follow();
        return world.Mailbox.Mails[^1].Text.Split('\n') is [_, var token, var code] ? (token, code) : default;
    }

    private static Task<Outcome<Redeemed>> Redeem(
        GrainWorld world, string? token = null, string? code = null, string? request = null,
        string address = Ada, BrowserHash? browser = null) =>
        world.Grains.Address(world.AddressKeys.KeyOf(address)).Redeem(new()
        {
            By = MemberId.System,
            Request = request is null ? world.NewRequest() : new(request),
            Token = token,
            Code = code,
            NewMember = new("ada"),
            Browser = browser ?? Desk,
        });
}
