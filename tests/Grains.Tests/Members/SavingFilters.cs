using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;

namespace PublicBuyers.Members;

public sealed class SavingFilters
{
    private static readonly MemberId ada = new("ada");

    private static readonly SavedFilter reports = new("Reports", new("cpb"), ItemKind.Report, false, "");

    [Fact]
    public void One_is_kept_under_its_name_and_the_same_name_replaces()
    {
        Saves(Ada(), reports with { Name = " Reports " }).Facts.ShouldBe([new MemberEvent.FilterSaved(reports)]);
        Saves(Ada(reports), reports).Facts.ShouldBeEmpty();

        var replaced = Ada(reports, reports with { Decided = true });
        replaced.Filters.ShouldBe([reports with { Decided = true }]);
    }

    [Fact]
    public void There_is_an_end_to_them_and_a_full_list_still_changes()
    {
        var full = Ada([.. Enumerable.Range(1, MemberLimits.MostFilters).Select(i => reports with { Name = $"Reports {i}" })]);

        Saves(full, reports).Outcome.Refusal.ShouldBe(new MemberRefusal.TooManyFilters(MemberLimits.MostFilters));
        Saves(full, reports with { Name = "Reports 3", Decided = true }).Outcome.IsRefused.ShouldBeFalse();
    }

    [Fact]
    public void What_cannot_be_one_is_refused_and_nobody_saves_for_somebody_else()
    {
        foreach (var wrong in new[] { reports with { Name = " " }, reports with { Name = new('a', MemberLimits.LongestFilterName + 1) }, reports with { Person = "a\u0000b" }, reports with { Kind = (ItemKind)99 }, reports with { Community = new("No slug") } })
            Saves(Ada(), wrong).Outcome.Refusal.ShouldBe(new MemberRefusal.FilterInvalid(MemberLimits.LongestFilterName));

        MemberRules.SaveFilter(Ada(), ada, new() { By = new("bo"), Request = new("r"), Filter = reports }).Outcome.Refusal.ShouldBe(new MemberRefusal.NotVisible());
        MemberRules.DropFilter(Ada(reports), ada, new() { By = new("bo"), Request = new("r"), Name = "Reports" }).Outcome.Refusal.ShouldBe(new MemberRefusal.NotVisible());
    }

    [Fact]
    public void Deleting_one_that_is_not_there_has_no_effect()
    {
        Drops(Ada(reports), "Reports").Facts.ShouldBe([new MemberEvent.FilterDropped("Reports")]);
        Drops(Ada(), "Reports").Facts.ShouldBeEmpty();
    }

    private static Member Ada(params SavedFilter[] saved) =>
        saved.Select(filter => (MemberEvent)new MemberEvent.FilterSaved(filter)).Prepend(new MemberEvent.Registered("ada@buyers.example", "en"))
            .Aggregate(Member.Empty, (member, happened) => member.Apply(new(1, FakeClock.Noon, ada, "", happened.Subject, happened)));

    private static Decision<Done, MemberEvent> Saves(Member member, SavedFilter filter) => MemberRules.SaveFilter(member, ada, new() { By = ada, Request = new("r"), Filter = filter });

    private static Decision<Done, MemberEvent> Drops(Member member, string name) => MemberRules.DropFilter(member, ada, new() { By = ada, Request = new("r"), Name = name });
}
