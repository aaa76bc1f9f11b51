using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace PublicBuyers.Demonstration;

/// <summary>What the demonstration is made of: the files beside this one, as their authors wrote them.</summary>
internal sealed record Content(ImmutableArray<Person> People, ImmutableArray<Chronicle> Chronicles)
{
    private const string Folder = ".Demonstration.Content.";

    public static Content Embedded()
    {
        var assembly = typeof(Content).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..], name => Text(assembly, name));

        return new(
            Person.Read(files["people.csv"]),
            [.. files.Where(file => Path.GetExtension(file.Key) == ".md").Select(file => Chronicle.Read(Path.GetFileNameWithoutExtension(file.Key), file.Value))]);
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}

/// <summary>Dates and times as people in Brussels write them.</summary>
internal static class BrusselsTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Brussels");

    public static DateTimeOffset Read(string date, string time)
    {
        var local = DateTime.ParseExact($"{date} {time}", "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(local, Zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
