using System.Text.Json;
using PublicBuyers.Storage;

namespace PublicBuyers.Running;

/// <summary>The files that settings come from: checked before they are believed, so that each fault is a sentence.</summary>
internal static class SettingsFiles
{
    private const UnixFileMode WritableByOthers = UnixFileMode.OtherWrite;
    private const UnixFileMode ReadableByOthers = UnixFileMode.OtherRead;

    /// <summary>A secret is longer than no password or key that anybody uses.</summary>
    private const int LongestSecret = 64 * 1024;

    private const string Name = "appsettings.json";
    private const string OldName = "publicbuyers.settings.json";

    /// <summary>Reads <c>appsettings.json</c> beside the program and in the working folder; the later wins.</summary>
    /// <param name="warnings">Gets what the operator should change.</param>
    /// <exception cref="ConfigurationException">
    /// A file cannot be read or understood, others can write it, or a section is misspelt.
    /// </exception>
    public static IReadOnlyList<SettingSource> Read(List<string> warnings)
    {
        var files = new List<SettingSource>();
        var beside = Path.Combine(AppContext.BaseDirectory, Name);
        var here = Path.GetFullPath(Name);
        var old = Path.GetFullPath(OldName);
        foreach (var path in new[] { beside, old, here }.Distinct(StringComparer.Ordinal))
        {
            if (Directory.Exists(path)) throw new ConfigurationException($"\"{path}\" is a folder. Settings are read from a file of that name: rename the folder.");
            if (!File.Exists(path)) continue;

            var values = new ConfigurationBuilder().AddJsonStream(new MemoryStream(ReadSettings(path))).Build();
            files.Add(new($"\"{path}\"", values));
            SettingNames.CheckSections(files[^1], warnings);
            if (path == old) warnings.Add($"\"{old}\" is read for one more version. Rename it to {Name}.");
        }

        return files;
    }

    /// <summary>The first line of a file that holds a secret.</summary>
    /// <param name="key">The whole name of the setting that names the file, for the message.</param>
    /// <exception cref="ConfigurationException">It cannot be read, is empty or too long, or everybody on this machine can read it.</exception>
    public static string ReadSecret(string key, string path)
    {
        RefuseReadableByAll(key, path);
        var bytes = Read(path, $"{key} names");
        var line = bytes.Length > LongestSecret ? "" : System.Text.Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n')[0].TrimEnd('\r');
        return line.Length > 0 ? line : throw new ConfigurationException($"{key} names \"{path}\", whose first line "
            + $"is empty or too long. Put the secret there, and nothing else.");
    }

    /// <exception cref="ConfigurationException">
    /// Everybody on this machine can read the file, or put another in its place.
    /// </exception>
    public static void RefuseReadableByAll(string key, string path)
    {
        if (File.Exists(path) && FolderRights.WhoCouldReplace(path) is { } why)
            throw new ConfigurationException($"{key} names \"{path}\". {why}");
        if (!OperatingSystem.IsWindows() && File.Exists(path) && (File.GetUnixFileMode(path) & ReadableByOthers) != UnixFileMode.None)
            throw new ConfigurationException($"{key} names \"{path}\", which everybody on this machine can read. "
                + FolderRights.HowToClose(path));
    }

    private static byte[] ReadSettings(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & WritableByOthers) != UnixFileMode.None)
            throw new ConfigurationException($"Everybody on this machine can write \"{path}\", so its settings are not believed. Run: chmod o-w \"{path}\"");

        if (FolderRights.WhoCouldReplace(path) is { } why)
            throw new ConfigurationException($"{why} Until then the settings in it are not believed.");

        var bytes = Read(path, "The settings file is");
        try
        {
            using var document = JsonDocument.Parse(bytes.AsMemory(), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind is JsonValueKind.Object) return bytes;

            throw new ConfigurationException($"\"{path}\" does not hold an object. Begin it with {{ \"PublicBuyers\": {{ and end it with }} }}.");
        }
        catch (JsonException broken)
        {
            var where = broken.LineNumber is { } line ? $" in line {line + 1}" : "";
            throw new ConfigurationException($"\"{path}\" is not JSON{where}: {broken.Message.Split(" Path:")[0].Split(" LineNumber:")[0].TrimEnd('.')}. Correct it, or remove the file.", broken);
        }
    }

    private static byte[] Read(string path, string what)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{what} \"{path}\", which cannot be read: {unreadable.Message.TrimEnd('.')}. Give this user the right to read it.", unreadable);
        }
    }
}
