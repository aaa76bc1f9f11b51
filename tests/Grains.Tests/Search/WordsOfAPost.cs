namespace PublicBuyers.Search;

public sealed class WordsOfAPost
{
    [Fact]
    public void Are_what_it_says_and_not_how_it_is_marked_up()
    {
        PostWords.Of("## **Lots** of [tenders](https://ted.europa.eu/notice/12?x=y), see https://example.org/a/b and `code`.", ["Réponses.pdf"])
            .ShouldBe(["and", "code", "eu", "europa", "example", "lots", "of", "org", "pdf", "reponses", "see", "ted", "tenders"], ignoreOrder: true);
    }

    [Fact]
    public void Are_each_there_once_and_none_is_endless()
    {
        var words = PostWords.Of(new string('a', 16_000) + " b B b", []);

        words.ShouldBe([new string('a', PostWords.LongestWord), "b"]);
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
}
