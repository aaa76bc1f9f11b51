using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PublicBuyers.Running;
using PublicBuyers.Storage;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.SignIn;

/// <summary>A backup is older than what was ended and used after it. A restore brings none of that back.</summary>
public sealed class AfterARestore : IAsyncLifetime
{
    private readonly TemporaryFolder temporary = new();
    private LiveServer server = null!;
    private Person ada = null!;
    private RoomId room;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start();
        ada = await server.SignIn("Ada");
        room = await server.Found("cpb", ada);
        await server.Says(room, ada, "Said before the backup.");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        temporary.Dispose();
    }

    [Fact]
    public async Task Nobody_is_signed_in_and_no_session_is_listed()
    {
        await Restore();

        using var browser = Visitor.As(server.Address, ada.Cookie);
        (await browser.Get("/sessions")).Location.ShouldNotBeNull().ShouldStartWith("/sign-in");
        var again = await server.SignIn(ada);
        var sessions = await server.Grains.Member(ada.Member).Sessions(ada.Member);
        sessions.Value.Select(each => each.Session).ShouldBe([again.Session]);
        using var returned = Visitor.As(server.Address, again.Cookie);
        (await returned.Get($"/communities/{room}")).Html.ShouldContain("Said before the backup.");
    }

    [Fact]
    public async Task A_link_that_was_asked_for_before_does_not_work()
    {
        using var browser = new Visitor(server.Address);
        await browser.Ask("eve@example.eu");
        var link = await LinkIn(server.Services.GetRequiredService<DataFolder>().MailFolder);
        await Restore();

        using var later = new Visitor(server.Address);
        (await later.Submit(link, "/sign-in/confirm")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        later.IsSignedIn.ShouldBeFalse();
    }

    [Fact]
    public async Task A_link_that_makes_an_administrator_does_not_work_and_the_next_start_prints_another()
    {
        var before = FirstStart.PathOf(TokenOf(server)!);
        await Restore();

        var after = FirstStart.PathOf(TokenOf(server)!);
        after.ShouldNotBe(before);
        using var thief = new Visitor(server.Address);
        (await thief.Get(before)).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var administrator = new Visitor(server.Address);
        (await administrator.Get(after)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_open_page_starts_anew_and_read_marks_are_kept()
    {
        await server.Grains.Inbox(ada.Member).Mark(new(ada.Member, room, new(1), null));
        var epoch = server.Services.GetRequiredService<SqliteJournal>().Epoch;
        await Restore();

        server.Services.GetRequiredService<SqliteJournal>().Epoch.ShouldBeGreaterThan(epoch);
        var marks = await server.Services.GetRequiredService<IReadMarks>().Of(ada.Member, [room]);
        marks.ShouldHaveSingleItem().Upto.ShouldBe(new(1));
    }

    /// <summary>As the commands do: a backup of the running server, and that into an empty folder.</summary>
    private async Task Restore()
    {
        var backup = temporary["backup.zip"];
        Backup.Make(server.Services.GetRequiredService<DataFolder>().Layout, backup, TimeProvider.System.GetUtcNow());
        server = await server.Restart(whileStopped: folder =>
        {
            foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
            {
                if (entry is DirectoryInfo inner) inner.Delete(recursive: true);
                else entry.Delete();
            }

            var restored = Storage.Restore.Into(new(folder), backup, TimeProvider.System.GetUtcNow());
            restored.Access.Sessions.ShouldBeGreaterThan(0);
            Verification.Of(new(folder)).Damage.ShouldBeEmpty();
        });
    }

    private static async Task<string> LinkIn(string mailFolder)
    {
        using var enough = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            foreach (var mail in Directory.EnumerateFiles(mailFolder, "*.eml"))
            {
                var text = MimeKit.MimeMessage.Load(mail, enough.Token).TextBody ?? "";
                if (text.IndexOf("/sign-in/confirm", StringComparison.Ordinal) is > 0 and var at) return text[at..].Split(['\r', '\n', ' '])[0];
            }

            enough.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private static string? TokenOf(LiveServer server) => server.Services.GetServices<IHostedService>().OfType<FirstStart>().Single().AdministratorToken;
}
