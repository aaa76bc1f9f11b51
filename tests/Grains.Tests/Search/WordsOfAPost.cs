namespace PublicBuyers.Search;

public sealed class WordsOfAPost
{
    [Fact]
    public void Are_what_it_says_and_not_how_it_is_marked_up()
    {
        PostWords.Of("## **Lots** of [tenders](https://ted.europa.eu/notice/12?x=y), see https://example.org/a/b and `code`.", ["Réponses.pdf"])
            .Where(word => char.IsLetter(word[0]))   // not two neighbours as one
            .ShouldBe(["and", "code", "eu", "europa", "example", "lots", "of", "org", "pdf", "reponses", "see", "ted", "tenders"], ignoreOrder: true);
    }

    [Fact]
    public void Are_each_there_once_and_none_is_endless()
    {
        var words = PostWords.Of(new string('a', 16_000) + " b B b", []);

        words.ShouldBe([new string('a', PostWords.LongestWord), "b", PostWords.AsNeighbours("b", "b")], ignoreOrder: true);
        PostWords.Match(words, [.. PostWords.In(new string('A', 300))]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("tender", true)]
    [InlineData("tend", true)]
    [InlineData("tenders", false)]
    [InlineData("tend green", false)]
    [InlineData("green tend", true)]
    [InlineData("GRÉEN tender", true)]
    [InlineData("", true)]
    public void Match_all_that_was_asked_the_last_by_its_beginning(string asked, bool matches) =>
        PostWords.Match(PostWords.Of("A green tender", []), [.. PostWords.In(asked)]).ShouldBe(matches);

    public static TheoryData<string[]> Spellings =>
    [
        ["e-procurement", "eprocurement", "e procurement", "e\u2011procurement", "e\u00ADprocurement", "E-Procurement", "é\u2010procurement"],
        ["co-operation", "cooperation", "co operation", "co–operation"],
        ["l'appel", "l’appel", "lappel", "l appel", "l‘appel"],
        ["d’offres", "d'offres", "doffres", "d offres"],
        ["Vergabe-Verfahren", "Vergabeverfahren", "Vergabe Verfahren", "vergabe\u2011verfahren"],
        ["pré-sélection", "pre\u0301selection", "présélection", "pre\u0301 sélection"],
        ["e-government-platform", "e‑government‑platform", "egovernmentplatform"],
    ];

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Are_found_however_a_compound_is_spelt(string[] spellings)
    {
        foreach (var written in spellings)
        {
            foreach (var typed in spellings)
                PostWords.Match(PostWords.Of($"About {written} again", []), [.. PostWords.Asked($"again {typed}")]).ShouldBeTrue($"{typed} in {written}");
        }
    }

    [Theory]
    [InlineData("All that the members wrote", "theme")]
    [InlineData("Some procurement, and e-mail", "eprocurement")]
    [InlineData("procurement e", "e-procurement")]
    [InlineData("Articles 20 26", "2026")]
    public void Are_not_found_where_nobody_wrote_them(string text, string typed) =>
        PostWords.Match(PostWords.Of(text, []), [.. PostWords.Asked(typed)]).ShouldBeFalse();
}
