using PublicBuyers.Communities;

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
    public void A_word_it_does_not_know_is_named_with_its_room()
    {
        var broken = Front + "\n## general\n### 2024-01-16 09:00 ada shouts loudly\nWhat now?";

        Should.Throw<FormatException>(() => Chronicle.Read("a-community", broken)).Message.ShouldContain("\"shouts loudly\" in room \"a-community/general\"");
    }
}
