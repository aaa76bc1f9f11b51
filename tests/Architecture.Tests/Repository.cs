using System.Collections.Immutable;

namespace PublicBuyers.Architecture;

/// <summary>The sources, for rules that only their text can show to be kept.</summary>
internal static class Repository
{
    public static readonly string Root = FindRoot();

    /// <summary>Every source file below a folder, by its path from the root.</summary>
    public static ImmutableArray<SourceFile> Sources(string folder, string pattern = "*.cs") =>
    [
        .. new DirectoryInfo(Path.Combine(Root, folder)).EnumerateFiles(pattern, SearchOption.AllDirectories)
            .Select(file => new SourceFile(Path.GetRelativePath(Root, file.FullName).Replace('\\', '/'), File.ReadAllText(file.FullName)))
            .Where(file => !file.Path.Split('/').Any(part => part is "obj" or "bin" or "node_modules" or "dist"))
            .OrderBy(file => file.Path, StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "PublicBuyers.sln"))) return folder.FullName;

        throw new InvalidOperationException($"No folder above \"{AppContext.BaseDirectory}\" holds PublicBuyers.sln.");
    }
}

internal sealed record SourceFile(string Path, string Text)
{
    public string[] Lines => Text.Split('\n');

    public override string ToString() => Path;
}
