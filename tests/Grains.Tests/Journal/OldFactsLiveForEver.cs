using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using PublicBuyers.Journal;

namespace PublicBuyers.WritePath;

/// <summary>The corpus holds facts as they were written once, one file for each noun. Lines are added to it and never changed.</summary>
public sealed class OldFactsLiveForEver
{
    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Every_fact_ever_written_is_read_and_means_what_it_meant(string name)
    {
        var (facts, state) = Corpus(name);

        var folded = Noun.Named(name).Fold(facts);
        JsonNode.DeepEquals(JsonNode.Parse(folded), state).ShouldBeTrue($"The state is now\n{folded}");
    }

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Every_fact_of_today_is_in_the_corpus(string name) =>
        Noun.Named(name).Facts.Select(fact => (fact.Name, fact.Version))
            .Except(Corpus(name).Facts.Select(fact => (fact.Type, fact.Version)))
            .ShouldBeEmpty("Add a line with this fact as it is written today.");

    [Theory]
    [MemberData(nameof(Noun.Names), MemberType = typeof(Noun))]
    public void Facts_of_today_are_written_as_the_corpus_has_them(string name)
    {
        var noun = Noun.Named(name);
        foreach (var fact in Corpus(name).Facts.Where(fact => noun.Facts.Contains((fact.Type, fact.Version, noun.Facts.Single(each => each.Name == fact.Type).Type))))
        {
            var written = noun.Write(noun.Read(fact)!);
            JsonNode.DeepEquals(JsonNode.Parse(written.Payload.Span), JsonNode.Parse(fact.Payload!.Value.Span)).ShouldBeTrue($"{fact.Type} is now written as {Encoding.UTF8.GetString(written.Payload.Span)}");
        }
    }

    [Fact]
    public void Names_of_facts_begin_with_their_noun_and_are_nobody_elses()
    {
        Noun.All.SelectMany(noun => noun.Facts.Where(fact => !fact.Name.StartsWith(noun.Name + ".", StringComparison.Ordinal))).ShouldBeEmpty();
        Noun.All.SelectMany(noun => noun.Facts.Select(fact => fact.Name)).ShouldBeUnique();
    }

    private static (ImmutableArray<RecordedFact> Facts, JsonNode State) Corpus(string name)
    {
        using var file = typeof(OldFactsLiveForEver).Assembly.GetManifestResourceStream($"PublicBuyers.Corpus.{name}.json")
            ?? throw new InvalidOperationException($"There is no Corpus/{name}.json.");
        var corpus = JsonNode.Parse(file)!;
        return ([.. corpus["facts"]!.AsArray().Select((fact, i) => Recorded(name, fact!, i + 1))], corpus["state"]!);
    }

    private static RecordedFact Recorded(string name, JsonNode fact, int sequence) => new(
        sequence,
        name + "/corpus",
        sequence,
        fact["type"]!.GetValue<string>(),
        fact["version"]!.GetValue<int>(),
        fact["subject"]!.GetValue<string>(),
        fact["at"]!.GetValue<DateTimeOffset>(),
        new(fact["by"]!.GetValue<string>()),
        false,
        Encoding.UTF8.GetBytes(fact["payload"]!.ToJsonString(FactJson.Options)));
}
