using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Forms and bodies that are too large, cut off, or none: answered as what they are, on a page or as a problem, with one line in the log.</summary>
public sealed class WhatCannotBeRead : IAsyncLifetime
{
    private const string Urlencoded = "application/x-www-form-urlencoded";

    private readonly LogLines log = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<ILoggerProvider>(log));

    public async Task DisposeAsync() => await server.DisposeAsync();

    public static TheoryData<string, string?, string, HttpStatusCode, string> Forms => new()
    {
        { "no boundary", "multipart/form-data", "--x\r\n", HttpStatusCode.BadRequest, "could not be read" },
        { "an endless boundary", "multipart/form-data; boundary=" + new string('b', 500), "--x\r\n", HttpStatusCode.RequestEntityTooLarge, "1,024" },
        { "cut off", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"markdown\"\r\n\r\nHel", HttpStatusCode.BadRequest, "could not be read" },
        { "nothing of it", "multipart/form-data; boundary=x", "", HttpStatusCode.BadRequest, "" },
        { "a header without end", "multipart/form-data; boundary=x", "--x\r\nX: " + new string('h', 40_000) + "\r\n\r\n\r\n--x--", HttpStatusCode.RequestEntityTooLarge, "1,024" },
        { "too many fields", Urlencoded, string.Join('&', Enumerable.Range(0, 2_000).Select(i => $"f{i}=1")), HttpStatusCode.RequestEntityTooLarge, "1,024" },
        { "a name without end", Urlencoded, new string('n', 3_000) + "=1", HttpStatusCode.RequestEntityTooLarge, "1,024" },
        { "too large", Urlencoded, "markdown=" + new string('m', 21_000_000), HttpStatusCode.RequestEntityTooLarge, "at most" },
        { "NUL", Urlencoded, "markdown=a%00b", HttpStatusCode.BadRequest, "could not be read" },
        { "bad percent signs", Urlencoded, "markdown=%zz%&%=%1", HttpStatusCode.BadRequest, "" },
        { "the same field again and again", Urlencoded, "request=a&request=b&thread=1&thread=2", HttpStatusCode.BadRequest, "" },
        { "JSON", "application/json", "{}", HttpStatusCode.UnsupportedMediaType, "not sent as a form" },
        { "no type that there is", "nonsense", "x", HttpStatusCode.UnsupportedMediaType, "not sent as a form" },
        { "an encoding that is not read any more", Urlencoded + "; charset=utf-7", "a=b", HttpStatusCode.UnsupportedMediaType, "not sent as a form" },
        { "nothing at all", null, "", HttpStatusCode.BadRequest, "" },
    };

    [Theory, MemberData(nameof(Forms))]
    public async Task A_form_is_answered_on_a_page_that_names_the_limit(string what, string? type, string body, HttpStatusCode expected, string named)
    {
        var (room, ada, _) = await server.Scene();

        var (status, type_, said) = await Send(HttpMethod.Post, $"/communities/{room}", ada, type, Encoding.UTF8.GetBytes(body));

        status.ShouldBe(expected, what);
        type_.ShouldBe("text/html", what);
        said.ShouldContain(named, customMessage: what);
        Says(what);
    }

    [Fact]
    public async Task A_form_that_is_larger_than_its_route_takes_is_told_the_limit()
    {
        var (room, ada, _) = await server.Scene();
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[600_000]), "table", "people.csv" } };

        var (status, _, said) = await Send(HttpMethod.Post, $"/communities/{room.Community}/settings", ada, form);

        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        said.ShouldContain("at most 256 KB");
        Says("a table");
    }

    [Theory]
    [InlineData("application/json", "{", HttpStatusCode.BadRequest)]
    [InlineData("application/json", "{\"requestId\":\"r\",\"markdown\":\"\\ud800\"}", HttpStatusCode.BadRequest)]
    [InlineData("text/plain", "{}", HttpStatusCode.UnsupportedMediaType)]
    [InlineData(Urlencoded, "markdown=x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data", "--x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=nonsense", "{}", HttpStatusCode.UnsupportedMediaType)]
    public async Task A_body_for_the_api_is_answered_by_a_problem(string type, string body, HttpStatusCode expected)
    {
        var (room, ada, _) = await server.Scene();

        var (status, answered, said) = await Send(HttpMethod.Post, $"/api/rooms/{room}/posts", ada, type, Encoding.UTF8.GetBytes(body));

        status.ShouldBe(expected);
        answered.ShouldBe("application/problem+json");
        said.ShouldContain("\"detail\"");
        Says(body);
    }

    [Fact]
    public async Task A_body_for_the_api_that_is_too_large_is_told_the_limit()
    {
        var (room, ada, _) = await server.Scene();

        var (status, answered, said) = await Send(HttpMethod.Post, $"/api/rooms/{room}/posts", ada, "application/json", Encoding.UTF8.GetBytes("{\"markdown\":\"" + new string('x', WebSetup.LargestBody)));

        status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        answered.ShouldBe("application/problem+json");
        said.ShouldContain($"at most {WebSetup.LargestBody / 1024} KB");
        Says("too large");
    }

    [Fact]
    public async Task An_upload_that_comes_too_slowly_is_answered_with_408_and_so_is_a_form()
    {
        await using var strict = await LiveServer.Start(adjust: services =>
        {
            services.AddSingleton<ILoggerProvider>(log);
            services.PostConfigure<KestrelServerOptions>(kestrel => kestrel.Limits.MinRequestBodyDataRate = new(1_000_000, TimeSpan.FromSeconds(1.5)));
        });
        var (room, ada, _) = await strict.Scene();

        (await Drip(strict, ada, $"POST /api/rooms/{room}/attachments?name=x.txt", "X-Requested-With: PublicBuyers\r\nContent-Type: text/plain")).ShouldStartWith("HTTP/1.1 408");
        (await Drip(strict, ada, $"POST /communities/{room}", "Accept: text/html\r\nContent-Type: multipart/form-data; boundary=x")).ShouldStartWith("HTTP/1.1 408");
        log.All.ShouldNotContain(line => line.Level >= LogLevel.Error);
    }

    /// <summary>One line, and nothing about how we work.</summary>
    private void Says(string what)
    {
        log.All.ShouldNotContain(line => line.Level >= LogLevel.Error, what);
        log.All.Where(line => line.Category.StartsWith("PublicBuyers.Security", StringComparison.Ordinal)).ShouldHaveSingleItem(what).Fault.ShouldBeNull();
    }

    private async Task<(HttpStatusCode Status, string? Type, string Said)> Send(HttpMethod method, string path, Person who, string? type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await Send(method, path, who, content);
    }

    private async Task<(HttpStatusCode Status, string? Type, string Said)> Send(HttpMethod method, string path, Person who, HttpContent content)
    {
        using var http = server.Http(who);
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.ExpectContinue = true;   // so that a refusal arrives before the body is sent
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        using var answer = await http.SendAsync(request);
        var said = await answer.Content.ReadAsStringAsync();
        said.ShouldNotContain("   at ");
        said.ShouldNotContain("Exception");
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, said);
    }

    /// <summary>Sends the beginning of a body, and waits.</summary>
    private static async Task<string> Drip(LiveServer server, Person who, string line, string headers)
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(server.Address.Host, server.Address.Port);
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: localhost\r\nCookie: {who.Cookie}\r\n{headers}\r\nContent-Length: 5000\r\n\r\n--x\r\n"));
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
