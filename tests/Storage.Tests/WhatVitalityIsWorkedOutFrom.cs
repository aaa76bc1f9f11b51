using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Storage;

/// <summary>What happened in a community and what waits in its queue, in views.db.</summary>
public sealed class WhatVitalityIsWorkedOutFrom
{
    private static readonly CommunityId vehicles = new("vehicles");
    private static readonly FakeClock clock = new();

    [Fact]
    public async Task Is_added_up_by_day_and_kind()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var vitality = new SqliteVitality(open.Folder, directory, clock);

        await directory.Write(0, 1, [Happened("founded", 60, 1), Happened("posts", 3, 2)]);
        await directory.Write(0, 2, [Happened("posts", 3, 4), Happened("answers", 2, 1)]);

        var alive = await vitality.Of(vehicles, CancellationToken.None);
        alive.State.ShouldBe(VitalityState.Active);
        alive.Reasons.Select(reason => (reason.Kind, reason.Count)).ShouldBe([("posts", 6), ("answers", 1)]);
        (await vitality.Of(new("others"), CancellationToken.None)).State.ShouldBe(VitalityState.Quiet);
    }

    /// <summary>A silo that the others take for dead may still write.</summary>
    [Fact]
    public async Task Counts_what_happened_once_though_two_activations_follow()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var vitality = new SqliteVitality(open.Folder, directory, clock);
        (await directory.Write(0, 0, 5, [Happened("founded", 60, 1), Happened("posts", 3, 2)])).ShouldBe(5);

        (await directory.Write(0, 0, 3, [Happened("posts", 3, 1)])).ShouldBe(5, "where it stands now: go on from there");
        (await directory.Position(0)).ShouldBe(5);
        (await directory.Write(0, 5, 6, [Happened("posts", 3, 1)])).ShouldBe(6);

        var alive = await vitality.Of(vehicles, CancellationToken.None);
        alive.Reasons.Single(reason => reason.Kind == "posts").Count.ShouldBe(3);
    }

    [Fact]
    public async Task Forgets_what_is_too_long_ago_but_never_the_last_talk()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var vitality = new SqliteVitality(open.Folder, directory, clock);

        await directory.Write(0, 1, [Happened("founded", 2_000, 1), Happened("posts", 1_500, 7), Happened("posts", 1_000, 7), Happened("joined", 1, 1)]);
        (await vitality.Of(vehicles, CancellationToken.None)).LastActivity.ShouldBe(clock.Now.AddDays(-1_000));

        await directory.Write(0, 2, [Happened("posts", 1, 1)]);
        using var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views);
        Convert.ToInt32(views.Scalar("SELECT count(*) FROM happenings WHERE kind = 'posts'"), System.Globalization.CultureInfo.InvariantCulture).ShouldBe(1);
    }

    [Fact]
    public async Task Knows_the_oldest_item_that_waits_now()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var vitality = new SqliteVitality(open.Folder, directory, clock);
        async Task<int?> Waited() => (await vitality.Of(vehicles, CancellationToken.None)).Reasons.FirstOrDefault(reason => reason.Kind == "queue")?.Days;

        await directory.Write(0, 1, [Waits(1, true, 40), Waits(2, true, 35)]);
        (await Waited()).ShouldBe(40);
        await directory.Write(0, 2, [Waits(1, false)]);
        (await Waited()).ShouldBe(35);
        await directory.Write(0, 3, [Waits(1, true)]);
        (await Waited()).ShouldBe(40);
        await directory.Write(0, 4, [new DirectoryRow.OfWaiting(vehicles, new(1), false, IsOver: true), Waits(2, false)]);
        (await Waited()).ShouldBeNull();
        await directory.Write(0, 5, [Waits(1, true)]);
        (await Waited()).ShouldBeNull();
    }

    [Fact]
    public async Task A_damaged_row_is_said_to_be_one()
    {
        await using var open = new OpenJournal();
        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);
        await using var vitality = new SqliteVitality(open.Folder, directory, clock);
        await directory.Write(0, 1, [Happened("posts", 3, 2)]);
        using (var views = SqliteFile.Open(open.Layout.Views, SqliteKind.Views)) views.Run("UPDATE happenings SET count = 9");

        (await Should.ThrowAsync<DataFolderException>(() => vitality.Of(vehicles, CancellationToken.None))).Message.ShouldContain("happenings");
    }

    private static DirectoryRow Happened(string kind, int daysAgo, int count) =>
        new DirectoryRow.OfHappening(vehicles, kind, DateOnly.FromDateTime(clock.Now.AddDays(-daysAgo).UtcDateTime), count, clock.Now.AddDays(-daysAgo));

    private static DirectoryRow Waits(long number, bool waits, int? daysAgo = null) =>
        new DirectoryRow.OfWaiting(vehicles, new(number), waits, daysAgo is { } days ? clock.Now.AddDays(-days) : null);
}
