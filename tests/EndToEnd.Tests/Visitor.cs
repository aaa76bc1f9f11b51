using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace PublicBuyers.EndToEnd.Tests;

public sealed record Answer(HttpStatusCode Status, string Html, string? Location);

/// <summary>A browser without script: follows nothing by itself, keeps cookies, fills in forms.</summary>
public sealed class Visitor : IDisposable
{
    private readonly CookieContainer cookies = new();
    private readonly HttpClient http;
    private readonly Uri address;

    public Visitor(Uri address, string? host = null)
    {
        this.address = address;
        http = new(new SocketsHttpHandler { CookieContainer = cookies, AllowAutoRedirect = false }) { BaseAddress = address };
        http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (host is not null) http.DefaultRequestHeaders.Host = host;
    }

    public bool IsSignedIn => cookies.GetCookies(address).Any(cookie => cookie.Name == "publicbuyers");

    /// <summary>With a session that is running already.</summary>
    public static Visitor As(Uri address, string cookie)
    {
        var visitor = new Visitor(address);
        visitor.cookies.SetCookies(address, cookie);
        return visitor;
    }

    /// <summary>Gives an address on the sign-in page.</summary>
    /// <returns>The page that follows.</returns>
    public async Task<string> Ask(string mailAddress)
    {
        var asked = await Submit("/sign-in", "/sign-in", ("address", mailAddress));
        asked.Status.ShouldBe(HttpStatusCode.SeeOther);
        return asked.Location!;
    }

    public async Task<Answer> Get(string page)
    {
        using var response = await http.GetAsync(page);
        return await Read(response);
    }

    /// <summary>Opens a page, fills in its form with that action, and sends it.</summary>
    public async Task<Answer> Submit(string page, string action, params (string Name, string Value)[] filled) => await (await Fill(page, action, filled))();

    /// <summary>Opens a page and fills in its form with that action.</summary>
    /// <returns>Sends it.</returns>
    public async Task<Func<Task<Answer>>> Fill(string page, string action, params (string Name, string Value)[] filled)
    {
        var form = new HtmlParser().ParseDocument((await Get(page)).Html).Forms.Single(each => each.GetAttribute("action") == action);
        var fields = form.Elements.OfType<IHtmlInputElement>().Where(input => input.Name is not null && (input.Type is not ("radio" or "checkbox") || input.IsChecked)).ToDictionary(input => input.Name!, input => input.Value, StringComparer.Ordinal);
        foreach (var area in form.Elements.OfType<IHtmlTextAreaElement>()) fields[area.Name!] = area.Value;
        foreach (var (name, value) in filled) fields[name] = value;
        return () => Post(action, [.. fields.Select(field => (field.Key, field.Value))]);
    }

    /// <summary>Opens a page and presses the button that sends its form elsewhere.</summary>
    public async Task<Answer> Press(string page, string action, string value)
    {
        var document = new HtmlParser().ParseDocument((await Get(page)).Html);
        var button = document.QuerySelectorAll("button").OfType<IHtmlButtonElement>().First(each => each.GetAttribute("formaction") == action && each.Value == value);
        var fields = button.Form!.Elements.OfType<IHtmlInputElement>().Where(input => input.Name is not null).ToDictionary(input => input.Name!, input => input.Value, StringComparer.Ordinal);
        fields[button.Name!] = button.Value;

        using var content = new FormUrlEncodedContent(fields);
        using var response = await http.PostAsync(action, content);
        return await Read(response);
    }

    /// <summary>Sends what no form of the page would.</summary>
    public async Task<Answer> Send(string action, HttpContent content)
    {
        using var response = await http.PostAsync(action, content);
        return await Read(response);
    }

    /// <summary>The token that forms of a page are sent with.</summary>
    public async Task<(string Name, string Value)> TokenOn(string page)
    {
        var token = (IHtmlInputElement)new HtmlParser().ParseDocument((await Get(page)).Html).QuerySelector("main input[name^=__]")!;
        return (token.Name!, token.Value);
    }

    /// <summary>Sends a form that was filled in earlier.</summary>
    public async Task<Answer> Post(string action, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal));
        using var response = await http.PostAsync(action, content);
        return await Read(response);
    }

    public void Dispose() => http.Dispose();

    private static async Task<Answer> Read(HttpResponseMessage response) =>
        new(response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.ToString());
}
