using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace PublicBuyers.Demonstration;

/// <summary>What the demonstration is made of: the files beside this one, as their authors wrote them.</summary>
internal sealed record Content(
    Present Present,
    ImmutableArray<Person> People,
    Names Names,
    ImmutableArray<Chronicle> Chronicles,
    ImmutableArray<Remark> Remarks)
{
    private const string Folder = ".Demonstration.Content.";

    /// <param name="made">When the folder was made that the content is for: its present ends on that day.</param>
    public static Content Embedded(DateTimeOffset made)
    {
        var present = Present.Of(made);
        var assembly = typeof(Content).Assembly;
        var files = assembly.GetManifestResourceNames()
            .Where(name => name.Contains(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name[(name.IndexOf(Folder, StringComparison.Ordinal) + Folder.Length)..], name => Text(assembly, name));

        var chronicles =
            from file in files
            where Path.GetExtension(file.Key) == ".md"
            select Chronicle.Read(Path.GetFileNameWithoutExtension(file.Key), present.Date(file.Value));

        var people = Person.Read(files["people.csv"]);
        var names = new Names(people);
        return new(present, people, names, [.. chronicles], Remark.Read(files["now-and-then.csv"], names));
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

    public static DateTime In(DateTimeOffset time) => TimeZoneInfo.ConvertTime(time, Zone).DateTime;
}
