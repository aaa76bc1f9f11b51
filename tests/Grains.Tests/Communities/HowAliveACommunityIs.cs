using PublicBuyers.Communities;

namespace PublicBuyers.Grains.Tests.Communities;

/// <summary>R11: active, quiet, dormant or waking, and why.</summary>
public sealed class HowAliveACommunityIs
{
    private static readonly DateTimeOffset now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void With_much_talk_it_is_active_and_the_most_of_it_is_named_first()
    {
        var alive = Of([Founded(60), On("posts", 3, 2), On("answers", 5, 4), On("joined", 9, 9)]);

        alive.State.ShouldBe(VitalityState.Active);
        alive.Reasons.Select(reason => (reason.Kind, reason.Count, reason.Days)).ShouldBe([("answers", 4, 28), ("posts", 2, 28), ("joined", 9, 28)]);
        alive.LastActivity.ShouldBe(now.AddDays(-3));
    }

    [Fact]
    public void With_a_little_talk_it_is_quiet()
    {
        Of([Founded(400), On("posts", 3, 2), On("comments", 40, 30)]).State.ShouldBe(VitalityState.Quiet);
        Of([Founded(400), On("posts", 60, 50)]).Reasons.ShouldHaveSingleItem().ShouldBe(new("posts", 0, 28, now.AddDays(-60)));
    }

    [Fact]
    public void Who_joins_and_says_nothing_wakes_nobody() =>
        Of([Founded(400), On("posts", 200, 50), On("joined", 2, 10)]).State.ShouldBe(VitalityState.Dormant);

    [Fact]
    public void Without_talk_for_long_it_is_dormant_since_the_last_of_it()
    {
        var silent = Of([Founded(400), On("publications", 90, 1)]);

        silent.State.ShouldBe(VitalityState.Dormant);
        silent.Reasons.ShouldHaveSingleItem().ShouldBe(new("silence", 0, 90, now.AddDays(-90)));
        Of([Founded(400), On("publications", 89, 1)]).State.ShouldBe(VitalityState.Quiet);
    }

    [Fact]
    public void A_new_one_has_time_until_it_counts_as_dormant()
    {
        Of([Founded(89)]).State.ShouldBe(VitalityState.Quiet);
        Of([Founded(90)]).State.ShouldBe(VitalityState.Dormant);
        Of([]).State.ShouldBe(VitalityState.Quiet);
        Of([Founded(90)]).LastActivity.ShouldBeNull();
    }

    [Fact]
    public void Talk_after_a_long_silence_is_waking_until_it_has_gone_on_for_weeks()
    {
        var waking = Of([Founded(400), On("posts", 150, 3), On("posts", 4, 1)]);
        waking.State.ShouldBe(VitalityState.Waking);
        waking.Reasons[0].ShouldBe(new("silence", 0, 146, now.AddDays(-150)));

        Of([Founded(400), On("posts", 150, 3), On("posts", 4, 99)]).State.ShouldBe(VitalityState.Waking);
        Of([Founded(400), On("posts", 150, 3), On("posts", 40, 1), On("posts", 4, 99)]).State.ShouldBe(VitalityState.Active);
        Of([Founded(400), On("posts", 4, 99)]).State.ShouldBe(VitalityState.Waking);
        Of([Founded(60), On("posts", 4, 99)]).State.ShouldBe(VitalityState.Active);
    }

    [Fact]
    public void Where_somebody_waits_too_long_it_is_not_active_and_that_is_said_first()
    {
        var neglected = VitalityRules.Of([Founded(60), On("posts", 1, 50)], now.AddDays(-29), 3, null, now);

        neglected.State.ShouldBe(VitalityState.Quiet);
        neglected.Reasons[0].ShouldBe(new("queue", 3, 29, now.AddDays(-29)));
        VitalityRules.Of([Founded(60), On("posts", 1, 50)], now.AddDays(-28), 3, null, now).State.ShouldBe(VitalityState.Active);
    }

    [Fact]
    public void Days_in_any_order_and_in_pieces_say_the_same_and_there_is_always_a_reason()
    {
        var random = new Random(20_261_123);
        for (var course = 0; course < 500; course++)
        {
            var days = Enumerable.Range(0, random.Next(0, 12)).Select(_ => On(((string[])["posts", "answers", "comments", "publications", "joined", "founded"])[random.Next(6)], random.Next(0, 300), random.Next(1, 5))).ToArray();
            var (waiting, since) = (random.Next(0, 3), now.AddDays(-random.Next(0, 60)));
            var whole = VitalityRules.Of(days, waiting == 0 ? null : since, waiting, null, now);

            var pieces = days.SelectMany(each => Enumerable.Repeat(each with { Count = 1 }, each.Count)).ToArray();
            random.Shuffle(pieces);
            var again = VitalityRules.Of(pieces, waiting == 0 ? null : since, waiting, null, now);

            again.State.ShouldBe(whole.State);
            again.Reasons.Order(Comparer<VitalityReason>.Create((one, other) => string.CompareOrdinal(one.Kind, other.Kind))).ShouldBe(whole.Reasons.Order(Comparer<VitalityReason>.Create((one, other) => string.CompareOrdinal(one.Kind, other.Kind))));
            whole.Reasons.ShouldNotBeEmpty();
        }
    }

    private static VitalityView Of(Happening[] happened) => VitalityRules.Of(happened, null, 0, null, now);

    private static Happening Founded(int daysAgo) => On("founded", daysAgo, 1);

    private static Happening On(string kind, int daysAgo, int count) => new(kind, DateOnly.FromDateTime(now.AddDays(-daysAgo).UtcDateTime), count, now.AddDays(-daysAgo));
}
