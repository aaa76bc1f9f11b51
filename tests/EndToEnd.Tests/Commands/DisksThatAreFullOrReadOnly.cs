using System.Runtime.Versioning;
using System.Text;
using PublicBuyers.Commands;
using PublicBuyers.EndToEnd.Tests.Administration;
using PublicBuyers.Journal;
using PublicBuyers.Storage;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Commands;

/// <summary>
/// What can be done with a disk that takes nothing more is done; what cannot is said, and leaves nothing behind.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class DisksThatAreFullOrReadOnly : IDisposable
{
    private const int Facts = 20;

    private static readonly DateTimeOffset now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [MountTheory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(60)]
    [InlineData(200)]
    public async Task Of_a_new_folder_leave_no_half_of_it(int free)
    {
        var (_, output, errors) = await Run(
            $"""
            mkdir disk/empty; fill {free}
            $server init --data disk/empty; echo "ended with $?"
            $server init --data disk/new; echo "ended with $?"
            $server serve --demo --data disk/demo --url http://127.0.0.1:0; echo "ended with $?"
            ls -A disk disk/empty
            """
        );

        output.ShouldBe("ended with 1\nended with 1\nended with 1\ndisk:\nballast\nempty\n\ndisk/empty:\n", errors);
        errors
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldAllBe(line => line.Contains("full. Make room", StringComparison.Ordinal));
    }

    [MountTheory]
    [InlineData(0)]
    [InlineData(60)]
    [InlineData(100)]
    public async Task In_the_middle_of_a_restore_leave_nothing_of_it(int free)
    {
        DataFolder.Open(folder["data"], now).Dispose();

        var (_, output, errors) = await Run(
            $"""
            $server backup saved.zip --data data >/dev/null; mkdir disk/empty; fill {free}
            $server restore saved.zip --data disk/empty; echo "ended with $?"
            $server restore saved.zip --data disk/new; echo "ended with $?"
            ls -A disk disk/empty
            """
        );

        output.ShouldBe("ended with 1\nended with 1\ndisk:\nballast\nempty\n\ndisk/empty:\n", errors);
        errors
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ShouldAllBe(line => line.Contains("nothing was restored. Make room", StringComparison.Ordinal));
    }

    [MountFact]
    public async Task That_are_to_take_a_backup_keep_no_part_of_it()
    {
        DataFolder.Open(folder["data"], now).Dispose();

        var (_, output, errors) = await Run(
            """
            fill 20
            $server backup disk/saved.zip --data data; echo "ended with $?"
            $server backup disk/nowhere/saved.zip --data data; echo "ended with $?"
            ls -A disk
            """
        );

        output.ShouldBe("ended with 1\nended with 1\nballast\n", errors);
        errors.ShouldContain("saved.zip\" could not be made: its disk is full.");
        errors.ShouldContain("nowhere\" for the backup. Make it, mount its disk, or correct the path.");
    }

    /// <summary>
    /// What was committed and is in the database's log only comes along. SQLite would have to write to see it.
    /// </summary>
    [MountTheory]
    [InlineData("fill 0", true)]
    [InlineData("fill 0", false)]
    [InlineData("mount -o remount,ro disk", true)]
    [InlineData("mount -o remount,ro disk", false)]
    public async Task Are_backed_up_to_another_disk_with_all_that_is_committed(string trouble, bool isKilled)
    {
        await Write(folder["data"], folder[isKilled ? "killed" : "unused"]);

        var (code, output, errors) = await Run(
            $"""
            cp -r {(isKilled ? "killed" : "data")} disk/data; {trouble}; state >before
            $server backup saved.zip --data disk/data && $server restore saved.zip --data restored &&
            $server verify --data restored; code=$?
            state | diff before - && exit $code
            """
        );

        code.ShouldBe(0, output + errors);
        output.ShouldContain($"everything up to position {Facts}");
        output.ShouldContain($"{Facts} facts in 1 streams");
    }

    [MountFact]
    public async Task Are_not_taken_for_a_server_that_runs()
    {
        await Write(folder["data"], folder["killed"]);

        var (_, output, errors) = await Run(
            """
            cp -r killed disk/data; mount -o remount,ro disk
            for command in "serve --url http://127.0.0.1:0" init administrator-link "doctor --mend" verify doctor; do
              $server $command --data disk/data; echo "ended with $?"
            done
            """
        );

        output.Split('\n').Count(line => line == "ended with 1").ShouldBe(6, output);
        errors.ShouldNotContain("in use");
        errors.ShouldContain("its file system is mounted read-only. Mount it for writing");
        errors.ShouldContain("was not closed in order, and SQLite cannot look at it without writing beside it");
        errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(5, errors);
    }

    [MountFact]
    public async Task That_are_read_only_are_verified_when_the_folder_was_closed_in_order()
    {
        await Write(folder["data"], folder["unused"]);

        var (code, output, errors) = await Run(
            "cp -r data disk/data; mount -o remount,ro disk; $server verify --data disk/data"
        );

        code.ShouldBe(ExitCodes.Done, errors);
        output.ShouldContain($"{Facts} facts in 1 streams");
    }

    /// <summary>Much room is left, and yet no file can be made.</summary>
    [MountTheory]
    [InlineData("disk/data")]
    [InlineData("disk/new")]
    public async Task Without_room_for_one_more_file_are_told_by_the_doctor_who_tries_it(string looked)
    {
        DataFolder.Open(folder["data"], now).Dispose();

        var (code, output, errors) = await Run(
            $"""
            cp -r data disk/data; mount -o remount,nr_inodes=100 disk; ls -A disk/data >before
            i=0; while touch disk/ballast$i 2>/dev/null; do i=$((i+1)); done
            $server doctor --data {looked}; code=$?
            ls -A disk/data | diff before - && exit $code
            """
        );

        code.ShouldBe(ExitCodes.Refused, output + errors);
        output.ShouldMatch("MEND +data folder.*\"[^\"]*/disk[^\"]*\" cannot be written: the disk is full. Make room");
    }

    /// <summary>After a fault the mount still says that it can be written, and so do the rights.</summary>
    [FaultyDiskFact]
    public async Task That_the_system_has_closed_after_a_fault_are_told_by_the_doctor_and_the_start()
    {
        DataFolder.Open(folder["data"], now).Dispose();

        var (_, output, errors) = await Run(
            $"""
            {FaultyDiskFactAttribute.Mounted}
            cp -r data disk/data; breaks
            for command in doctor "serve --url http://127.0.0.1:0"; do
              $server $command --data disk/data; echo "ended with $?"
            done
            """
        );

        output.Split('\n').Count(line => line == "ended with 1").ShouldBe(2, output + errors);
        foreach (var said in new[] { output, errors })
            said.ShouldContain("cannot be written: the system has closed its file system for writing, mostly after a fault");
    }

    private Task<(int Code, string Output, string Errors)> Run(string script) =>
        ServerProcess.RunOnASmallDisk(folder.Path, script);

    /// <summary>
    /// A folder that is closed in order, and a copy of it as a crash leaves it: the facts are in the log only.
    /// </summary>
    private static async Task Write(string data, string killed)
    {
        using var opened = DataFolder.Open(data, now);
        await using var journal = new SqliteJournal(opened);
        for (var head = 0; head < Facts; head++)
            await journal.Append(
                new(
                    "room/net/one",
                    head,
                    [new NewFact("test.said", 1, "post/1", Encoding.UTF8.GetBytes("Said."))],
                    MemberId.System,
                    now,
                    [],
                    null
                )
            );

        Directory.CreateDirectory(killed);
        foreach (var inside in Directory.EnumerateDirectories(data))
            Directory.CreateDirectory(Path.Combine(killed, Path.GetFileName(inside)));
        foreach (
            var file in Directory
                .EnumerateFiles(data, "*", SearchOption.AllDirectories)
                .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal))
        )
            if (Path.GetExtension(file) is not (".lock" or ".pid"))
                File.Copy(file, Path.Combine(killed, Path.GetRelativePath(data, file)));
        new FileInfo(Path.Combine(killed, "journal.db-wal")).Length.ShouldBeGreaterThan(0);
    }
}

/// <summary>Needs the right to mount a file of its own as a disk, and a kernel that closes it on demand.</summary>
public sealed class FaultyDiskFactAttribute : Xunit.FactAttribute
{
    /// <summary>Puts an ext4 disk in the place of <c>disk</c>; <c>breaks</c> has the system find a fault in it.</summary>
    public const string Mounted = """
        umount disk; dd if=/dev/zero of=image bs=1M count=24 2>/dev/null && mkfs.ext4 -q -F image || exit 97
        mount -o loop,errors=remount-ro image disk || exit 97
        fault=/sys/fs/ext4/$(basename "$(findmnt -n -o SOURCE disk)")/trigger_fs_error
        breaks() { echo 1 >"$fault"; }

        """;

    private static readonly Lazy<bool> may = new(() =>
    {
        using var folder = new TemporaryFolder();
        const string Check = Mounted + "breaks && grep -q emergency_ro /proc/mounts";
        return ServerProcess.MayMount
            && ServerProcess.RunOnASmallDisk(folder.Path, Check).GetAwaiter().GetResult().Code == 0;
    });

    public FaultyDiskFactAttribute() =>
        Skip = may.Value ? null : "This machine cannot mount a disk that has a fault (ext4 on a loop device).";
}

/// <inheritdoc cref="MountFactAttribute"/>
public sealed class MountTheoryAttribute : TheoryAttribute
{
    public MountTheoryAttribute() => Skip = new MountFactAttribute().Skip;
}
