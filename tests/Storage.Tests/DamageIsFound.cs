using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.Journal;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class DamageIsFound
{
    private const string Stream = "room/a/b";

    [Theory]
    [InlineData("UPDATE facts SET payload = CAST(x'00' || substr(payload, 2) AS BLOB) WHERE sequence = 5")]
    [InlineData("UPDATE facts SET subject = 'post/9' WHERE sequence = 5")]
    [InlineData("UPDATE facts SET member = 'bob' WHERE sequence = 5")]
    [InlineData("UPDATE facts SET at = at + 1 WHERE sequence = 5")]
    [InlineData("UPDATE facts SET imported = 1 WHERE sequence = 5")]
    [InlineData("UPDATE facts SET version = 2 WHERE sequence = 5")]
    [InlineData("UPDATE types SET name = 'test.unsaid'")]
    [InlineData("UPDATE facts SET type = 99 WHERE sequence = 5")]
    [InlineData("DELETE FROM facts WHERE sequence = 5")]
    [InlineData("UPDATE facts SET sequence = -5 WHERE sequence = 5; UPDATE facts SET sequence = 5 WHERE sequence = 6; UPDATE facts SET sequence = 6 WHERE sequence = -5")]
    [InlineData("UPDATE facts SET digest = zeroblob(32) WHERE sequence = 5")]
    public async Task A_changed_swapped_or_missing_fact_is_never_read(string tampering)
    {
        await using var open = new OpenJournal();
        await open.Fill(Stream, 10);

        await open.Tamper(tampering);

        await Should.ThrowAsync<CorruptStreamException>(() => open.Read(Stream));
        await Should.ThrowAsync<CorruptStreamException>(() => open.Journal.ReadAll(4, 10));
        open.Verify().Damage.ShouldContain(damage => damage.Where.Contains(Stream) || damage.What.Contains("position"));
    }

    [Fact]
    public async Task Streams_that_changed_names_are_not_believed()
    {
        await using var open = new OpenJournal();
        await open.Fill(Stream, 3);

        await open.Tamper("UPDATE streams SET name = 'room/a/c'");

        await Should.ThrowAsync<CorruptStreamException>(() => open.Read("room/a/c"));
        open.Verify().Damage.ShouldHaveSingleItem().Where.ShouldBe("stream \"room/a/c\"");
    }

    [Fact]
    public async Task A_follower_gets_what_is_whole_and_is_told_where_to_go_on()
    {
        await using var open = new OpenJournal();
        await open.Fill(Stream, 3);
        await open.Fill("room/a/c", 2);

        await open.Tamper("UPDATE facts SET payload = x'00' WHERE position = 3");

        (await open.Journal.ReadAll(0, 10)).Select(fact => fact.Position).ShouldBe([1, 2]);
        (await Should.ThrowAsync<CorruptStreamException>(() => open.Journal.ReadAll(2, 10))).ShouldSatisfyAllConditions(
            damage => damage.Stream.ShouldBe(Stream), damage => damage.Sequence.ShouldBe(3), damage => damage.Position.ShouldBe(3));
        (await open.Journal.ReadAll(3, 10)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task A_remembered_answer_that_changed_is_not_given()
    {
        await using var open = new OpenJournal();
        await open.Journal.Append(Appending(Stream, 0, Fact("x")) with { Answer = Answer("r-1") });

        await open.Tamper("UPDATE requests SET answer = x'32'");

        await Should.ThrowAsync<CorruptStreamException>(() => open.Journal.FindAnswer(Ada, new("r-1")));
        open.Verify().Damage.ShouldHaveSingleItem().What.ShouldContain("r-1");
    }

    [Fact]
    public async Task A_lost_tail_is_found_by_a_checkpoint()
    {
        await using var open = new OpenJournal();
        await open.Fill("room/a/c", 3);
        await open.Fill(Stream, 10);
        await open.Journal.TakeCheckpoint(open.Folder, Noon);
        await open.Fill("room/a/d", 10);
        await open.Close();

        using (var connection = SqliteFile.Open(open.Layout.Journal, SqliteKind.Journal)) connection.Run("DELETE FROM facts WHERE position > 11");
        open.Verify().Damage.ShouldContain(damage => damage.Where == $"stream \"{Stream}\"" && damage.What.Contains("seen 10 facts"));
        Should.Throw<DataFolderException>(() => DataFolder.Open(open.Path, Noon)).Message.ShouldContain("has lost its end");

        foreach (var file in Directory.EnumerateFiles(open.Layout.Checkpoints)) File.Delete(file);
        open.Verify().Damage.ShouldContain(damage => damage.Where == $"stream \"{Stream}\"", "the row in journal.db has seen it too");
        open.Open();
    }

    [Fact]
    public async Task A_history_written_anew_with_right_digests_is_found_by_a_checkpoint()
    {
        await using var open = new OpenJournal();
        await open.Fill(Stream, 3);
        await open.Journal.TakeCheckpoint(open.Folder, Noon);
        await open.Tamper("DELETE FROM checkpoints");
        await open.Close();
        RewriteAll(open.Layout.Journal);

        open.Verify().Damage.ShouldHaveSingleItem().What.ShouldContain("written anew");
        open.Open();
        (await open.Read(Stream)).Length.ShouldBe(3, "its own chain fits");
    }

    [Fact]
    public async Task An_altered_checkpoint_is_found()
    {
        await using var open = new OpenJournal();
        await open.Fill(Stream, 3);
        await open.Journal.TakeCheckpoint(open.Folder, Noon);
        open.Verify().ShouldSatisfyAllConditions(report => report.Damage.ShouldBeEmpty(), report => report.Checkpoints.ShouldBe(2));

        await open.Tamper("UPDATE checkpoints SET document = replace(document, '2026-03-02', '2026-03-01')");

        open.Verify().Damage.ShouldHaveSingleItem().What.ShouldContain("seal");
    }

    [Fact]
    public async Task A_later_checkpoint_of_the_same_position_does_not_cover_for_a_forgery()
    {
        await using var open = new OpenJournal();
        await open.Fill(Stream, 3);
        await open.Journal.TakeCheckpoint(open.Folder, Noon);
        await open.Close();
        RewriteAll(open.Layout.Journal);
        open.Open();

        await open.Journal.TakeCheckpoint(open.Folder, Noon.AddDays(1));

        open.Verify().Damage.ShouldHaveSingleItem().What.ShouldContain("written anew");
    }

    [Fact]
    public async Task Only_so_many_checkpoints_are_kept()
    {
        await using var open = new OpenJournal();
        for (var day = 0; day < CheckpointRows.Kept + 3; day++)
        {
            await open.Append(Stream, day, Fact("x"));
            await open.Journal.TakeCheckpoint(open.Folder, Noon.AddDays(day));
        }

        Directory.GetFiles(open.Layout.Checkpoints).Length.ShouldBe(CheckpointRows.Kept);
        open.Verify().ShouldSatisfyAllConditions(report => report.Damage.ShouldBeEmpty(), report => report.Checkpoints.ShouldBe(2 * CheckpointRows.Kept));
    }

    /// <summary>Whatever was written, and whichever bit of a fact flips: it is found.</summary>
    [Fact]
    public void Any_flipped_bit_of_a_fact_changes_its_digest() => Prop.ForAll(
        ArbMap.Default.ArbFor<(NonNull<string> Type, NonNull<string> Subject, NonNull<byte[]> Payload, long Sequence, PositiveInt Bit)>(),
        given =>
        {
            var (salt, hash, digest, changed) = (new byte[ChainDigest.SaltLength], new byte[ChainDigest.Length], new byte[ChainDigest.Length], new byte[ChainDigest.Length]);
            var payload = given.Payload.Get.Append((byte)0).ToArray();
            var (type, subject) = (System.Text.Encoding.UTF8.GetBytes(given.Type.Get), System.Text.Encoding.UTF8.GetBytes(given.Subject.Get));
            ChainDigest.HashPayload(salt, payload, hash);
            ChainDigest.Next(ChainDigest.Before(Stream), given.Sequence, 1, 0, false, type, subject, [], hash, digest);

            var bit = given.Bit.Get % (payload.Length * 8);
            payload[bit / 8] ^= (byte)(1 << (bit % 8));
            ChainDigest.HashPayload(salt, payload, hash);
            ChainDigest.Next(ChainDigest.Before(Stream), given.Sequence, 1, 0, false, type, subject, [], hash, changed);
            return !digest.AsSpan().SequenceEqual(changed);
        }).QuickCheckThrowOnFailure();

    /// <summary>What somebody with the database and without the key can do.</summary>
    private static void RewriteAll(string path)
    {
        using var connection = SqliteFile.Open(path, SqliteKind.Journal);
        var digest = ChainDigest.Before(Stream);
        var rows = connection.Rows("SELECT sequence, at, subject, member FROM facts ORDER BY sequence").Select(row => (row.GetInt64(0), row.GetInt64(1), row.GetString(2), row.GetString(3))).ToList();
        foreach (var (sequence, at, subject, member) in rows)
        {
            var (salt, payload, hash, next) = (new byte[ChainDigest.SaltLength], "forged"u8.ToArray(), new byte[ChainDigest.Length], new byte[ChainDigest.Length]);
            ChainDigest.HashPayload(salt, payload, hash);
            ChainDigest.Next(digest, sequence, 1, at, false, "test.said"u8, System.Text.Encoding.UTF8.GetBytes(subject), System.Text.Encoding.UTF8.GetBytes(member), hash, next);
            connection.Run(
                "UPDATE facts SET payload = $payload, salt = $salt, payload_hash = $hash, digest = $digest WHERE sequence = $sequence",
                ("$payload", payload), ("$salt", salt), ("$hash", hash), ("$digest", next), ("$sequence", sequence));
            digest = next;
        }
    }
}
