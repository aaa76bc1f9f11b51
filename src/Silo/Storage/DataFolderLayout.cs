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

    public string Keys => In("keys");

    public string Checkpoints => In("checkpoints");

    public string JournalKey => Path.Combine(Keys, "journal.key");

    public string SecretsKey => Path.Combine(Keys, "secrets.key");

    public string FileOf(SqliteKind kind) => In(kind.FileName);

    public DataFolderMarker ReadMarker()
    {
        if (!File.Exists(Marker)) throw new DataFolderException($"\"{Root}\" is no data folder of this server: it has no publicbuyers.json. Give another folder with --data, or make one with `init`.");

        DataFolderMarker? marker;
        try
        {
            marker = JsonSerializer.Deserialize<DataFolderMarker>(File.ReadAllBytes(Marker), DataFolderMarker.Json);
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
        if (!File.Exists(path)) throw new DataFolderException($"\"{path}\" is missing. Copy it from the latest backup: without it, addresses and checkpoints cannot be recognised.");

        var key = File.ReadAllBytes(path);
        return key.Length == KeyLength ? key : throw new DataFolderException($"\"{path}\" is damaged: it has {key.Length} bytes instead of {KeyLength}. Copy it from the latest backup.");
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
