using System.Globalization;
using System.Text;
using PublicBuyers.Search;
using PublicBuyers.Testing;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class TheIndexOfPosts
{
    private static readonly RoomId General = new("vehicles/general");
    private static readonly RoomId Buses = new("vehicles/buses");
    private static readonly MemberId Bo = new("bo");

    /// <summary>A silo that the others take for dead may still write.</summary>
    [Fact]
    public async Task An_activation_that_was_overtaken_brings_no_old_text_back()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        (await index.Write(0, 4, [Post(1, "corrected")])).ShouldBe(4);

        (await index.Write(0, 2, [Post(1, "secret")])).ShouldBe(4);

        (await Find(index, "secret")).ShouldBeEmpty();
        (await Find(index, "corrected")).ShouldBe([1]);
        (await index.Position()).ShouldBe(4);
    }

    [Fact]
    public async Task Finds_posts_by_all_their_words_newest_first()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        await index.Write(4, [Post(1, "Clean *vehicles* for Łódź"), Post(2, "Clean air"), Post(3, "Vehicles, cleaned", Buses), Post(4, "CLEAN VEHICLES")]);

        (await Find(index, "clean vehicles")).ShouldBe([4, 1]);
        (await Find(index, "lodz")).ShouldBe([1]);
        (await Find(index, "vehic")).ShouldBe([4, 3, 1], "the last word may be a beginning");
        (await Find(index, "clea vehicles")).ShouldBeEmpty("the others may not");
        (await Find(index, "vehicles", General)).ShouldBe([4, 1]);
    }

    [Fact]
    public async Task Narrows_down_and_reads_on()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        await index.Write(100, [.. Enumerable.Range(1, 100).Select(n => Post(n, "tender", n % 2 == 0 ? General : Buses, n % 3 == 0 ? Bo : Ada, Noon.AddDays(n), files: n % 5 == 0 ? 1 : 0))]);

        (await index.Find(Query("tender") with { Author = Bo, HasAttachment = true }, 50, default)).Select(post => post.Number.Value).ShouldBe([90, 75, 60, 45, 30, 15]);
        (await index.Find(Query("tender") with { From = Noon.AddDays(10), To = Noon.AddDays(13) }, 50, default)).Select(post => post.Number.Value).ShouldBe([12, 11, 10]);
        (await index.Find(Query("") with { Author = Bo }, 3, default)).Select(post => post.Number.Value).ShouldBe([99, 96, 93]);

        var all = new List<long>();
        FoundPost? before = null;
        while (await index.Find(Query("tender") with { Before = before }, 7, default) is { IsEmpty: false } page)
        {
            all.AddRange(page.Select(post => post.Number.Value));
            before = page[^1];
        }

        all.ShouldBe(Enumerable.Range(1, 100).Reverse().Select(n => (long)n));
    }

    [Fact]
    public async Task Of_what_was_edited_or_withheld_no_word_is_left_in_the_file()
    {
        await using var open = new OpenJournal();
        await using (var index = Of(open))
        {
            for (var n = 0; n < 60; n++) await index.Write(n, [Post(n * 3 + 1, $"ordinary text {n}"), Post(n * 3 + 2, $"quaggasecret{n} indeed"), Post(n * 3 + 3, $"zebrasecret{n} too")]);
            (await index.Find(Query("quaggasecret"), 100, default)).Length.ShouldBe(60);

            for (var n = 0; n < 60; n++)
                await index.Write(100 + n, [Post(n * 3 + 2, $"corrected{n} indeed"), Post(n * 3 + 3, "") with { IsWithheld = true, Words = [] }]);

            (await Find(index, "quaggasecret")).ShouldBeEmpty();
            (await Find(index, "zebrasecret")).ShouldBeEmpty();
            (await Find(index, "too")).ShouldBeEmpty();
            (await index.Find(Query("corrected"), 100, default)).Length.ShouldBe(60);
        }

        using (var connection = SqliteFile.Open(open.Layout.Views, SqliteKind.Views))
        {
            connection.Run("INSERT INTO post_index (post_index, rank) VALUES ('integrity-check', 1)");
            connection.Run("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab (main, post_index, row)");
            connection.Scalar("SELECT count(*) FROM temp.vocabulary WHERE term GLOB '*secret*'").ShouldBe(0L);
            connection.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        foreach (var path in Directory.EnumerateFiles(open.Path, "views.db*"))
        {
            var bytes = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path));
            bytes.ShouldNotContain("quaggasecret", Case.Sensitive, path);
            bytes.ShouldNotContain("zebrasecret", Case.Sensitive, path);
        }
    }

    [Fact]
    public async Task Counts_what_is_unread_and_finds_the_last_before_a_time()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        await index.Write(9, [.. Enumerable.Range(1, 9).Select(n => Post(n, "text", General, n == 3 ? Bo : Ada, Noon.AddHours(n)) with { IsWithheld = n == 5 })]);

        (await index.Count(General, Bo, new(1), new(9), default)).ShouldBe(5, "2 4 6 7 8");
        (await index.Count(General, Ada, new(0), new(100), default)).ShouldBe(1);
        (await index.Count(Buses, Bo, new(0), new(100), default)).ShouldBe(0);
        (await index.CountByAuthor(General, new(1), new(9), default)).Values.Sum().ShouldBe(5 + (await index.CountByAuthor(General, new(1), new(9), default)).GetValueOrDefault(Bo));
        (await index.LastBefore(General, Noon.AddHours(5), default)).Value.ShouldBe(4);
        (await index.LastBefore(General, Noon.AddHours(5).AddTicks(1), default)).Value.ShouldBe(5);
        (await index.LastBefore(General, Noon, default)).Value.ShouldBe(0);
        (await index.LastBefore(General, Noon.AddYears(1), default)).Value.ShouldBe(9);
    }

    /// <summary>B32: whatever is typed is words, and is answered at once.</summary>
    [Theory]
    [InlineData("\" OR NEAR( *")]
    [InlineData("text AND NOT other")]
    [InlineData("words:text ^text -text")]
    [InlineData("'; DROP TABLE posts; --")]
    [InlineData("text*")]
    [InlineData("\"unclosed")]
    [InlineData("{a b} : c + d")]
    public async Task Takes_operators_for_words(string typed)
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        await index.Write(1, [Post(1, "some text"), Post(2, typed)]);

        (await Find(index, typed)).ShouldContain(2);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task Answers_as_the_plainest_index_does_after_any_course_of_writes(int seed)
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        var plain = new MemoryPostIndex();
        var random = new Random(seed);
        string[] vocabulary = ["alpha", "alphabet", "beta", "bet", "gamma", "gam", "δελτα", "йота"];

        for (var round = 1; round <= 40; round++)
        {
            PostRow[] rows = [.. Enumerable.Range(0, 20).Select(_ => Any()).DistinctBy(row => row.Number)];
            await index.Write(round, rows);
            await plain.Write(await plain.Position(), round, rows);
            foreach (var word in vocabulary)
            {
                var query = Query(random.Next(2) == 0 ? word : $"{vocabulary[random.Next(vocabulary.Length)]} {word[..3]}") with { HasAttachment = random.Next(4) == 0 };
                (await index.Find(query, 30, default)).ShouldBe(await plain.Find(query, 30, default), string.Join(' ', query.Words));
            }

            (await index.Count(General, Ada, new(10), new(200), default)).ShouldBe(await plain.Count(General, Ada, new(10), new(200), default));
            (await index.CountByAuthor(General, new(10), new(200), default)).ShouldBe(
                await plain.CountByAuthor(General, new(10), new(200), default), ignoreOrder: true);
        }

        using (var connection = SqliteFile.Open(open.Layout.Views, SqliteKind.Views)) connection.Run("INSERT INTO post_index (post_index, rank) VALUES ('integrity-check', 1)");

        PostRow Any()
        {
            var number = random.Next(1, 300);
            var gone = random.Next(6) == 0;
            var text = gone ? "" : string.Join(' ', Enumerable.Range(0, random.Next(1, 6)).Select(_ => vocabulary[random.Next(vocabulary.Length)]));
            return Post(number, text, General, number % 3 == 0 ? Ada : Bo, Noon.AddMinutes(number), files: number % 4 == 0 ? 1 : 0) with { IsWithheld = gone };
        }
    }

    [Fact]
    public async Task Keeps_its_place_and_begins_anew_after_a_restore()
    {
        await using var open = new OpenJournal();
        await using (var index = Of(open)) await index.Write(7, [Post(1, "text")]);
        await using (var index = Of(open))
        {
            (await index.Position()).ShouldBe(7);
            (await Find(index, "text")).ShouldBe([1]);
        }

        await open.Close();
        using (var journal = SqliteFile.Open(open.Layout.Journal, SqliteKind.Journal)) JournalMeta.BeginNewEpoch(journal, Noon);
        open.Open();

        await using var anew = Of(open);
        (await anew.Position()).ShouldBe(0);
        (await Find(anew, "text")).ShouldBeEmpty();
        await anew.Write(1, [Post(1, "text again")]);
        (await Find(anew, "again")).ShouldBe([1]);
    }

    [Fact]
    public async Task Writes_no_more_for_a_post_when_there_are_many()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        var few = await Written(1);
        for (var n = 1_000; n < 21_000; n += 1_000) await index.Write(n, [.. Enumerable.Range(n, 1_000).Select(each => Post(each, Text(each)))]);
        var many = await Written(50_000);

        many.ShouldBeLessThan(few * 3);

        async Task<double> Written(int from)
        {
            using (var connection = SqliteFile.Open(open.Layout.Views, SqliteKind.Views)) connection.Run("PRAGMA wal_checkpoint(TRUNCATE)");
            for (var n = from; n < from + 100; n++) await index.Write(n, [Post(n, Text(n))]);
            return new FileInfo(open.Layout.Views + "-wal").Length / 100.0;
        }

        static string Text(int n) => string.Create(CultureInfo.InvariantCulture, $"tender {n % 97} of lot {n % 13} for {n % 1_009} vehicles and more words that are common");
    }

    [Fact]
    public async Task A_row_that_was_tampered_with_is_not_believed()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        await index.Write(1, [Post(1, "text")]);

        using (var connection = SqliteFile.Open(open.Layout.Views, SqliteKind.Views)) connection.Run("UPDATE posts SET author = 'eve'");

        (await Should.ThrowAsync<DataFolderException>(() => Find(index, "text"))).Message.ShouldContain("views.db");
    }

    [Fact]
    public async Task Lists_and_counts_what_one_member_wrote_in_one_community_oldest_first()
    {
        await using var open = new OpenJournal();
        await using var index = Of(open);
        var comments = new RoomId("vehicles/~" + new string('t', 24));
        await index.Write(9, [
            Post(1, "one"), Post(2, "two", Buses) with { Thread = new(1) }, Post(3, "three", comments),
            Post(4, "hidden") with { IsWithheld = true, Words = [] }, Post(5, "somebody else's", author: Bo),
            Post(6, "shared", new("vehicles/+air+1")), Post(7, "elsewhere", new("vehicles-two/general")), Post(8, "before", new("vehicle/general")),
        ]);
        var community = General.Community;

        (await index.CountWrittenBy(Ada, community, default)).ShouldBe(new WrittenPosts(1, 1, 1));
        (await index.CountWrittenBy(new("nobody"), community, default)).ShouldBe(new WrittenPosts(0, 0, 0));
        var seen = await index.WrittenBy(new(Ada, community, Withheld: false), 2, default);
        seen.Select(post => post.Number.Value).ShouldBe([1, 2]);
        (await index.WrittenBy(new(Ada, community, Withheld: false, seen[^1]), 2, default)).Select(post => post.Number.Value).ShouldBe([3]);
        (await index.WrittenBy(new(Ada, community, Withheld: true), 9, default)).Select(post => post.Number.Value).ShouldBe([4]);
    }

    private static SqlitePostIndex Of(OpenJournal open) => new(open.Folder, open.Journal, TimeProvider.System);

    private static PostQuery Query(string words) => new([.. PostWords.In(words)], [General, Buses]);

    private static async Task<IEnumerable<long>> Find(SqlitePostIndex index, string words, params RoomId[] rooms) =>
        (await index.Find(new([.. PostWords.In(words)], rooms is [] ? [General, Buses] : [.. rooms]), 50, CancellationToken.None)).Select(post => post.Number.Value).ToList();

    private static PostRow Post(long number, string text, RoomId? room = null, MemberId? author = null, DateTimeOffset? at = null, int files = 0) =>
        new(room ?? General, new(number), author ?? Ada, at ?? Noon.AddMinutes(number), null, false, PostWords.Of(text, []), files);
}
