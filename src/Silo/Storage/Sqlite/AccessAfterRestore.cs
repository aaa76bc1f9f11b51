using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;

namespace PublicBuyers.Storage;

/// <summary>What a restore took back of ending and using: sessions that had been ended would run again, links that had been used would work again.</summary>
/// <param name="Sessions">Ended; those that had not been ended before are among them.</param>
/// <param name="Links">To sign in or to become an administrator, that work no longer.</param>
internal sealed record AccessAfterRestore(int Sessions, int Links)
{
    /// <summary>
    /// Ends all sessions, closes all links and codes, and has the keys that seal cookies made anew. Facts say so, in each member's own
    /// stream; no effect follows from them.
    /// </summary>
    public static AccessAfterRestore End(DataFolderLayout layout, DateTimeOffset now)
    {
        // Cookies and forms are sealed with these; the next start makes new ones.
        foreach (var key in Directory.EnumerateFiles(layout.Keys, "key-*.xml").ToArray()) File.Delete(key);

        using var connection = SqliteFile.Open(layout.Journal, SqliteKind.Journal);
        using var tables = new JournalTables(connection, beforeEach: null);
        var streams = connection.Rows("SELECT name FROM streams ORDER BY id").Select(row => row.GetString(0)).ToArray();
        tables.Begin();
        var (sessions, links) = (0, 0);
        foreach (var stream in streams)
        {
            var kind = stream[..(stream.IndexOf('/') + 1)];
            var ended = kind switch
            {
                "member/" => Fold<Member, MemberEvent>(connection, stream).Sessions
                    .Select(session => FactCodec<MemberEvent>.Write(new MemberEvent.SessionEnded(session.Session))).ToImmutableArray(),
                "address/" => Fold<Address, AddressEvent>(connection, stream).Pending
                    .Select(link => FactCodec<AddressEvent>.Write(new AddressEvent.LinkExpired(link.Link)))
                    .ToImmutableArray(),
                "platform/" => Fold<Platform.Administration, AdministrationEvent>(connection, stream).Invitation is null
                    ? []
                    : [FactCodec<AdministrationEvent>.Write(new AdministrationEvent.AdministratorInvited(HashOfNothing(), null))],
                _ => [],
            };
            foreach (var facts in ended.Chunk(JournalLimits.MostFacts)) Append(tables, stream, [.. facts], now);
            if (kind == "member/") sessions += ended.Length;
            else links += ended.Length;
        }

        tables.Commit();
        return new(sessions, links);
    }

    /// <summary>Of a token that nobody has: only the newest link works, and this is the newest now.</summary>
    private static string HashOfNothing() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes));

    private static TState Fold<TState, TEvent>(SqliteConnection journal, string stream) where TState : IFolded<TState, TEvent> where TEvent : Fact
    {
        var state = TState.Empty;
        try
        {
            foreach (var fact in Read(journal, stream)) state = state.Apply(FactCodec<TEvent>.Read(fact));
        }
        catch (UnreadableFactException)
        {
            // A newer version wrote it. Its stream is closed for writing anyway, and without the keys no cookie of it is good.
        }

        return state;
    }

    private static IEnumerable<RecordedFact> Read(SqliteConnection journal, string stream)
    {
        var digest = ChainDigest.Before(stream);
        var facts = new List<RecordedFact>();
        using var all = new Statement(journal, """
            SELECT f.position, f.sequence, t.name, f.version, f.subject, f.at, f.member, f.imported, f.payload, f.salt, f.payload_hash, f.digest
              FROM facts f JOIN types t ON t.id = f.type WHERE f.stream = (SELECT id FROM streams WHERE name = ?1) ORDER BY f.sequence
            """);
        all.Bind(1, stream).Each(row =>
        {
            facts.Add(JournalReader.Read(row, stream, digest));
            digest = row.Blob(11).ToArray();
            return true;
        });
        return facts;
    }

    private static void Append(JournalTables tables, string stream, ImmutableArray<NewFact> facts, DateTimeOffset now)
    {
        var append = new Append(stream, tables.Head(stream).Sequence, facts, MemberId.System, now, [], null, Imported: true);
        if (new JournalAppend(append).Store(tables) is not AppendResult.Stored) throw new DataFolderException($"The stream \"{stream}\" could not be written. Restore again.");
    }
}
