namespace PublicBuyers.Storage;

/// <summary>Views as the only activation of their follower writes them: each time from where it left them.</summary>
internal static class WrittenInTurn
{
    public static async Task<long> Write(
        this SqliteDirectory directory, int partition, long position, IReadOnlyList<DirectoryRow> rows) =>
        await directory.Write(partition, await directory.Position(partition), position, rows);

    public static async Task<long> Write(this SqlitePostIndex index, long position, IReadOnlyList<PostRow> rows) =>
        await index.Write(await index.Position(), position, rows);
}
