using System.Text.Json;

namespace PublicBuyers.Storage;

/// <summary>Where things stand in a data folder.</summary>
internal sealed record DataFolderLayout(string Root)
{
    public const int KeyLength = 32;

    public static DataFolderLayout At(string path) => new(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));

    public string Marker => In("publicbuyers.json");

    /// <summary>There while a new folder is being made: after a crash in between, making it starts over.</summary>
    public string UnfinishedMarker => In("publicbuyers.json.unfinished");

    /// <summary>Becomes the marker when everything else is restored: half a restore is no data folder.</summary>
    public string RestoringMarker => In("publicbuyers.json.restoring");

    public string Lock => In("publicbuyers.lock");

    public string ProcessId => In("publicbuyers.pid");

    public string Journal => FileOf(SqliteKind.Journal);

    public string State => FileOf(SqliteKind.State);

    public string Views => FileOf(SqliteKind.Views);

    /// <summary>For this user only, while there is no administrator. In no backup.</summary>
    public string AdministratorLink => In("administrator-link");

    public string Mail => In("mail");

    public string Attachments => In("attachments");

    /// <summary>Files of forms that are being read. In no backup.</summary>
    public string Temporary => In("tmp");

    public string Keys => In("keys");

    public string Checkpoints => In("checkpoints");

    public string JournalKey => Path.Combine(Keys, "journal.key");

    public string SecretsKey => Path.Combine(Keys, "secrets.key");

    public string FileOf(SqliteKind kind) => In(kind.FileName);

    /// <summary>Whether something of this name is what the server makes in a data folder.</summary>
    public static bool IsOneOfOurs(string path)
    {
        var none = new DataFolderLayout("/");
        var name = Path.GetFileName(path);
        string[] ours =
        [
            none.Marker, none.AdministratorLink, none.Lock, none.ProcessId,
            none.Mail, none.Attachments, none.Keys, none.Checkpoints, none.JournalKey, none.SecretsKey,
        ];
        string[] databases = [none.Journal, none.State, none.Views];   // each with its side files
        return ours.Any(each => Path.GetFileName(each) == name)
            || databases.Any(each => name.StartsWith(Path.GetFileName(each), StringComparison.Ordinal));
    }

    /// <summary>What lies in it. The folder of a file system's own repairs is nobody's.</summary>
    public IEnumerable<string> Entries() =>
        Directory.EnumerateFileSystemEntries(Root).Where(entry => Path.GetFileName(entry) != "lost+found");

    /// <summary>It is there, and holds nothing but what a start that failed can leave behind.</summary>
    public bool IsEmpty => Entries().All(entry => entry == Lock || entry == ProcessId);

    public DataFolderMarker ReadMarker()
    {
        if (FileTrouble.NoFolder(Root) is { } why) throw new DataFolderException(why);

        var written = ReadIfThere(Marker) ?? throw new DataFolderException(WhyNoMarker());

        DataFolderMarker? marker;
        try
        {
            marker = JsonSerializer.Deserialize<DataFolderMarker>(written, DataFolderMarker.Json);
        }
        catch (JsonException e)
        {
            throw new DataFolderException($"\"{Marker}\" cannot be read: {e.Message} Restore the latest backup into an empty folder.", e);
        }

        if (marker is not { Format: > 0, Platform.Length: > 0 }) throw new DataFolderException($"\"{Marker}\" does not say whose data this is. Restore the latest backup into an empty folder.");
        if (marker.Format > DataFolderMarker.KnownFormat) throw new DataFolderException($"\"{Root}\" has format {marker.Format}; this server knows {DataFolderMarker.KnownFormat}. Start the newer server that wrote it.");

        return marker;
    }

    public ReadOnlyMemory<byte> ReadKey(string path)
    {
        var key = ReadIfThere(path)
            ?? throw new DataFolderException($"\"{path}\" is missing. Copy it from the latest backup: without it, "
                + $"addresses and checkpoints cannot be recognised.");
        return key.Length == KeyLength ? key : throw new DataFolderException($"\"{path}\" is damaged: it has {key.Length} bytes instead of {KeyLength}. Copy it from the latest backup.");
    }

    /// <summary>Why there is no marker. Half a restore is told apart from a folder that was never ours.</summary>
    private string WhyNoMarker()
    {
        if (File.Exists(RestoringMarker)) return $"\"{Root}\" holds half a restore that was cut short. Delete the "
            + $"folder, then restore again.";
        if (!Directory.Exists(Root)) return $"There is no folder \"{Root}\". Give another with --data, mount its "
            + $"disk, or make a new one with `init`.";

        return IsEmpty
            ? $"\"{Root}\" is empty. Mount its disk if it has one, give another folder with --data, or make a new "
                + $"server's with `init`."
            : $"\"{Root}\" holds files but no publicbuyers.json: it is not a data folder of this server. "
                + "Give a new or empty folder with --data, or put publicbuyers.json back from a backup.";
    }

    /// <exception cref="DataFolderException">It is there and cannot be read.</exception>
    private static byte[]? ReadIfThere(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw new DataFolderException(FileTrouble.Of(path, "read", fault), fault);
        }
    }

    private string In(string name) => Path.Combine(Root, name);
}

/// <param name="Format">Of the folder's layout.</param>
/// <param name="Platform">The same in journal.db, so that the files of two folders cannot be mixed.</param>
internal sealed record DataFolderMarker(int Format, string Platform, DateTimeOffset Created, bool Demo)
{
    public const int KnownFormat = 1;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}
