using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PublicBuyers.Members;

namespace PublicBuyers.Rooms;

/// <summary>Finds out whom a text mentions. One function for the hub, the API and the forms.</summary>
/// <remarks><c>@Ada Byron</c> is the one member of the community with that name, <c>@_Ada Byron</c> names her without telling her, <c>@room</c> is everybody. Never in code, quotes, links and addresses.</remarks>
public sealed class MentionReading(IMemberDirectory members)
{
    /// <summary>Places of a text that are looked at, and stretches it can have: a person named twice counts twice here.</summary>
    public const int MostStretches = 100;

    /// <summary>Questions to the directory for one text.</summary>
    public const int MostLookups = 60;

    /// <summary>Of a name, and of what a stretch covers.</summary>
    private const int MostWords = 6;
    private const int LongestStretch = 200;

    private const int MostNamesakes = 20;
    private const string Everybody = "room";

    /// <param name="given">What the author picked. None: whoever is named in the text.</param>
    public async Task<ImmutableArray<Mention>> Read(RoomId room, string markdown, IReadOnlyList<Mention>? given, CancellationToken cancel)
    {
        if (Encoding.UTF8.GetByteCount(markdown) > RoomLimits.LongestText) return [];   // the room refuses it

        if (given is null) return markdown.Contains('@') ? PostMarkup.Standing(markdown, await Find(room.Communities, markdown, cancel)) : [];
        if (given.Count == 0) return [];

        // What is no stretch of this text at all is left in: the room refuses it.
        return AreStretches(given, markdown) ? PostMarkup.Standing(markdown, await Named(given, markdown, cancel)) : [.. given];
    }

    /// <summary>Those that cover a name and nothing else: a mention would hide what else it covers.</summary>
    private async Task<List<Mention>> Named(IReadOnlyList<Mention> given, string markdown, CancellationToken cancel)
    {
        var odd = given.Where(each => !IsPlain(TextOf(each, markdown))).Select(each => each.Member).OfType<MemberId>().ToHashSet();
        var cards = odd.Count > 0 ? await members.Cards(odd, cancel) : null;
        return [.. given.Where(each => TextOf(each, markdown) is var text && (IsPlain(text)
            || (each.Member is { } one && cards?.GetValueOrDefault(one)?.Name.Normal() == text.Normal())))];
    }

    private static string TextOf(Mention mention, string markdown) =>
        markdown.Substring(mention.Start + 1, mention.Length - 1) is ['_', .. var silent] ? silent : markdown.Substring(mention.Start + 1, mention.Length - 1);

    /// <summary>Begins with a letter or digit, and holds nothing of Markdown: a name of now or of before.</summary>
    private static bool IsPlain(string text) => text.Length > 0 && IsOfWord(text, 0, out _) && text.AsSpan().IndexOfAny(MarkupStyle.Marks) < 0;

    private static bool AreStretches(IReadOnlyList<Mention> given, string markdown)
    {
        var end = 0;
        foreach (var each in given)
        {
            if (each.Start < end || each.Length is < 2 or > LongestStretch || each.Start > markdown.Length - each.Length || markdown[each.Start] != '@') return false;
            end = each.Start + each.Length;
        }

        return given.Count <= MostStretches;
    }

    private async Task<List<Mention>> Find(ImmutableArray<CommunityId> communities, string markdown, CancellationToken cancel)
    {
        var found = new List<Mention>();
        var names = new Names(communities, members, cancel);
        var end = 0;
        foreach (var start in PostMarkup.Beginnings(markdown, MostStretches))
        {
            if (start < end) continue;

            var silent = start + 1 < markdown.Length && markdown[start + 1] == '_';
            var words = WordsAfter(markdown, start + (silent ? 2 : 1));
            if (words.Length == 0 || await Meant(names, markdown, start, words, silent) is not { } mention) continue;

            found.Add(mention);
            end = mention.Start + mention.Length;
        }

        return found;
    }

    private static async Task<Mention?> Meant(Names names, string markdown, int start, ImmutableArray<(int Start, int End)> words, bool silent)
    {
        var first = markdown[words[0].Start..words[0].End];
        if (first == Everybody && !silent && !GoesOn(markdown, words[0].End)) return new(start, words[0].End - start, null);

        for (var count = await names.MostWordsOf(Fold.Of(first), words.Length); count > 0; count--)
        {
            var end = words[count - 1].End;
            var (member, isKnown) = await names.Find(markdown[words[0].Start..end], Fold.Of(first));
            if (!isKnown) continue;

            // Several of that name, or the name goes on: nobody is meant rather than the wrong one.
            return member is { } one && !GoesOn(markdown, end) ? new(start, end - start, one, silent) : null;
        }

        return null;
    }

    /// <summary>Where the words end that a name could be made of: letters and digits, with at most two other characters of the same line between them.</summary>
    private static ImmutableArray<(int Start, int End)> WordsAfter(string markdown, int start)
    {
        var words = ImmutableArray.CreateBuilder<(int, int)>(MostWords);
        var limit = Math.Min(markdown.Length, start + LongestStretch - 2);
        for (var at = start; words.Count < MostWords;)
        {
            var end = at;
            while (end < limit && IsOfWord(markdown, end, out var length)) end += length;
            if (end == at) break;

            words.Add((at, end));
            at = end;
            while (at < limit && at - end < 2 && !IsOfWord(markdown, at, out _) && markdown[at] is not ('\n' or '@')) at++;
        }

        return words.ToImmutable();
    }

    /// <summary>In <c>@Jean-Paul</c>, <c>@Jean.Dupont</c> and <c>@jean@example.eu</c> the name does not end with Jean. In <c>@Jean, Paul</c> it does.</summary>
    private static bool GoesOn(string text, int end) =>
        end < text.Length && (text[end] == '@' || (IsJoiner(text[end]) && end + 1 < text.Length && IsOfWord(text, end + 1, out _)));

    /// <summary>What stands inside names and handles, and not between words.</summary>
    private static bool IsJoiner(char letter) =>
        letter is '\'' or '’' or '.' or '_' or '·' or '/' or '&' or '+' || char.GetUnicodeCategory(letter) is UnicodeCategory.DashPunctuation;

    private static bool IsOfWord(string text, int at, out int length)
    {
        length = Rune.TryGetRuneAt(text, at, out var rune) ? rune.Utf16SequenceLength : 1;
        return Rune.IsLetterOrDigit(rune) || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
    }

    /// <summary>The communities' names, asked for by their first word, each once.</summary>
    private sealed class Names(ImmutableArray<CommunityId> communities, IMemberDirectory members, CancellationToken cancel)
    {
        /// <summary>Each more exact than what was folded and than the one before: Ș is not Ş.</summary>
        private static readonly StringComparison[] Closer = [StringComparison.OrdinalIgnoreCase, StringComparison.Ordinal];

        private readonly Dictionary<string, ImmutableArray<MemberCard>> asked = new(StringComparer.Ordinal);
        private int left = MostLookups;

        /// <summary>How long a name can be that begins so; zero where there is none.</summary>
        public async ValueTask<int> MostWordsOf(string first, int most)
        {
            var named = await Ask(first);
            if (named.Length == MostNamesakes) return most;

            return Math.Min(most, named.Length == 0 ? 0 : named.Max(card => WordsIn(card.Name)));
        }

        /// <summary>The only member of this name, and whether there is one at all. Of several, the only one who is called as it was typed.</summary>
        public async ValueTask<(MemberId? Member, bool IsKnown)> Find(string typed, string first)
        {
            var name = Fold.Of(typed);
            var named = await Ask(first);
            if (named.Length == MostNamesakes && name != first) named = await Ask(name);

            var same = named.Where(card => Fold.Of(card.Name) == name).ToList();
            foreach (var comparison in same.Count > 1 ? Closer : [])
            {
                var closer = same.Where(card => string.Equals(card.Name.Normal(), typed.Normal(), comparison)).ToList();
                if (closer.Count > 0) same = closer;
            }

            return (same.Count == 1 ? same[0].Member : null, same.Count > 0);
        }

        private async ValueTask<ImmutableArray<MemberCard>> Ask(string name)
        {
            if (asked.TryGetValue(name, out var known)) return known;
            if (name.Length == 0 || left-- <= 0) return [];

            return asked[name] = await members.Named(communities, name, MostNamesakes, cancel);
        }

        /// <summary>As they are counted in a text: a name such as O’Neill has two.</summary>
        private static int WordsIn(string name) => Fold.Of(name).Count(letter => letter == ' ') + 1;
    }
}
