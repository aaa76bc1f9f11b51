using System.Collections.Immutable;

namespace PublicBuyers.Rooms;

/// <summary>What mentions of a text are in order, and whom they tell. Pure, and linear in the mentions.</summary>
internal static class MentionRules
{
    /// <summary>What is wrong with the mentions of a well-formed text, if anything.</summary>
    public static Refusal? Wrong(ImmutableArray<Mention> mentions, string markdown, bool moderates)
    {
        if (mentions.Length > RoomLimits.MostMentionRanges) return new RoomRefusal.TooManyMentions(RoomLimits.MostMentionRanges);

        var free = 0;
        foreach (var mention in mentions)
        {
            if (!IsInOrder(mention, markdown, free)) return new RoomRefusal.MentionInvalid(mention.Start);
            free = mention.Start + mention.Length;
        }

        if (People(mentions).Count() > RoomLimits.MostMentions) return new RoomRefusal.TooManyMentions(RoomLimits.MostMentions);
        if (!moderates && mentions.Any(mention => mention.Member is null)) return new RoomRefusal.ModeratorsOnly();

        return null;
    }

    /// <summary>Whose standing has to be known before the mentions can be stored. Nobody's, where there are too many to be taken.</summary>
    public static ImmutableArray<MemberId> ToAskFor(ImmutableArray<Mention> mentions)
    {
        if (mentions.Length > RoomLimits.MostMentionRanges) return [];

        var people = People(mentions).ToImmutableArray();
        return people.Length > RoomLimits.MostMentions ? [] : people;
    }

    /// <summary>Everybody named, once each.</summary>
    public static IEnumerable<MemberId> People(ImmutableArray<Mention> mentions) => mentions.Select(mention => mention.Member).OfType<MemberId>().Distinct();

    /// <summary>The mentions without those of who may not read the room: nothing about them is written down.</summary>
    public static ImmutableArray<Mention> Kept(ImmutableArray<Mention> mentions, ImmutableHashSet<MemberId> readers) =>
        [.. mentions.Where(mention => mention.Member is not { } member || readers.Contains(member))];

    public static int Unreached(ImmutableArray<Mention> mentions, ImmutableHashSet<MemberId> readers) => People(mentions).Count(member => !readers.Contains(member));

    /// <summary>Who is told, once each. Nobody tells themselves.</summary>
    public static IEnumerable<MemberId> Told(ImmutableArray<Mention> mentions, MemberId by) =>
        mentions.Where(mention => !mention.Silent).Select(mention => mention.Member).OfType<MemberId>().Where(member => member != by).Distinct();

    public static bool TellsEverybody(ImmutableArray<Mention> mentions) => mentions.Any(mention => mention is { Member: null, Silent: false });

    // An @ and at least one character, after the one before, and no character cut in half.
    private static bool IsInOrder(Mention mention, string markdown, int free) =>
        mention.Start >= free && mention.Length >= 2 && mention.Start < markdown.Length && mention.Length <= markdown.Length - mention.Start
        && markdown[mention.Start] == '@'
        && (mention.Start + mention.Length == markdown.Length || !char.IsLowSurrogate(markdown[mention.Start + mention.Length]));
}
