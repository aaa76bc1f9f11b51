using System.Text;
using PublicBuyers.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

public sealed class RememberingChanges
{
    private readonly ChangeMemory memory = new();

    public RememberingChanges() => memory.StartAt(10);

    [Fact]
    public void Who_comes_back_gets_what_changed_after_in_order()
    {
        memory.Put(11, Change(1));
        memory.Put(12, Change(2));
        memory.Put(13, Change(3));

        memory.After(11).Select(change => change.Key).ShouldBe(["post/2", "post/3"]);
    }

    [Fact]
    public void What_changed_twice_is_given_as_it_is_now()
    {
        memory.Put(11, Change(1, "secret"));
        memory.Put(12, Change(2));
        memory.Put(13, Change(1, "deleted"));

        memory.After(10).Select(TextOf).ShouldBe(["\"2\"", "\"deleted\""]);
    }

    [Fact]
    public void What_does_not_fit_any_more_is_forgotten_from_the_oldest_on_and_said_so()
    {
        for (var number = 1; number <= ChangeMemory.MostChanges + 5; number++) memory.Put(10 + number, Change(number));

        memory.From.ShouldBe(15);
        memory.After(memory.From).Length.ShouldBe(ChangeMemory.MostChanges);
    }

    [Fact]
    public void Large_changes_are_forgotten_sooner()
    {
        for (var number = 1; number <= 5; number++) memory.Put(10 + number, Change(number, new('x', ChangeMemory.MostBytes / 2)));

        memory.After(memory.From).Length.ShouldBe(1);
    }

    private static ChangeWire Change(int number, string? text = null) => new($"post/{number}", RawJson.Of(text ?? $"{number}"));

    private static string TextOf(ChangeWire change) => Encoding.UTF8.GetString(change.Put.Utf8.Span);
}
