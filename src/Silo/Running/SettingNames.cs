namespace PublicBuyers.Running;

/// <summary>
/// Finds names that were meant as settings of ours and are none, so that a slip of the pen is never ignored without a
/// word.
/// </summary>
internal static class SettingNames
{
    private const string Section = "PublicBuyers";

    /// <summary>
    /// Letters that may be wrong, missing, too many or changed round in a name that still means ours.
    /// </summary>
    public const int MostSlips = 2;

    /// <summary>The same for short words of other programs' vocabulary, such as "login".</summary>
    private const int MostSlipsOfOthers = 1;

    private static readonly string[] Sections = [Section, "Logging", ServerCertificate.Section];

    private static readonly string[] Separators = ["__", ":"];

    /// <summary>The names of all settings of ours, as they are documented.</summary>
    public static IEnumerable<string> Keys => SettingValues.All().Select(property => property.Name);

    /// <exception cref="ConfigurationException">A key in our section is unknown.</exception>
    public static void CheckKeys(SettingSource source)
    {
        var given = source.Values.GetSection(Section).GetChildren().Select(child => child.Key);
        var unknown = given.Except(Keys, StringComparer.OrdinalIgnoreCase).ToArray();
        if (unknown.Length == 0)
            return;

        var names = string.Join("\", \"", unknown.Select(key => $"{Section}:{key}"));
        var meant =
            unknown.Length == 1 && Nearest(unknown[0], Keys, MostSlips) is { } near
                ? $" Did you mean \"{Section}:{near}\"?"
                : "";
        throw new ConfigurationException(
            $"There is no setting \"{names}\", which stands in {source.Name}.{meant} The keys are "
                + $"{string.Join(", ", Keys)}."
        );
    }

    /// <summary>The sections of a settings file.</summary>
    /// <param name="warnings">Gets what is not read and was perhaps meant for another program.</param>
    /// <exception cref="ConfigurationException">
    /// One is misspelt, or a setting stands outside of its section.
    /// </exception>
    public static void CheckSections(SettingSource file, List<string> warnings)
    {
        foreach (var name in file.Values.GetChildren().Select(child => child.Key))
        {
            if (Sections.Contains(name, StringComparer.OrdinalIgnoreCase) || TelemetrySettings.IsOne(name))
                continue;

            if (Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
                throw new ConfigurationException(
                    $"\"{name}\" in {file.Name} stands outside of \"{Section}\", where it does nothing. Move it "
                        + $"into \"{Section}\"."
                );

            if (Letters(name).StartsWith(Letters(Section), StringComparison.Ordinal))
                throw new ConfigurationException(
                    $"\"{name}\" in {file.Name} is not read. In a file, write \"{Section}\": {{ \"BaseUrl\": … }}."
                );

            if (Nearest(name, Sections, MostSlips) is { } near)
                throw new ConfigurationException($"\"{name}\" in {file.Name} is not read. Did you mean \"{near}\"?");

            warnings.Add($"\"{name}\" in {file.Name} is not read. The sections are {string.Join(", ", Sections)}.");
        }
    }

    /// <summary>The names of environment variables, all of them.</summary>
    /// <param name="warnings">
    /// Gets those that begin like ours and are none, such as what a container's host sets by itself.
    /// </param>
    /// <exception cref="ConfigurationException">A name is misspelt, or given twice in different case.</exception>
    public static void CheckVariables(IReadOnlyCollection<string> names, List<string> warnings)
    {
        var read = names
            .Where(name => IsOf(Section, name))
            .GroupBy(name => name.Replace("__", ":"), StringComparer.OrdinalIgnoreCase);
        if (read.FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ConfigurationException(
                $"The environment variables \"{string.Join("\" and \"", twice)}\" are one setting. Set one of them."
            );

        foreach (var name in names.Where(name => !Sections.Any(section => IsOf(section, name))))
        {
            if (MeantBy(name) is { } meant)
                throw new ConfigurationException(
                    $"The environment variable \"{name}\" is not read. Did you mean \"{meant}\"?"
                );

            if (name.Length > Section.Length && Letters(name).StartsWith(Letters(Section), StringComparison.Ordinal))
                warnings.Add(
                    $"The environment variable \"{name}\" is not read. Names of settings begin with \"{Section}__\"."
                );
        }
    }

    private static bool IsOf(string section, string variable) =>
        Separators.Any(each => variable.StartsWith(section + each, StringComparison.OrdinalIgnoreCase));

    private static string? MeantBy(string variable)
    {
        if (variable.Split(Separators, 2, StringSplitOptions.None) is [{ Length: > 0 } head, var rest])
            foreach (var section in Sections)
                if (Slips(head, section) <= (section == Section ? MostSlips : MostSlipsOfOthers))
                    return $"{section}__{rest}";

        // With one underscore, a point, or nothing between section and key, and perhaps the number of a list's entry.
        var plain = variable.TrimEnd("0123456789_".ToCharArray());
        return Nearest(plain, Keys.Select(key => $"{Section}__{key}"), MostSlips) is { } key
            ? key + Number(variable[plain.Length..])
            : null;
    }

    private static string Number(string end) => end.Trim('_') is { Length: > 0 } number ? "__" + number : "";

    /// <summary>The known name that is most like this one; none where all take more slips.</summary>
    public static string? Nearest(string name, IEnumerable<string> known, int most) =>
        known.Where(each => Slips(name, each) <= most).MinBy(each => Slips(name, each));

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>
    /// How many letters have to be changed, added, left out or changed round (two neighbours) to make one of the other,
    /// in whatever case and with whatever signs between them.
    /// </summary>
    private static int Slips(string one, string other)
    {
        var (a, b) = (Letters(one), Letters(other));
        if (Math.Abs(a.Length - b.Length) > MostSlips)
            return int.MaxValue;

        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        for (var j = 1; j <= b.Length; j++)
        {
            var change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i, j] = Math.Min(change, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
        }

        return cost[a.Length, b.Length];
    }
}
