using PublicBuyers.Inbox;
using PublicBuyers.Rooms;
using static PublicBuyers.Storage.OpenJournal;

namespace PublicBuyers.Storage;

public sealed class TheReadMarks
{
    private static readonly RoomId Buses = new("vehicles/buses");
    private static readonly RoomId Trams = new("vehicles/trams");

    [Fact]
    public async Task Are_there_after_a_restart()
    {
        await using var open = new OpenJournal();
        await using (var marks = new SqliteReadMarks(open.Folder))
        {
            await marks.Put(Ada, Buses, null, new(7));
            await marks.Put(Ada, Buses, new PostNumber(2), new(9));
            await marks.Put(new("bob"), Buses, null, new(8));
        }

        await using var again = new SqliteReadMarks(open.Folder);

        var mark = (await again.Of(Ada, [Buses, Trams])).ShouldHaveSingleItem();
        (mark.Room, mark.Upto.Value).ShouldBe((Buses, 7));
        mark.Threads.ShouldHaveSingleItem().ShouldBe(new(2, new(9)));
        (await again.Of(new("stranger"), [Buses])).ShouldBeEmpty();
    }

    [Fact]
    public async Task Move_forward_only()
    {
        await using var open = new OpenJournal();
        await using var marks = new SqliteReadMarks(open.Folder);

        foreach (var upto in new[] { 5, 3, 9, 7 })
        {
            await marks.Put(Ada, Buses, null, new(upto));
            await marks.Put(Ada, Buses, new PostNumber(2), new(upto + 10));
        }

        var mark = (await marks.Of(Ada, [Buses])).ShouldHaveSingleItem();
        (mark.Upto.Value, mark.Threads[2].Value).ShouldBe((9, 19));
    }

    [Fact]
    public async Task Of_a_room_pass_over_those_of_threads_it_has_reached()
    {
        await using var open = new OpenJournal();
        await using var marks = new SqliteReadMarks(open.Folder);
        await marks.Put(Ada, Buses, new PostNumber(2), new(9));
        await marks.Put(Ada, Buses, new PostNumber(3), new(12));
        await marks.Put(Ada, Trams, new PostNumber(2), new(9));

        await marks.Put(Ada, Buses, null, new(9));

        (await marks.Of(Ada, [Buses])).ShouldHaveSingleItem().Threads.Keys.ShouldBe([3]);
        (await marks.Of(Ada, [Trams])).ShouldHaveSingleItem().Threads.Keys.ShouldBe([2]);
    }

    [Fact]
    public async Task Of_threads_are_kept_for_the_newest()
    {
        await using var open = new OpenJournal();
        await using var marks = new SqliteReadMarks(open.Folder);

        await Task.WhenAll(Enumerable.Range(1, InboxLimits.ThreadMarksKept + 5).Select(thread => marks.Put(Ada, Buses, new PostNumber(thread), new(5_000))));

        var threads = (await marks.Of(Ada, [Buses])).ShouldHaveSingleItem().Threads;
        (threads.Count, threads.Keys.First()).ShouldBe((InboxLimits.ThreadMarksKept, 6));
    }

    [Fact]
    public async Task Are_written_together_when_many_wait()
    {
        await using var open = new OpenJournal();
        await using var marks = new SqliteReadMarks(open.Folder);

        await Task.WhenAll(Enumerable.Range(1, 2_000).Select(i => marks.Put(new($"member-{i}"), Buses, null, new(i))));

        marks.Batches.ShouldBeLessThan(500);
        (await marks.Of(new("member-1999"), [Buses])).ShouldHaveSingleItem().Upto.Value.ShouldBe(1_999);
    }

    [Fact]
    public async Task That_cannot_be_written_say_so_and_the_next_can()
    {
        await using var open = new OpenJournal();
        await using var marks = new SqliteReadMarks(open.Folder);
        using var other = SqliteFile.Open(open.Layout.State, SqliteKind.State);
        other.Run("ALTER TABLE marks RENAME TO elsewhere");
        await Should.ThrowAsync<Microsoft.Data.Sqlite.SqliteException>(() => marks.Put(Ada, Buses, null, new(7)));
        other.Run("ALTER TABLE elsewhere RENAME TO marks");

        await marks.Put(Ada, Buses, null, new(8));

        (await marks.Of(Ada, [Buses])).ShouldHaveSingleItem().Upto.Value.ShouldBe(8);
    }

    [Fact]
    public async Task Are_refused_once_closed()
    {
        await using var open = new OpenJournal();
        var marks = new SqliteReadMarks(open.Folder);
        await marks.DisposeAsync();

        await Should.ThrowAsync<ObjectDisposedException>(() => marks.Put(Ada, Buses, null, new(7)));
    }
}
