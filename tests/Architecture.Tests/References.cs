using System.Reflection;
using System.Xml.Linq;

namespace PublicBuyers.Architecture;

public sealed class References
{
    private static readonly Assembly Interfaces = typeof(MemberId).Assembly;
    private static readonly Assembly Domain = typeof(Journal.IJournal).Assembly;
    private static readonly Assembly Web = typeof(WebOptions).Assembly;

    [Theory]
    [InlineData("Grains.Interfaces", "")]
    [InlineData("Grains", "Grains.Interfaces")]
    [InlineData("Web", "Grains.Interfaces")]
    [InlineData("Silo", "Grains Web")]
    public void A_project_knows_no_more_than_it_may(string project, string known)
    {
        var file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));

        file.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))
            .ShouldBe(known.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
    }

    [Fact]
    public void The_web_never_sees_the_grains_and_the_grains_never_see_the_world()
    {
        Known(Web).ShouldNotContain("PublicBuyers.Grains");
        Known(Web).ShouldNotContain("PublicBuyers.Silo");
        Known(Domain).ShouldNotContain("PublicBuyers.Web");
        Known(Interfaces).ShouldNotContain("PublicBuyers.Grains");
        foreach (var name in Known(Domain).Concat(Known(Interfaces)))
        {
            name.ShouldNotStartWith("Microsoft.AspNetCore");
            name.ShouldNotStartWith("Microsoft.Data");
            name.ShouldNotStartWith("System.Data");
            name.ShouldNotStartWith("System.Net.Mail");
            name.ShouldNotStartWith("Dapper");
        }
    }

    private static IEnumerable<string> Known(Assembly assembly) => assembly.GetReferencedAssemblies().Select(known => known.Name!);
}
