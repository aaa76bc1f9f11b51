using System.Collections.Immutable;
using PublicBuyers.Journal;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;

namespace PublicBuyers.Demonstration;

/// <summary>
/// The platform as its communities described it in May 2024, and three weeks of conversation that end when the folder was
/// made. People have invented given names and a role.
/// </summary>
/// <param name="made">When the folder was made.</param>
internal sealed class Demonstration(DateTimeOffset made) : IDemonstration
{
    /// <summary>A present that ended longer ago than this is stale: the greeting offers to make the folder anew.</summary>
    public static readonly TimeSpan StaysFresh = TimeSpan.FromDays(7);

    public static readonly MemberId Administrator = Person.Called("administrator");

    private readonly Content content = Content.Embedded(made);

    public ImmutableArray<DemonstrationPerson> People =>
        [.. content.People.Where(person => person.Role.Length > 0).Select(person => new DemonstrationPerson(person.Member, person.Name, person.Organisation, person.Role))];

    /// <summary>What is written while the server runs, in this order.</summary>
    public ImmutableArray<Remark> Remarks => content.Remarks;

    /// <summary>Writes the history into the journal. What is there already is not written again, wherever an earlier filling stopped.</summary>
    /// <exception cref="InvalidOperationException">The journal holds something else where the history belongs.</exception>
    public async Task Fill(IJournal journal, IAddressKeys keys, IReadMarks marks, CancellationToken cancel)
    {
        var everything = History.Of(content, keys);
        var history = everything.Appends;
        if (await Holds(journal, history[^1], cancel)) return;

        await Task.WhenAll(from person in content.People from room in everything.Read select marks.Put(person.Member, room.Key, null, room.Value, cancel));

        var missing = await journal.LastPosition(cancel) == 0 ? history : await Missing(journal, history, cancel);
        foreach (var wave in Waves(missing))
            await Task.WhenAll(wave.Select(append => Store(journal, append, cancel)));
    }

    /// <summary>Appends that can be on their way together: in the order of time, each stream once.</summary>
    internal static IEnumerable<List<Append>> Waves(ImmutableArray<Append> appends)
    {
        var (wave, streams) = (new List<Append>(), new HashSet<string>());
        foreach (var append in appends)
        {
            if (!streams.Add(append.Stream))
            {
                yield return wave;
                (wave, streams) = ([], [append.Stream]);
            }

            wave.Add(append);
        }

        yield return wave;
    }

    private static async Task Store(IJournal journal, Append append, CancellationToken cancel)
    {
        if (await journal.Append(append, cancel) is not AppendResult.Stored) throw SomethingElse(append.Stream);
    }

    private static async Task<ImmutableArray<Append>> Missing(IJournal journal, ImmutableArray<Append> history, CancellationToken cancel)
    {
        var missing = ImmutableArray.CreateBuilder<Append>();
        foreach (var append in history)
            if (!await Holds(journal, append, cancel)) missing.Add(append);

        return missing.ToImmutable();
    }

    /// <summary>An append is stored whole or not at all: its first fact tells.</summary>
    private static async Task<bool> Holds(IJournal journal, Append append, CancellationToken cancel)
    {
        var stored = await journal.ReadStream(append.Stream, append.Expected, 1, cancel);
        if (stored.IsEmpty) return false;

        var (fact, expected) = (stored[0], append.Facts[0]);
        return fact.Imported && (fact.Type, fact.Subject, fact.At) == (expected.Type, expected.Subject, append.At) ? true : throw SomethingElse(append.Stream);
    }

    private static InvalidOperationException SomethingElse(string stream) =>
        new($"Stream \"{stream}\" holds something else than the demonstration data. Begin with an empty data directory.");
}
