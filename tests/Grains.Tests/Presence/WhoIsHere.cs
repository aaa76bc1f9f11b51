using PublicBuyers.Live;
using PublicBuyers.Testing;

namespace PublicBuyers.Presence;

public sealed class WhoIsHere
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly Attendance attendance = new();
    private readonly Listener one = new();
    private readonly Listener other = new();

    [Fact]
    public void Somebody_on_two_nodes_is_here_once()
    {
        Says(one, "ada", "ben");
        Says(other, "ben", "cem");

        attendance.Here().Count.ShouldBe(3);
        attendance.Here().Members.ShouldBe([new("ada"), new("ben"), new("cem")]);
    }

    [Fact]
    public void What_a_node_says_takes_the_place_of_what_it_said()
    {
        Says(one, "ada", "ben");
        Says(one, "cem");

        attendance.Here().Members.ShouldBe([new("cem")]);
    }

    [Fact]
    public void A_node_with_nobody_is_forgotten_at_once_and_one_that_is_silent_soon()
    {
        Says(one, "ada");
        Says(other, "ben");

        Says(one);
        attendance.Nodes.ShouldBe([other]);
        attendance.Forget(Noon + PresenceLimits.ForgottenAfter);
        attendance.Nodes.ShouldBe([other]);
        attendance.Forget(Noon + PresenceLimits.ForgottenAfter + TimeSpan.FromMilliseconds(1));

        attendance.IsEmpty.ShouldBeTrue();
        attendance.Here().Count.ShouldBe(0);
    }

    [Fact]
    public void Fifty_are_named_and_of_a_crowd_nobody()
    {
        Says(one, Crowd(PresenceLimits.MostNamed));
        attendance.Here().Members.Length.ShouldBe(PresenceLimits.MostShown);
        attendance.Here().Count.ShouldBe(PresenceLimits.MostNamed);

        Says(other, "ada");
        attendance.Here().Members.ShouldBeEmpty();
        attendance.Here().Count.ShouldBe(PresenceLimits.MostNamed + 1);
    }

    [Fact]
    public void A_node_that_names_only_some_is_counted_all_the_same()
    {
        attendance.Report(new(one, 5_000, [.. Crowd(PresenceLimits.MostNamed).Select(name => new MemberId(name))]), Noon);

        attendance.Here().Count.ShouldBe(5_000);
        attendance.Here().Members.ShouldBeEmpty();
    }

    [Fact]
    public void Who_writes_is_shown_for_six_seconds_three_at_a_time()
    {
        Says(one, "ada", "ben", "cem", "dea");
        for (var i = 0; i < 4; i++) attendance.Type(new(new[] { "ada", "ben", "cem", "dea" }[i]), Noon.AddSeconds(i));

        attendance.Typing().Members.ShouldBe([new("ada"), new("ben"), new("cem")]);
        attendance.Typing().More.ShouldBe(1);
        attendance.Forget(Noon.AddSeconds(8.5));
        attendance.Typing().Members.ShouldBe([new("dea")]);
    }

    [Fact]
    public void Nobody_writes_who_is_not_here_or_went_away()
    {
        Says(one, "ada", "ben");
        attendance.Type(new("eve"), Noon);
        attendance.Type(new("ben"), Noon);
        Says(one, "ada");
        attendance.Forget(Noon);

        attendance.Typing().Members.ShouldBeEmpty();
        attendance.HasTyping.ShouldBeFalse();
    }

    [Fact]
    public void In_a_crowd_nobody_is_shown_writing()
    {
        Says(one, [.. Crowd(PresenceLimits.MostNamed), "ada"]);

        attendance.Type(new("ada"), Noon);

        attendance.HasTyping.ShouldBeFalse();
    }

    [Fact]
    public void Only_so_many_nodes_are_remembered()
    {
        for (var i = 0; i <= PresenceLimits.MostNodes; i++) attendance.Report(new(new Listener(), 1, [new($"member-{i}")]), Noon.AddMilliseconds(i));

        attendance.Nodes.Count.ShouldBe(PresenceLimits.MostNodes);
        attendance.Here().Members.ShouldNotContain(new MemberId("member-0"));
    }

    private static string[] Crowd(int count) => [.. Enumerable.Range(0, count).Select(i => $"member-{i}")];

    private void Says(IStreamObserver node, params string[] names) => attendance.Report(new(node, names.Length, [.. names.Select(name => new MemberId(name))]), Noon);
}
