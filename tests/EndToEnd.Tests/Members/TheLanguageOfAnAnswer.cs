using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.SignIn;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Members;

/// <summary>The profile's, else the one chosen in this browser, else what the browser asks for, whatever the answer.</summary>
public sealed class TheLanguageOfAnAnswer(OneServer one) : IClassFixture<OneServer>
{
    private readonly LiveServer server = one.Server;

    [Theory]
    [InlineData(null, null, "en")]
    [InlineData(null, "fr", "fr")]
    [InlineData(null, "fr-BE, en;q=0.9", "fr")]
    [InlineData(null, "FR", "fr")]
    [InlineData(null, "en;q=0.4, fr;q=0.5", "fr")]
    [InlineData(null, "de, nl, it, pl, fr", "fr")]
    [InlineData(null, "de, *", "en")]
    [InlineData(null, ";;q=,", "en")]
    [InlineData("fr", null, "fr")]
    [InlineData("fr", "en", "fr")]
    [InlineData("en", "fr", "en")]
    [InlineData("xx", "fr", "fr")]
    [InlineData("c=fr|uic=fr", "en", "en")]
    public async Task For_who_is_not_signed_in(string? cookie, string? accepted, string language)
    {
        using var http = Asking(server.Http(null), cookie, accepted);

        (await LanguageOf(http, "/sign-in")).ShouldBe(language);
    }

    [Theory]
    [InlineData("en", "fr", "fr")]
    [InlineData("fr", "en", "en")]
    [InlineData("fr", null, null)]
    public async Task A_profile_comes_first(string profile, string? cookie, string? accepted)
    {
        var reader = await Somebody(profile, "Renée");
        using var http = Asking(server.Http(reader), cookie, accepted, reader.Cookie);

        (await LanguageOf(http, "/communities")).ShouldBe(profile);
    }

    [Theory]
    [InlineData("fr", null)]
    [InlineData(null, "fr-BE")]
    public async Task What_is_refused_at_the_entrance_is_said_in_it_too(string? cookie, string? accepted)
    {
        using var http = Asking(server.Http(null), cookie, accepted);
        http.DefaultRequestHeaders.Host = "elsewhere.example";

        using var refused = await http.GetAsync("/sign-in");

        (await refused.Content.ReadAsStringAsync()).ShouldContain("Ce site n’est pas accessible sous le nom");
    }

    [Fact]
    public async Task What_is_refused_before_its_route_is_said_in_the_profiles()
    {
        var nameless = await Somebody("fr", "");
        using var http = Asking(server.Http(nameless), "en", "en", nameless.Cookie);

        using var refused = await http.PostAsJsonAsync(
            "/api/me/mutes/rooms",
            new { requestId = "r", room = "a/b", muted = true }
        );

        (await Detail(refused)).ShouldStartWith("Indiquez d’abord votre nom");
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_in_the_profiles()
    {
        var reader = await Somebody("fr", "Renée");
        using var http = Asking(server.Http(reader), "en", "en", reader.Cookie);
        using var broken = new StringContent("{", Encoding.UTF8, "application/json");

        using var refused = await http.PostAsync("/api/me/mutes/rooms", broken);

        (await Detail(refused)).ShouldStartWith("Cet envoi est illisible.");
    }

    /// <summary>Faults are answered outside of where the culture of a request is set.</summary>
    [Fact]
    public void What_fails_is_said_in_it_too()
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IRequestCultureFeature>(new RequestCultureFeature(new("fr-FR"), null));
        var problem = new ProblemDetailsContext
        {
            HttpContext = http,
            ProblemDetails = { Status = StatusCodes.Status507InsufficientStorage },
        };

        Refusals.Finish(problem);

        problem.ProblemDetails.Detail.ShouldBe(RefusalWords.In(Words.In("fr"), new Refused.DiskFull()));
    }

    private static async Task<string?> LanguageOf(HttpClient http, string page) =>
        new HtmlParser().ParseDocument(await http.GetStringAsync(page)).DocumentElement.GetAttribute("lang");

    private static async Task<string> Detail(HttpResponseMessage refused) =>
        (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;

    private static HttpClient Asking(HttpClient http, string? cookie, string? accepted, string? session = null)
    {
        string?[] cookies = [session, cookie is null ? null : $"language={cookie}"];
        http.DefaultRequestHeaders.Remove("Cookie");
        if (cookies.Any(each => each is not null))
            http.DefaultRequestHeaders.Add("Cookie", string.Join("; ", cookies.Where(each => each is not null)));
        if (accepted is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accepted);
        return http;
    }

    private async Task<Person> Somebody(string language, string name)
    {
        var address = $"reader-{server.NewRequest().Value.Replace(':', '-')}@example.eu";
        var member = await server.Services.GetRequiredService<IAccounts>().Of(address, language);
        if (name.Length > 0)
        {
            (await server.Grains.Member(member).ChangeProfile(new()
            {
                By = member,
                Request = server.NewRequest(),
                Name = name,
                Organisation = "",
                Language = language,
                TimeZone = "Europe/Brussels",
            })).Refusal.ShouldBeNull();
        }

        return await server.SignIn(member, name);
    }
}
