using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.Commands;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>A folder from before short names were read to their very end: <c>general</c> and a line feed was one.</summary>
public sealed class MendingShortNames : IAsyncLifetime
{
    private static readonly RoomId Before = new("cpb/energy\n");
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private LiveServer server = null!;
    private Person ada = null!;
    private Person ben = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start();
        (ada, ben) = (await server.SignIn("Ada"), await server.SignIn("Ben"));
        await server.Says(await server.Found("cpb", ada, ben), ada, "Here all is well.");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Keeps_what_was_said_read_and_notified_under_a_proper_address()
    {
        var said = "";
        server = await server.Restart(whileStopped: folder =>
        {
            Write(folder, Before);
            Find(folder).Remedy.ShouldNotBeNull().ShouldContain("doctor --mend");
            said = ImproperNames.Mend(folder, Noon).ShouldHaveSingleItem();
            Verification.Of(new(folder)).Damage.ShouldBeEmpty();
        });
        var address = said.Split("is now \"")[1].Split('"')[0];

        said.ShouldStartWith(@"The room ""cpb/energy\n"" is now ""cpb/energy");
        address.ShouldMatch(@"\Acpb/energy(-[0-9]+)?\z");
        using var visitor = Visitor.As(server.Address, ben.Cookie);
        (await visitor.Get($"/communities/{address}")).Html.ShouldContain("Heat pumps for schools");
        (await server.Says(new(address), ada, "It goes on.")).ShouldBe(3, "the numbers go on");

        using var http = server.Http(ben);
        var notices = await http.GetFromJsonAsync<JsonElement>("/api/me/notices");
        notices.GetProperty("notices")[0].GetProperty("excerpt").GetString().ShouldBe("@Ben what do you pay?");
        notices.GetRawText().ShouldNotContain("energy\\n");
    }

    [Fact]
    public async Task Done_twice_changes_nothing_more()
    {
        server = await server.Restart(whileStopped: folder =>
        {
            Write(folder, Before);
            ImproperNames.Mend(folder, Noon).ShouldHaveSingleItem();
            var all = Everything(folder);

            ImproperNames.Mend(folder, Noon.AddDays(1)).ShouldBe(["Nothing had to be renamed."]);
            Everything(folder).ShouldBe(all);
            Find(folder).Remedy.ShouldBeNull();
        });
    }

    [Fact]
    public async Task Takes_no_name_that_another_room_or_a_page_has()
    {
        var (taken, page) = (new RoomId("cpb/general\n"), new RoomId("cpb/settings\n"));
        ImmutableArray<string> said = [];
        server = await server.Restart(whileStopped: folder =>
        {
            Write(folder, taken);
            Write(folder, page);
            said = [.. ImproperNames.Mend(folder, Noon)];
        });

        said.Length.ShouldBe(2);
        said[0].ShouldContain("is now \"cpb/general-");
        said[1].ShouldContain("is now \"cpb/settings-");
        using var visitor = Visitor.As(server.Address, ben.Cookie);
        (await visitor.Get("/communities/cpb/general")).Html.ShouldContain("Here all is well.");
    }

    [Fact]
    public async Task Renames_a_community_with_everything_in_it()
    {
        var community = new CommunityId("bim\n");
        var address = "";
        server = await server.Restart(whileStopped: folder =>
        {
            Append(folder, Streams.Of(community), ada.Member,
                FactCodec<CommunityEvent>.Write(new CommunityEvent.Founded("BIM", PublicBuyers.Communities.Access.Open, "Models", "")),
                FactCodec<CommunityEvent>.Write(new CommunityEvent.MemberJoined(ada.Member, Role.Leader)),
                FactCodec<CommunityEvent>.Write(new CommunityEvent.MemberJoined(ben.Member, Role.Member)),
                FactCodec<CommunityEvent>.Write(new CommunityEvent.RoomOpened(new(community, "general"), "General", false)));
            Append(folder, Streams.Of(new RoomId(community, "general")), ada.Member,
                FactCodec<RoomEvent>.Write(new RoomEvent.PostPosted(new(1), "Models of bridges", null)));

            var said = ImproperNames.Mend(folder, Noon).ShouldHaveSingleItem();
            said.ShouldStartWith(@"The community ""bim\n"" is now ""bim");
            address = said.Split("is now \"")[1].Split('"')[0];
            Verification.Of(new(folder)).Damage.ShouldBeEmpty();
        });

        using var visitor = Visitor.As(server.Address, ben.Cookie);
        var room = await visitor.Get($"/communities/{address}/general");
        room.Status.ShouldBe(HttpStatusCode.OK);
        room.Html.ShouldContain("Models of bridges");
        (await visitor.Get($"/communities/{address}")).Html.ShouldContain("BIM");
    }

    [Fact]
    public async Task Rewrites_nothing_that_is_damaged()
    {
        server = await server.Restart(whileStopped: folder =>
        {
            Write(folder, Before);
            var path = new DataFolderLayout(folder).Journal;
            using (var journal = SqliteFile.Open(path, SqliteKind.Journal)) journal.Run("UPDATE facts SET digest = zeroblob(32) WHERE position = 2");

            Should.Throw<DataFolderException>(() => ImproperNames.Mend(folder, Noon).ToArray()).Message.ShouldContain("nothing in it was renamed");
            using (var journal = SqliteFile.Open(path, SqliteKind.Journal))
                journal.Rows("SELECT name FROM streams").Select(row => row.GetString(0)).ShouldContain(Streams.Of(Before));
        });
    }

    private static DoctorCommand.Finding Find(string folder) => ImproperNames.Of(folder);

    /// <summary>As the server wrote it by its old rule.</summary>
    private void Write(string folder, RoomId room)
    {
        Append(folder, Streams.Of(room.Community), ada.Member, FactCodec<CommunityEvent>.Write(new CommunityEvent.RoomOpened(room, "Energy", true)));
        Append(folder, Streams.Of(room), ada.Member,
            FactCodec<RoomEvent>.Write(new RoomEvent.PostPosted(new(1), "Heat pumps for schools", null)),
            FactCodec<RoomEvent>.Write(new RoomEvent.PostPosted(new(2), "@Ben what do you pay?", null, [new(0, 4, ben.Member)])));
        Append(folder, Streams.InboxOf(ben.Member), MemberId.System,
            FactCodec<InboxEvent>.Write(new InboxEvent.Told(1, NoticeKind.Mention, room, new(2), null, ada.Member, null, false, null)));
        using var state = SqliteFile.Open(new DataFolderLayout(folder).State, SqliteKind.State);
        state.Run("INSERT INTO marks VALUES ($member, $room, 0, 1)", ("$member", ben.Member.Value), ("$room", room.Value));
    }

    private static void Append(string folder, string stream, MemberId by, params NewFact[] facts)
    {
        using var data = DataFolder.Open(folder, Noon);
        using var connection = SqliteFile.Open(data.Layout.Journal, SqliteKind.Journal);
        using var tables = new JournalTables(connection, null);
        var head = tables.Head(stream);
        var append = new JournalAppend(new(stream, head.Sequence, [.. facts], by, Noon, [], null));
        tables.Begin();
        append.Store(tables).ShouldBeOfType<AppendResult.Stored>();
        tables.Commit();
    }

    private static string Everything(string folder)
    {
        using var journal = SqliteFile.Open(new DataFolderLayout(folder).Journal, SqliteKind.Journal);
        return string.Join('\n', new[] { "streams", "facts", "requests", "meta", "checkpoints", "cursors" }
            .SelectMany(table => journal.Rows($"SELECT * FROM {table}").Select(row =>
                string.Join('|', Enumerable.Range(0, row.FieldCount).Select(column => row.GetValue(column) is byte[] bytes ? Convert.ToHexString(bytes) : row.GetValue(column))))));
    }
}
