using System.Collections.Immutable;
using PublicBuyers.Journal;

namespace PublicBuyers.WritePath;

/// <summary>What a follower is woken for, and what it is spared.</summary>
public sealed class WakingAFollower
{
    private const string Urgent = "test.urgent";

    private readonly Followed follower = new(null!, fact => fact.Type == Urgent);

    [Fact]
    public void It_sleeps_through_what_is_nothing_to_it()
    {
        var needed = follower.Needed(0);

        follower.See(Facts(1, "test.other", "test.other"));

        needed.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void An_urgent_fact_wakes_it_whatever_comes_after()
    {
        var needed = follower.Needed(0);

        follower.See(Facts(1, Urgent, "test.other"));

        needed.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void What_came_while_it_was_at_work_is_not_lost()
    {
        _ = follower.Needed(0);
        follower.See(Facts(1, Urgent));

        follower.See(Facts(2, "test.other", Urgent, "test.other"));

        follower.Needed(1).IsCompleted.ShouldBeTrue();
        follower.Needed(3).IsCompleted.ShouldBeFalse("it has followed by itself what was urgent");
    }

    [Fact]
    public void A_damaged_fact_wakes_it()
    {
        var needed = follower.Needed(4);

        follower.SeeDamaged(5);

        needed.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Somebody_who_waits_for_it_wakes_it()
    {
        var needed = follower.Needed(4);

        follower.Hurry(4);
        needed.IsCompleted.ShouldBeFalse("it is there already");
        follower.Hurry(5);

        needed.IsCompleted.ShouldBeTrue();
        follower.See(Facts(6, "test.other"));
        follower.Needed(5).IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Passed_over_for_long_it_moves_its_place_on()
    {
        var needed = follower.Needed(0);

        follower.See(Facts(1, [.. Enumerable.Repeat("test.other", 499)]));
        needed.IsCompleted.ShouldBeFalse();
        follower.See(Facts(500, "test.other"));

        needed.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Whoever_gave_up_waiting_is_not_kept()
    {
        var before = follower.Needed(0);

        _ = follower.Needed(0);

        before.IsCompleted.ShouldBeTrue();
    }

    private static ImmutableArray<RecordedFact> Facts(long first, params ImmutableArray<string> types) =>
        [.. types.Select((type, i) => new RecordedFact(first + i, "test/1", first + i, type, 1, "", DateTimeOffset.UnixEpoch, MemberId.System, false, null))];
}
