using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.SignIn;

public sealed class RulesOfAnAddress
{
    private static readonly MemberId Ada = new("ada");
    private static readonly BrowserHash Desk = new("desk");
    private static readonly BrowserHash Phone = new("phone");
    private static readonly DateTimeOffset Noon = FakeClock.Noon;

    [Fact]
    public void A_link_lasts_twenty_minutes_and_the_clock_is_told()
    {
        var decision = AddressRules.Ask(Address.Empty, mayMail: true, "link1", Asks(), Noon);

        decision.Facts.ShouldBe([Link("link1")]);
        decision.Due.ShouldBe([new(AddressRules.LinkDue, Noon.AddMinutes(20))]);
    }

    [Fact]
    public void What_is_asked_along_is_put_right_rather_than_refused() =>
        AddressRules.Ask(
            Address.Empty, mayMail: true, "link1", Asks() with { Language = "tlh", ReturnTo = new('/', 401) }, Noon)
            .Facts.ShouldBe([Link("link1")]);

    [Fact]
    public void The_sixth_link_of_an_hour_is_not_mailed_to_one_browser_and_the_answer_is_the_same()
    {
        var five = Given([.. Enumerable.Range(1, SignInLimits.MostLinksAnHour).Select(i => Link($"link{i}"))]);

        var decision = Ask(five, Desk, Noon.AddMinutes(59));

        decision.Outcome.Value.ShouldBe(Done.Value);
        decision.Facts.ShouldBeEmpty();
        Ask(five, Phone, Noon.AddMinutes(59)).Facts.Length.ShouldBe(1);
        Ask(five, Desk, Noon.AddHours(1)).Facts.Length.ShouldBe(1);
    }

    [Fact]
    public void Browsers_that_have_never_signed_in_have_one_limit_together_and_one_that_has_keeps_its_own()
    {
        var flooded = Given([Link("mine", Desk), new AddressEvent.LinkUsed("mine", Desk), .. Strangers()]);

        Ask(flooded, Phone, Noon).Facts.ShouldBeEmpty();
        for (var i = 0; i < SignInLimits.MostLinksAnHour - 1; i++)
        {
            var mailed = Ask(flooded, Desk, Noon).Facts.ShouldHaveSingleItem();
            flooded = flooded.Apply(Happens(100 + i, mailed));
        }

        Ask(flooded, Desk, Noon).Facts.ShouldBeEmpty("five are five, and one was asked for before");
    }

    [Fact]
    public void Whoever_asks_gets_a_mail_or_there_is_one_with_a_link_that_works()
    {
        var flooded = Given([.. Strangers()]);

        Ask(flooded, Phone, Noon.AddMinutes(20).AddTicks(-1)).Facts
            .ShouldBeEmpty("the strangers' links work in every browser");
        Ask(flooded, Phone, Noon.AddMinutes(20)).Facts.Length.ShouldBe(1);
    }

    [Fact]
    public void Another_spelling_of_a_mailbox_that_is_nobodys_is_not_let_through()
    {
        AddressRules.AskingOf(Address.Empty, Desk, isMailbox: false, Noon).IsWithoutLink.ShouldBeFalse();
        AddressRules.AskingOf(Address.Empty, Desk, isMailbox: true, Noon).IsWithoutLink.ShouldBeTrue();
        var adas = Given(new AddressEvent.Claimed(Ada));
        AddressRules.AskingOf(adas, Desk, isMailbox: false, Noon).IsWithoutLink.ShouldBeTrue();
    }

    [Fact]
    public void Links_asked_for_before_codes_were_bound_count_and_their_codes_work_everywhere()
    {
        var ten = Enumerable.Range(1, SignInLimits.MostLinksOfStrangersAnHour);
        var old = Given([.. ten.Select(i => Link($"link{i}") with { Browser = null })]);

        Ask(old, Desk, Noon).Facts.ShouldBeEmpty();
        old.LinkFor(Desk).ShouldNotBeNull().Link.ShouldBe("link10");
        old.LinkFor(null).ShouldNotBeNull().Link.ShouldBe("link10");
    }

    [Fact]
    public void A_code_is_of_the_browser_that_asked()
    {
        var two = Given(Link("desk", Desk), Link("phone", Phone), Link("again", Phone));

        two.LinkFor(Desk).ShouldNotBeNull().Link.ShouldBe("desk");
        two.LinkFor(Phone).ShouldNotBeNull().Link.ShouldBe("again");
        two.LinkFor(new("elsewhere")).ShouldBeNull();
        two.LinkFor(null).ShouldBeNull();
    }

    [Fact]
    public void What_is_kept_has_bounds()
    {
        var many = Given(
        [
            .. Enumerable.Range(0, Address.MostMailed + 1).Select(i => Link($"link{i}", new($"browser{i}"))),
            .. Enumerable.Range(0, Address.MostBrowsers + 1)
                .Select(i => new AddressEvent.LinkUsed($"link{i}", new($"browser{i}"))),
        ]);

        many.Mailed.Length.ShouldBe(Address.MostMailed);
        many.Pending.Length.ShouldBe(Address.MostPending);
        many.Browsers.Length.ShouldBe(Address.MostBrowsers);
        many.Knows(new("browser0")).ShouldBeFalse();
    }

    [Fact]
    public void The_clock_looks_at_the_oldest_link_first()
    {
        var both = Given(Link("desk", Desk), Link("phone", Phone) with { Until = Noon.AddMinutes(30) });

        var expires = AddressRules.Expire(both, Noon.AddMinutes(20));
        expires.Facts.ShouldBe([new AddressEvent.LinkExpired("desk")]);
        expires.Due.ShouldBe([new(AddressRules.LinkDue, Noon.AddMinutes(30))]);
        Redeem(both, "desk", isCode: true, matches: true, Noon).Due
            .ShouldBe([new(AddressRules.LinkDue, Noon.AddMinutes(30))]);
        AddressRules.Ask(both, mayMail: true, "link3", Asks() with { Browser = Phone }, Noon.AddMinutes(5)).Due
            .ShouldBe([new(AddressRules.LinkDue, Noon.AddMinutes(20))]);
    }

    [Fact]
    public void Using_it_makes_the_address_somebodys()
    {
        var decision = Redeem(Given(Link("link1")), "link1", isCode: false, matches: true, Noon);

        decision.Outcome.Value.ShouldBe(new Redeemed(Ada, "ada@example.eu", "en", "/"));
        decision.Facts.ShouldBe([new AddressEvent.LinkUsed("link1", Desk), new AddressEvent.Claimed(Ada)]);
        decision.Due.ShouldBe([new(AddressRules.LinkDue, null)]);
    }

    [Fact]
    public void An_address_stays_whose_it_is()
    {
        var bos = Given(new AddressEvent.Claimed(new("bo")), Link("link1"));
        var decision = Redeem(bos, "link1", isCode: false, matches: true, Noon);

        decision.Outcome.Value.ShouldNotBeNull().Member.ShouldBe(new MemberId("bo"));
        decision.Facts.ShouldBe([new AddressEvent.LinkUsed("link1", Desk)]);
    }

    [Fact]
    public void Without_a_link_nothing_is_redeemed() =>
        ShouldBeInvalid(Redeem(Address.Empty, "link1", isCode: false, matches: false, Noon));

    [Fact]
    public void A_used_link_is_used() =>
        ShouldBeInvalid(Redeem(
            Given(Link("link1"), new AddressEvent.LinkUsed("link1")), "link1", isCode: false, matches: true, Noon));

    [Fact]
    public void After_twenty_minutes_it_is_too_old()
    {
        Redeem(Given(Link("link1")), "link1", isCode: false, matches: true, Noon.AddMinutes(20).AddTicks(-1))
            .Outcome.IsRefused.ShouldBeFalse();
        ShouldBeInvalid(Redeem(Given(Link("link1")), "link1", isCode: false, matches: true, Noon.AddMinutes(20)));
    }

    [Fact]
    public void A_wrong_token_leaves_no_trace() =>
        ShouldBeInvalid(Redeem(Given(Link("link1")), "link1", isCode: false, matches: false, Noon));

    [Fact]
    public void A_wrong_code_counts()
    {
        var decision = Redeem(Given(Link("link1")), "link1", isCode: true, matches: false, Noon);

        decision.Outcome.Refusal.ShouldBe(new SignInRefusal.LinkInvalid());
        decision.Facts.ShouldBe([new AddressEvent.CodeWrong("link1")]);
    }

    [Fact]
    public void After_five_wrong_codes_the_right_one_is_of_no_use()
    {
        var four = Given([Link("link1"), .. Enumerable.Repeat(new AddressEvent.CodeWrong("link1"), SignInLimits.MostWrongCodes - 1)]);

        Redeem(four, "link1", isCode: true, matches: true, Noon).Outcome.IsRefused.ShouldBeFalse();
        var five = four.Apply(Happens(9, new AddressEvent.CodeWrong("link1")));
        ShouldBeInvalid(Redeem(five, "link1", isCode: true, matches: true, Noon));
    }

    [Fact]
    public void A_new_link_starts_counting_anew() =>
        Given([Link("link1"), .. Enumerable.Repeat(new AddressEvent.CodeWrong("link1"), 5), Link("link2")])
            .Pending.ShouldHaveSingleItem().WrongCodes.ShouldBe(0);

    [Fact]
    public void An_address_is_claimed_by_the_first()
    {
        AddressRules.Claim(Address.Empty, Claims()).Facts.ShouldBe([new AddressEvent.Claimed(Ada)]);
        AddressRules.Claim(Given(new AddressEvent.Claimed(new("bo"))), Claims()).Outcome.Value.ShouldBe(new MemberId("bo"));
        AddressRules.Claim(Given(new AddressEvent.Claimed(new("bo"))), Claims()).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void A_link_expires_when_its_time_has_come_and_not_before()
    {
        AddressRules.Expire(Given(Link("link1")), Noon.AddMinutes(20)).Facts.ShouldBe([new AddressEvent.LinkExpired("link1")]);
        AddressRules.Expire(Given(Link("link1")), Noon.AddMinutes(19)).Facts.ShouldBeEmpty();
        AddressRules.Expire(Address.Empty, Noon).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void An_invitation_is_kept_once_and_told_once()
    {
        var kept = AddressRules.Keep(Address.Empty, Keeps("cpb")).Facts.ShouldHaveSingleItem();
        AddressRules.Keep(Given(kept), Keeps("cpb")).Facts.ShouldBeEmpty();

        var told = AddressRules.Tell(Given(kept), Tells("cpb")).Facts.ShouldHaveSingleItem();
        told.ShouldBe(new AddressEvent.InvitationTold(new("cpb"), "ada@example.eu", Ada));
        AddressRules.Tell(Given(kept, told), Tells("cpb")).Facts.ShouldBeEmpty();
        AddressRules.Tell(Given(kept), Tells("bim")).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Only_so_many_invitations_wait()
    {
        var many = Given([.. Enumerable.Range(0, Address.MostInvitations + 1).Select(i => new AddressEvent.InvitationKept(new($"c{i}"), "ada@example.eu"))]);

        many.Invitations.Length.ShouldBe(Address.MostInvitations);
        many.Invitations[0].Community.ShouldBe(new CommunityId("c1"));
    }

    private static KeepInvitation Keeps(string community) => new() { By = MemberId.System, Request = new("r"), Community = new(community), Address = "ada@example.eu" };

    private static TellInvitation Tells(string community) => new() { By = MemberId.System, Request = new("r"), Community = new(community), InvitedBy = Ada };

    private static void ShouldBeInvalid(Decision<Redeemed, AddressEvent> decision)
    {
        decision.Outcome.Refusal.ShouldBe(new SignInRefusal.LinkInvalid());
        decision.Facts.ShouldBeEmpty();
    }

    private static Address Given(params AddressEvent[] history) => history.Select((each, i) => Happens(i + 1, each)).Aggregate(Address.Empty, (address, fact) => address.Apply(fact));

    private static Happened<AddressEvent> Happens(long sequence, AddressEvent happened) => new(sequence, Noon, MemberId.System, FactCodec<AddressEvent>.Write(happened).Type, "", happened);

    private static AddressEvent.LinkAsked Link(string link, BrowserHash? browser = null) =>
        new(link, "ada@example.eu", "en", "/", Noon.AddMinutes(20), browser ?? Desk);

    /// <summary>As many links as browsers get that have never signed in, each asked for by another one.</summary>
    private static IEnumerable<AddressEvent> Strangers() =>
        Enumerable.Range(0, SignInLimits.MostLinksOfStrangersAnHour)
            .Select(i => Link($"theirs{i}", new($"stranger{i}")));

    private static AskForLink Asks() =>
        new() { By = MemberId.System, Request = new("r"), Address = "ada@example.eu", Language = "en", Browser = Desk };

    private static Decision<Done, AddressEvent> Ask(Address address, BrowserHash browser, DateTimeOffset now)
    {
        var asking = AddressRules.AskingOf(address, browser, isMailbox: true, now);
        var mayMail = AddressRules.MayMail(address, asking, now);
        return AddressRules.Ask(address, mayMail, "new", Asks() with { Browser = browser }, now);
    }

    private static Decision<Redeemed, AddressEvent> Redeem(
        Address address, string link, bool isCode, bool matches, DateTimeOffset now)
    {
        var pending = address.Pending.FirstOrDefault(each => each.Link == link);
        var command = new RedeemLink { By = MemberId.System, Request = new("r"), NewMember = Ada, Browser = Desk };
        return AddressRules.Redeem(address, pending, isCode, matches, command, now);
    }

    private static ClaimAddress Claims() => new() { By = MemberId.System, Request = new("r"), Member = Ada };
}
