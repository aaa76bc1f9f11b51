using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Members;

/// <summary>The rules of who is in the directory of members, and as what.</summary>
public sealed class PresentingOneself
{
    private static readonly MemberId Ada = new("ada");
    private static readonly Member registered = Member.Empty.Apply(new(1, FakeClock.Noon, MemberId.System, "member.registered", "", new MemberEvent.Registered("ada@example.eu", "en")));

    [Fact]
    public void Nobody_is_listed_who_did_not_ask_to_be() => registered.Presentation.ShouldBe(Presentation.None);

    [Fact]
    public void What_is_said_is_kept_tidy_and_each_once()
    {
        var said = Says(new("BE", ["fr", "de", "fr"], ["  Green   procurement ", "BIM", "bim", " ", "C++", "C#"], true));

        said.Country.ShouldBe("BE");
        said.Languages.ShouldBe(["de", "fr"]);
        said.Expertise.ShouldBe(["Green procurement", "BIM", "C++", "C#"]);
        said.IsListed.ShouldBeTrue();
    }

    [Fact]
    public void Said_again_nothing_happens()
    {
        var said = new Presentation("BE", ["fr"], ["BIM"], true);
        var after = registered.Apply(new(2, FakeClock.Noon, Ada, "member.presented", "presentation", new MemberEvent.Presented(said)));

        MemberRules.Present(after, Ada, By(Ada, new("BE", ["fr"], [" BIM"], true))).Facts.ShouldBeEmpty();
        MemberRules.Present(after, Ada, By(Ada, said with { IsListed = false })).Facts.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_country_and_a_language_are_of_the_lists()
    {
        Refusal(Presentation.None with { Country = "ZZ" }).ShouldBe(new MemberRefusal.CountryUnknown("ZZ"));
        Refusal(Presentation.None with { Country = "be" }).ShouldBe(new MemberRefusal.CountryUnknown("be"));
        Refusal(Presentation.None with { Languages = ["fr", "xx"] }).ShouldBe(new MemberRefusal.LanguageUnknown("xx"));
    }

    [Fact]
    public void Expertise_is_a_few_short_lines_that_can_be_shown()
    {
        var why = new MemberRefusal.ExpertiseInvalid(PresentationLimits.MostExpertise, PresentationLimits.LongestExpertise);
        Refusal(Presentation.None with { Expertise = [.. Enumerable.Range(0, 11).Select(i => $"Topic {i}")] }).ShouldBe(why);
        Refusal(Presentation.None with { Expertise = [new('x', 61)] }).ShouldBe(why);
        Refusal(Presentation.None with { Expertise = ["A\ue000b"] }).ShouldBe(why);
        Says(Presentation.None with { Expertise = ["A\u202Eb"] }).Expertise.ShouldBe(["Ab"]);
        Refusal(Presentation.None with { Expertise = ["A\ud800"] }).ShouldBe(why);
        Refusal(Presentation.None with { Expertise = default }).ShouldBe(why);
        Says(Presentation.None with { Expertise = [.. Enumerable.Range(0, 10).Select(i => new string('x', 59) + i)] }).Expertise.Length.ShouldBe(10);
    }

    [Fact]
    public void Only_the_member_says_it()
    {
        MemberRules.Present(registered, Ada, By(new("bo"), Presentation.None with { IsListed = true })).Outcome.Refusal.ShouldBe(new MemberRefusal.NotVisible());
        MemberRules.Present(Member.Empty, Ada, By(Ada, Presentation.None with { IsListed = true })).Outcome.Refusal.ShouldBe(new MemberRefusal.NotVisible());
    }

    private static PresentMember By(MemberId who, Presentation said) => new() { By = who, Request = new("r"), Presentation = said };

    private static Presentation Says(Presentation said) => MemberRules.Present(registered, Ada, By(Ada, said)).Facts.ShouldHaveSingleItem().ShouldBeOfType<MemberEvent.Presented>().Presentation;

    private static Refusal? Refusal(Presentation said)
    {
        var decision = MemberRules.Present(registered, Ada, By(Ada, said));
        decision.Facts.ShouldBeEmpty();
        return decision.Outcome.Refusal;
    }
}
