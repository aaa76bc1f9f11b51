using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Platform;

public sealed class RulesOfTheAdministration
{
    private static readonly MemberId Ada = new("ada");
    private static readonly MemberId Bo = new("bo");

    [Fact]
    public void Only_the_server_invites()
    {
        AdministrationRules.Invite(Invites(MemberId.System)).Facts.ShouldBe([new AdministrationEvent.AdministratorInvited("hash", null)]);
        ShouldBeInvalid(AdministrationRules.Invite(Invites(Ada)));
    }

    [Fact]
    public void An_invitation_is_accepted_once()
    {
        var accepted = AdministrationRules.Accept(Given(Invited("hash")), Accepts("hash"), FakeClock.Noon);
        accepted.Outcome.Value.ShouldBe(new Accepted(null, 1));
        accepted.Facts.ShouldBe([new AdministrationEvent.InvitationAccepted("hash", Ada, 1)]);

        var administration = Given(Invited("hash"), new AdministrationEvent.InvitationAccepted("hash", Ada, 1));
        administration.HasAdministrator.ShouldBeTrue();
        ShouldBeInvalid(AdministrationRules.Accept(administration, Accepts("hash"), FakeClock.Noon));
    }

    [Fact]
    public void Only_the_newest_link_works()
    {
        var started = Given(Invited("first"), Invited("second"), Invited("third"), Invited("fourth"));

        foreach (var old in new[] { "first", "second", "third" }) ShouldBeInvalid(AdministrationRules.Accept(started, Accepts(old), FakeClock.Noon));
        AdministrationRules.Accept(started, Accepts("fourth"), FakeClock.Noon).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void No_earlier_link_works_once_somebody_has_accepted_the_newest()
    {
        var accepted = Given(Invited("first"), Invited("second"), Invited("third"), Invited("fourth"), new AdministrationEvent.InvitationAccepted("fourth", Ada));

        foreach (var hash in new[] { "first", "second", "third", "fourth" })
        {
            AdministrationRules.Look(accepted, hash, FakeClock.Noon).Refusal.ShouldBe(new PlatformRefusal.LinkInvalid());
            ShouldBeInvalid(AdministrationRules.Accept(accepted, Accepts(hash), FakeClock.Noon));
        }
    }

    [Fact]
    public void A_link_works_for_24_hours()
    {
        var invited = Given(Invited("hash"));

        AdministrationRules.Look(invited, "hash", FakeClock.Noon.AddHours(24).AddTicks(-1)).IsRefused.ShouldBeFalse();
        AdministrationRules.Look(invited, "hash", FakeClock.Noon.AddHours(24)).Refusal.ShouldBe(new PlatformRefusal.LinkInvalid());
        ShouldBeInvalid(AdministrationRules.Accept(invited, Accepts("hash"), FakeClock.Noon.AddHours(24)));
    }

    [Fact]
    public void A_link_made_for_who_is_locked_out_works_beside_administrators()
    {
        var lockedOut = Given(Appointed(Bo, 1), Invited("hash"));

        AdministrationRules.Accept(lockedOut, Accepts("hash"), FakeClock.Noon).Facts.ShouldBe([new AdministrationEvent.InvitationAccepted("hash", Ada, 2)]);
    }

    [Fact]
    public void An_invitation_for_somebody_is_nobody_elses()
    {
        var invited = Given(Invited("hash", Bo));

        ShouldBeInvalid(AdministrationRules.Accept(invited, Accepts("hash"), FakeClock.Noon));
        AdministrationRules.Accept(invited, Accepts("hash") with { Member = Bo }, FakeClock.Noon).Outcome.Value.ShouldBe(new Accepted(Bo, 1));
    }

    [Fact]
    public void A_link_that_was_never_made_is_invalid()
    {
        ShouldBeInvalid(AdministrationRules.Accept(Given(Invited("hash")), Accepts("other"), FakeClock.Noon));
        AdministrationRules.Look(Given(Invited("hash")), "other", FakeClock.Noon).Refusal.ShouldBe(new PlatformRefusal.LinkInvalid());
        AdministrationRules.Look(Administration.Empty, "", FakeClock.Noon).Refusal.ShouldBe(new PlatformRefusal.LinkInvalid());
    }

    [Fact]
    public void Administrators_appoint_and_nobody_else_does()
    {
        AdministrationRules.Appoint(Given(Appointed(Ada, 1)), isRegistered: true, Changes(Ada, Bo)).Facts.ShouldBe([Appointed(Bo, 2)]);
        AdministrationRules.Appoint(Given(Appointed(Ada, 1)), isRegistered: true, Changes(Bo, Bo)).Outcome.Refusal.ShouldBe(new PlatformRefusal.AdministratorsOnly());
        AdministrationRules.Appoint(Given(Appointed(Ada, 1)), isRegistered: false, Changes(Ada, Bo)).Outcome.Refusal.ShouldBeOfType<PlatformRefusal.MemberUnknown>();
        AdministrationRules.Appoint(Given(Appointed(Ada, 1), Appointed(Bo, 2)), isRegistered: true, Changes(Ada, Bo)).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void Administrators_are_counted()
    {
        var full = Given([.. Enumerable.Range(1, AdministratorLimits.Most).Select(i => Appointed(new($"a{i}"), i))]);

        AdministrationRules.Appoint(full, isRegistered: true, Changes(new("a1"), Ada)).Outcome.Refusal.ShouldBe(new PlatformRefusal.TooManyAdministrators(AdministratorLimits.Most));
    }

    [Fact]
    public void Administrators_dismiss_each_other_and_step_down_but_never_the_last()
    {
        var two = Given(Appointed(Ada, 1), Appointed(Bo, 2));

        AdministrationRules.Dismiss(two, Changes(Ada, Bo)).Facts.ShouldBe([new AdministrationEvent.AdministratorDismissed(Bo, 3)]);
        AdministrationRules.Dismiss(two, Changes(Ada, Ada)).Facts.ShouldBe([new AdministrationEvent.AdministratorDismissed(Ada, 3)]);
        AdministrationRules.Dismiss(two, Changes(new("eve"), Bo)).Outcome.Refusal.ShouldBe(new PlatformRefusal.AdministratorsOnly());
        AdministrationRules.Dismiss(Given(Appointed(Ada, 1)), Changes(Ada, Ada)).Outcome.Refusal.ShouldBe(new PlatformRefusal.LastAdministrator());
        AdministrationRules.Dismiss(Given(Appointed(Ada, 1)), Changes(MemberId.System, Ada)).Outcome.Refusal.ShouldBe(new PlatformRefusal.LastAdministrator());
    }

    [Fact]
    public void Who_did_what_and_when_is_kept()
    {
        var after = Given(Appointed(Ada, 1), Appointed(Bo, 2), new AdministrationEvent.AdministratorDismissed(Bo, 3));

        after.Administrators.Select(each => each.Act.Member).ShouldBe([Ada]);
        after.Acts.Select(act => (act.Member, act.IsAppointed, act.At)).ShouldBe([(Ada, true, FakeClock.Noon), (Bo, true, FakeClock.Noon), (Bo, false, FakeClock.Noon)]);
    }

    [Fact]
    public void Only_who_was_never_decided_on_here_is_taken_over_from_older_folders()
    {
        var dismissed = Given(Appointed(Ada, 1), Appointed(Bo, 2), new AdministrationEvent.AdministratorDismissed(Bo, 3));

        AdministrationRules.Adopt(dismissed, [Ada, Bo, new("root")]).Facts.ShouldBe([Appointed(new("root"), 4)]);
    }

    private static void ShouldBeInvalid<T>(Decision<T, AdministrationEvent> decision)
    {
        decision.Outcome.Refusal.ShouldBe(new PlatformRefusal.LinkInvalid());
        decision.Facts.ShouldBeEmpty();
    }

    private static Administration Given(params AdministrationEvent[] history) => history
        .Select((each, i) => new Happened<AdministrationEvent>(i + 1, FakeClock.Noon, MemberId.System, FactCodec<AdministrationEvent>.Write(each).Type, "", each))
        .Aggregate(Administration.Empty, (administration, fact) => administration.Apply(fact));

    private static AdministrationEvent.AdministratorInvited Invited(string hash, MemberId? whom = null) => new(hash, whom);

    private static InviteAdministrator Invites(MemberId by) => new() { By = by, Request = new("r"), TokenHash = "hash" };

    private static AdministrationEvent.AdministratorAppointed Appointed(MemberId member, long number) => new(member, number);

    private static ChangeAdministrator Changes(MemberId by, MemberId member) => new() { By = by, Request = new("r"), Member = member };

    private static AcceptInvitation Accepts(string hash) => new() { By = Ada, Request = new("r"), TokenHash = hash, Member = Ada };
}
