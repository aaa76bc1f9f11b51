using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using PublicBuyers.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Security;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Forms that are being read take bounded memory, disk and time, whoever sends them.</summary>
public sealed class FormsHaveBounds : IAsyncLifetime
{
    private const int Mega = 1024 * 1024;

    private readonly Counted files = new();
    private LiveServer server = null!;

    public async Task InitializeAsync() => server = await LiveServer.Start(adjust: services => services.AddSingleton<IFormFiles>(provider =>
    {
        files.Inner = ActivatorUtilities.CreateInstance<FormFiles>(provider);
        return files;
    }));

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void One_client_holds_so_much_and_all_of_them_so_much()
    {
        var space = new FormSpace();
        using (var first = space.Begin("ada"))
        using (var second = space.Begin("ada"))
        using (var other = space.Begin("ben"))
        {
            first.TryTakeDisk(FormSpace.DiskOfOne).ShouldBeTrue();
            second.TryTakeDisk(1).ShouldBeFalse();
            other.TryTakeDisk(1).ShouldBeTrue("what one holds is not taken from others");
            first.ReturnDisk(1);
            second.TryTakeDisk(1).ShouldBeTrue();
            first.TryTakeMemory(FormSpace.MemoryOfOne).ShouldBeTrue();
            second.TryTakeMemory(1).ShouldBeFalse();
        }

        var (full, holds) = (FormSpace.DiskOfAll / FormSpace.DiskOfOne, new List<FormSpace.Hold>());
        for (var i = 0; i < full; i++)
        {
            holds.Add(space.Begin($"{i}"));
            holds[i].TryTakeDisk(FormSpace.DiskOfOne).ShouldBeTrue("everything was given back");
        }

        using var late = space.Begin("late");
        late.TryTakeDisk(1).ShouldBeFalse();
        holds[0].Dispose();
        late.TryTakeDisk(1).ShouldBeTrue();
    }

    [Fact]
    public async Task Who_may_not_read_the_room_is_told_so_before_the_body()
    {
        var (room, _, _) = await server.Scene();
        var cyd = await server.SignIn("Cyd");

        foreach (var path in new[]
        {
            "/communities/no/where",
            "/communities/no/wh ere",
            $"/communities/{room.Community}/nowhere",
            "/communities/no/publications/new",
            "/communities/no/publications/some/edit",
            $"/communities/{room.Community}/publications/new",
            $"/communities/{room.Community}/invite",
        })
        {
            // 40 MB announced and none sent: only an answer that waits for nothing can come.
            using var sender = await Sender.Begin(server, cyd.Cookie, path.Replace(" ", "%20"), 40 * Mega);
            (await sender.FirstLine()).ShouldStartWith("HTTP/1.1 404", customMessage: path);
        }
    }

    [Fact]
    public void Every_route_that_takes_a_large_form_asks_first()
    {
        var large = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(each => each.Metadata.GetMetadata<IRequestSizeLimitMetadata>() is { MaxRequestBodySize: > 256 * 1024 })
            .Where(each => !each.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
            .ToList();

        large.Count.ShouldBeGreaterThan(3);
        large.ShouldAllBe(each => each.Metadata.GetMetadata<AsksFirst>() != null);
    }

    [Fact]
    public async Task Without_the_token_before_them_no_file_is_kept()
    {
        var (room, ada, _) = await server.Scene();
        var (cookie, token) = await Token(room, ada);
        var field = $"--x\r\nContent-Disposition: form-data; name=\"{token.Key}\"\r\n\r\n{token.Value}\r\n";

        foreach (var (before, after) in new[] { ("", ""), (field.Replace(token.Value, "nonsense"), ""), ("", field) })
        {
            using var sender = await Sender.Begin(server, $"{ada.Cookie}; {cookie}", $"/communities/{room}", 3 * Mega);
            await sender.Say(before + Sender.File);
            await sender.Send(2 * Mega);
            await sender.End(after);

            (await sender.Answer()).ShouldStartWith("HTTP/1.1 4");
            files.Made.ShouldBe(0);
        }
    }

    [Fact]
    public async Task With_it_a_file_lies_in_the_data_folder_while_it_is_read_and_not_after()
    {
        var (room, ada, _) = await server.Scene();
        using (var sender = await WithToken(room, ada))
        {
            await sender.Send(2 * Mega);
            await Until(() => OnDisk() > ReceivedFile.InMemory);
        }

        await Until(() => OnDisk() == 0);
    }

    [Fact]
    public async Task One_member_fills_no_more_than_their_share_and_the_text_of_a_form_arrives_all_the_same()
    {
        var (room, ada, _) = await server.Scene();
        var space = server.Services.GetRequiredService<FormSpace>();
        using var taken = space.Begin($"member {ada.Member}");
        taken.TryTakeDisk(FormSpace.DiskOfOne).ShouldBeTrue();
        using var sender = await WithToken(room, ada);
        await sender.Send(2 * Mega);

        await sender.End("--x\r\nContent-Disposition: form-data; name=\"request\"\r\n\r\nr1\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"markdown\"\r\n\r\nWhat I had to say\r\n");

        var answer = await sender.Answer();
        answer.ShouldStartWith("HTTP/1.1 503");
        answer.ShouldContain("What I had to say");
        files.Made.ShouldBe(0);
    }

    [Fact]
    public async Task A_disk_that_is_almost_full_keeps_no_file_of_a_form()
    {
        await using var full = await LiveServer.Start(adjust: services => services.AddSingleton(
            new FileChecks(new NoScanner(), ScannerAway.Refuse, NullLogger<FileChecks>.Instance) { Disk = _ => (4_999, 100_000) }));

        full.Services.GetRequiredService<IFormFiles>().TryMake().ShouldBeNull();
    }

    [Fact]
    public async Task What_a_crash_leaves_is_deleted_at_the_next_start()
    {
        server = await server.Restart(whileStopped: folder =>
            File.WriteAllText(Path.Combine(folder, "tmp", "left"), "half a file"));

        Directory.EnumerateFiles(Temporary).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb")]
    [InlineData("application/x-www-form-urlencoded", "address=a")]
    public async Task A_form_that_takes_too_long_is_too_slow(string type, string beginning)
    {
        var time = new FakeTimeProvider();
        var forms = new IncomingForms(
            new(), server.Services.GetRequiredService<IFormFiles>(), Options.Create(new FormOptions()), time);
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(beginning));
        var http = new DefaultHttpContext { Request = { ContentType = type, ContentLength = 1_000, Body = pipe.Reader.AsStream() } };

        var reading = forms.Read(http, forms.Usual, _ => Task.FromResult(true));
        time.Advance(TimeSpan.FromHours(1));

        (await reading.ShouldThrowAsync<BadHttpRequestException>()).StatusCode.ShouldBe(StatusCodes.Status408RequestTimeout);
    }

    private string Temporary => Path.Combine(server.Services.GetRequiredService<DataFolder>().Root, "tmp");

    private long OnDisk() => Directory.EnumerateFiles(Temporary).Sum(path => new FileInfo(path) is { Exists: true } file ? file.Length : 0);

    private static async Task Until(Func<bool> holds)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!holds())
        {
            late.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private async Task<Sender> WithToken(RoomId room, Person person)
    {
        var (cookie, token) = await Token(room, person);
        var sender = await Sender.Begin(server, $"{person.Cookie}; {cookie}", $"/communities/{room}", 3 * Mega);
        await sender.Say($"--x\r\nContent-Disposition: form-data; name=\"{token.Key}\"\r\n\r\n{token.Value}\r\n" + Sender.File);
        return sender;
    }

    /// <summary>Of the form of a room, with the cookie it belongs to.</summary>
    private async Task<(string Cookie, KeyValuePair<string, string> Token)> Token(RoomId room, Person person)
    {
        using var http = server.Http(person);
        using var page = await http.GetAsync($"/communities/{room}");
        var field = new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector("form.composer input[type=hidden]")!;
        var cookie = page.Headers.GetValues("Set-Cookie").Single(each => each.StartsWith("publicbuyers-form", StringComparison.Ordinal));
        return (cookie.Split(';')[0], new(field.GetAttribute("name")!, field.GetAttribute("value")!));
    }

    private sealed class Counted : IFormFiles
    {
        public IFormFiles? Inner { get; set; }

        public int Made { get; private set; }

        public Stream? TryMake()
        {
            Made++;
            return Inner!.TryMake();
        }
    }

    /// <summary>Sends a form piece by piece.</summary>
    private sealed class Sender(TcpClient socket, long length) : IDisposable
    {
        public const string File =
            "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n";

        private long left = length;

        public static async Task<Sender> Begin(LiveServer server, string cookies, string path, long length)
        {
            var socket = new TcpClient();
            await socket.ConnectAsync(server.Address.Host, server.Address.Port);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
                $"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\nAccept: text/html\r\nConnection: close\r\n"
                + $"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"));
            return new(socket, length);
        }

        public async Task Say(string text)
        {
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));
            left -= text.Length;
        }

        public Task Send(int letters) => Say(new string('a', letters));

        /// <summary>The rest of the file, other fields, and the end.</summary>
        public Task End(string fields) => Say(new string('a', (int)(left - fields.Length - "\r\n--x--".Length)) + "\r\n" + fields + "--x--");

        public async Task<string> Answer()
        {
            using var reader = new StreamReader(socket.GetStream());
            return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }

        public async Task<string> FirstLine()
        {
            using var reader = new StreamReader(socket.GetStream());
            return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30)) ?? "";
        }

        public void Dispose() => socket.Dispose();
    }
}
