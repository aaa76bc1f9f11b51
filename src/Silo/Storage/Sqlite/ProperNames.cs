using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using PublicBuyers.Communities;

namespace PublicBuyers.Storage;

/// <summary>
/// Short names that end in a line feed, as the rule of an earlier version let them in, and the proper ones that take their place:
/// the same without the line feed, and with a number where that is taken.
/// </summary>
internal sealed class ProperNames
{
    /// <summary>What a community is called by in payloads, where its name stands alone.</summary>
    private static readonly string[] CommunityFields = ["community", "side"];

    /// <summary>Of numbers behind a name that is taken.</summary>
    private const int MostTries = 10_000;

    private const string CommunityStreams = "community/";

    private readonly SortedDictionary<string, string> communities = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> rooms = new(StringComparer.Ordinal);

    private ProperNames()
    {
    }

    public bool IsEmpty => communities.Count == 0 && rooms.Count == 0;

    /// <summary>Old and new addresses of all that is renamed, rooms of renamed communities only where their own name changes.</summary>
    public IEnumerable<(string Before, string After)> All =>
        communities.Select(name => ($"community \"{OneLine(name.Key)}\"", $"\"{name.Value}\""))
            .Concat(rooms.Select(name => ($"room \"{OneLine(name.Key)}\"", $"\"{name.Value}\"")));

    /// <summary>Looks through the streams of communities. The same folder gives the same names each time.</summary>
    /// <exception cref="DataFolderException">There is no proper name left for one of them.</exception>
    public static ProperNames Of(SqliteConnection journal)
    {
        var names = new ProperNames();
        var streams = journal.Rows("SELECT name FROM streams").Select(row => row.GetString(0)).ToArray();
        var partitions = journal.Rows("SELECT DISTINCT max(partition) + 1 FROM cursors GROUP BY follower").Select(row => row.GetInt32(0)).ToArray();

        var founded = streams.Where(stream => stream.StartsWith(CommunityStreams, StringComparison.Ordinal))
            .Select(stream => stream[CommunityStreams.Length..]).ToHashSet(StringComparer.Ordinal);
        foreach (var slug in founded.Where(EndsInALineFeed).Order(StringComparer.Ordinal).ToArray())
        {
            founded.Add(names.communities[slug] = FreeName(slug, founded, name =>
            {
                names.communities[slug] = name;
                return KeepsItsFollowers(streams, names.In, partitions);
            }));
        }

        var opened = Opened(journal);
        foreach (var room in opened.Where(room => EndsInALineFeed(room.Slug)).OrderBy(room => room.Value, StringComparer.Ordinal).ToArray())
        {
            var taken = opened.Where(other => other.Community == room.Community).Select(other => other.Slug).ToHashSet(StringComparer.Ordinal);
            var free = FreeName(room.Slug, taken, name =>
            {
                names.rooms[room.Value] = names.InCommunities(new RoomId(room.Community, name).Value);
                return KeepsItsFollowers([Streams.Of(room)], names.In, partitions);
            });
            opened.Add(new(room.Community, free));
        }

        return names;
    }

    private static HashSet<RoomId> Opened(SqliteConnection journal) =>
        journal.Rows("SELECT f.payload FROM facts f JOIN types t ON t.id = f.type WHERE t.name = 'community.room-opened' AND f.payload IS NOT NULL")
            .Select(row => JsonNode.Parse(row.GetFieldValue<byte[]>(0))?["room"]?.GetValue<string>()).OfType<string>().Select(room => new RoomId(room)).ToHashSet();

    /// <summary>A stream that changed its partition would be followed anew, or not at all, from where that partition stands.</summary>
    private static bool KeepsItsFollowers(IEnumerable<string> streams, Func<string, string> renamed, int[] partitions) => streams.All(stream =>
        partitions.All(count => Journal.StableHash.Partition(stream, count) == Journal.StableHash.Partition(renamed(stream), count)));

    /// <summary>Of a stream, a subject, an id or a key made of them; unchanged where nothing in it is renamed.</summary>
    public string In(string text)
    {
        if (!text.Contains('\n', StringComparison.Ordinal)) return text;

        foreach (var (before, after) in rooms) text = text.Replace(before, after, StringComparison.Ordinal);
        return InCommunities(text);
    }

    /// <summary>The subject of a fact: one of a community's own names only the room's short name.</summary>
    public string InSubject(string stream, string subject)
    {
        const string roomSubjects = "room/";
        if (!stream.StartsWith(CommunityStreams, StringComparison.Ordinal) || !subject.StartsWith(roomSubjects, StringComparison.Ordinal)) return In(subject);

        var room = new RoomId(new CommunityId(stream[CommunityStreams.Length..]), subject[roomSubjects.Length..]);
        return rooms.TryGetValue(room.Value, out var after) ? roomSubjects + new RoomId(after).Slug : subject;
    }

    /// <summary>Renames inside a payload. Texts that people wrote stay as they are.</summary>
    /// <returns>Whether anything changed.</returns>
    public bool Rename(JsonNode? node)
    {
        var changed = false;
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields.ToArray())
                {
                    if (Renamed(name, value) is { } after)
                    {
                        fields[name] = after;
                        changed = true;
                    }
                    else changed |= Rename(value);

                    if (!IsId(name) || In(name) is not { } key || key == name) continue;

                    var kept = fields[name];
                    fields.Remove(name);
                    fields[key] = kept;
                    changed = true;
                }

                break;
            case JsonArray elements:
                for (var i = 0; i < elements.Count; i++)
                {
                    if (Renamed("", elements[i]) is { } after)
                    {
                        elements[i] = after;
                        changed = true;
                    }
                    else changed |= Rename(elements[i]);
                }

                break;
        }

        return changed;
    }

    private string? Renamed(string field, JsonNode? value)
    {
        if (value is not JsonValue single || !single.TryGetValue<string>(out var text)) return null;
        if (CommunityFields.Contains(field, StringComparer.Ordinal) && communities.TryGetValue(text, out var community)) return community;

        return IsId(text) && In(text) is { } after && after != text ? after : null;
    }

    /// <summary>A slash, and nothing that could not stand in an id: no text of a person looks like that and names a renamed room.</summary>
    private static bool IsId(string text) =>
        text.Contains('\n', StringComparison.Ordinal) && text.Contains('/', StringComparison.Ordinal)
        && text.All(letter => letter is '\n' or '/' or '-' or '+' or '~' || char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter));

    /// <summary>A community's name ends where a room's begins, at the plus of a bridge, or with the text.</summary>
    private string InCommunities(string text)
    {
        foreach (var (before, after) in communities)
        {
            for (var at = text.IndexOf(before, StringComparison.Ordinal); at >= 0; at = text.IndexOf(before, at + after.Length, StringComparison.Ordinal))
            {
                if (at > 0 && text[at - 1] is not ('/' or '+')) continue;
                text = string.Concat(text.AsSpan(0, at), after, text.AsSpan(at + before.Length));
            }
        }

        return text;
    }

    private static bool EndsInALineFeed(string slug) => slug.EndsWith('\n') && Slugs.IsSlug(slug[..^1]);

    private static string FreeName(string slug, HashSet<string> taken, Func<string, bool> isGood)
    {
        var proper = slug[..^1];
        for (var number = 1; number <= MostTries; number++)
        {
            var end = number == 1 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-{number}");
            var name = proper[..Math.Min(proper.Length, Slugs.Longest - end.Length)].TrimEnd('-') + end;
            if (!taken.Contains(name) && !CommunityRules.IsTaken(name) && isGood(name)) return name;
        }

        throw new DataFolderException($"There is no free name like \"{proper}\" for \"{OneLine(slug)}\". Report this: nothing was changed.");
    }

    private static string OneLine(string name) => name.Replace("\n", @"\n", StringComparison.Ordinal);
}
