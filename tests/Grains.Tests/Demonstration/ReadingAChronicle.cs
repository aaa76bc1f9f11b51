using PublicBuyers.Communities;
using PublicBuyers.Publications;

namespace PublicBuyers.Demonstration;

public sealed class ReadingAChronicle
{
    private const string Front = """
        ---
        name: A community
        access: on request
        goal: To be read: by a test
        leader: ada 2024-01-15 10:00
        group: first 2024-07-15 10:00 The first group
        ---
        **About** it.

        """;

    [Fact]
    public void The_front_says_what_the_community_is()
    {
        var chronicle = Chronicle.Read("a-community", Front);

        chronicle.Access.ShouldBe(Communities.Access.OnRequest);
        chronicle.Goal.ShouldBe("To be read: by a test");
        chronicle.About.ShouldBe("**About** it.");
        chronicle.Founding.ShouldBe(new(new("demo-ada"), Role.Leader, new(2024, 1, 15, 9, 0, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void Times_are_those_of_Brussels_in_winter_and_in_summer()
    {
        var chronicle = Chronicle.Read("a-community", Front);

        chronicle.Founding.At.ShouldBe(new(2024, 1, 15, 9, 0, 0, TimeSpan.Zero));
        chronicle.Openings.ShouldBe([new(new("a-community/first"), "The first group", true, new(2024, 7, 15, 8, 0, 0, TimeSpan.Zero))]);
    }

    [Fact]
    public void A_reply_names_what_it_answers_and_may_have_a_name_of_its_own()
    {
        var chronicle = Chronicle.Read("a-community", Front + """

            ## general

            ### 2024-01-16 09:00 ada as question
            What now?

            ### 2024-01-16 09:05 bob to question as answer
            This.
            """);

        chronicle.Entries.Select(entry => (entry.Deed, entry.About, entry.Label, entry.Markdown)).ShouldBe(
        [
            (Deed.Posts, "", "question", "What now?"),
            (Deed.Replies, "question", "answer", "This."),
        ]);
    }

    [Fact]
    public void A_publication_has_readers_a_title_and_comments()
    {
        var chronicle = Chronicle.Read("a-community", Front + """

            ## publication 2024-02-01 09:00 ada insight participants
            for: bob eve
            # What we learnt
            In short.

            # First

            A lot.

            ### 2024-02-01 10:00 bob
            And I.
            """);

        var published = chronicle.Publishings.ShouldHaveSingleItem();
        (published.Content.Kind, published.Content.Classification, published.Content.Title, published.Content.Summary, published.Content.Markdown).ShouldBe((PublicationKind.Insight, Classification.Participants, "What we learnt", "In short.", "# First\n\nA lot."));
        published.Content.Participants.ShouldBe([new("demo-bob"), new("demo-eve")]);
        var comment = chronicle.Entries.ShouldHaveSingleItem();
        (comment.Room, comment.Markdown).ShouldBe((published.Publication.Comments, "And I."));
        PublicationId.TryRead(published.Publication.Value, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData("publication 2024-02-01 09:00 ada gossip public\n# T\nS\nText")]
    [InlineData("publication 2024-02-01 09:00 ada news secret\n# T\nS\nText")]
    [InlineData("publication 2024-02-01 09:00 ada news public\nT\nS\nText")]
    public void A_publication_that_lacks_something_is_named(string part) =>
        Should.Throw<FormatException>(() => Chronicle.Read("a-community", Front + "\n## " + part)).Message.ShouldContain("2024-02-01 09:00 ada");

    [Fact]
    public void A_word_it_does_not_know_is_named_with_its_room()
    {
        var broken = Front + "\n## general\n### 2024-01-16 09:00 ada shouts loudly\nWhat now?";

        Should.Throw<FormatException>(() => Chronicle.Read("a-community", broken)).Message.ShouldContain("\"shouts loudly\" in room \"a-community/general\"");
    }
}
