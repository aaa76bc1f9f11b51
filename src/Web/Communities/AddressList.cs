using System.Collections.Immutable;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Addresses as people write them down: one a line or several, with names or without, or a table of which one column holds them.</summary>
/// <param name="Addresses">Normalised, each once.</param>
/// <param name="Others">Lines in which there is none, as they were written; at most <see cref="MostOthers"/>.</param>
internal sealed record AddressList(ImmutableArray<string> Addresses, ImmutableArray<string> Others)
{
    public const int MostOthers = 50;

    /// <summary>Of a line that is shown again.</summary>
    private const int LongestShown = 80;

    private static readonly char[] Separators = [',', ';', '\t'];

    public static AddressList Read(string typed, string table, IAddressKeys keys)
    {
        var (addresses, others) = (new List<string>(), ImmutableArray.CreateBuilder<string>());
        foreach (var part in typed.Split(['\n', .. Separators], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)) Take([part], part);

        var rows = table.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries);
        for (var i = 0; i < rows.Length; i++)
        {
            // The first row may say what the columns are.
            if (rows[i].Length > 0 && (i > 0 || rows[i].Contains('@', StringComparison.Ordinal))) Take(Fields(rows[i]), rows[i]);
        }

        return new([.. addresses.Distinct(StringComparer.Ordinal)], others.ToImmutable());

        void Take(IEnumerable<string> fields, string line)
        {
            if (fields.Select(field => keys.TryRead(Bare(field), out var normalised) ? normalised : null).FirstOrDefault(each => each is not null) is { } address) addresses.Add(address);
            else if (others.Count < MostOthers) others.Add(Shown(line));
        }
    }

    /// <summary>Quotes keep a separator within a field, and two of them are one.</summary>
    private static List<string> Fields(string row)
    {
        var (fields, field, quoted) = (new List<string>(), new System.Text.StringBuilder(), false);
        for (var i = 0; i < row.Length; i++)
        {
            if (row[i] == '"' && quoted && i + 1 < row.Length && row[i + 1] == '"') field.Append(row[++i]);
            else if (row[i] == '"') quoted = !quoted;
            else if (!quoted && Separators.Contains(row[i]))
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(row[i]);
        }

        fields.Add(field.ToString());
        return fields;
    }

    /// <summary>The address of <c>Dana Novák &lt;dana@example.eu&gt;</c>.</summary>
    private static string Bare(string text) =>
        text.LastIndexOf('<') is >= 0 and var open && text.IndexOf('>', open) is > 0 and var close ? text[(open + 1)..close] : text.Trim();

    private static string Shown(string line) =>
        line.Length <= LongestShown ? line : line[..(LongestShown - (char.IsHighSurrogate(line[LongestShown - 1]) ? 1 : 0))] + "…";
}
