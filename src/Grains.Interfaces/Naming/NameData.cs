using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace PublicBuyers;

/// <summary>Unicode's data about names, and the top-level domains, as the files beside this one have them.</summary>
internal static class NameData
{
    /// <summary>Reserved for examples and for private networks (RFC 2606, RFC 6761): no list of real domains has them.</summary>
    private static readonly string[] Reserved = ["example", "test", "invalid", "localhost", "local", "onion", "internal"];

    private static readonly (int From, int Upto)[] Unseen =
        [.. Lines("unseen.txt").Select(line => line.Split(' ')).Select(range => (Point(range[0]), Point(range[1])))];

    /// <summary>What a character can be taken for.</summary>
    public static readonly FrozenDictionary<int, string> LooksLike = Lines("confusables.txt")
        .Select(line => line.Split(';'))
        .ToFrozenDictionary(pair => Point(pair[0]), pair => string.Concat(pair[1].Split(' ').Select(each => char.ConvertFromUtf32(Point(each)))));

    /// <summary>In small letters, without the dot.</summary>
    public static readonly FrozenSet<string> TopLevelDomains = Lines("top-level-domains.txt").Concat(Reserved).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether nothing shows of it.</summary>
    public static bool IsUnseen(Rune rune)
    {
        var (low, high) = (0, Unseen.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (rune.Value < Unseen[middle].From) high = middle - 1;
            else if (rune.Value > Unseen[middle].Upto) low = middle + 1;
            else return true;
        }

        return false;
    }

    private static int Point(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static IEnumerable<string> Lines(string file)
    {
        using var stream = typeof(NameData).Assembly.GetManifestResourceStream("PublicBuyers.Naming." + file)
            ?? throw new InvalidOperationException($"The file \"{file}\" is not part of this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#')];
    }
}
