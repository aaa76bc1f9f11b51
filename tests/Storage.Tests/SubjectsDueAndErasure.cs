using PublicBuyers.Journal;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class SubjectsDueAndErasure
{
    [Fact]
    public async Task Subjects_are_read_without_the_rest_of_the_stream()
    {
        await using var open = new OpenJournal();
        await open.Append("room/a/b", 0, Fact("1", "post/1"), Fact("2", "post/2"), Fact("1 edited", "post/1"), Fact("3", "post/3"), Fact("2 edited", "post/2"));

        (await open.Journal.ReadSubjects("room/a/b", ["post/1", "post/2", "post/9"])).Select(fact => fact.Sequence).ShouldBe([1, 2, 3, 5]);
        (await open.Journal.ReadSubject("room/a/b", "post/2", 2, 10)).Select(fact => fact.Sequence).ShouldBe([5]);
        (await open.Journal.ReadSubject("room/a/b", "post/1", 0, 1)).Select(fact => fact.Sequence).ShouldBe([1]);
        (await open.Journal.ReadSubjects("room/a/b", [])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_a_subject_with_too_many_facts_the_newest_are_read()
    {
        await using var open = new OpenJournal();
        await open.Append("room/a/b", 0, Fact("quiet", "post/quiet"));
        const int busy = JournalLimits.MostSubjectFacts + JournalLimits.MostFacts;
        for (var written = 0; written < busy; written += JournalLimits.MostFacts)
            await open.Append("room/a/b", 1 + written, [.. Enumerable.Repeat(Fact("busy", "post/busy"), JournalLimits.MostFacts)]);

        var read = await open.Journal.ReadSubjects("room/a/b", ["post/busy", "post/quiet"]);

        read.Length.ShouldBe(JournalLimits.MostSubjectFacts);
        read[0].Subject.ShouldBe("post/quiet");
        read[^1].Sequence.ShouldBe(busy + 1);
    }

    [Fact]
    public async Task What_is_due_is_replaced_taken_off_and_attended_to()
    {
        await using var open = new OpenJournal();
        await open.Journal.Append(Appending("room/a/b", 0, Fact("x")) with { Due = [new("undo", Noon.AddMinutes(5)), new("digest", Noon.AddDays(1))] });
        await open.Journal.Append(Appending("room/a/c", 0, Fact("x")) with { Due = [new("undo", Noon.AddMinutes(1))] });

        (await open.Journal.NextDue()).ShouldBe(Noon.AddMinutes(1));
        (await open.Journal.Due(Noon.AddHours(1), 10)).ShouldBe([new("room/a/c", "undo", Noon.AddMinutes(1)), new("room/a/b", "undo", Noon.AddMinutes(5))]);

        await open.Journal.Append(Appending("room/a/b", 1) with { Due = [new("undo", Noon.AddHours(2)), new("digest", null)] });
        (await open.Journal.Due(Noon.AddYears(1), 10)).ShouldBe([new("room/a/c", "undo", Noon.AddMinutes(1)), new("room/a/b", "undo", Noon.AddHours(2))]);

        await open.Journal.Attended(new("room/a/b", "undo", Noon.AddMinutes(5)));
        await open.Journal.Attended(new("room/a/c", "undo", Noon.AddMinutes(1)));
        (await open.Journal.Due(Noon.AddYears(1), 10)).ShouldBe([new("room/a/b", "undo", Noon.AddHours(2))], "it was set to another time since");
    }

    [Fact]
    public async Task Erased_facts_lose_their_payload_and_keep_their_place()
    {
        await using var open = new OpenJournal();
        await open.Append("member/ada", 0, Fact("first"), Fact("Ada Lovelace, ada@example.org"), Fact("third"));

        await open.Journal.Erase("member/ada", [2]);
        await open.Append("member/ada", 3, Fact("fourth"));
        await open.Reopen();

        (await open.Read("member/ada")).Select(fact => fact.Payload is null).ShouldBe([false, true, false, false]);
        (await open.Journal.ReadAll(0, 10)).Length.ShouldBe(4);
        (await open.Journal.ReadSubject("member/ada", "post/1", 1, 1)).ShouldHaveSingleItem().Payload.ShouldBeNull();
        open.Verify().ShouldSatisfyAllConditions(report => report.Damage.ShouldBeEmpty(), report => report.Erased.ShouldBe(1));
    }

    [Fact]
    public async Task Nothing_of_what_was_erased_is_left_in_the_files()
    {
        await using var open = new OpenJournal();
        await open.Append("member/ada", 0, Fact("first"), Fact("Augusta Ada King"), Fact("third"));

        await open.Journal.Erase("member/ada", [2]);
        await open.Close();

        foreach (var path in Directory.EnumerateFiles(open.Path, "journal.db*")) System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path)).ShouldNotContain("Augusta Ada King", Case.Sensitive, path);
        open.Open();
    }
}
