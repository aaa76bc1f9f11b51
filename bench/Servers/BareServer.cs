using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PublicBuyers.Bench.Servers;

/// <summary>The least that a chat on SignalR can be: nobody is asked who they are, and what is said goes to all. With a journal it is committed first, one row a commit.</summary>
internal sealed class BareServer : Hub
{
    private static BareJournal? journal;
    private static long said;

    public static async Task<int> Run(string? data)
    {
        if (data is not null) journal = new(Path.Combine(Directory.CreateDirectory(data).FullName, "bare.db"));

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSignalR();
        await using var server = builder.Build();
        server.MapHub<BareServer>("/hubs/live");
        await server.StartAsync();

        return await ServerProcess.Answer(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    public async Task<long> Post(string text)
    {
        var number = Interlocked.Increment(ref said);
        journal?.Add(text);
        await Clients.All.SendAsync("post", number, Context.ConnectionId, text);
        return number;
    }
}

/// <summary>One table, one row a commit, on disk before it answers.</summary>
internal sealed class BareJournal
{
    private readonly Lock gate = new();
    private readonly Microsoft.Data.Sqlite.SqliteConnection connection;
    private readonly Microsoft.Data.Sqlite.SqliteCommand insert;
    private readonly Microsoft.Data.Sqlite.SqliteParameter text;

    public BareJournal(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        connection = new(string.Create(CultureInfo.InvariantCulture, $"Data Source={path};Pooling=False"));
        connection.Open();
        using (var make = connection.CreateCommand())
        {
            make.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE posts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);";
            make.ExecuteNonQuery();
        }

        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO posts (text) VALUES ($text)";
        text = insert.Parameters.Add("$text", Microsoft.Data.Sqlite.SqliteType.Text);
        insert.Prepare();
    }

    public void Add(string what)
    {
        lock (gate)
        {
            text.Value = what;
            insert.ExecuteNonQuery();
        }
    }
}
