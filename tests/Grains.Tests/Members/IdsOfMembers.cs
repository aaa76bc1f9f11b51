using PublicBuyers.Storage;

namespace PublicBuyers.Members;

public sealed class IdsOfMembers
{
    [Theory]
    [InlineData("a")]
    [InlineData("demo-leader-cfit")]
    [InlineData("0123456789ABCDEFabcdef")]
    public void Are_letters_and_digits_with_single_hyphens_between(string text) => MemberId.TryRead(text, out _).ShouldBeTrue();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-a")]
    [InlineData("a-")]
    [InlineData("a--b")]
    [InlineData("a\n")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("a.b")]
    [InlineData("é")]
    [InlineData("demo-١")]
    [InlineData("system")]
    public void Are_nothing_else(string? text) => MemberId.TryRead(text, out _).ShouldBeFalse();

    [Fact]
    public void Have_at_most_64_characters()
    {
        MemberId.TryRead(new string('a', 64), out _).ShouldBeTrue();
        MemberId.TryRead(new string('a', 65), out _).ShouldBeFalse();
    }

    [Fact]
    public void Are_what_the_server_makes() => MemberId.TryRead(new NewIds().Next(), out _).ShouldBeTrue();
}
