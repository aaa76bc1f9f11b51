using System.Collections.Immutable;
using PublicBuyers.Rooms;

namespace PublicBuyers.Demonstration;

/// <summary>The names of the demonstration's people.</summary>
internal sealed class Names(ImmutableArray<Person> people)
{
    private readonly ImmutableDictionary<MemberId, string> names =
        people.ToImmutableDictionary(person => person.Member, person => person.Name);

    /// <summary>The text with <c>@{called}</c> as a mention of the person who is called so.</summary>
    /// <exception cref="FormatException">Nobody is called so.</exception>
    public (string Text, ImmutableArray<Mention> Mentions) Mentioned(string markdown)
    {
        var mentions = ImmutableArray.CreateBuilder<Mention>();
        for (int open; (open = markdown.IndexOf("@{", StringComparison.Ordinal)) >= 0;)
        {
            var close = markdown.IndexOf('}', open);
            var member = Person.Called(markdown[(open + 2)..close]);
            if (!names.TryGetValue(member, out var name))
                throw new FormatException($"\"{markdown[open..(close + 1)]}\" is nobody.");

            mentions.Add(new(open, name.Length + 1, member));
            markdown = $"{markdown[..open]}@{name}{markdown[(close + 1)..]}";
        }

        return (markdown, mentions.ToImmutable());
    }
}
