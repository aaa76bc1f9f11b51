using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PublicBuyers.Running;

namespace PublicBuyers.EndToEnd.Tests;

/// <summary>The executable in a process of its own, as operators run it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private const string ListensOn = "it listens on ";

    private static string Program => typeof(ServerOptions).Assembly.Location;

    private static readonly string[] AsNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "dotnet", "exec"];

    private readonly Process process;

    private ServerProcess(Process process) => this.process = process;

    public StreamReader Output => process.StandardOutput;

    public int Id => process.Id;

    /// <summary>Where it listens, as far as it has said so.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    private static readonly Lazy<string> OpenCopy = new(CopyForAll);

    /// <summary>All that it said until it was ready.</summary>
    public string Began { get; private set; } = "";

    /// <summary>Runs to its end.</summary>
    /// <returns>Exit code, standard output and standard error.</returns>
    public static async Task<(int Code, string Output, string Errors)> Run(string folder, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        using var run = Begin(folder, "dotnet", ["exec", Program, .. arguments], environment);
        return await run.ReadToEnd();
    }

    /// <summary>Whether a test may start the program as somebody who owns nothing.</summary>
    public static bool MayBeNobody => NobodysProgram is not null;

    /// <summary>The program where that user can read it; a copy where the checkout is closed to others.</summary>
    private static string? NobodysProgram { get; } =
        TryNobody(Program) ? Program : TryNobody(OpenCopy.Value) ? OpenCopy.Value : null;

    /// <summary>As <see cref="Run"/>, by a user who owns nothing. The folder must be open to that user.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsNobody(
        string folder, IEnumerable<string> arguments)
    {
        using var run = Begin(folder, "setpriv", [.. AsNobody, NobodysProgram!, .. arguments], []);
        return await run.ReadToEnd();
    }

    /// <summary>Runs a shell's script, in which <c>$server</c> is the program.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunInShell(string folder, string script)
    {
        using var run = Begin(folder, "sh", ["-c", "server=\"dotnet exec $0\"\n" + script, Program], []);
        return await run.ReadToEnd();
    }

    /// <summary>
    /// Runs a shell's script where <c>disk</c> in the folder is a small file system in memory, for itself only. In it
    /// <c>$server</c> is the program, <c>fill</c> leaves so many KB of the disk free, and
    /// <c>state</c> prints what is on it, without what SQLite keeps beside a database in memory.
    /// </summary>
    public static async Task<(int Code, string Output, string Errors)> RunOnASmallDisk(string folder, string script)
    {
        const string Prepared = """
            server="dotnet exec $0"; mkdir -p disk; mount -t tmpfs -o size=24m tmpfs disk || exit 99
            fill() {
                dd if=/dev/zero of=disk/keep bs=1k count=$1 2>/dev/null
                cat /dev/zero >disk/ballast 2>/dev/null
                rm -f disk/keep
            }
            state() { find disk -type f -size +0 ! -name "*-shm" -exec md5sum {} + | sort; }

            """;
        using var run = Begin(folder, "unshare", ["-m", "sh", "-c", Prepared + script, Program], []);
        return await run.ReadToEnd();
    }

    /// <summary>
    /// Starts the server and reads what it says until it is ready.     /// </summary>
    public static async Task<ServerProcess> Start(
        string folder, string[] arguments, params (string Name, string Value)[] environment)
    {
        var run = Begin(folder, "dotnet", ["exec", Program, .. arguments], environment);
        return await Ready(run);
    }

    /// <summary>Starts the program of a published folder.</summary>
    public static async Task<ServerProcess> StartPublished(string folder, string program, string[] arguments)
    {
        var run = Begin(folder, "dotnet", [Path.Combine(program, Path.GetFileName(Program)), .. arguments], []);
        return await Ready(run);
    }

    /// <summary>A server that does not become ready goes with its test.</summary>
    private static async Task<ServerProcess> Ready(ServerProcess run)
    {
        try
        {
            await run.IsReady();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server through a shell, which does with its output what it is told to.</summary>
    /// <param name="redirection">Such as <c>&gt; /dev/full</c>.</param>
    public static ServerProcess StartRedirected(string folder, string redirection, string[] arguments)
    {
        return Begin(folder, "sh", ["-c", $"exec dotnet exec \"$0\" \"$@\" {redirection}", Program, .. arguments], []);
    }

    /// <summary>Whether a test may have file systems of its own, which nobody else sees and which go with the process.</summary>
    public static bool MayMount { get; } = TryMount();

    /// <summary>
    /// Starts the server where a folder is a small file system in memory, for itself only, with <c>data</c> in it.
    /// </summary>
    /// <param name="size">As <c>mount</c> takes it: <c>12m</c>.</param>
    public static ServerProcess StartOnASmallDisk(string folder, string disk, string size, IEnumerable<string> arguments) => Begin(
        folder,
        "unshare",
        ["-m", "sh", "-c", $"mount -t tmpfs -o size={size} tmpfs \"$0\" && dotnet exec \"$1\" init --data "
            + $"\"$0/data\" && exec dotnet exec \"$@\"", disk, Program, .. arguments],
        []);

    /// <summary>
    /// Reads until the server has said where it listens, which is the last thing it says of its start.
    /// </summary>
    /// <returns>All it has said so far.</returns>
    public async Task<string> IsReady()
    {
        var said = new List<string>();
        while (!said.Exists(line => line.Contains(ListensOn, StringComparison.Ordinal)))
            said.Add(await Says(""));

        var where = said.First(line => line.Contains(ListensOn, StringComparison.Ordinal));
        Address = new(where[(where.IndexOf(ListensOn, StringComparison.Ordinal) + ListensOn.Length)..where.IndexOf(". Settings", StringComparison.Ordinal)].Split(' ')[0]);
        return Began = string.Join('\n', said);
    }

    /// <summary>Reads until a line holds these words.</summary>
    public async Task<string> Says(string words)
    {
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) is { } line)
            if (line.Contains(words, StringComparison.Ordinal)) return line;

        throw new InvalidOperationException($"The server ended without saying \"{words}\": {await process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Completes when the server answers at this address.</summary>
    public static async Task Answers(HttpClient http)
    {
        using var enough = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync("/health/live", enough.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception notYet) when (notYet is HttpRequestException or SocketException)
            {
                await Task.Yield();   // it does not listen yet
            }
        }
    }

    /// <summary>As an operator or the system does: the server ends in order.</summary>
    public async Task<int> Stop()
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await Ended();
        return process.ExitCode;
    }

    public async Task Kill()
    {
        process.Kill();
        await Ended();
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    private async Task<(int Code, string Output, string Errors)> ReadToEnd()
    {
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Ended();
        return (process.ExitCode, await output, await errors);
    }

    private static string CopyForAll()
    {
        var copy = Directory.CreateTempSubdirectory("publicbuyers-program-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copy.Delete(recursive: true);
        using var copying = Begin(
            copy.FullName, "sh", ["-c", "cp -r \"$0/.\" . && chmod -R a+rX .", Path.GetDirectoryName(Program)!], []);
        copying.process.WaitForExit();
        return Path.Combine(copy.FullName, Path.GetFileName(Program));
    }

    private static bool TryNobody(string program)
    {
        try
        {
            using var tried = Begin(Path.GetTempPath(), "setpriv", [.. AsNobody, program, "--version"], []);
            return tried.process.WaitForExit(TimeSpan.FromSeconds(30)) && tried.process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;   // there is no such program
        }
    }

    private static bool TryMount()
    {
        try
        {
            using var tried = Begin(Path.GetTempPath(), "unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /mnt"], []);
            return tried.process.WaitForExit(TimeSpan.FromSeconds(10)) && tried.process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;   // there is no such program
        }
    }

    private Task Ended() => process.WaitForExitAsync().WaitAsync(Patience);

    private static ServerProcess Begin(string folder, string program, IEnumerable<string> arguments, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new(Process.Start(start)!);
    }
}
