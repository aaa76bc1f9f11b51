using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Members;

public sealed class RulesOfAnAccount
{
    private static readonly MemberId Ada = new("ada");
    private static readonly MemberId Bo = new("bo");
    private static readonly MemberEvent Registered = new MemberEvent.Registered("ada@example.eu", "en");

    [Fact]
    public void An_account_is_made_once()
    {
        MemberRules.Register(Member.Empty, Registers("fr")).Facts.ShouldBe([new MemberEvent.Registered("ada@example.eu", "fr")]);
        MemberRules.Register(Given(Registered), Registers("fr")).Facts.ShouldBeEmpty();
        MemberRules.Register(Given(Registered), Registers("fr")).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_language_that_is_not_spoken_here_becomes_English() =>
        MemberRules.Register(Member.Empty, Registers("tlh")).Facts.ShouldBe([Registered]);

    [Fact]
    public void A_profile_is_tidied_and_kept()
    {
        var decision = MemberRules.ChangeProfile(Given(Registered), Ada, Profile(" Ada   Lovelace ", "Cité\u0301 ", "fr", "Europe/Athens"));

        decision.Facts.ShouldBe([new MemberEvent.ProfileChanged("Ada Lovelace", "Cit\u00e9\u0301".Normal(), "fr", "Europe/Athens")]);
    }

    [Fact]
    public void The_same_profile_changes_nothing() =>
        MemberRules.ChangeProfile(Given(Registered, new MemberEvent.ProfileChanged("Ada", "", "en", "Europe/Brussels")), Ada, Profile("Ada", "")).Facts.ShouldBeEmpty();

    [Fact]
    public void Only_the_member_changes_it()
    {
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile("Ada") with { By = Bo })).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.ChangeProfile(Member.Empty, Ada, Profile("Ada"))).ShouldBe(new MemberRefusal.NotVisible());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \u2003 ")]
    [InlineData("nul\0")]
    [InlineData("a\u0301\u0302\u0303\u0304\u0305\u0306")]
    [InlineData("private \ue000")]
    [InlineData("no character \uffff")]
    [InlineData("no character \ufdd0")]
    public void A_name_can_be_shown_beside_others(string name) =>
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile(name))).ShouldBe(new MemberRefusal.NameInvalid(MemberLimits.LongestName));

    [Theory]
    [InlineData("System")]
    [InlineData("Administrator")]
    [InlineData("ADMINISTRATEUR")]
    [InlineData("PublicBuyers")]
    [InlineData("Public Buyers")]
    [InlineData("everybody")]
    [InlineData("Tout le monde")]
    [InlineData("@room")]
    [InlineData("r00m")]
    [InlineData("Système")]
    [InlineData("Systeme")]
    [InlineData("Ѕуѕtem")]
    [InlineData("Adm1nistrator")]
    [InlineData("S y s t e m")]
    [InlineData("[System]")]
    [InlineData("System (Administrator)")]
    [InlineData("Administration PublicBuyers")]
    [InlineData("Ａｄｍｉｎ")]
    [InlineData("Ｓystem (2)")]
    public void Nobody_is_called_like_the_server_or_everybody(string name) =>
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile(name))).ShouldBe(new NameRefusal.Reserved(Naming.TidyName(name)));

    [Theory]
    [InlineData("Marie Salle")]
    [InlineData("Adelina Admini")]
    [InlineData("Systema")]
    [InlineData("Toussaint")]
    public void A_name_that_only_holds_such_a_word_is_a_name(string name) =>
        MemberRules.ChangeProfile(Given(Registered), Ada, Profile(name)).Outcome.IsRefused.ShouldBeFalse();

    [Fact]
    public void A_reserved_name_from_before_stays_while_something_else_changes()
    {
        var old = Given(Registered, new MemberEvent.ProfileChanged("System", "Somewhere", "en", "Europe/Brussels"));

        MemberRules.ChangeProfile(old, Ada, Profile("System", "Elsewhere")).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void Half_a_character_is_no_name() =>
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile("half \ud83d"))).ShouldBe(new MemberRefusal.NameInvalid(MemberLimits.LongestName));

    [Theory]
    [InlineData("Åse Đặng")]
    [InlineData("Δημήτρης Παπαδόπουλος")]
    [InlineData("Николай")]
    [InlineData("山田太郎")]
    [InlineData("O'Brien-Müller")]
    public void Names_of_every_script_are_names(string name) =>
        MemberRules.ChangeProfile(Given(Registered), Ada, Profile(name)).Outcome.IsRefused.ShouldBeFalse();

    [Fact]
    public void Lengths_are_counted_in_letters()
    {
        MemberRules.ChangeProfile(Given(Registered), Ada, Profile(Letters(MemberLimits.LongestName))).Outcome.IsRefused.ShouldBeFalse();
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile(Letters(MemberLimits.LongestName + 1)))).ShouldBe(new MemberRefusal.NameInvalid(MemberLimits.LongestName));
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile("Ada", Letters(MemberLimits.LongestOrganisation + 1)))).ShouldBe(new MemberRefusal.OrganisationInvalid(MemberLimits.LongestOrganisation));

        static string Letters(int count) => string.Concat(Enumerable.Repeat("x\u0301", count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("de-XX")]
    public void The_language_is_spoken_here(string language) =>
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile("Ada", language: language))).ShouldBe(new MemberRefusal.LanguageUnknown(language));

    [Theory]
    [InlineData("")]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("a\0b")]
    [InlineData("Romance Standard Time")]
    public void The_time_zone_is_one(string zone) =>
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile("Ada", zone: zone))).ShouldBe(new MemberRefusal.TimeZoneUnknown(zone));

    [Fact]
    public void A_time_zone_longer_than_any_is_none() =>
        Refusal(MemberRules.ChangeProfile(Given(Registered), Ada, Profile("Ada", zone: new('z', 100_000)))).ShouldBeOfType<MemberRefusal.TimeZoneUnknown>();

    [Fact]
    public void Only_the_server_appoints_administrators_and_only_those_with_an_account()
    {
        MemberRules.AppointAdministrator(Given(Registered), new() { By = MemberId.System, Request = new("r") }).Facts.ShouldBe([new MemberEvent.AdministratorAppointed()]);
        Refusal(MemberRules.AppointAdministrator(Given(Registered), new() { By = Ada, Request = new("r") })).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.AppointAdministrator(Member.Empty, new() { By = MemberId.System, Request = new("r") })).ShouldBe(new MemberRefusal.NotVisible());
        var dismissed = Given(Registered, new MemberEvent.AdministratorAppointed(1), new MemberEvent.AdministratorDismissed(2));
        dismissed.IsAdministrator.ShouldBeFalse();
        MemberRules.AppointAdministrator(dismissed, new() { By = MemberId.System, Request = new("r"), Number = 1 }).Facts.ShouldBeEmpty("an effect that comes late undoes nothing");
        MemberRules.AppointAdministrator(dismissed, new() { By = MemberId.System, Request = new("r"), Number = 3 }).Facts.ShouldBe([new MemberEvent.AdministratorAppointed(3)]);
        MemberRules.DismissAdministrator(dismissed, new() { By = MemberId.System, Request = new("r"), Number = 2 }).Facts.ShouldBeEmpty();
        MemberRules.AppointAdministrator(Given(Registered, new MemberEvent.AdministratorAppointed()), new() { By = MemberId.System, Request = new("r") }).Facts.ShouldBeEmpty();
    }

    [Fact]
    public void A_session_lasts_thirty_days()
    {
        MemberRules.StartSession(Given(Registered), Ada, Starts("s1"), FakeClock.Noon).Facts.ShouldBe([new MemberEvent.SessionStarted(new("s1"), "Firefox", FakeClock.Noon.AddDays(30))]);

        var member = Given(Registered, new MemberEvent.SessionStarted(new("s1"), "Firefox", FakeClock.Noon.AddDays(30)));
        member.Running(new("s1"), FakeClock.Noon.AddDays(30).AddTicks(-1)).ShouldNotBeNull();
        member.Running(new("s1"), FakeClock.Noon.AddDays(30)).ShouldBeNull();
    }

    [Fact]
    public void Only_the_member_starts_and_ends_sessions()
    {
        Refusal(MemberRules.StartSession(Given(Registered), Ada, Starts("s1") with { By = Bo }, FakeClock.Noon)).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.StartSession(Member.Empty, Ada, Starts("s1"), FakeClock.Noon)).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.EndSession(Given(Registered), Ada, Ends("s1") with { By = Bo })).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.EndSession(Member.Empty, Ada, Ends("s1"))).ShouldBe(new MemberRefusal.NotVisible());
    }

    [Fact]
    public void One_session_too_many_ends_the_oldest()
    {
        var member = Given([Registered, .. Enumerable.Range(1, MemberLimits.MostSessions).Select(i => new MemberEvent.SessionStarted(new($"s{i}"), "", FakeClock.Noon.AddDays(30)))]);

        var decision = MemberRules.StartSession(member, Ada, Starts("new"), FakeClock.Noon);

        decision.Facts.ShouldBe([new MemberEvent.SessionEnded(new("s1")), new MemberEvent.SessionStarted(new("new"), "Firefox", FakeClock.Noon.AddDays(30))]);
    }

    [Fact]
    public void Sessions_that_have_run_out_end_with_the_next_one()
    {
        var member = Given(Registered, new MemberEvent.SessionStarted(new("old"), "", FakeClock.Noon), new MemberEvent.SessionStarted(new("running"), "", FakeClock.Noon.AddDays(1)));

        MemberRules.StartSession(member, Ada, Starts("new"), FakeClock.Noon).Facts[..^1].ShouldBe([new MemberEvent.SessionEnded(new("old"))]);
    }

    [Fact]
    public void A_devices_name_is_never_refused()
    {
        Device("  Firefox \t on  Linux ").ShouldBe("Firefox on Linux");
        Device("half \ud83d").ShouldBe("");

        static string Device(string device) =>
            MemberRules.StartSession(Given(Registered), Ada, Starts("s1") with { Device = device }, FakeClock.Noon).Facts.ShouldHaveSingleItem().ShouldBeOfType<MemberEvent.SessionStarted>().Device;
    }

    [Fact]
    public void A_devices_name_is_not_cut_within_a_character()
    {
        var device = new string('x', MemberLimits.LongestDevice - 1) + "👍 and more";

        MemberRules.StartSession(Given(Registered), Ada, Starts("s1") with { Device = device }, FakeClock.Noon)
            .Facts.ShouldHaveSingleItem().ShouldBeOfType<MemberEvent.SessionStarted>().Device.ShouldBe(new string('x', MemberLimits.LongestDevice - 1));
    }

    [Fact]
    public void A_session_ends_once()
    {
        var member = Given(Registered, new MemberEvent.SessionStarted(new("s1"), "", FakeClock.Noon.AddDays(30)));

        MemberRules.EndSession(member, Ada, Ends("s1")).Facts.ShouldBe([new MemberEvent.SessionEnded(new("s1"))]);
        MemberRules.EndSession(member, Ada, Ends("s2")).Facts.ShouldBeEmpty();
        MemberRules.EndSession(member, Ada, Ends("s2")).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void A_member_says_what_they_are_and_saying_something_else_takes_the_confirmation_away()
    {
        MemberRules.ClaimKind(Given(Registered), Ada, Claims(MemberKind.Buyer)).Facts.ShouldBe([new MemberEvent.KindClaimed(MemberKind.Buyer)]);

        var confirmed = Given(Registered, new MemberEvent.KindClaimed(MemberKind.Buyer), new MemberEvent.KindConfirmed(MemberKind.Buyer));
        MemberRules.ClaimKind(confirmed, Ada, Claims(MemberKind.Buyer)).Facts.ShouldBeEmpty();
        var other = MemberRules.ClaimKind(confirmed, Ada, Claims(MemberKind.Supplier)).Facts.ShouldHaveSingleItem();
        Given(Registered, new MemberEvent.KindConfirmed(MemberKind.Buyer), other).IsKindConfirmed.ShouldBeFalse();
    }

    [Fact]
    public void Only_the_member_says_what_they_are()
    {
        Refusal(MemberRules.ClaimKind(Given(Registered), Ada, Claims(MemberKind.Buyer) with { By = Bo })).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.ClaimKind(Member.Empty, Ada, Claims(MemberKind.Buyer))).ShouldBe(new MemberRefusal.NotVisible());
        Refusal(MemberRules.ClaimKind(Given(Registered), Ada, Claims((MemberKind)9))).ShouldBe(new MemberRefusal.NotAllowed());
    }

    [Fact]
    public void An_administrator_confirms_it_or_says_otherwise_and_never_of_themselves()
    {
        var supplier = Given(Registered, new MemberEvent.KindClaimed(MemberKind.Supplier));

        MemberRules.ConfirmKind(supplier, Ada, isAdministrator: true, Confirms(Bo)).Facts.ShouldBe([new MemberEvent.KindConfirmed(MemberKind.Buyer)]);
        MemberRules.ConfirmKind(Given(Registered, new MemberEvent.KindConfirmed(MemberKind.Buyer)), Ada, isAdministrator: true, Confirms(Bo)).Facts.ShouldBeEmpty();
        Refusal(MemberRules.ConfirmKind(supplier, Ada, isAdministrator: false, Confirms(Bo))).ShouldBe(new MemberRefusal.NotAllowed());
        Refusal(MemberRules.ConfirmKind(supplier, Ada, isAdministrator: true, Confirms(Ada))).ShouldBe(new MemberRefusal.NotAllowed());
        Refusal(MemberRules.ConfirmKind(Member.Empty, Ada, isAdministrator: true, Confirms(Bo))).ShouldBe(new MemberRefusal.NotVisible());
    }

    private static ClaimKind Claims(MemberKind kind) => new() { By = Ada, Request = new("r"), Kind = kind };

    private static ConfirmKind Confirms(MemberId by) => new() { By = by, Request = new("r"), Kind = MemberKind.Buyer };

    private static Refusal? Refusal<T>(Decision<T, MemberEvent> decision)
    {
        decision.Facts.ShouldBeEmpty();
        return decision.Outcome.Refusal;
    }

    private static Member Given(params MemberEvent[] history) => history
        .Select((each, i) => new Happened<MemberEvent>(i + 1, FakeClock.Noon, Ada, FactCodec<MemberEvent>.Write(each).Type, each.Subject, each))
        .Aggregate(Member.Empty, (member, fact) => member.Apply(fact));

    private static RegisterMember Registers(string language) => new() { By = Ada, Request = new("r"), Address = "ada@example.eu", Language = language };

    private static ChangeProfile Profile(string name, string organisation = "", string language = "en", string zone = "Europe/Brussels") =>
        new() { By = Ada, Request = new("r"), Name = name, Organisation = organisation, Language = language, TimeZone = zone };

    private static StartSession Starts(string session) => new() { By = Ada, Request = new("r"), Session = new(session), Device = "Firefox" };

    private static EndSession Ends(string session) => new() { By = Ada, Request = new("r"), Session = new(session) };
}
