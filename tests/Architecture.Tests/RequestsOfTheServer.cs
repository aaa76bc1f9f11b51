using System.Text.RegularExpressions;

namespace PublicBuyers.Architecture;

/// <summary>Nobody can take the id of a command that the server will send.</summary>
public sealed partial class RequestsOfTheServer
{
    /// <summary>Made by the server for a form, and sent back by whoever fills it in.</summary>
    private const string OfForms = "form:";

    [Fact]
    public void Every_beginning_that_the_server_gives_its_ids_is_known()
    {
        var beginnings = Repository.Sources("src")
            .Where(file => !file.Path.StartsWith("src/Silo/Demonstration/", StringComparison.Ordinal))
            .SelectMany(file => Beginning().Matches(file.Text).Select(found => found.Groups["beginning"].Value))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();

        beginnings.Except([OfForms]).ShouldBe(RequestId.OfServer, ignoreOrder: true);
    }

    [Fact]
    public void None_of_them_is_read_from_a_request()
    {
        foreach (var beginning in RequestId.OfServer)
        {
            RequestId.TryRead(beginning + "1", out _).ShouldBeFalse(beginning);
            RequestId.TryRead(beginning.ToUpperInvariant() + "1", out _).ShouldBeFalse(beginning);
        }

        RequestId.TryRead(RequestId.OfEffect("queue/cpb-network", 5).Value, out _).ShouldBeFalse();
        RequestId.TryRead(RequestId.PartOf(new("r"), "settle").Value, out _).ShouldBeFalse();
        RequestId.TryRead(OfForms + "1", out _).ShouldBeTrue();
        RequestId.TryRead("3f2504e0-4f89-41d3-9a0c-0305e82c3301", out _).ShouldBeTrue();
    }

    [GeneratedRegex("""(RequestId\(|Request = new\(|new\()\$?"(?<beginning>[a-z]+:)""", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Beginning();
}
