using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using PublicBuyers.Journal;
using PublicBuyers.Publications;

namespace PublicBuyers.Storage;

/// <summary>Writes publications into views.db, and reads them back sealed.</summary>
internal static class PublicationRows
{
    public const string Columns = "number, id, community, author, state, written, written_words, written_at, shown, kind, classification, published_at, revised_at, seal";

    public static readonly string[] Tables = ["publications", "publication_participants", "publication_index"];

    public static void Put(SqliteConnection connection, DirectoryRow row)
    {
        switch (row)
        {
            case DirectoryRow.OfWriting writing:
                var known = Find(connection, writing.Publication);
                var card = new Card(writing.Content.Kind, writing.Content.Title, writing.Content.Summary, writing.Content.Classification, [.. writing.Content.Participants.Select(member => member.Value)], writing.Content.Attachments.Length);
                Put(connection, (known ?? new Row(0, writing.Publication.Value, writing.Author.Value, PublicationState.Draft, card, "", 0, null, null, null)) with
                {
                    Written = card,
                    Words = string.Join(' ', writing.Words),
                    WrittenAt = writing.At.UtcTicks,
                });
                break;
            case DirectoryRow.OfPublishing { Publication: var id, At: var at } when Find(connection, id) is { } published:
                var shown = Put(connection, published with { State = PublicationState.Published, Shown = published.Written, PublishedAt = published.PublishedAt ?? at.UtcTicks, RevisedAt = at.UtcTicks });
                Show(connection, shown);
                break;
            case DirectoryRow.OfPublicationState { Publication: var id, State: var state } when Find(connection, id) is { } changed:
                // What was taken back or returned is what it was before.
                var becomes = state switch
                {
                    PublicationState.Draft when changed.Shown is not null => PublicationState.Published,
                    PublicationState.Draft when changed.PublishedAt is not null => PublicationState.Withdrawn,
                    PublicationState.Withdrawn when changed.State is PublicationState.Waiting => PublicationState.Waiting,
                    _ => state,
                };
                var hidden = Put(connection, changed with { State = becomes, Shown = state is PublicationState.Withdrawn ? null : changed.Shown });
                if (state is PublicationState.Withdrawn) Hide(connection, hidden.Number);
                break;
        }
    }

    public static Row Read(SqliteDataReader row)
    {
        var read = new Row(
            row.GetInt64(0), row.GetString(1), row.GetString(3), (PublicationState)row.GetInt32(4),
            JsonSerializer.Deserialize<Card>(row.GetString(5), FactJson.Options)!, row.GetString(6), row.GetInt64(7),
            row.IsDBNull(8) ? null : JsonSerializer.Deserialize<Card>(row.GetString(8), FactJson.Options),
            row.IsDBNull(11) ? null : row.GetInt64(11),
            row.IsDBNull(12) ? null : row.GetInt64(12));
        return read.Seal() == row.GetInt64(13) ? read : throw PostRows.Damaged("publications", read.Number);
    }

    private static Row? Find(SqliteConnection connection, PublicationId id) =>
        connection.Rows($"SELECT {Columns} FROM publications WHERE id = $id", ("$id", id.Value)).Select(Read).FirstOrDefault();

    private static Row Put(SqliteConnection connection, Row row)
    {
        if (row.Number == 0) row = row with { Number = Convert.ToInt64(connection.Scalar("SELECT coalesce(max(number), 0) + 1 FROM publications"), System.Globalization.CultureInfo.InvariantCulture) };
        connection.Run(
            $"INSERT INTO publications ({Columns}) VALUES ($number, $id, $community, $author, $state, $written, $words, $at, $shown, $kind, $classification, $published, $revised, $seal) ON CONFLICT (number) DO UPDATE SET state = excluded.state, written = excluded.written, written_words = excluded.written_words, written_at = excluded.written_at, shown = excluded.shown, kind = excluded.kind, classification = excluded.classification, published_at = excluded.published_at, revised_at = excluded.revised_at, seal = excluded.seal",
            ("$number", row.Number), ("$id", row.Id), ("$community", new PublicationId(row.Id).Community.Value), ("$author", row.Author), ("$state", (int)row.State),
            ("$written", JsonOf(row.Written)), ("$words", row.Words), ("$at", row.WrittenAt),
            ("$shown", row.Shown is { } shown ? JsonOf(shown) : null), ("$kind", (int?)row.Shown?.Kind), ("$classification", (int?)row.Shown?.Classification),
            ("$published", row.PublishedAt), ("$revised", row.RevisedAt), ("$seal", row.Seal()));
        return row;
    }

    private static void Show(SqliteConnection connection, Row row)
    {
        Hide(connection, row.Number);
        foreach (var member in row.Shown!.Participants) connection.Run("INSERT OR IGNORE INTO publication_participants (publication, member) VALUES ($number, $member)", ("$number", row.Number), ("$member", member));
        connection.Run("INSERT INTO publication_index (rowid, words) VALUES ($number, $words)", ("$number", row.Number), ("$words", row.Words));
    }

    private static void Hide(SqliteConnection connection, long number)
    {
        connection.Run("DELETE FROM publication_participants WHERE publication = $number", ("$number", number));
        connection.Run("DELETE FROM publication_index WHERE rowid = $number", ("$number", number));
    }

    private static string JsonOf(Card card) => JsonSerializer.Serialize(card, FactJson.Options);

    internal sealed record Card(PublicationKind Kind, string Title, string Summary, Classification Classification, ImmutableArray<string> Participants, int Attachments);

    /// <param name="Shown">What is published; none once it is withdrawn.</param>
    internal sealed record Row(long Number, string Id, string Author, PublicationState State, Card Written, string Words, long WrittenAt, Card? Shown, long? PublishedAt, long? RevisedAt)
    {
        public PublicationEntry Entry(Card card, long at, long updated) => new(
            new(Id), card.Kind, State, card.Title, card.Summary, card.Classification, new(Author), new(at, TimeSpan.Zero), new(updated, TimeSpan.Zero), card.Attachments);

        public long Seal() => ChainDigest.Seal("publication", Id, Author, $"{(int)State}/{JsonOf(Written)}/{(Shown is { } shown ? JsonOf(shown) : "")}/{PublishedAt}/{RevisedAt}/{Words}", [], WrittenAt);
    }
}
