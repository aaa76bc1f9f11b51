using System.Text;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

/// <summary>F18: a damaged file is told with what to do, and never served as truth.</summary>
public sealed class DamagedFiles
{
    private const int PageSize = 4096;
    private const string Secret = "a sentence that is looked for in the file";

    public static TheoryData<string> Databases => new("journal", "state", "views");

    [Theory, MemberData(nameof(Databases))]
    public async Task An_empty_file_is_no_new_database(string database)
    {
        await using var open = await Written();
        await Damaged(open, database, bytes => []);

        Refusal(open).ShouldContain($"{database}.db\" is empty");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_file_of_something_else_is_refused(string database)
    {
        await using var open = await Written();
        await Damaged(open, database, bytes => Flip(bytes, 3));

        Refusal(open).ShouldContain($"{database}.db\" is not an SQLite database");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task Another_programs_database_is_refused(string database)
    {
        await using var open = await Written();
        await Damaged(open, database, bytes => Flip(bytes, 70));

        Refusal(open).ShouldContain("database of something else");
    }

    [Theory, MemberData(nameof(Databases))]
    public async Task A_truncated_file_is_refused(string database)
    {
        await using var open = await Written();
        await Damaged(open, database, bytes => bytes[..(bytes.Length - PageSize - 1)]);

        Refusal(open).ShouldSatisfyAllConditions(why => why.ShouldContain($"{database}.db\" is damaged"), why => why.ShouldContain("Stop the server"));
    }

    [Fact]
    public async Task A_flipped_bit_in_a_payload_is_not_served()
    {
        await using var open = await Written();
        await Damaged(open, "journal", bytes => Flip(bytes, bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)) + 5));

        open.Open();

        (await Should.ThrowAsync<CorruptStreamException>(() => open.Read("room/a/b"))).Message.ShouldContain("Restore it from a backup");
        (await open.Read("room/a/c")).Length.ShouldBe(200, "the other streams are whole");
        open.Verify().IsWhole.ShouldBeFalse();
    }

    /// <summary>Each byte of the header of each page of the facts, and of their indexes, some at a time.</summary>
    [Fact]
    public async Task A_flipped_bit_in_a_page_header_is_not_served()
    {
        await using var open = await Written();
        var whole = await open.Journal.ReadAll(0, 10_000);
        await open.Close();
        var original = await File.ReadAllBytesAsync(open.Layout.Journal);

        var found = 0;
        for (var page = 1; page < original.Length / PageSize; page += 3)
        {
            var at = page * PageSize + page % 8;
            await File.WriteAllBytesAsync(open.Layout.Journal, Flip([.. original], at));
            var report = open.Verify();
            if (!report.IsWhole) found++;

            try
            {
                open.Open();
            }
            catch (DataFolderException)
            {
                continue;
            }

            foreach (var stream in new[] { "room/a/b", "room/a/c" })
            {
                var read = await ReadOrDamage(open, stream);
                var expected = whole.Where(fact => fact.Stream == stream).ToList();
                if (read is not null && report.IsWhole) read.Count.ShouldBe(expected.Count, $"byte {at} of {stream}");
                read?.Select(fact => fact.Payload!.Value.ToArray()).ShouldBe(expected.Take(read.Count).Select(fact => fact.Payload!.Value.ToArray()), $"byte {at} of {stream}");
            }

            await open.Close();
        }

        await File.WriteAllBytesAsync(open.Layout.Journal, original);
        foreach (var side in new[] { "-wal", "-shm" }) File.Delete(open.Layout.Journal + side);
        open.Open();
        found.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_flipped_bit_in_a_name_of_the_directory_is_not_served()
    {
        await using var open = await Written();
        await Damaged(open, "views", bytes => Flip(bytes, bytes.AsSpan().IndexOf("Clean vehicles for cities"u8) + 2));
        open.Open();

        await using var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System);

        (await Should.ThrowAsync<DataFolderException>(() => directory.All(CancellationToken.None))).Message.ShouldContain("made again from the journal");
    }

    private static async Task<OpenJournal> Written()
    {
        var open = new OpenJournal();
        await open.Append("room/a/b", 0, [.. Enumerable.Range(0, 200).Select(i => Fact(i == 100 ? Secret : new string('x', 100), $"post/{i}"))]);
        await open.Append("room/a/c", 0, [.. Enumerable.Range(0, 200).Select(i => Fact(new string('y', 100), $"post/{i}"))]);
        await using (var directory = new SqliteDirectory(open.Folder, open.Journal, 1, TimeProvider.System))
        {
            await directory.Write(0, 2,
            [
                new DirectoryRow.OfCommunity(new("vehicles"), "Clean vehicles for cities", Communities.Access.Open, "To buy them together"),
                new DirectoryRow.OfMember(new MemberCard(Ada, "Ada", "A city")),
            ]);
        }

        return open;
    }

    private static async Task Damaged(OpenJournal open, string database, Func<byte[], byte[]> damage)
    {
        await open.Close();
        var path = Path.Combine(open.Path, database + ".db");
        var original = await File.ReadAllBytesAsync(path);
        await File.WriteAllBytesAsync(path, damage([.. original]));
        foreach (var side in new[] { "-wal", "-shm" }) File.Delete(path + side);
    }

    private static byte[] Flip(byte[] bytes, int at)
    {
        bytes[at] ^= 4;
        return bytes;
    }

    private static string Refusal(OpenJournal open) => Should.Throw<DataFolderException>(() => DataFolder.Open(open.Path, Noon)).Message;

    private static async Task<List<RecordedFact>?> ReadOrDamage(OpenJournal open, string stream)
    {
        try
        {
            return [.. await open.Read(stream)];
        }
        catch (CorruptStreamException)
        {
            return null;
        }
    }
}
