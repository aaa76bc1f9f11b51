using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Search;

/// <summary>The directory of members, on its page and for programs.</summary>
public sealed class FindingMembers(OneServer shared) : IClassFixture<OneServer>
{
    private static int times;

    private readonly LiveServer server = shared.Server;
    private readonly string word = $"tramways{Interlocked.Increment(ref times)}";

    [Fact]
    public async Task Nobody_is_found_before_they_asked_to_be_nor_after_they_took_it_back()
    {
        var (ada, looking) = (await server.SignIn($"Ada{word}"), await server.SignIn($"Looking{word}"));
        (await Found(looking, $"?q=ada{word}")).ShouldBeEmpty();
        await Presents(ada, listed: false);
        (await Found(looking, $"?q={word}")).ShouldBeEmpty();

        await Presents(ada, listed: true);
        var found = (await Found(looking, $"?q={word}&country=BE&language=fr")).ShouldHaveSingleItem();
        found.GetProperty("card").GetProperty("name").GetString().ShouldBe(ada.Name);
        found.GetProperty("country").GetString().ShouldBe("BE");
        found.GetProperty("expertise").EnumerateArray().Select(each => each.GetString()).ShouldBe([word, "BIM"]);
        (await Found(looking, $"?q={word}&country=SE")).ShouldBeEmpty();
        (await Found(looking, $"?q={word}&country=nowhere-at-all")).ShouldBeEmpty();

        await Presents(ada, listed: false);
        (await Found(looking, $"?q={word}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task It_is_asked_for_and_looked_at_without_script()
    {
        var (ada, looking) = (await server.SignIn($"Ada{word}"), await server.SignIn($"Looking{word}"));
        using var hers = Visitor.As(server.Address, ada.Cookie);
        using var other = Visitor.As(server.Address, looking.Cookie);

        var refused = await hers.Submit("/profile", "/profile/presentation", ("listed", "true"), ("country", "ZZ"), ("expertise", $"{word}, BIM"), ("languages", "fr"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("“ZZ” is no country of this list.");
        refused.Html.ShouldContain($"value=\"{word}, BIM\"");
        (await hers.Submit("/profile", "/profile/presentation", ("listed", "true"), ("country", "BE"), ("expertise", $"{word}, BIM"), ("languages", "fr"))).Location.ShouldBe("/profile?saved=directory#directory");

        var page = (await other.Get($"/members?q={word}")).Html;
        page.ShouldContain(ada.Name);
        page.ShouldContain("Belgium");
        page.ShouldContain("français");
        page.ShouldContain("1 member");
        (await hers.Get("/members")).Html.ShouldContain("You are among them.");
        (await other.Get($"/members?q={word}&country=SE")).Html.ShouldContain("Nobody who is listed here is like that.");

        (await hers.Post("/profile/presentation", await hers.TokenOn("/profile"), ("request", "unticked"), ("country", "BE"), ("expertise", $"{word}, BIM"), ("languages", "fr"))).Location.ShouldBe("/profile?saved=directory#directory");
        (await other.Get($"/members?q={word}")).Html.ShouldNotContain(ada.Name);
    }

    [Fact]
    public async Task What_is_looked_for_is_never_an_operator_and_never_markup()
    {
        var looking = await server.SignIn($"Looking{word}");
        using var http = server.Http(looking);

        foreach (var asked in new[] { "\" OR NEAR( *", "<script>alert(1)</script>", new string('x', 2_000), "%00", "' --" })
        {
            var page = await http.GetAsync($"/members?q={Uri.EscapeDataString(asked)}&country={Uri.EscapeDataString(asked)}&after={Uri.EscapeDataString(asked)}");
            page.StatusCode.ShouldBe(HttpStatusCode.OK, asked);
            (await page.Content.ReadAsStringAsync()).ShouldNotContain("<script>alert");
        }
    }

    [Theory]
    [InlineData("""{ "requestId": "one", "isListed": true }""")]
    [InlineData("""{ "requestId": "two", "isListed": true, "languages": null, "expertise": null }""")]
    [InlineData("""{ "requestId": "three", "isListed": true, "languages": [null], "expertise": [null] }""")]
    public async Task What_is_left_out_of_it_is_refused_and_not_a_fault_of_ours(string body)
    {
        using var http = server.Http(await server.SignIn($"Ada{word}"));
        using var sent = new StringContent(body, System.Text.Encoding.UTF8, "application/json");

        var answer = await http.PutAsync("/api/me/presentation", sent);

        ((int)answer.StatusCode).ShouldBeInRange(400, 422, await answer.Content.ReadAsStringAsync());
    }

    private async Task Presents(Person who, bool listed)
    {
        using var http = server.Http(who);
        (await http.PutAsJsonAsync("/api/me/presentation", new { requestId = server.NewRequest().Value, country = "BE", languages = new[] { "fr" }, expertise = new[] { word, "BIM" }, isListed = listed })).StatusCode.ShouldBe(HttpStatusCode.NoContent);
    }

    private async Task<JsonElement[]> Found(Person looking, string query)
    {
        using var http = server.Http(looking);
        var found = await http.GetFromJsonAsync<JsonElement>("/api/members" + query);
        found.GetProperty("total").GetInt32().ShouldBe(found.GetProperty("members").GetArrayLength());
        return [.. found.GetProperty("members").EnumerateArray()];
    }
}
