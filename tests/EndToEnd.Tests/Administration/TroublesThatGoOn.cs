using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Administration;

/// <summary>What fails once a second leaves a line when it begins and one when it is over.</summary>
public sealed class TroublesThatGoOn
{
    private const int Failed = 1104;
    private const int GoesOn = 1109;

    [Fact]
    public async Task Of_who_follows_the_journal_are_told_when_they_begin_and_when_they_are_over()
    {
        var (log, disk) = (new LogLines(), new Disk());
        await using var server = await LiveServer.Start(adjust: services =>
            services
                .AddSingleton<ILoggerProvider>(log)
                .AddSingleton<IDirectoryRows>(provider => new Rows(
                    provider.GetRequiredService<SqliteDirectory>(),
                    disk
                ))
        );
        var ada = await server.SignIn("Ada");

        disk.Fills();
        await server.Found("cpb", ada);
        await disk.Refused(times: 3);
        log.All.Count(line => line.Id == Failed).ShouldBe(1);
        var told = await log.Says(Failed);
        told.Text.ShouldContain("the disk is full");
        told.Fault.ShouldBeNull("a full disk needs no stack");

        disk.HasRoom();
        (await log.Says(GoesOn)).Text.ShouldContain(" failures");
        log.All.Count(line => line.Id == Failed).ShouldBe(1);
    }

    [Fact]
    public void Of_another_kind_are_told_too_and_those_of_two_things_end_together()
    {
        var (troubles, one, other) = (new Troubles(), new object(), new object());

        troubles.IsNew(one, new IOException()).ShouldBeTrue();
        troubles.IsNew(one, new IOException()).ShouldBeFalse();
        troubles.IsNew(other, new IOException()).ShouldBeFalse();
        troubles.IsNew(other, new InvalidOperationException()).ShouldBeTrue();
        troubles.OverAfter(one).ShouldBe(0);
        troubles.OverAfter(other).ShouldBe(4);
        troubles.OverAfter(other).ShouldBe(0);
        troubles.IsNew(one, new IOException()).ShouldBeTrue();
    }

    private sealed class Disk
    {
        private TaskCompletionSource<int> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool isFull;
        private int refused;

        public void Fills() => isFull = true;

        public void HasRoom() => isFull = false;

        public async Task Refused(int times)
        {
            while (true)
            {
                var another = Volatile.Read(ref next).Task;
                if (Volatile.Read(ref refused) >= times)
                    return;

                await another.WaitAsync(TimeSpan.FromSeconds(60));
            }
        }

        public void Write()
        {
            if (!isFull)
                return;

            var count = Interlocked.Increment(ref refused);
            Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(count);
            throw new DiskFullException("Nothing can be written: the disk is full.", new IOException());
        }
    }

    private sealed class Rows(SqliteDirectory real, Disk disk) : IDirectoryRows
    {
        public Task<long> Position(int partition, CancellationToken cancel = default) =>
            ((IDirectoryRows)real).Position(partition, cancel);

        public Task<long> Write(
            int partition,
            long expected,
            long position,
            IReadOnlyList<DirectoryRow> rows,
            CancellationToken cancel = default
        )
        {
            disk.Write();
            return ((IDirectoryRows)real).Write(partition, expected, position, rows, cancel);
        }

        public void WhenAwaited(Action<long> hurry) => ((IDirectoryRows)real).WhenAwaited(hurry);
    }
}
