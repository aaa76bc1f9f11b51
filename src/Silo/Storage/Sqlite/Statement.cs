using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace PublicBuyers.Storage;

/// <summary>A prepared statement of the journal's writer, used thousands of times a second: nothing is allocated to bind or run it.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 database;
    private readonly sqlite3_stmt statement;

    private readonly Action? before;

    /// <param name="before">Called before each run.</param>
    public Statement(SqliteConnection connection, string sql, Action? before = null)
    {
        (database, this.before) = (connection.Handle!, before);
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, index, value));
        return this;
    }

    public Statement Bind(int index, string text)
    {
        Check(raw.sqlite3_bind_text(statement, index, text));
        return this;
    }

    public Statement BindText(int index, ReadOnlySpan<byte> utf8)
    {
        Check(raw.sqlite3_bind_text(statement, index, utf8));
        return this;
    }

    public Statement BindBlob(int index, ReadOnlySpan<byte> bytes)
    {
        Check(raw.sqlite3_bind_blob(statement, index, bytes));
        return this;
    }

    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        before?.Invoke();
        try
        {
            while (Step()) { }
            return raw.sqlite3_changes(database);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Reads the first row, if there is one.</summary>
    public T? First<T>(Func<Statement, T> read)
    {
        before?.Invoke();
        try
        {
            return Step() ? read(this) : default;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Reads every row, in order, until <paramref name="read"/> has had enough.</summary>
    public void Each(Func<Statement, bool> read)
    {
        before?.Invoke();
        try
        {
            while (Step() && read(this)) { }
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(statement, column);

    public string Text(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();

    /// <summary>Valid until the next row.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>UTF-8. Valid until the next row.</summary>
    public ReadOnlySpan<byte> TextBytes(int column) => raw.sqlite3_column_blob(statement, column);

    public void Dispose() => statement.Dispose();

    private bool Step()
    {
        var answer = raw.sqlite3_step(statement);
        if (answer is raw.SQLITE_ROW) return true;

        if (answer is not raw.SQLITE_DONE) Check(answer);
        return false;
    }

    private void Check(int answer)
    {
        if (answer is not raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(answer, database);
    }
}
