using System.Collections.Immutable;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B42: whatever is stored, everything that reads it has an answer, which is text that can be sent.</summary>
public sealed class ReadersOfStoredText
{
    private static readonly MemberId Ana = new("ana");

    private static readonly string[] Deep =
    [
        string.Concat(Enumerable.Repeat("*a ", 150)) + "x" + string.Concat(Enumerable.Repeat(" b*", 150)),
        new('[', 300), new('>', 5_000), string.Concat(Enumerable.Repeat("1. ", 5_000)), string.Concat(Enumerable.Repeat("- ", 5_000)) + "x",
        string.Concat(Enumerable.Repeat("**_", 200)) + "x" + string.Concat(Enumerable.Repeat("_**", 200)),
        string.Concat(Enumerable.Repeat("![", 300)) + "x" + string.Concat(Enumerable.Repeat("](https://a.eu)", 300)),
        "half \ud800", "\udc00", "a\0b\u0001", "\uFFFF", "", " ", "\n",
    ];

    [Fact]
    public async Task Have_an_answer_for_every_text()
    {
        var random = new Random(Fuzz.Seed);
        foreach (var text in Deep) await ShouldBeRead(text, random);
        for (var round = 0; round < Fuzz.Rounds(1_500); round++)
        {
            var text = RandomMarkdown.Of(random);
            if (random.Next(4) == 0) text = text[..random.Next(text.Length + 1)];   // perhaps through a character
            await ShouldBeRead(text, random);
        }
    }

    [Fact]
    public void What_cannot_be_laid_out_is_shown_as_it_was_typed()
    {
        PostMarkup.ToHtml(Deep[0]).ShouldBe($"<p>{Deep[0]}</p>\n");
        PostMarkup.CanShowPost(Deep[0], []).ShouldBeFalse();
        PostMarkup.CanShowArticle(Deep[0]).ShouldBeFalse();
        PostMarkup.ToHtml("<b>\n" + Deep[3]).ShouldStartWith("<p>&lt;b&gt;<br />\n1. 1. ");
    }

    private static async Task ShouldBeRead(string text, Random random)
    {
        ImmutableArray<Mention> mentions = [new(random.Next(-2, text.Length + 2), random.Next(-2, 12), Ana), new(random.Next(text.Length + 1), 5, null)];
        var html = PostMarkup.ToHtml(text, mentions, _ => new(Ana, "Ana <Ruiz>", ""));
        string[] read =
        [
            html, PostMarkup.ToHtml(text), PostMarkup.ToArticle(text), PostMarkup.ToDescription(text),
            Excerpt.Of(html), Excerpt.Of(text), Snippet.Plain(text), Snippet.Of(text, ["a"]), Snippet.Of(text, [.. PostWords.In(text).Take(3)]),
            Fold.Of(text), .. PostWords.Of(text, [text]),
        ];
        foreach (var each in read) each.ShouldNotBeNull(text);
        if (IsWellFormed(text)) read.ShouldAllBe(each => IsWellFormed(each), text);

        PostMarkup.Standing(text, mentions).Length.ShouldBeLessThanOrEqualTo(2);
        PostMarkup.Beginnings(text, 10).Length.ShouldBeLessThanOrEqualTo(10);
        (await new MentionReading(new NobodyKnown()).Read(new("cpb/general"), text, null, default)).ShouldAllBe(mention => mention.Member == null);
        PostMarkup.CanShowPost(text, mentions).ShouldBe(PostMarkup.CanShowPost(text, mentions));
    }

    private static bool IsWellFormed(string text) => !Texts.HasLoneSurrogate(text);
}
