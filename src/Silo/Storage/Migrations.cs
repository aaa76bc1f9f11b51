using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace PublicBuyers.Storage;

/// <summary>The steps that make a database's tables: forward only, each applied once, none changed after it was applied anywhere.</summary>
internal sealed class Migrations
{
    private readonly string database;
    private readonly ImmutableArray<Migration> steps;

    internal Migrations(string database, params IEnumerable<Migration> steps) =>
        (this.database, this.steps) = (database, [.. steps.OrderBy(step => step.Number)]);

    /// <param name="Sql">With line feeds, whatever the machine it was built on.</param>
    internal sealed record Migration(int Number, string Name, string Sql)
    {
        public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));
    }

    public static Migrations Of(SqliteKind kind)
    {
        var assembly = typeof(Migrations).Assembly;
        var folder = $"PublicBuyers.Storage.Migrations.Sqlite.{kind.Name}.";
        return new(kind.FileName, assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(folder, StringComparison.Ordinal))
            .Select(name =>
            {
                using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
                var file = name[folder.Length..^".sql".Length];
                return new Migration(int.Parse(file[..4], CultureInfo.InvariantCulture), file, text.ReadToEnd().ReplaceLineEndings("\n"));
            }));
    }

    /// <summary>Applies what is missing, each step in a transaction of its own.</summary>
    /// <exception cref="DataFolderException">A step was changed since it was applied, or the database knows steps that this server does not.</exception>
    public void Apply(SqliteConnection connection, string path, DateTimeOffset now)
    {
        connection.Run("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT;");
        var applied = connection.Rows("SELECT number, name, checksum FROM migrations ORDER BY number")
            .Select(row => (Number: row.GetInt32(0), Name: row.GetString(1), Checksum: row.GetString(2)))
            .ToList();

        foreach (var (number, name, checksum) in applied)
        {
            if (steps.FirstOrDefault(step => step.Number == number) is not { } known)
                throw new DataFolderException($"\"{path}\" was written by a newer server: it has the migration \"{name}\", which this one does not know. Start the newer server, or restore a backup made by this version.");

            if (known.Checksum != checksum)
                throw new DataFolderException($"The migration \"{known.Name}\" of {database} is not the one that \"{path}\" was made with. Start an unmodified server; migrations are never changed once applied.");
        }

        foreach (var step in steps.Skip(applied.Count))
        {
            using var transaction = connection.BeginTransaction();
            connection.Run(step.Sql);
            connection.Run(
                "INSERT INTO migrations (number, name, checksum, applied_at) VALUES ($number, $name, $checksum, $at)",
                ("$number", step.Number), ("$name", step.Name), ("$checksum", step.Checksum), ("$at", now.ToString("O", CultureInfo.InvariantCulture)));
            connection.Run($"PRAGMA user_version = {step.Number};");
            transaction.Commit();
        }
    }
}
