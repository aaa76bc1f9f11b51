using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.SignIn;

public sealed class RulesOfAnAddress
{
    private static readonly MemberId Ada = new("ada");
    private static readonly DateTimeOffset Noon = FakeClock.Noon;

    [Fact]
    public void A_link_lasts_twenty_minutes_and_the_clock_is_told()
    {
        var decision = AddressRules.Ask(Address.Empty, "link1", Asks(), Noon);

        decision.Facts.ShouldBe([Link("link1")]);
        decision.Due.ShouldBe([new(AddressRules.LinkDue, Noon.AddMinutes(20))]);
    }

    [Fact]
    public void What_is_asked_along_is_put_right_rather_than_refused() =>
        AddressRules.Ask(Address.Empty, "link1", Asks() with { Language = "tlh", ReturnTo = new('/', 401) }, Noon).Facts.ShouldBe([Link("link1")]);

    [Fact]
    public void The_sixth_link_of_an_hour_is_not_mailed_and_the_answer_is_the_same()
    {
        var five = Given([.. Enumerable.Range(1, SignInLimits.MostLinksAnHour).Select(i => Link($"link{i}"))]);

        var decision = AddressRules.Ask(five, "link6", Asks(), Noon.AddMinutes(59));

        decision.Outcome.Value.ShouldBe(Done.Value);
        decision.Facts.ShouldBeEmpty();
        AddressRules.Ask(five, "link6", Asks(), Noon.AddHours(1)).Facts.Length.ShouldBe(1);
    }

    [Fact]
    public void Using_it_makes_the_address_somebodys()
    {
        var decision = AddressRules.Redeem(Given(Link("link1")), isCode: false, matches: true, Redeems(), Noon);

        decision.Outcome.Value.ShouldBe(new Redeemed(Ada, "ada@example.eu", "en", "/"));
        decision.Facts.ShouldBe([new AddressEvent.LinkUsed("link1"), new AddressEvent.Claimed(Ada)]);
        decision.Due.ShouldBe([new(AddressRules.LinkDue, null)]);
    }

    [Fact]
    public void An_address_stays_whose_it_is()
    {
        var decision = AddressRules.Redeem(Given(new AddressEvent.Claimed(new("bo")), Link("link1")), isCode: false, matches: true, Redeems(), Noon);

        decision.Outcome.Value.ShouldNotBeNull().Member.ShouldBe(new MemberId("bo"));
        decision.Facts.ShouldBe([new AddressEvent.LinkUsed("link1")]);
    }

    [Fact]
    public void Without_a_link_nothing_is_redeemed() => ShouldBeInvalid(AddressRules.Redeem(Address.Empty, isCode: false, matches: false, Redeems(), Noon));

    [Fact]
    public void A_used_link_is_used() =>
        ShouldBeInvalid(AddressRules.Redeem(Given(Link("link1"), new AddressEvent.LinkUsed("link1")), isCode: false, matches: true, Redeems(), Noon));

    [Fact]
    public void After_twenty_minutes_it_is_too_old()
    {
        AddressRules.Redeem(Given(Link("link1")), isCode: false, matches: true, Redeems(), Noon.AddMinutes(20).AddTicks(-1)).Outcome.IsRefused.ShouldBeFalse();
        ShouldBeInvalid(AddressRules.Redeem(Given(Link("link1")), isCode: false, matches: true, Redeems(), Noon.AddMinutes(20)));
    }

    [Fact]
    public void A_wrong_token_leaves_no_trace() => ShouldBeInvalid(AddressRules.Redeem(Given(Link("link1")), isCode: false, matches: false, Redeems(), Noon));

    [Fact]
    public void A_wrong_code_counts()
    {
        var decision = AddressRules.Redeem(Given(Link("link1")), isCode: true, matches: false, Redeems(), Noon);

        decision.Outcome.Refusal.ShouldBe(new SignInRefusal.LinkInvalid());
        decision.Facts.ShouldBe([new AddressEvent.CodeWrong("link1")]);
    }

    [Fact]
    public void After_five_wrong_codes_the_right_one_is_of_no_use()
    {
        var four = Given([Link("link1"), .. Enumerable.Repeat(new AddressEvent.CodeWrong("link1"), SignInLimits.MostWrongCodes - 1)]);

        AddressRules.Redeem(four, isCode: true, matches: true, Redeems(), Noon).Outcome.IsRefused.ShouldBeFalse();
        ShouldBeInvalid(AddressRules.Redeem(four.Apply(Happens(9, new AddressEvent.CodeWrong("link1"))), isCode: true, matches: true, Redeems(), Noon));
    }

    [Fact]
    public void A_new_link_starts_counting_anew() =>
        Given([Link("link1"), .. Enumerable.Repeat(new AddressEvent.CodeWrong("link1"), 5), Link("link2")]).Pending.ShouldNotBeNull().WrongCodes.ShouldBe(0);

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

    private static AddressEvent.LinkAsked Link(string link) => new(link, "ada@example.eu", "en", "/", Noon.AddMinutes(20));

    private static AskForLink Asks() => new() { By = MemberId.System, Request = new("r"), Address = "ada@example.eu", Language = "en" };

    private static RedeemLink Redeems() => new() { By = MemberId.System, Request = new("r"), NewMember = Ada };

    private static ClaimAddress Claims() => new() { By = MemberId.System, Request = new("r"), Member = Ada };
}
