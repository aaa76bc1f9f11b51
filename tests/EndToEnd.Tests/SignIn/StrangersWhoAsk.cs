using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using static PublicBuyers.EndToEnd.Tests.SignIn.SignInMails;

namespace PublicBuyers.EndToEnd.Tests.SignIn;

/// <summary>Whoever knows an address can ask for mail to it and guess codes. Its owner comes in all the same.</summary>
public sealed class StrangersWhoAsk : IAsyncLifetime
{
    private const string Owner = "target@example.eu";

    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() =>
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IMailbox>(mailbox));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Guess_five_times_and_end_only_their_own_code()
    {
        using var owner = new Visitor(server.Address);
        var sent = await owner.Ask(Owner);
        var code = CodeIn(await mailbox.NewestTo(Owner));

        using var stranger = new Visitor(server.Address);
        var theirs = await stranger.Ask(Owner);
        await mailbox.Holds(2);
        var theirCode = CodeIn(mailbox.Mails[^1]);
        for (var guess = 0; guess < SignInLimits.MostWrongCodes; guess++)
            (await Try(stranger, theirs, Wrong(theirCode))).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Try(stranger, theirs, theirCode)).ShouldBe(HttpStatusCode.UnprocessableEntity, "five guesses are all");

        (await Try(owner, sent, code)).ShouldBe(HttpStatusCode.SeeOther);
        owner.IsSignedIn.ShouldBeTrue();
    }

    [Fact]
    public async Task Cannot_use_a_code_in_another_browser_nor_count_against_it()
    {
        using var owner = new Visitor(server.Address);
        var sent = await owner.Ask(Owner);
        var code = CodeIn(await mailbox.NewestTo(Owner));

        using var stranger = new Visitor(server.Address);
        for (var guess = 0; guess <= SignInLimits.MostWrongCodes; guess++)
            (await Try(stranger, sent, Wrong(code))).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Try(stranger, sent, code)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        stranger.IsSignedIn.ShouldBeFalse();

        (await Try(owner, sent, code)).ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Ask_again_and_again_and_the_owner_gets_a_mail_at_once()
    {
        using var stranger = new Visitor(server.Address);
        for (var i = 0; i < SignInLimits.MostLinksAnHour + 3; i++) await stranger.Ask(Owner);
        await mailbox.Holds(SignInLimits.MostLinksAnHour);

        using var owner = new Visitor(server.Address);
        var sent = await owner.Ask(Owner);
        await mailbox.Holds(SignInLimits.MostLinksAnHour + 1);

        (await Try(owner, sent, CodeIn(mailbox.Mails[^1]))).ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Ask_for_any_number_of_spellings_of_one_mailbox_and_the_owner_gets_a_mail_at_once()
    {
        await server.SignIn("Target");
        using var known = new Visitor(server.Address);
        await known.Submit(LinkIn(await Asked(known, Owner)).PathAndQuery, "/sign-in/confirm");
        known.IsSignedIn.ShouldBeTrue();
        await known.Submit("/profile", "/sign-out");
        known.IsSignedIn.ShouldBeFalse();

        for (var i = 0; i < 20; i++)
        {
            using var stranger = new Visitor(server.Address);
            await stranger.Ask($"target+{i}@example.eu");
        }

        var sent = await known.Ask(Owner);
        await mailbox.Holds(SignInLimits.MostLinksOfStrangersAnHour + 1);
        using var last = new Visitor(server.Address);
        await Asked(last, "last@example.eu");

        var mails = mailbox.Mails.Where(mail => mail.To.StartsWith("target", StringComparison.Ordinal)).ToList();
        mails.Count.ShouldBe(SignInLimits.MostLinksOfStrangersAnHour + 1);
        // Several lanes send: which of the last mails arrives first is not promised.
        var toOwner = mails.Where(mail => mail.To == Owner).ToList();
        toOwner.Count.ShouldBe(2);
        (await Try(known, sent, CodeIn(toOwner[^1]))).ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task Two_browsers_of_one_owner_have_a_code_each()
    {
        using var desk = new Visitor(server.Address);
        using var phone = new Visitor(server.Address);
        var deskSent = await desk.Ask(Owner);
        var deskCode = CodeIn(await mailbox.NewestTo(Owner));
        var phoneSent = await phone.Ask(Owner);
        await mailbox.Holds(2);
        var phoneCode = CodeIn(mailbox.Mails[^1]);

        (await Try(desk, deskSent, phoneCode)).ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Try(phone, phoneSent, phoneCode)).ShouldBe(HttpStatusCode.SeeOther);
        (await Try(desk, deskSent, deskCode)).ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task The_mailed_link_works_in_any_browser()
    {
        using var desk = new Visitor(server.Address);
        var link = LinkIn(await Asked(desk, Owner)).PathAndQuery;

        using var phone = new Visitor(server.Address);
        (await phone.Submit(link, "/sign-in/confirm")).Status.ShouldBe(HttpStatusCode.SeeOther);
        phone.IsSignedIn.ShouldBeTrue();
    }

    [Fact]
    public async Task The_cookie_that_tells_browsers_apart_is_for_the_server_only()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = server.Address };
        using var page = await http.GetAsync("/sign-in");

        var cookie = page.Headers.GetValues("Set-Cookie")
            .Single(each => each.StartsWith("publicbuyers-browser=", StringComparison.Ordinal)).ToLowerInvariant();

        cookie.ShouldContain("; httponly");
        cookie.ShouldContain("; samesite=lax");
        cookie.ShouldContain("; path=/");
    }

    private async Task<Mail> Asked(Visitor visitor, string address)
    {
        await visitor.Ask(address);
        return await mailbox.NewestTo(address);
    }

    private static async Task<HttpStatusCode> Try(Visitor visitor, string page, string code) =>
        (await visitor.Submit(page, "/sign-in/code", ("code", code))).Status;

    private static string Wrong(string code) => (code[0] is '0' ? '1' : '0') + code[1..];
}
