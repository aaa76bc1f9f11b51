using System.Text.RegularExpressions;

namespace PublicBuyers.Browser.Tests;

public sealed partial class The_words
{
    [Fact]
    public void Are_complete_in_every_language()
    {
        foreach (var words in Words.Languages) words.Keys.Order().ShouldBe(Words.Languages[0].Keys.Order(), words.Language);
    }

    [Fact]
    public void Have_the_same_placeholders_in_every_language()
    {
        foreach (var words in Words.Languages)
            foreach (var key in words.Keys)
                PlaceholdersIn(words[key]).ShouldBe(PlaceholdersIn(Words.Languages[0][key]), $"{words.Language}: {key}");
    }

    [Fact]
    public void Exist_for_every_refusal_and_leave_no_placeholder_open()
    {
        var refusals = new[] { typeof(Refusal).Assembly, typeof(Words).Assembly }.SelectMany(assembly => assembly.GetTypes()).Where(type => type.IsSubclassOf(typeof(Refusal)) && !type.IsAbstract).ToList();

        refusals.Count.ShouldBeGreaterThan(20);
        foreach (var type in refusals)
        {
            var refusal = (Refusal)Activator.CreateInstance(type, [.. type.GetConstructors()[0].GetParameters().Select(parameter => Some(parameter.ParameterType))])!;
            foreach (var words in Words.Languages) RefusalWords.In(words, refusal).ShouldNotContain("{", customMessage: $"{words.Language}: {refusal.Code}");
        }
    }

    [Fact]
    public void Know_one_from_many_in_each_language()
    {
        Words.In("en").Count("post.replies", 0).ShouldBe("0 replies");
        Words.In("en").Count("post.replies", 1).ShouldBe("1 reply");
        Words.In("fr").Count("post.replies", 0).ShouldBe("0 réponse");
        Words.In("fr").Count("post.replies", 2).ShouldBe("2 réponses");
        Words.In("fr").FormOf("communities.found", 0).ShouldBe("communities.found.one");
        Words.In("fr").FormOf("post.replies", 2_000_000).ShouldBe("post.replies.other"); // there are no words for "many"
    }

    [Fact]
    public void Are_there_in_every_language_that_a_profile_can_name() =>
        Words.Languages.Select(each => each.Language).ShouldBe(PublicBuyers.Members.Languages.All);

    [Fact]
    public void Never_take_what_somebody_wrote_for_a_placeholder()
    {
        var words = Words.In("en");

        words.Say("confirm.other", ("name", "{address} {name}"), ("address", "a@b.example")).ShouldStartWith("{address} {name} (a@b.example)");
        words.Html("confirm.other", ("name", "<{address}>"), ("address", "a@b.example")).Value.ShouldStartWith("&lt;{address}&gt; (a@b.example)");
        words.Say("confirm.other", ("name", "Ana")).ShouldStartWith("Ana ({address})");
    }

    private static object? Some(Type type) =>
        type == typeof(string) ? "something" : type == typeof(RoomId) ? new RoomId("a/b") : type.IsValueType ? Activator.CreateInstance(type) : null;

    private static IEnumerable<string> PlaceholdersIn(string text) => Placeholder().Matches(text).Select(each => each.Value).Order();

    [GeneratedRegex(@"\{\w+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
