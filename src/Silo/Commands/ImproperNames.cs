using PublicBuyers.Storage;

namespace PublicBuyers.Commands;

/// <summary>What <c>doctor</c> finds, and <c>doctor --mend</c> renames, of short names that an earlier version should have refused.</summary>
internal static class ImproperNames
{
    private const string About = "names";

    public static DoctorCommand.Finding Of(string folder)
    {
        var layout = DataFolderLayout.At(folder);
        if (!File.Exists(layout.Marker) || !File.Exists(layout.Journal)) return new(About, "None yet.");

        try
        {
            var found = Mending.ToDo(layout);
            return found.IsEmpty
                ? new(About, "Communities and rooms have proper short names.")
                : new(
                    About,
                    $"{string.Join(", ", found.Select(name => name.Before))}: an earlier version accepted a line feed in a short name.",
                    "Stop the server, make a backup and run `doctor --mend`.");
        }
        catch (Exception damaged) when (CommandLine.WhyNot(damaged, layout.Journal) is not null)
        {
            return new(About, "", CommandLine.WhyNot(damaged, layout.Journal));
        }
    }

    /// <summary>Renames what <see cref="Of"/> finds.</summary>
    /// <returns>A sentence for each.</returns>
    /// <exception cref="DataFolderException">The folder is in use, none of ours, or damaged.</exception>
    public static IEnumerable<string> Mend(string folder, DateTimeOffset now)
    {
        DataFolderLayout.At(folder).ReadMarker();   // a folder that is none is not made one
        using var data = DataFolder.Open(folder, now, making: NewFolder.Never);
        var renamed = Mending.Mend(data, now);
        return renamed.IsEmpty
            ? ["Nothing had to be renamed."]
            : [.. renamed.Select(name => $"The {name.Before} is now {name.After}. What was said there is kept; addresses that lead there are new.")];
    }
}
