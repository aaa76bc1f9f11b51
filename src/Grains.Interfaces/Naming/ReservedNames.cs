using System.Collections.Immutable;
using System.Text;

namespace PublicBuyers;

/// <summary>
/// Names that pretend to be the server, who runs it, or everybody in a room. Nobody can take one; who has one keeps it.
/// The one list of them. What looks like an entry (<see cref="Naming.Skeleton"/>), also without accents and signs, counts too.
/// </summary>
public static class ReservedNames
{
    private static readonly ImmutableArray<string> Listed =
    [
        "PublicBuyers", "public", "buyers", "system", "système", "server", "serveur", "support", "assistance",
        "admin", "administrator", "administrators", "administration",
        "administrateur", "administratrice", "administrateurs",
        "everybody", "everyone", "all", "room", "salle", "salon", "tous", "toutes", "tout le monde",
    ];

    private static readonly ImmutableHashSet<string> Looks = [.. Listed.Select(Look)];

    /// <summary>Whether a name is on the list, or all its words are, as those of <c>System Administrator</c>.</summary>
    /// <param name="tidy">As <see cref="Naming.TidyName"/> gives it.</param>
    public static bool Holds(string tidy)
    {
        if (Looks.Contains(Look(tidy))) return true;

        var words = WordsOf(tidy);
        return words.Length > 0 && words.All(word => Looks.Contains(Look(word)));
    }

    private static string[] WordsOf(string name) =>
        string.Concat(name.Select(each => char.IsPunctuation(each) || char.IsSymbol(each) ? ' ' : each)).Split(
            (char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>
    /// Letters and digits of the skeleton: no accents, signs or spaces. It has l for <c>I</c>: so does this for i. What is
    /// added or equals something is a sum and nobody's look-alike: <c>a=1+1</c> is not "all".
    /// </summary>
    private static string Look(string name) => string.Concat(
        Naming.Skeleton(name).Normal(NormalizationForm.FormD).EnumerateRunes()
            .Where(rune => Rune.IsLetterOrDigit(rune) || rune.Value is '=' or '+')).Replace('i', 'l');
}
