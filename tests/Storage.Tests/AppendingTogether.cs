using PublicBuyers.Journal;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class AppendingTogether
{
    private const int Appenders = 32;
    private const int AppendsEach = 50;

    [Fact]
    public async Task Sequences_and_positions_have_no_gap_whoever_appends_at_once()
    {
        await using var open = new OpenJournal();

        var conflicts = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(async number =>
        {
            var (stream, head, stale) = ($"room/net/{number}", 0L, 0);
            while (head < AppendsEach)
            {
                if (head % 10 == 5)
                {
                    (await open.Append(stream, head - 1, Fact("stale"))).ShouldBeOfType<AppendResult.Conflict>();
                    stale++;
                }

                head = (await open.Append(stream, head, Fact($"{number} says {head}"))).ShouldBeOfType<AppendResult.Stored>().Sequence;
            }

            return stale;
        }));

        conflicts.Sum().ShouldBe(Appenders * AppendsEach / 10);
        var all = await open.Journal.ReadAll(0, int.MaxValue);
        all.Select(fact => fact.Position).ShouldBe(Enumerable.Range(1, Appenders * AppendsEach).Select(i => (long)i));
        foreach (var stream in all.GroupBy(fact => fact.Stream)) stream.Select(fact => fact.Sequence).ShouldBe(Enumerable.Range(1, AppendsEach).Select(i => (long)i), stream.Key);
        open.Verify().Damage.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_who_append_at_the_same_sequence_one_is_stored()
    {
        await using var open = new OpenJournal();

        var results = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(number => open.Append("room/a/b", 0, Fact($"{number} was first"))));

        results.OfType<AppendResult.Stored>().Count().ShouldBe(1);
        results.OfType<AppendResult.Conflict>().Count().ShouldBe(Appenders - 1);
        (await open.Read("room/a/b")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_conflict_never_hurts_its_neighbours()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 1);

        var results = await Task.WhenAll(open.Append("room/a/c", 0, Fact("one")), open.Append("room/a/b", 0, Fact("stale")), open.Append("room/a/d", 0, Fact("two")));

        results[0].ShouldBeOfType<AppendResult.Stored>();
        results[1].ShouldBeOfType<AppendResult.Conflict>();
        results[2].ShouldBeOfType<AppendResult.Stored>();
    }

    [Fact]
    public async Task What_was_stored_is_read_as_it_was_given()
    {
        await using var open = new OpenJournal();
        var given = new NewFact("room.posted", 3, "post/17", "{\"text\":\"Καλημέρα\"}"u8.ToArray());

        var stored = await open.Journal.Append(new Append("room/a/b", 0, [given], Ada, Noon.AddTicks(7), [], null, Imported: true));

        stored.ShouldBe(new AppendResult.Stored(1, 1));
        var read = (await open.Read("room/a/b")).ShouldHaveSingleItem();
        (read.Position, read.Stream, read.Sequence, read.Type, read.Version, read.Subject).ShouldBe((1, "room/a/b", 1, "room.posted", 3, "post/17"));
        (read.At, read.By, read.Imported).ShouldBe((Noon.AddTicks(7), Ada, true));
        read.Payload!.Value.ToArray().ShouldBe(given.Payload.ToArray());
    }

    [Fact]
    public async Task A_stream_is_read_in_pages()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 10);

        (await open.Journal.ReadStream("room/a/b", 0, 4)).Select(fact => fact.Sequence).ShouldBe([1, 2, 3, 4]);
        (await open.Journal.ReadStream("room/a/b", 4, 4)).Select(fact => fact.Sequence).ShouldBe([5, 6, 7, 8]);
        (await open.Journal.ReadStream("room/a/b", 8, 4)).Select(fact => fact.Sequence).ShouldBe([9, 10]);
        (await open.Journal.ReadStream("room/a/b", 10, 4)).ShouldBeEmpty();
        (await open.Journal.ReadStream("room/never/was", 0, 4)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_is_answered_once_even_after_a_restart()
    {
        await using var open = new OpenJournal();
        var first = Appending("room/a/b", 0, Fact("Hello")) with { Answer = Answer("r-1", "first") };
        (await open.Journal.Append(first)).ShouldBeOfType<AppendResult.Stored>();

        var again = await open.Journal.Append(first with { Expected = 1, Answer = Answer("r-1", "second") });
        await open.Reopen();
        var stale = await open.Journal.Append(first);

        foreach (var result in new[] { again, stale }) Text(result.ShouldBeOfType<AppendResult.Answered>().Answer).ShouldBe("first");
        Text((await open.Journal.FindAnswer(Ada, new("r-1"))).ShouldNotBeNull()).ShouldBe("first");
        (await open.Journal.FindAnswer(new("bob"), new("r-1"))).ShouldBeNull();
        (await open.Read("room/a/b")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_request_sent_many_times_at_once_has_one_effect()
    {
        await using var open = new OpenJournal();

        var results = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(number =>
            open.Journal.Append(Appending($"room/net/{number}", 0, Fact("Hello")) with { Answer = Answer("r-1", $"{number}") })));

        results.OfType<AppendResult.Stored>().Count().ShouldBe(1);
        results.OfType<AppendResult.Answered>().Select(answered => Text(answered.Answer)).Distinct().Count().ShouldBe(1);
        (await open.Journal.LastPosition()).ShouldBe(1);
    }

    [Fact]
    public async Task Answers_are_forgotten_after_thirty_days()
    {
        await using var open = new OpenJournal();
        await open.Journal.Append(Appending("room/a/b", 0, Fact("old")) with { Answer = Answer("old") });
        await open.Journal.Append(Appending("room/a/b", 1, Fact("new")) with { Answer = Answer("new"), At = Noon.AddDays(1) });

        await open.Journal.Prune(Noon + JournalLimits.AnswersKept + TimeSpan.FromHours(1));

        (await open.Journal.FindAnswer(Ada, new("old"))).ShouldBeNull();
        (await open.Journal.FindAnswer(Ada, new("new"))).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_append_that_fails_at_any_storage_call_leaves_nothing_and_the_next_one_works()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 1);
        var whole = Appending("room/a/b", 1, Fact("one"), Fact("two")) with { Due = [new("wake", Noon)], Answer = Answer("r-1") };

        var failures = 0;
        for (var failing = 1; ; failing++)
        {
            var calls = 0;
            open.BeforeEachCall = () =>
            {
                if (++calls == failing) throw new IOException($"storage call {failing} fails");
            };
            var attempt = await Outcome(open.Journal.Append(whole));
            open.BeforeEachCall = () => { };
            if (attempt is AppendResult) break;

            failures++;
            attempt.ShouldBeOfType<IOException>();
            (await open.Read("room/a/b")).Length.ShouldBe(1, $"call {failing}");
            (await open.Journal.FindAnswer(Ada, new("r-1"))).ShouldBeNull($"call {failing}");
            (await open.Journal.NextDue()).ShouldBeNull($"call {failing}");
            (await open.Append($"room/next/{failing}", 0, Fact("works"))).ShouldBeOfType<AppendResult.Stored>();
        }

        failures.ShouldBeGreaterThan(5, "begin, request, facts, due, commit");
        (await open.Read("room/a/b")).Length.ShouldBe(3);
        open.Verify().Damage.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_write_that_fails_inside_a_batch_fails_alone()
    {
        await using var open = new OpenJournal();
        using var batchIsWhole = new ManualResetEventSlim();
        open.BeforeEachCall = batchIsWhole.Wait;
        var first = open.Append("room/a/first", 0, Fact("holds the writer"));

        var good = Enumerable.Range(0, 5).Select(number => open.Append($"room/good/{number}", 0, Fact("good"))).ToList();
        var bad = open.Journal.Change(_ => throw new InvalidOperationException("cannot be written"), CancellationToken.None);
        open.BeforeEachCall = () => { };
        batchIsWhole.Set();

        (await Task.WhenAll(good)).ShouldAllBe(result => result is AppendResult.Stored);
        (await first).ShouldBeOfType<AppendResult.Stored>();
        await Should.ThrowAsync<InvalidOperationException>(bad);
        (await open.Journal.ReadAll(0, 100)).Select(fact => fact.Position).ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public async Task Appends_beyond_the_limits_are_refused_before_they_wait()
    {
        await using var open = new OpenJournal();

        await Should.ThrowAsync<ArgumentException>(() => open.Append("room/a/b", 0, [.. Enumerable.Repeat(Fact("x"), JournalLimits.MostFacts + 1)]));
        await Should.ThrowAsync<ArgumentException>(() => open.Append("room/a/b", 0, Fact(new string('x', JournalLimits.LargestPayload + 1))));
    }

    [Fact]
    public async Task Whoever_waits_beyond_a_position_wakes_with_the_commit()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 1);
        var waiting = open.Journal.WaitBeyond(1, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var givenUp = open.Journal.WaitBeyond(99, cancel.Token);

        waiting.IsCompleted.ShouldBeFalse();
        await open.Append("room/a/c", 0, Fact("Hello"));
        await waiting;

        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(givenUp);
    }

    [Fact]
    public async Task Streams_that_moved_are_told_with_their_heads()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/b", 3);
        await open.Fill("room/a/c", 2);

        var all = await open.Journal.MovedSince(0, 100, CancellationToken.None);
        var some = await open.Journal.MovedSince(0, 2, CancellationToken.None);
        var none = await open.Journal.MovedSince(5, 100, CancellationToken.None);

        (all.Upto, all.Heads["room/a/b"], all.Heads["room/a/c"]).ShouldBe((5, 3, 2));
        (some.Upto, some.Heads["room/a/b"], some.Heads.Count).ShouldBe((2, 2, 1));
        (none.Upto, none.Heads.Count).ShouldBe((5, 0));
    }

    private static async Task<object> Outcome(Task<AppendResult> append)
    {
        try
        {
            return await append;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    private static string Text(RequestAnswer answer) => System.Text.Encoding.UTF8.GetString(answer.Answer.Span);
}
