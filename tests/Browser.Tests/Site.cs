using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using PublicBuyers.Access;
using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.Running;
using PublicBuyers.SignIn;
using PublicBuyers.Storage;

namespace PublicBuyers.Browser.Tests;

/// <summary>The real server on a port of its own, and a browser that visits it.</summary>
public class Site : IAsyncLifetime
{
    public static readonly CommunityId Community = new("bim-procurement");
    public static readonly RoomId Room = new(Community, "general");

    private readonly string data = Directory.CreateTempSubdirectory("publicbuyers-browser-").FullName;
    private readonly HurriedClock clock = new();
    private readonly Dictionary<string, MemberId> people = [];
    private DataFolder folder = null!;
    private WebApplication server = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;
    private MemberId leader;

    /// <summary>Where the server listens.</summary>
    protected int Port { get; } = FreePort();

    /// <summary>Where people find it.</summary>
    public virtual string Url => $"http://localhost:{Port}";

    public string RoomUrl => $"{Url}/communities/{Room}";

    internal string MailFolder => Path.Combine(data, "mail");

    internal IGrainFactory Grains => server.Services.GetRequiredService<IGrainFactory>();

    public async Task InitializeAsync()
    {
        if (Chromium.WhyNot is not null) return;

        await Start();
        Assertions.SetDefaultExpectTimeout(20_000);   // two cores do much else meanwhile
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Chromium.Path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });

        leader = await Member("leader@buyers.example", "Mara Nowak", "City of Łódź");
        (await Grains.Member(leader).AppointAdministrator(new() { By = MemberId.System, Request = new("test:appoint") })).OrThrow();
        (await Grains.Community(Community).Found(new() { By = leader, Request = new("test:found"), Name = "BIM & Procurement", Access = Communities.Access.Open, Goal = "Green procurement with building models.", About = "Webinars and **what comes of them**.", Leader = leader })).OrThrow();
    }

    public virtual async Task DisposeAsync()
    {
        if (browser is null) return;

        await browser.DisposeAsync();
        playwright.Dispose();
        await Stop();
        Directory.Delete(data, recursive: true);
    }

    public async Task Start()
    {
        folder = DataFolder.Open(data, TimeProvider.System.GetUtcNow());
        server = PublicBuyersServer.Build(Adjust(new ServerOptions { DataFolder = data, Url = $"http://localhost:{Port}", LongestPoll = TimeSpan.FromSeconds(2) }), folder, services => services.AddSingleton<IClock>(clock));
        await server.StartAsync();
    }

    public async Task Stop()
    {
        await server.StopAsync();
        await server.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>A stranger's browser.</summary>
    public async Task<Visitor> Stranger(BrowserNewContextOptions? options = null) => new(this, await browser.NewContextAsync(Adjust(options)), default, "");

    /// <summary>The browser of a member of the community, signed in. They are trusted: they are no newcomer.</summary>
    public async Task<Visitor> Person(string name, BrowserNewContextOptions? options = null, bool administrator = false)
    {
        var member = await Member($"{Guid.NewGuid():n}@buyers.example", name, "City of the North");
        await MakeRoomFor(name);
        (await Grains.Community(Community).Join(new() { By = member, Request = new("test:join") })).OrThrow();
        (await Grains.Community(Community).Trust(new() { By = MemberId.System, Request = new($"test:trust:{member}"), Member = member, Ground = TrustGround.Welcomed })).OrThrow();
        people[name] = member;
        if (administrator) (await Grains.Member(member).AppointAdministrator(new() { By = MemberId.System, Request = new($"test:appoint:{member}") })).OrThrow();
        await DirectorySettled();

        var visitor = new Visitor(this, await browser.NewContextAsync(Adjust(options)), member, name);
        await visitor.Context.AddCookiesAsync([await CookieOf(member)]);
        return visitor;
    }

    /// <summary>The browser of the community's leader.</summary>
    public async Task<Visitor> Leader(BrowserNewContextOptions? options = null)
    {
        var visitor = new Visitor(this, await browser.NewContextAsync(Adjust(options)), leader, "Mara Nowak");
        await visitor.Context.AddCookiesAsync([await CookieOf(leader)]);
        return visitor;
    }

    /// <summary>Every session of the visitor is ended, as from another device.</summary>
    public async Task SignOutElsewhere(Visitor visitor)
    {
        var account = Grains.Member(visitor.Member);
        foreach (var session in (await account.Sessions(visitor.Member)).OrThrow())
        {
            var request = new RequestId($"test:end:{session.Session}");
            (await account.EndSession(new() { By = visitor.Member, Request = request, Session = session.Session })).OrThrow();
        }
    }

    /// <summary>The visitor's browser has a session again: their own, or somebody else's.</summary>
    public async Task SignIn(Visitor visitor, MemberId? member = null) =>
        await visitor.Context.AddCookiesAsync([await CookieOf(member ?? visitor.Member)]);

    /// <summary>Somebody posts in a room, without a browser.</summary>
    public async Task<PostNumber> Says(RoomId room, MemberId author, string text, RequestId request, PostNumber? thread = null)
    {
        PostMessage post = new() { By = author, Request = request, Markdown = text, Thread = thread };
        return (await Grains.Room(room).Post(post)).OrThrow().Number;
    }

    /// <summary>A room of the test's own, in the community that everybody belongs to.</summary>
    public async Task<RoomId> OpenRoom(string slug, string name)
    {
        (await Grains.Community(Community).OpenRoom(new() { By = leader, Request = new($"test:open:{slug}"), Slug = slug, Name = name })).OrThrow();
        await DirectorySettled();
        return new(Community, slug);
    }

    /// <summary>Whatever was decided cannot be undone any more.</summary>
    public void TakeEffect() => clock.Move(QueueLimits.UndoWindow);

    /// <summary>What was said so far can be found.</summary>
    public Task Settled() => InTime(server.Services.GetRequiredService<Search.IPostSearch>().Settled);

    /// <summary>Who belongs where is known to every page.</summary>
    public Task DirectorySettled() => InTime(Directory_.Settled);

    /// <summary>Something that never comes about fails where it was waited for.</summary>
    private static async Task InTime(Func<CancellationToken, Task> settled)
    {
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await settled(end.Token);
    }

    private protected virtual ServerOptions Adjust(ServerOptions plain) => plain;

    private protected virtual BrowserNewContextOptions? Adjust(BrowserNewContextOptions? wanted) => wanted;

    /// <summary>Whoever was called so in an earlier test leaves: of two in one community, the second would be shown with a number.</summary>
    private async Task MakeRoomFor(string name)
    {
        if (people.Remove(name, out var before))
            await Grains.Community(Community).Leave(new() { By = before, Request = new("test:make-room") });
    }

    private ICommunityDirectory Directory_ => server.Services.GetRequiredService<ICommunityDirectory>();

    private async Task<MemberId> Member(string address, string name, string organisation)
    {
        var member = await server.Services.GetRequiredService<IAccounts>().Of(address, "en");
        (await Grains.Member(member).ChangeProfile(new() { By = member, Request = new("test:profile"), Name = name, Organisation = organisation, Language = "en", TimeZone = "Europe/Brussels" })).OrThrow();
        return member;
    }

    private async Task<Microsoft.Playwright.Cookie> CookieOf(MemberId member)
    {
        var ids = server.Services.GetRequiredService<INewIds>();
        var session = (await Grains.Member(member).StartSession(new() { By = member, Request = new("test:" + ids.Next()), Session = new(ids.Next()), Device = "Chromium" })).OrThrow();

        var http = new DefaultHttpContext();
        server.Services.GetRequiredService<SessionSeal>().Write(http.Response, member, session);
        var pair = http.Response.Headers.SetCookie.ToString().Split(';')[0].Split('=', 2);
        return new() { Name = pair[0], Value = pair[1], Url = Url };
    }

    private protected static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>One server and one browser for all tests; each test brings its own people.</summary>
[CollectionDefinition(nameof(Site))]
public sealed class SiteCollection : ICollectionFixture<Site>;

/// <summary>Half of the tests, beside the others: a browser spends much of its time waiting.</summary>
[CollectionDefinition(nameof(SecondSite))]
public sealed class SecondSite : ICollectionFixture<Site>;

internal static class Outcomes
{
    public static T OrThrow<T>(this Outcome<T> outcome) => outcome.IsRefused ? throw new InvalidOperationException($"Refused with \"{outcome.Refusal.Code}\".") : outcome.Value;
}
