using PublicBuyers.Security;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>B27.</summary>
public sealed class GoingBackAfterSignIn
{
    [Theory]
    [InlineData("/")]
    [InlineData("/communities/cpb/rooms/general?before=3#post-17")]
    [InlineData("/a//b")]
    public void A_path_of_this_site_is_gone_back_to(string path) => ReturnTo.Path(path).ShouldBe(path);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("//evil.example")]
    [InlineData("\\evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("evil.example")]
    [InlineData(" //evil.example")]
    public void Anything_else_goes_home(string? path) => ReturnTo.Path(path).ShouldBe("/");
}
