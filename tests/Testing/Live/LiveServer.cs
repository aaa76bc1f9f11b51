using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Access;
using PublicBuyers.Running;
using PublicBuyers.SignIn;
using PublicBuyers.Storage;

namespace PublicBuyers.Testing.Live;

/// <summary>The whole server, as people run it: Kestrel on a free port of this machine, SQLite in a folder of its own.</summary>
public sealed class LiveServer : IAsyncDisposable
{
    /// <summary>Where browsers believe to be, whatever the port.</summary>
    public const string Origin = "http://publicbuyers.test";

    private static int requests;   // of all servers: one that is started again knows what it answered

    private readonly DirectoryInfo folder;
    private readonly DataFolder data;
    private readonly WebApplication server;

    private LiveServer(DirectoryInfo folder, DataFolder data, WebApplication server) => (this.folder, this.data, this.server) = (folder, data, server);

    /// <summary>Where its data are.</summary>
    public string Folder => folder.FullName;

    public Uri Address { get; private set; } = new("http://localhost");

    public IServiceProvider Services => server.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    internal static Task<LiveServer> Start(Func<ServerOptions, ServerOptions>? options = null, Action<IServiceCollection>? adjust = null) =>
        Start(Directory.CreateTempSubdirectory("publicbuyers-test-"), options, adjust);

    /// <summary>Again, on the same data.</summary>
    /// <param name="whileStopped">Done to the data folder in between.</param>
    internal async Task<LiveServer> Restart(Func<ServerOptions, ServerOptions>? options = null, Action<string>? whileStopped = null)
    {
        await End();
        whileStopped?.Invoke(folder.FullName);
        return await Start(folder, options, null);
    }

    public Task Stop() => server.StopAsync();

    public RequestId NewRequest() => new($"test:{Interlocked.Increment(ref requests)}");

    /// <summary>A member with a running session.</summary>
    public async Task<Person> SignIn(string name)
    {
        var member = await Services.GetRequiredService<IAccounts>().Of($"{name.ToLowerInvariant()}@example.eu", "en");
        await Grains.Member(member).ChangeProfile(new() { By = member, Request = NewRequest(), Name = name, Organisation = "Ministry", Language = "en", TimeZone = "Europe/Brussels" });
        return await SignIn(member, name);
    }

    /// <summary>Once more, on another device.</summary>
    public Task<Person> SignIn(Person person) => SignIn(person.Member, person.Name);

    /// <summary>An open community with one room, <c>general</c>. Its leader trusts its members: they are no newcomers.</summary>
    public async Task<RoomId> Found(string slug, Person leader, params Person[] members)
    {
        var community = Grains.Community(new(slug));
        Must(await community.Found(new() { By = MemberId.System, Request = NewRequest(), Name = slug, Access = Communities.Access.Open, Goal = "To buy well together.", Leader = leader.Member }));
        foreach (var member in members)
        {
            Must(await community.Join(new() { By = member.Member, Request = NewRequest() }));
            Must(await community.Trust(new() { By = leader.Member, Request = NewRequest(), Member = member.Member, Ground = Communities.TrustGround.Welcomed }));
        }

        return new(new CommunityId(slug), "general");
    }

    public async Task Leave(RoomId room, Person member) => Must(await Grains.Community(room.Community).Leave(new() { By = member.Member, Request = NewRequest() }));

    public async Task<long> Says(RoomId room, Person author, string markdown, long? thread = null) =>
        Must(await Grains.Room(room).Post(new() { By = author.Member, Request = NewRequest(), Markdown = markdown, Thread = thread is { } number ? new(number) : null })).Number.Value;

    public Task<LiveClient> Connect(Person person, LiveClient? before = null) => LiveClient.Connect(Address, person.Cookie, Origin, before);

    /// <summary>As a program does.</summary>
    public HttpClient Http(Person? person)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false }) { BaseAddress = Address };
        if (person is not null) http.DefaultRequestHeaders.Add("Cookie", person.Cookie);
        http.DefaultRequestHeaders.Add("X-Requested-With", "PublicBuyers");
        return http;
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        folder.Delete(recursive: true);
    }

    private async Task End()
    {
        await server.StopAsync();
        await server.DisposeAsync();
        data.Dispose();
    }

    private static async Task<LiveServer> Start(DirectoryInfo folder, Func<ServerOptions, ServerOptions>? options, Action<IServiceCollection>? adjust)
    {
        var plain = new ServerOptions
        {
            DataFolder = folder.FullName,
            Url = "http://127.0.0.1:0",
            BaseUrl = Origin,
            MostCommandsPerTenSeconds = 100_000,
            MostRequestsPerMinute = 100_000,
            MostConnectionsPerAddress = 100_000,
        };
        var wanted = options?.Invoke(plain) ?? plain;
        var opened = DataFolder.Open(folder.FullName, TimeProvider.System.GetUtcNow(), wanted.Demo);
        var started = PublicBuyersServer.Build(wanted, opened, adjust);
        await started.StartAsync();

        return new(folder, opened, started) { Address = new(started.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    /// <summary>Somebody who has an account already.</summary>
    public async Task<Person> SignIn(MemberId member, string name)
    {
        var session = Must(await Grains.Member(member).StartSession(new() { By = member, Request = NewRequest(), Session = new(Services.GetRequiredService<INewIds>().Next()), Device = "Test" }));
        var http = new DefaultHttpContext();
        Services.GetRequiredService<SessionSeal>().Write(http.Response, member, session);
        return new(member, session, name, http.Response.Headers.SetCookie.ToString().Split(';')[0]);
    }

    private static T Must<T>(Outcome<T> outcome) => outcome.IsRefused ? throw new InvalidOperationException($"Refused: {outcome.Refusal}") : outcome.Value;
}

public sealed record Person(MemberId Member, SessionId Session, string Name, string Cookie);
