using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Demonstration;

/// <summary>The demonstration's last weeks, whenever the folder is made.</summary>
public sealed class ThePresent
{
    public static TheoryData<DateTimeOffset> AnyTime => new()
    {
        new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero),   // a Monday at noon
        new DateTimeOffset(2026, 11, 30, 6, 0, 0, TimeSpan.Zero),    // before the office opens
        new DateTimeOffset(2026, 11, 28, 15, 0, 0, TimeSpan.Zero),   // a Saturday
        new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero),    // 10:00 in Brussels, to the minute
        new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
        new DateTimeOffset(2027, 3, 29, 8, 0, 0, TimeSpan.Zero),     // the day after clocks went forward
        new DateTimeOffset(2026, 10, 26, 9, 0, 0, TimeSpan.Zero),    // the day after they went back
        new DateTimeOffset(2028, 2, 29, 23, 59, 59, TimeSpan.Zero),
    };

    [Theory]
    [InlineData("2026-11-30T12:00:00Z", "2026-11-30")]
    [InlineData("2026-11-30T09:00:00Z", "2026-11-30")]
    [InlineData("2026-11-30T08:59:59Z", "2026-11-27")]
    [InlineData("2026-11-28T15:00:00Z", "2026-11-27")]
    [InlineData("2026-11-29T23:30:00Z", "2026-11-27")]
    [InlineData("2026-07-06T08:00:00Z", "2026-07-06")]
    public void Ends_on_the_last_working_day_whose_morning_is_over_in_Brussels(string made, string lastDay) =>
        Present.Of(DateTimeOffset.Parse(made, System.Globalization.CultureInfo.InvariantCulture))
            .LastDay.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture).ShouldBe(lastDay);

    [Fact]
    public void Counts_working_days_back_and_leaves_other_numbers_alone() =>
        new Present(new(2026, 11, 30)).Date("### -0 09:00 ada\n### -1 09:00 ada to -1\nasks: bob -6 10:00 We buy -3 degrees at -4 9:00.")
            .ShouldBe("### 2026-11-30 09:00 ada\n### 2026-11-27 09:00 ada to -1\nasks: bob 2026-11-20 10:00 We buy -3 degrees at -4 9:00.");

    [Theory]
    [MemberData(nameof(AnyTime))]
    public async Task Lies_in_the_past_and_ends_this_morning(DateTimeOffset made)
    {
        var facts = await FactsOf(made);

        facts.ShouldAllBe(fact => fact.At <= made);
        facts.Max(fact => fact.At).ShouldBeGreaterThan(BrusselsTime.Read($"{Present.Of(made).LastDay:yyyy-MM-dd}", "09:00"));
    }

    [Fact]
    public async Task Has_posts_on_most_of_the_last_fifteen_working_days()
    {
        var facts = await FactsOf(FakeClock.Noon);

        facts.Where(fact => fact.Type == "room.post-posted" && fact.At > FakeClock.Noon.AddDays(-21))
            .Select(fact => DateOnly.FromDateTime(fact.At.UtcDateTime)).Distinct().Count().ShouldBeGreaterThanOrEqualTo(12);
    }

    [Fact]
    public async Task Everybody_whose_place_one_can_take_has_an_open_mention()
    {
        var facts = await FactsOf(FakeClock.Noon);

        foreach (var person in new Demonstration(FakeClock.Noon).People)
            Fold<Inbox.Inbox, InboxEvent>(facts, Streams.InboxOf(person.Member))
                .Notices.Values.ShouldContain(kept => kept.Notice.Kind == NoticeKind.Mention && !kept.Notice.IsRead, person.Name);
    }

    [Fact]
    public async Task Where_requests_wait_at_least_two_can_be_taken_who_decide_on_them()
    {
        var facts = await FactsOf(FakeClock.Noon);
        var people = new Demonstration(FakeClock.Noon).People.Select(person => person.Member).ToHashSet();
        var queues = facts.Select(fact => fact.Stream).Distinct().Where(stream => stream.StartsWith("queue/", StringComparison.Ordinal)).ToList();

        queues.Count.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var queue in queues)
        {
            var community = Fold<Community, CommunityEvent>(facts, Streams.Of(new CommunityId(queue["queue/".Length..])));
            community.Members.Values.Count(member => member.Role >= Role.Moderator && people.Contains(member.Member)).ShouldBeGreaterThanOrEqualTo(2, queue);
        }
    }

    [Fact]
    public async Task No_request_waits_longer_than_since_yesterday()
    {
        var facts = await FactsOf(FakeClock.Noon);
        var oldest = BrusselsTime.Read($"{FakeClock.Noon.AddDays(-3):yyyy-MM-dd}", "00:00");   // from Monday back to Friday

        facts.Where(fact => fact.Stream.StartsWith("queue/", StringComparison.Ordinal)).ShouldAllBe(fact => fact.At >= oldest);
    }

    [Fact]
    public async Task Every_id_is_one_that_people_s_commands_can_name()
    {
        var facts = await FactsOf(FakeClock.Noon);

        foreach (var stream in facts.Select(fact => fact.Stream).Distinct())
            (stream.Split('/', 2) switch
            {
                ["member", var member] => MemberId.TryRead(member, out _),
                ["room", var room] => RoomId.TryRead(room, out _),
                ["community", var community] => Slugs.IsSlug(community),
                _ => true,
            }).ShouldBeTrue(stream);
        foreach (var member in facts.Select(fact => fact.By).Distinct().Where(by => by != MemberId.System))
            MemberId.TryRead(member.Value, out _).ShouldBeTrue(member.Value);
    }

    private static async Task<IReadOnlyList<RecordedFact>> FactsOf(DateTimeOffset made)
    {
        var journal = new MemoryJournal();
        await new Demonstration(made).Fill(journal, new PlainAddressKeys(), new MemoryReadMarks(), CancellationToken.None);
        return journal.Facts;
    }

    private static TState Fold<TState, TEvent>(IEnumerable<RecordedFact> facts, string stream) where TState : IFolded<TState, TEvent> where TEvent : Fact =>
        facts.Where(fact => fact.Stream == stream).Select(FactCodec<TEvent>.Read).Aggregate(TState.Empty, (state, fact) => state.Apply(fact));
}
