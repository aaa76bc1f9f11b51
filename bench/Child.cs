using System.Diagnostics;
using System.Globalization;

namespace PublicBuyers.Bench;

/// <summary>A server in a process of its own, so that what it costs can be told from what the load costs. It is asked by lines and answers by lines.</summary>
internal sealed class Child : IAsyncDisposable
{
    /// <summary>Tells the server's answers from what it logs.</summary>
    public const string Answer = "# ";

    private readonly Process process;
    private bool disposed;

    private Child(Process process) => this.process = process;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public TimeSpan StartedIn { get; private set; }

    /// <summary>Ours runs as the Silo is configured to run; a baseline by the defaults of Sdk.Web.</summary>
    public static async Task<Child> Start(string kind, string data, params string[] more)
    {
        var began = Stopwatch.GetTimestamp();
        string[] program = kind == "ours" ? ["exec", "--runtimeconfig", Beside("PublicBuyers.Silo.runtimeconfig.json"), "--depsfile", Beside("PublicBuyers.Bench.deps.json"), Beside("PublicBuyers.Bench.dll")] : ["exec", Beside("PublicBuyers.Bench.dll")];
        var started = Process.Start(new ProcessStartInfo("dotnet", [.. program, "--server", kind, data, .. more]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var child = new Child(started);
        child.Address = new(await child.Read());
        child.StartedIn = Stopwatch.GetElapsedTime(began);
        return child;
    }

    /// <summary>Process time used so far, in microseconds.</summary>
    public async Task<double> Cpu() => await Number("cpu");

    /// <summary>Methods that its compiler has compiled so far, some of them more than once.</summary>
    public async Task<long> Compiled() => (long)await Number("compiled");

    /// <summary>Bytes of the managed heap and of the process, after a full collection.</summary>
    public async Task<(double Managed, double Resident)> Memory() => await Ask("memory") is var answer && answer.Split(' ') is [var managed, var resident]
        ? (Parse(managed), Parse(resident))
        : throw new InvalidOperationException($"\"{answer}\" is no answer.");

    public async Task<double> Number(string question) => Parse(await Ask(question));

    public async Task<string> Ask(string question)
    {
        await process.StandardInput.WriteLineAsync(question);
        await process.StandardInput.FlushAsync();
        return await Read();
    }

    /// <summary>The next line it says by itself; none when it has ended.</summary>
    public async Task<string?> TryRead()
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Answer, StringComparison.Ordinal)) return line[Answer.Length..];
            if (line.StartsWith("fail", StringComparison.Ordinal) || line.StartsWith("crit", StringComparison.Ordinal)) await Console.Error.WriteLineAsync(line);
        }

        return null;
    }

    /// <summary>As <c>kill -9</c> does.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;

        disposed = true;
        if (!process.HasExited) await Kill();
        process.Dispose();
    }

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    private async Task<string> Read() => await TryRead() ?? throw new InvalidOperationException("The server has ended.");

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
