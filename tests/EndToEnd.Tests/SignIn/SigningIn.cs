using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using static PublicBuyers.EndToEnd.Tests.SignIn.SignInMails;

namespace PublicBuyers.EndToEnd.Tests.SignIn;

/// <summary>By the forms that people fill in, over real HTTP.</summary>
public sealed class SigningIn : IAsyncLifetime
{
    private readonly MemoryMailbox mailbox = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(options => options with { AllowedHosts = ["evil.example"] }, services => services.AddSingleton<IMailbox>(mailbox));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Opening_the_mailed_link_does_not_use_it_and_confirming_does_once()
    {
        using var browser = new Visitor(server.Address);
        await browser.Ask("ada@example.eu");
        var link = LinkIn(await mailbox.NewestTo("ada@example.eu"));

        for (var scanner = 0; scanner < 3; scanner++) (await browser.Get(link.PathAndQuery)).Status.ShouldBe(HttpStatusCode.OK);
        (await browser.Submit(link.PathAndQuery, "/sign-in/confirm")).Status.ShouldBe(HttpStatusCode.SeeOther);

        browser.IsSignedIn.ShouldBeTrue();
        using var thief = new Visitor(server.Address);
        (await thief.Submit(link.PathAndQuery, "/sign-in/confirm")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        thief.IsSignedIn.ShouldBeFalse();
    }

    [Fact]
    public async Task An_address_without_a_dot_after_the_at_is_refused_in_words_and_gets_no_mail()
    {
        using var browser = new Visitor(server.Address);

        var refused = await browser.Submit("/sign-in", "/sign-in", ("address", "foo@bar"));

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("has no dot");
        mailbox.Mails.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_confirmation_names_the_account_and_whoever_else_is_signed_in_here()
    {
        var ben = await server.SignIn("Ben");
        using var browser = Visitor.As(server.Address, ben.Cookie);
        using var elsewhere = new Visitor(server.Address);
        await elsewhere.Ask("ada@example.eu");
        var link = LinkIn(await mailbox.NewestTo("ada@example.eu")).PathAndQuery;

        var alone = await elsewhere.Get(link);
        alone.Html.ShouldContain("sign in as ada@example.eu");
        alone.Html.ShouldNotContain("is signed in in this browser");
        var asBen = await browser.Get(link);
        asBen.Html.ShouldContain("sign in as ada@example.eu");
        asBen.Html.ShouldContain("(ben@example.eu) is signed in in this browser");
        (await elsewhere.Get(link.Replace("t=", "t=x", StringComparison.Ordinal))).Html.ShouldNotContain("ada@example.eu", customMessage: "only whoever holds the link learns whose it is");

        (await browser.Submit(link, "/sign-in/confirm")).Status.ShouldBe(HttpStatusCode.SeeOther);
        (await server.Grains.Member(ben.Member).Recognise(ben.Session)).IsRefused.ShouldBeTrue("the other's session has ended with their cookie");
    }

    [Fact]
    public async Task The_code_signs_in_where_the_address_was_given()
    {
        using var browser = new Visitor(server.Address);
        var sent = await browser.Ask("ben@example.eu");
        var code = CodeIn(await mailbox.NewestTo("ben@example.eu"));

        (await browser.Submit(sent, "/sign-in/code", ("code", code))).Status.ShouldBe(HttpStatusCode.SeeOther);

        browser.IsSignedIn.ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_can_tell_a_known_address_from_an_unknown_one()
    {
        await server.SignIn("Known");
        using var one = new Visitor(server.Address);
        using var other = new Visitor(server.Address);

        var known = await one.Get(await one.Ask("known@example.eu"));
        var unknown = await other.Get(await other.Ask("unknown@example.eu"));

        known.Status.ShouldBe(unknown.Status);
        Words(known).ShouldBe(Words(unknown));
        (await mailbox.NewestTo("known@example.eu")).Subject.ShouldBe((await mailbox.NewestTo("unknown@example.eu")).Subject);
    }

    [Fact]
    public async Task Asking_again_and_again_gets_the_same_answer_and_no_more_mail()
    {
        using var browser = new Visitor(server.Address);
        var answers = new HashSet<string>();
        for (var i = 0; i < SignInLimits.MostLinksAnHour + 3; i++) answers.Add(await browser.Ask("eve@example.eu"));
        await browser.Ask("last@example.eu");
        await mailbox.NewestTo("last@example.eu");

        answers.Count.ShouldBe(1);
        mailbox.Mails.Count(mail => mail.To == "eve@example.eu").ShouldBeLessThanOrEqualTo(SignInLimits.MostLinksAnHour);
    }

    [Fact]
    public async Task The_link_in_the_mail_comes_from_the_configuration_and_not_from_who_asked()
    {
        using var browser = new Visitor(server.Address, host: "evil.example");
        await browser.Ask("dan@example.eu");

        var mail = await mailbox.NewestTo("dan@example.eu");

        LinkIn(mail).GetLeftPart(UriPartial.Authority).ShouldBe(LiveServer.Origin);
        (mail.Text + mail.Html).ShouldNotContain("evil.example");
    }

    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("a@b@example.eu")]
    [InlineData("a@example.eu\r\nBcc: b@example.eu")]
    [InlineData("a b@example.eu")]
    public async Task What_is_no_address_is_said_to_be_none(string address)
    {
        using var browser = new Visitor(server.Address);

        (await browser.Submit("/sign-in", "/sign-in", ("address", address))).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    /// <summary>All that a person can read, without what is made anew for every form.</summary>
    private static string Words(Answer answer) => new HtmlParser().ParseDocument(answer.Html).QuerySelector("main")!.TextContent;
}
