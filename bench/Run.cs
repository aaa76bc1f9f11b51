using System.Diagnostics;

namespace PublicBuyers.Bench;

/// <summary>One run of the bench: its folder, its data, and what it has found out.</summary>
internal sealed class Run : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("publicbuyers-bench-");
    private readonly List<Child> children = [];
    private readonly long began = Stopwatch.GetTimestamp();

    public Run(bool quick, string? published) => (Quick, Published) = (quick, published);

    /// <summary>The folder of a published program, where one was named.</summary>
    public string? Published { get; }

    public bool Quick { get; }

    public Report Report { get; } = new();

    public TimeSpan Took => Stopwatch.GetElapsedTime(began);

    public int Rounds => 3;

    public TimeSpan Round => TimeSpan.FromSeconds(Quick ? 2 : 5);

    public string Folder(string name) => Path.Combine(folder.FullName, name);

    public async Task<Child> Start(string kind, string data, params string[] more)
    {
        var child = await Child.Start(kind, Folder(data), more);
        children.Add(child);
        return child;
    }

    public static void Say(string text) => Console.WriteLine(text);

    public async ValueTask DisposeAsync()
    {
        foreach (var child in children) await child.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
