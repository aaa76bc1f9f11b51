using PublicBuyers.Journal;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

/// <summary>Followers read the newest facts from memory: nobody may notice.</summary>
public sealed class ReadingTheNewest
{
    [Fact]
    public async Task What_is_read_from_memory_is_what_is_on_disk()
    {
        await using var open = new OpenJournal();
        for (var i = 0; i < 20; i++) await open.Append($"room/a/{i % 3}", i / 3, Fact($"fact {i}"));
        var fromMemory = await open.Journal.ReadAll(5, 10);
        var heads = (await open.Journal.MovedSince(5, 100, CancellationToken.None)).Heads;

        await open.Reopen();
        var fromDisk = await open.Journal.ReadAll(5, 10);

        fromMemory.Select(Written).ShouldBe(fromDisk.Select(Written));
        heads.OrderBy(head => head.Key, StringComparer.Ordinal).ShouldBe((await open.Journal.MovedSince(5, 100, CancellationToken.None)).Heads.OrderBy(head => head.Key, StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_erased_is_not_remembered()
    {
        await using var open = new OpenJournal();
        await open.Append("member/a", 0, Fact("Ada"), Fact("Lovelace"));

        await open.Journal.Erase("member/a", [1]);

        (await open.Journal.ReadAll(0, 10)).Select(fact => fact.Payload is null).ShouldBe([true, false]);
    }

    [Fact]
    public void What_does_not_fit_any_more_is_read_from_disk()
    {
        var newest = new NewestFacts();
        newest.StartAt(0);
        for (var position = 1; position <= NewestFacts.MostFacts + 10; position++) newest.Put(At(position));

        newest.TryRead(9, 5, out _).ShouldBeFalse();
        newest.TryRead(10, 5, out var facts).ShouldBeTrue();
        facts.Select(fact => fact.Position).ShouldBe([11, 12, 13, 14, 15]);
    }

    [Fact]
    public void Large_facts_push_out_as_many_as_they_weigh()
    {
        var newest = new NewestFacts();
        newest.StartAt(0);
        for (var position = 1; position <= 100; position++) newest.Put(At(position, JournalLimits.LargestPayload));

        var kept = NewestFacts.MostBytes / JournalLimits.LargestPayload;
        newest.TryRead(100 - kept, 100, out var facts).ShouldBeTrue();
        facts.Length.ShouldBe(kept);
        newest.TryRead(100 - kept - 1, 100, out _).ShouldBeFalse();
    }

    [Fact]
    public void After_a_gap_only_what_comes_behind_it_is_known()
    {
        var newest = new NewestFacts();
        newest.StartAt(0);
        newest.Put(At(1));
        newest.Put(At(5));

        newest.TryRead(0, 10, out _).ShouldBeFalse();
        newest.TryRead(4, 10, out var facts).ShouldBeTrue();
        facts.ShouldHaveSingleItem().Position.ShouldBe(5);
    }

    private static RecordedFact At(long position, int bytes = 1) =>
        new(position, "room/a/b", position, "room.posted", 1, "", Noon, MemberId.System, false, new byte[bytes]);

    private static string Written(RecordedFact fact) => $"{fact with { Payload = null }} {Convert.ToHexString(fact.Payload!.Value.Span)}";
}
