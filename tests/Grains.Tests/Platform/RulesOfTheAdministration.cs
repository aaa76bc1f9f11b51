using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Platform;

public sealed class RulesOfTheAdministration
{
    private static readonly MemberId Ada = new("ada");

    [Fact]
    public void Only_the_server_invites()
    {
        AdministrationRules.Invite(Invites(MemberId.System)).Facts.ShouldBe([new AdministrationEvent.AdministratorInvited("hash", null)]);
        ShouldBeInvalid(AdministrationRules.Invite(Invites(Ada)));
    }

    [Fact]
    public void An_invitation_is_accepted_once()
    {
        var accepted = AdministrationRules.Accept(Given(Invited("hash")), Accepts("hash"));
        accepted.Outcome.Value.ShouldBe(new AdministratorLink(null));
        accepted.Facts.ShouldBe([new AdministrationEvent.InvitationAccepted("hash", Ada)]);

        var administration = Given(Invited("hash"), new AdministrationEvent.InvitationAccepted("hash", Ada));
        administration.HasAdministrator.ShouldBeTrue();
        ShouldBeInvalid(AdministrationRules.Accept(administration, Accepts("hash")));
    }

    [Fact]
    public void An_invitation_for_somebody_is_nobody_elses()
    {
        var invited = Given(Invited("hash", new MemberId("bo")));

        ShouldBeInvalid(AdministrationRules.Accept(invited, Accepts("hash")));
        AdministrationRules.Accept(invited, Accepts("hash") with { Member = new("bo") }).Outcome.Value.ShouldBe(new AdministratorLink(new MemberId("bo")));
    }

    [Fact]
    public void A_link_that_was_never_made_is_invalid()
    {
        ShouldBeInvalid(AdministrationRules.Accept(Given(Invited("hash")), Accepts("other")));
        AdministrationRules.Look(Given(Invited("hash")), "other").Refusal.ShouldBe(new PlatformRefusal.LinkInvalid());
        AdministrationRules.Look(Given(Invited("hash")), "hash").Value.ShouldBe(new AdministratorLink(null));
    }

    [Fact]
    public void Only_the_newest_invitations_count()
    {
        var many = Given([.. Enumerable.Range(0, Administration.MostInvitations + 1).Select(i => Invited($"hash{i}"))]);

        AdministrationRules.Look(many, "hash0").IsRefused.ShouldBeTrue();
        AdministrationRules.Look(many, "hash1").IsRefused.ShouldBeFalse();
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

    private static AcceptInvitation Accepts(string hash) => new() { By = Ada, Request = new("r"), TokenHash = hash, Member = Ada };
}
