using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Testing;

namespace PublicBuyers.Storage;

/// <summary>F2: each command of the product is given while the first, the second, … the last storage call fails.</summary>
public sealed class TheNthStorageCallFails
{
    /// <summary>Ten rows are written with some three calls each; a command that needs more of them than this has gone wrong.</summary>
    private const int MostCalls = 200;

    [Fact]
    public async Task Every_command_is_stored_as_a_whole_or_not_at_all_and_given_again_does_what_it_would_have_done()
    {
        var undisturbed = await Told(failing: false);
        var disturbed = await Told(failing: true);

        disturbed.Visited.ShouldBeGreaterThan(undisturbed.Steps.Count * 3, "a command is more than one storage call");
        foreach (var (expected, step) in undisturbed.Steps.Zip(disturbed.Steps))
            step.ShouldBe(expected);
    }

    [Fact]
    public async Task No_command_is_left_out()
    {
        var given = (await Told(failing: false)).Commands;
        var commands = new[] { typeof(Command).Assembly, typeof(JournaledGrain<,>).Assembly }
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(Command)) && !type.IsAbstract);

        commands.Where(command => !given.Contains(command)).Select(command => command.Name).Order(StringComparer.Ordinal).ShouldBeEmpty();
    }

    private static async Task<Telling> Told(bool failing)
    {
        using var temporary = new TemporaryFolder();
        using var folder = DataFolder.Open(temporary["data"], FakeClock.Noon);
        var faults = new Faults();
        await using var journal = new SqliteJournal(folder, beforeEachStorageCall: faults.Visit);
        await using var world = await GrainWorld.Start(services => services.AddSingleton<IJournal>(journal).AddSingleton<IStreamHeads>(journal));
        var telling = new Telling(world, journal, faults, failing);
        await Story.Tell(telling);
        return telling;
    }

    /// <summary>A story as it is told: each step a command that something may keep from being stored.</summary>
    internal sealed class Telling(GrainWorld world, SqliteJournal journal, Faults faults, bool failing)
    {
        public GrainWorld World => world;

        /// <summary>What each step stored.</summary>
        public List<string> Steps { get; } = [];

        public HashSet<Type> Commands { get; } = [];

        /// <summary>Storage calls that failed.</summary>
        public int Visited { get; private set; }

        /// <summary>Fails at each storage call in turn, then goes through, and once more.</summary>
        /// <param name="prepares">Streams in which something is kept first that means nothing without the command.</param>
        public async Task<T> Gives<TCommand, T>(TCommand command, Func<TCommand, Task<Outcome<T>>> give, string? prepares = null) where TCommand : Command
        {
            Commands.Add(command.GetType());
            var before = await journal.LastPosition();
            for (var nth = 1; failing; nth++)
            {
                nth.ShouldBeLessThan(MostCalls, command.ToString());
                faults.Arm(nth);
                try
                {
                    _ = await give(command);
                }
                catch (Exception) when (faults.HaveStruck)
                {
                }

                if (!faults.HaveStruck) break;

                Visited++;
                (await journal.ReadAll(before, 1_000))
                    .Where(fact => prepares is null || !fact.Stream.StartsWith(prepares, StringComparison.Ordinal))
                    .Select(fact => fact.Type)
                    .ShouldBeEmpty($"{command.GetType().Name}, storage call {nth}");
            }

            faults.Disarm();
            var answer = await give(command);
            answer.Refusal.ShouldBeNull(command.ToString());
            var after = await journal.LastPosition();
            (await give(command)).Refusal.ShouldBeNull($"{command.GetType().Name}, given again");
            (await journal.LastPosition()).ShouldBe(after, $"{command.GetType().Name}, given again");
            var stored = await journal.ReadAll(before, 1_000);
            Steps.Add($"{command.GetType().Name}: {string.Join(", ", stored.Select(fact => $"{fact.Stream} {fact.Type}"))}");
            return answer.Value!;
        }

        /// <summary>What follows from it has been done.</summary>
        public async Task Follows()
        {
            await world.Attend();
            await world.Follow();
            await world.Follow();
        }
    }

    internal sealed class Faults
    {
        private volatile int left;
        private volatile bool struck;

        public bool HaveStruck => struck;

        public void Arm(int nth) => (struck, left) = (false, nth);

        public void Disarm() => (struck, left) = (false, 0);

        public void Visit()
        {
            if (left == 0 || --left > 0) return;

            struck = true;
            throw new IOException("The disk does not answer.");
        }
    }
}
