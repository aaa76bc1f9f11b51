using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;
using PublicBuyers.Testing;

namespace PublicBuyers.Storage;

/// <summary>A journal in a data folder of its own, with words for what the tests do to it.</summary>
internal sealed class OpenJournal : IAsyncDisposable
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    public static readonly MemberId Ada = new("ada");

    private readonly TemporaryFolder temporary = new();

    public OpenJournal() => Open();

    public string Path => temporary["data"];

    public DataFolder Folder { get; private set; } = null!;

    public SqliteJournal Journal { get; private set; } = null!;

    public DataFolderLayout Layout => new(Path);

    /// <summary>Called before each of the writer's storage calls.</summary>
    public Action BeforeEachCall { get; set; } = () => { };

    public string Beside(string name) => temporary[name];

    public static NewFact Fact(string text, string subject = "post/1") => new("test.said", 1, subject, Encoding.UTF8.GetBytes(text));

    public static RequestAnswer Answer(string request, string answer = "1") => new(Ada, new(request), "room/a/b", "body", Encoding.UTF8.GetBytes(answer));

    public static Append Appending(string stream, long expected, params NewFact[] facts) => new(stream, expected, [.. facts], Ada, Noon, [], null);

    public Task<AppendResult> Append(string stream, long expected, params NewFact[] facts) => Journal.Append(Appending(stream, expected, facts));

    /// <summary>So many facts, one append each.</summary>
    public async Task Fill(string stream, int count)
    {
        for (var i = 0; i < count; i++)
            (await Append(stream, i, Fact(string.Create(CultureInfo.InvariantCulture, $"text {i}"), $"post/{i}"))).ShouldBeOfType<AppendResult.Stored>();
    }

    public Task<ImmutableArray<RecordedFact>> Read(string stream) => Journal.ReadStream(stream, 0, 10_000);

    public VerificationReport Verify() => Verification.Of(Layout);

    public async Task Close()
    {
        await Journal.DisposeAsync();
        Folder.Dispose();
    }

    public void Open()
    {
        Folder = DataFolder.Open(Path, Noon);
        Journal = new SqliteJournal(Folder, beforeEachStorageCall: () => BeforeEachCall());
    }

    public async Task Reopen()
    {
        await Close();
        Open();
    }

    /// <summary>Writes around the server, as bit rot, mistakes and attackers do.</summary>
    public async Task Tamper(string sql)
    {
        await Close();
        using (var connection = SqliteFile.Open(Layout.Journal, SqliteKind.Journal)) connection.Run(sql);
        Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        SqliteConnection.ClearAllPools();
        temporary.Dispose();
    }
}
