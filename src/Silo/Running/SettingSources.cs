using System.Collections;
using System.Globalization;

namespace PublicBuyers.Running;

/// <summary>One place that settings come from.</summary>
/// <param name="Name">For messages: "the environment", "the command line", or the path of a file in quotes.</param>
internal sealed record SettingSource(string Name, IConfigurationRoot Values);

/// <summary>
/// Reads settings from one source after the other. A later source wins, and a list that it gives replaces the whole
/// list of an earlier one: lists are never mixed.
/// </summary>
internal static class SettingSources
{
    private const string Section = "PublicBuyers";

    private static readonly char[] Separators = [',', ';', ' '];

    /// <param name="commandLine">Pairs of key and value.</param>
    /// <param name="warnings">Gets what the operator should change.</param>
    /// <exception cref="ConfigurationException">
    /// A file cannot be read, or a name is misspelt or given twice.
    /// </exception>
    public static List<SettingSource> Read(
        IEnumerable<KeyValuePair<string, string?>> commandLine,
        List<string> warnings
    )
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(each => (string)each.Key);
        SettingNames.CheckVariables([.. variables], warnings);
        List<SettingSource> sources =
        [
            .. SettingsFiles.Read(warnings),
            new("the environment", new ConfigurationBuilder().AddEnvironmentVariables().Build()),
            OfCommandLine(commandLine),
        ];
        foreach (var source in sources)
            SettingNames.CheckKeys(source);
        return sources;
    }

    /// <summary>All sources as one.</summary>
    /// <exception cref="ConfigurationException">A list is none.</exception>
    public static IConfigurationRoot Join(IReadOnlyList<SettingSource> sources)
    {
        // Not chained: to the framework, nothing of a later source would leave an earlier value in force. An empty text
        // is nothing too: the environment and the command line have no other way to say that a setting is not set.
        var joined = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var source in sources)
        foreach (var (key, value) in source.Values.AsEnumerable())
            if (value is { Length: > 0 })
                joined[key] = value;
            else if (value is not null || !source.Values.GetSection(key).GetChildren().Any())
                joined.Remove(key);

        var lists = SettingValues
            .All()
            .Where(each => each.PropertyType == typeof(string[]))
            .Select(each => each.Name)
            .ToArray();
        var values = joined.Where(each => !IsOfAList(each.Key, lists));
        var entries = lists.SelectMany(list => EntriesOf(list, sources));
        return new ConfigurationBuilder().AddInMemoryCollection(values.Concat(entries)).Build();
    }

    private static SettingSource OfCommandLine(IEnumerable<KeyValuePair<string, string?>> pairs)
    {
        var once = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in pairs)
            if (!once.TryAdd(key, value))
                throw new ConfigurationException($"\"{key}\" is given twice on the command line. Give it once.");

        return new("the command line", new ConfigurationBuilder().AddInMemoryCollection(once).Build());
    }

    private static bool IsOfAList(string key, string[] lists) =>
        key.Split(ConfigurationPath.KeyDelimiter) is [var section, var list, ..]
        && section.Equals(Section, StringComparison.OrdinalIgnoreCase)
        && lists.Contains(list, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// The list of the last source that gives it, as one value (<c>127.0.0.1, ::1</c>) or entry by entry.
    /// </summary>
    private static IEnumerable<KeyValuePair<string, string?>> EntriesOf(
        string list,
        IReadOnlyList<SettingSource> sources
    )
    {
        var key = ConfigurationPath.Combine(Section, list);
        var last = sources.LastOrDefault(source =>
            source.Values.GetSection(Section).GetChildren().Any(child => Is(child, list))
        );
        if (last is null)
            return [];

        var given = last.Values.GetSection(key);
        var children = given.GetChildren().ToArray();
        if (given.Value is { Length: > 0 } && children.Length > 0)
            throw new ConfigurationException(
                $"{key} is given both as one value and entry by entry in {last.Name}. Give it in one of the two ways."
            );

        foreach (var child in children)
            if (child.Value is null || !int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw new ConfigurationException(
                    $"{key} takes a list of texts, and \"{child.Key}\" in {last.Name} is none."
                );

        var entries =
            children.Length > 0
                ? children.Select(child => child.Value!)
                : (given.Value ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return entries
            .Index()
            .Select(each =>
                KeyValuePair.Create<string, string?>(
                    string.Create(CultureInfo.InvariantCulture, $"{key}:{each.Index}"),
                    each.Item
                )
            );
    }

    private static bool Is(IConfigurationSection section, string name) =>
        section.Key.Equals(name, StringComparison.OrdinalIgnoreCase);
}
