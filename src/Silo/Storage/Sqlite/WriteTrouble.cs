using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>Which of SQLite's errors say that nothing can be written at the moment, rather than that something is wrong with the data or with us.</summary>
internal static class WriteTrouble
{
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;

    public static bool IsIt(SqliteException fault) => Of(fault) is NotStoredException;

    /// <summary>The same fault in the product's words; itself where it is another.</summary>
    public static Exception Of(Exception fault) => fault switch
    {
        SqliteException { SqliteErrorCode: Full } => new DiskFullException("Nothing can be written: the disk is full.", fault),
        SqliteException { SqliteErrorCode: ReadOnly or InputOutput or CannotOpen } sqlite =>
            DiskFullException.IsIn(fault.InnerException)
                ? new DiskFullException("Nothing can be written: the disk is full.", fault)
                : new DiskNotWrittenException($"Nothing can be written: {sqlite.Message}", fault),
        _ => fault,
    };
}
