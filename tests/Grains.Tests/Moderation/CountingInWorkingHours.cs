namespace PublicBuyers.Moderation;

public sealed class CountingInWorkingHours
{
    private static readonly WorkingHours brussels = WorkingHours.Usual;

    [Theory]
    [InlineData("2026-03-02T10:00+01:00", 3, "2026-03-02T13:00+01:00", "within a day")]
    [InlineData("2026-03-02T16:00+01:00", 3, "2026-03-03T11:00+01:00", "over a night")]
    [InlineData("2026-03-06T16:30+01:00", 1, "2026-03-09T09:30+01:00", "over a weekend")]
    [InlineData("2026-03-07T12:00+01:00", 8, "2026-03-09T17:00+01:00", "from a Saturday to the end of Monday")]
    [InlineData("2026-03-02T05:00+01:00", 1, "2026-03-02T10:00+01:00", "from before work begins")]
    [InlineData("2026-03-02T09:00+01:00", 40, "2026-03-06T17:00+01:00", "a whole week")]
    [InlineData("2026-03-27T16:00+01:00", 2, "2026-03-30T10:00+02:00", "over the night when clocks go forward")]
    [InlineData("2026-10-23T16:00+02:00", 2, "2026-10-26T10:00+01:00", "over the night when clocks go back")]
    public void Nights_and_weekends_do_not_count(string since, int hours, string then, string why) =>
        brussels.After(DateTimeOffset.Parse(since, null), TimeSpan.FromHours(hours)).ShouldBe(DateTimeOffset.Parse(then, null), why);

    [Fact]
    public void Holidays_do_not_count() =>
        (brussels with { Holidays = [new(2026, 5, 1), new(2026, 5, 4)] }).After(At("2026-04-30T16:00+02:00"), TimeSpan.FromHours(2)).ShouldBe(At("2026-05-05T10:00+02:00"));

    [Fact]
    public void A_night_shift_over_the_change_of_clocks_is_as_long_as_it_was()
    {
        var nights = brussels with { Days = [DayOfWeek.Sunday], From = new(0, 0), Until = new(6, 0) };

        nights.After(At("2026-03-29T00:00+01:00"), TimeSpan.FromHours(5)).ShouldBe(At("2026-03-29T06:00+02:00"));
        nights.After(At("2026-10-25T00:00+02:00"), TimeSpan.FromHours(5)).ShouldBe(At("2026-10-25T04:00+01:00"));
    }

    [Fact]
    public void The_zone_of_the_community_counts() =>
        (brussels with { TimeZone = "Europe/Helsinki" }).After(At("2026-03-02T08:00+01:00"), TimeSpan.FromHours(1)).ShouldBe(At("2026-03-02T09:00+01:00"));

    [Fact]
    public void Where_nobody_ever_works_the_count_ends_all_the_same()
    {
        var never = brussels with { Days = [DayOfWeek.Monday], From = new(9, 0), Until = new(9, 0) };

        never.After(At("2026-03-02T08:00+01:00"), TimeSpan.FromHours(1)).ShouldBeGreaterThan(At("2035-01-01T00:00+01:00"));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, null);
}
