using System.Net;
using System.Text.Json;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Storage;
using PublicBuyers.Testing.Live;
using FactAttribute = Xunit.FactAttribute;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

public sealed class FilesOfAPost(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    [Fact]
    public async Task Come_back_as_they_were_uploaded_to_who_may_read_the_room()
    {
        var (room, ada, ben) = await server.Scene();
        var eve = await server.Stranger();
        var picture = SampleFiles.Png();
        var card = await server.Uploaded(ada, room, "Plan Łódź.png", picture);
        (card.GetProperty("type").GetString(), card.GetProperty("bytes").GetInt64(), card.GetProperty("width").GetInt32(), card.GetProperty("height").GetInt32()).ShouldBe(("image/png", picture.Length, 640, 480));
        var number = await server.Posted(ada, room, card);

        using var response = await server.Get(ben, card.PathIn(room, number));
        (await response.Content.ReadAsByteArrayAsync()).ShouldBe(picture);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/png");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        response.Content.Headers.ContentDisposition.FileNameStar.ShouldBe("Plan Łódź.png");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Headers.GetValues("Content-Security-Policy").ShouldBe(["sandbox; default-src 'none'"]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();

        using var again = new HttpRequestMessage(HttpMethod.Get, card.PathIn(room, number)) { Headers = { IfNoneMatch = { response.Headers.ETag! } } };
        (await Send(ben, again)).StatusCode.ShouldBe(HttpStatusCode.NotModified);
        using var part = new HttpRequestMessage(HttpMethod.Get, card.PathIn(room, number)) { Headers = { Range = new(0, 7) } };
        (await (await Send(ben, part)).Content.ReadAsByteArrayAsync()).ShouldBe(picture[..8]);

        using var shown = await server.Get(ben, card.PathIn(room, number) + "?show");
        shown.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("inline");

        (await server.Get(eve, card.PathIn(room, number))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Get(ben, card.PathIn(room, number + 1))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task That_are_pictures_tell_no_place_to_anybody()
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, "holiday.png", SampleFiles.TellingJpeg(6));
        var number = await server.Posted(ada, room, card);

        using var response = await server.Get(ben, card.PathIn(room, number));

        var file = await response.Content.ReadAsByteArrayAsync();
        System.Text.Encoding.Latin1.GetString(file).ShouldNotContain("GPS");
        card.GetProperty("bytes").GetInt64().ShouldBe(file.Length);
        (card.GetProperty("name").GetString(), card.GetProperty("width").GetInt32(), card.GetProperty("height").GetInt32()).ShouldBe(("holiday.jpg", 600, 800));
        response.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
    }

    /// <summary>Old posts have pictures that were stored before anybody looked which way up they are.</summary>
    [Fact]
    public async Task Of_before_are_shown_with_the_sides_that_they_are_shown_with()
    {
        var (room, ada, _) = await server.Scene();
        var id = (await server.Uploaded(ada, room, "old.txt", "placeholder"u8.ToArray())).GetProperty("id").GetString()!;
        var folder = server.Services.GetRequiredService<DataFolder>().AttachmentsFolder;
        await File.WriteAllBytesAsync(Path.Combine(folder, id[..2], id), SampleFiles.TellingJpeg(6));
        Attachment old = new(new(id), "old.jpg", "image/jpeg", 100, 800, 600);
        (await server.Grains.Room(room).Post(new() { By = ada.Member, Request = server.NewRequest(), Markdown = "Old", Attachments = [old] })).Refusal.ShouldBeNull();

        using var page = await server.Get(ada, $"/communities/{room}");
        var image = new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync()).QuerySelector(".file img")!;
        (image.GetAttribute("width"), image.GetAttribute("height")).ShouldBe(("150", "200"), "as it is shown: three to four, and no taller than 200");
        using var http = server.Http(ada);
        var shown = JsonDocument.Parse(await http.GetStringAsync($"/api/rooms/{room}/posts")).RootElement.GetProperty("posts")[0].GetProperty("attachments")[0];
        (shown.GetProperty("width").GetInt32(), shown.GetProperty("height").GetInt32()).ShouldBe((600, 800));
    }

    [Fact]
    public async Task Are_never_shown_in_place_when_they_are_no_pictures()
    {
        var (room, ada, _) = await server.Scene();
        var card = await server.Uploaded(ada, room, "x.pdf", SampleFiles.Pdf);
        var number = await server.Posted(ada, room, card);

        using var response = await server.Get(ada, card.PathIn(room, number) + "?show");

        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
    }

    [Fact]
    public async Task Of_a_deleted_post_are_gone_at_once_and_then_from_the_disk()
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, "x.pdf", SampleFiles.Pdf);
        var number = await server.Posted(ada, room, card);
        await server.FilesFollowed();
        var path = Path.Combine(server.Services.GetRequiredService<DataFolder>().AttachmentsFolder, card.GetProperty("id").GetString()![..2], card.GetProperty("id").GetString()!);
        File.Exists(path).ShouldBeTrue();

        (await server.Grains.Room(room).Delete(new() { By = ada.Member, Request = server.NewRequest(), Number = new(number) })).IsRefused.ShouldBeFalse();

        (await server.Get(ben, card.PathIn(room, number))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await server.FilesFollowed();
        File.Exists(path).ShouldBeFalse();
        File.Exists(path + ".json").ShouldBeFalse();
    }

    [Fact]
    public async Task Are_their_uploaders_and_for_one_room_and_one_post()
    {
        var (room, ada, ben) = await server.Scene();
        var (other, _, _) = await server.Scene();
        var card = await server.Uploaded(ada, room, "x.pdf", SampleFiles.Pdf);
        var id = card.GetProperty("id").GetString();
        var desk = server.Services.GetRequiredService<AttachmentDesk>();

        (await desk.Take(ben.Member, room, new("r"), [id])).Refusal.ShouldBeOfType<AttachmentRefusal.NotUploaded>();
        (await desk.Take(ada.Member, other, new("r"), [id])).Refusal.ShouldBeOfType<AttachmentRefusal.NotUploaded>();
        (await desk.Take(ada.Member, room, new("r"), ["../../journal.db"])).Refusal.ShouldBeOfType<AttachmentRefusal.NotUploaded>();
        (await desk.Take(ada.Member, room, new("r"), [.. Enumerable.Repeat(id, 11)])).Refusal.ShouldBeOfType<RoomRefusal.TooManyAttachments>();

        var taken = await desk.Take(ada.Member, room, new("post"), [id]);
        (await server.Grains.Room(room).Post(new() { By = ada.Member, Request = new("post"), Markdown = "See", Attachments = taken.Value })).IsRefused.ShouldBeFalse();
        await server.FilesFollowed();

        (await desk.Take(ada.Member, room, new("post"), [id])).Value.ShouldBe(taken.Value, "sent again, it is the same post");
        (await desk.Take(ada.Member, room, new("another"), [id])).Refusal.ShouldBeOfType<AttachmentRefusal.NotUploaded>();
    }

    /// <summary>B17: nobody waits for four gigabytes to say that they are too many.</summary>
    [Fact]
    public async Task Are_refused_by_their_length_before_a_byte_comes()
    {
        var (room, ada, _) = await server.Scene();

        (await Declared(4L * 1024 * 1024 * 1024)).ShouldStartWith("HTTP/1.1 413");

        using var endless = new StreamContent(new Endless(AttachmentLimits.Largest + 1L));
        using var http = server.Http(ada);
        http.DefaultRequestHeaders.TransferEncodingChunked = true;
        try
        {
            using var refused = await http.PostAsync($"/api/rooms/{room}/attachments?name=x.txt", endless);
            refused.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        }
        catch (HttpRequestException)   // closed while the rest was on its way
        {
        }

        Directory.EnumerateFiles(server.Services.GetRequiredService<DataFolder>().AttachmentsFolder, "*.unfinished", SearchOption.AllDirectories).ShouldBeEmpty();

        async Task<string> Declared(long length)
        {
            using var raw = new System.Net.Sockets.TcpClient();
            await raw.ConnectAsync(server.Address.Host, server.Address.Port);
            await using var stream = raw.GetStream();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
                $"POST /api/rooms/{room}/attachments?name=x.txt HTTP/1.1\r\nHost: localhost\r\nCookie: {ada.Cookie}\r\nX-Requested-With: PublicBuyers\r\nContent-Length: {length}\r\n\r\n"));
            var buffer = new byte[100];
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            return System.Text.Encoding.ASCII.GetString(buffer, 0, read);
        }
    }

    [Fact]
    public async Task Of_the_largest_kind_are_still_taken()
    {
        var (room, ada, _) = await server.Scene();
        var text = new byte[AttachmentLimits.Largest];
        Array.Fill(text, (byte)'x');

        (await server.Uploaded(ada, room, "large.txt", text)).GetProperty("bytes").GetInt64().ShouldBe(AttachmentLimits.Largest);
    }

    [Theory]
    [InlineData("page.html", HttpStatusCode.UnprocessableEntity, "attachment.kind-refused")]
    [InlineData("page.png", HttpStatusCode.UnprocessableEntity, "attachment.content-differs")]
    [InlineData("page.pdf", HttpStatusCode.UnprocessableEntity, "attachment.content-differs")]
    public async Task That_pretend_are_refused_with_a_reason(string name, HttpStatusCode status, string code)
    {
        var (room, ada, _) = await server.Scene();
        using var response = await server.Upload(ada, room, name, "<html><script>alert(1)</script>"u8.ToArray());

        response.StatusCode.ShouldBe(status);
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("title").GetString().ShouldBe(code);
    }

    public static TheoryData<string, byte[], string> OfTwoKinds => new()
    {
        { "picture.png", [.. SampleFiles.Png(), .. "<html><script>alert(1)</script>"u8], "image/png" },
        { "both.png", [.. SampleFiles.Png(), .. SampleFiles.Zip("setup.exe")], "image/png" },
        { "both.gif", [.. SampleFiles.Gif(10, 10), .. "/*<script>alert(1)</script>*/=1;alert(1)"u8], "image/gif" },
        { "both.pdf", [.. SampleFiles.Pdf, .. "<html><script>alert(1)</script>"u8], "application/pdf" },
        { "setup.exe.docx", SampleFiles.Word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document" },
        { "page.html.txt", "<html><script>alert(1)</script>"u8.ToArray(), "text/plain" },
        { "formula.csv", "=1+1"u8.ToArray(), "text/csv" },
    };

    /// <summary>B17: what can be read as something else is given out as what it says it is, and as nothing that runs.</summary>
    [Theory, MemberData(nameof(OfTwoKinds))]
    public async Task That_are_two_things_at_once_are_only_ever_the_one_they_say(string name, byte[] content, string type)
    {
        var (room, ada, ben) = await server.Scene();
        var card = await server.Uploaded(ada, room, name, content);
        var number = await server.Posted(ada, room, card);

        foreach (var asked in new[] { "", "?show" })
        {
            using var response = await server.Get(ben, card.PathIn(room, number) + asked);
            response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
            response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe(asked.Length > 0 && type.StartsWith("image/", StringComparison.Ordinal) ? "inline" : "attachment");
            response.Content.Headers.ContentDisposition.FileNameStar.ShouldBe(name);
            response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            response.Headers.GetValues("Content-Security-Policy").ShouldBe(["sandbox; default-src 'none'"]);
        }
    }

    /// <summary>B18: a name is for people. Where a file lies, and what a header says, it does not decide.</summary>
    [Theory]
    [InlineData("../../../x.txt", "x.txt")]
    [InlineData("C:\\x\\y.txt", "y.txt")]
    [InlineData("%2e%2e/%2e%2e/x.txt", "x.txt")]
    [InlineData("..%2f..%2fx.txt", "%2f..%2fx.txt")]
    [InlineData("a\0b.txt", "ab.txt")]
    [InlineData("NUL.txt", "_NUL.txt")]
    [InlineData("a\r\nX-Evil: 1.txt", "aX-Evil_ 1.txt")]
    [InlineData("a\"; filename=evil.html; x=\".txt", "a_; filename=evil.html; x=_.txt")]
    [InlineData(null, null)]
    public async Task Lie_under_names_of_the_server_s_own_whatever_they_are_called(string? called, string? shown)
    {
        var (room, ada, ben) = await server.Scene();
        var endless = string.Concat(Enumerable.Repeat("é", 300)) + ".txt";
        var card = await server.Uploaded(ada, room, called ?? endless, "hello"u8.ToArray());
        var number = await server.Posted(ada, room, card);

        using var response = await server.Get(ben, card.PathIn(room, number));

        response.Content.Headers.ContentDisposition!.FileNameStar.ShouldBe(shown ?? endless[..(AttachmentLimits.LongestName - 4)] + ".txt");
        response.Headers.Concat(response.Content.Headers).ShouldNotContain(header => header.Key == "X-Evil");
        var folder = server.Services.GetRequiredService<DataFolder>();
        Directory.EnumerateFiles(folder.AttachmentsFolder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldAllBe(name => System.Text.RegularExpressions.Regex.IsMatch(name!, @"^[a-z0-9]{20,40}(?:\.json)?\z", System.Text.RegularExpressions.RegexOptions.NonBacktracking));
        Directory.EnumerateFiles(folder.Root, "*.txt", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Wait_to_be_posted_in_no_greater_number_than_is_good()
    {
        var (room, ada, ben) = await server.Scene();
        var cards = new List<JsonElement>();
        for (var n = 0; n < AttachmentLimits.MostUnposted; n++) cards.Add(await server.Uploaded(ada, room, $"{n}.pdf", SampleFiles.Pdf));

        using (var refused = await server.Upload(ada, room, "one-more.pdf", SampleFiles.Pdf)) refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        await server.Uploaded(ben, room, "his.pdf", SampleFiles.Pdf);
        await When_to_come_again_is_told_whatever_a_program_accepts(ada, room);

        await server.Posted(ada, room, cards[0]);
        await server.FilesFollowed();
        await server.Uploaded(ada, room, "one-more.pdf", SampleFiles.Pdf);
    }

    [Fact]
    public async Task To_a_room_one_may_not_read_go_as_to_one_that_is_not_there()
    {
        var (room, _, _) = await server.Scene();
        var eve = await server.Stranger();

        using var refused = await server.Upload(eve, room, "x.pdf", SampleFiles.Pdf);
        using var absent = await server.Upload(eve, new("no-such/room"), "x.pdf", SampleFiles.Pdf);

        refused.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await refused.Content.ReadAsStringAsync()).ShouldBe(await absent.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Come_with_the_form_of_a_page_without_script()
    {
        var (room, ada, ben) = await server.Scene();
        var form = await server.Composer(ada, room);

        using var posted = await server.Submit(form, ada, room, "With files", ("plan.png", SampleFiles.Png()), ("notes.txt", "read me"u8.ToArray()));
        using var twice = await server.Submit(form, ada, room, "With files", ("plan.png", SampleFiles.Png()), ("notes.txt", "read me"u8.ToArray()));
        using var refused = await server.Submit(await server.Composer(ada, room), ada, room, "With files", ("plan.png", SampleFiles.Png()), ("setup.exe", "MZ"u8.ToArray()));

        posted.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        twice.Headers.Location.ShouldBe(posted.Headers.Location);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("With files");
        var post = (await server.Grains.Room(room).Page(ben.Member, 0, 10)).Value!.Posts.ShouldHaveSingleItem();
        post.Attachments.Select(file => file.Name).ShouldBe(["plan.png", "notes.txt"]);
    }

    [Fact]
    public async Task That_nobody_posts_are_removed_after_a_day_and_no_others()
    {
        var (room, ada, ben) = await server.Scene();
        var (kept, left) = (await server.Uploaded(ada, room, "kept.pdf", SampleFiles.Pdf), await server.Uploaded(ada, room, "left.pdf", SampleFiles.Pdf));
        var number = await server.Posted(ada, room, kept);
        var files = server.Services.GetRequiredService<AttachmentFiles>();
        await server.FilesFollowed();

        var now = server.Services.GetRequiredService<IClock>().Now;
        files.Sweep(now.AddDays(-1), _ => true);
        files.Open(new(left.GetProperty("id").GetString()!)).Value.ShouldNotBeNull().Dispose();

        files.Sweep(now.AddHours(1), where => where == room);
        files.Open(new(left.GetProperty("id").GetString()!)).Refusal.ShouldBeOfType<AttachmentRefusal.Gone>();
        (await server.Get(ben, kept.PathIn(room, number))).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task When_to_come_again_is_told_whatever_a_program_accepts(Person person, RoomId room)
    {
        foreach (var accepted in new[] { "application/json", "text/html", "image/png", "*/*" })
        {
            using var http = server.Http(person);
            http.DefaultRequestHeaders.Accept.Add(new(accepted));
            using var refused = await http.PostAsync(
                $"/api/rooms/{room}/attachments?name=x.pdf", new ByteArrayContent(SampleFiles.Pdf));

            refused.Headers.RetryAfter.ShouldNotBeNull(accepted).Delta.ShouldBe(TimeSpan.FromSeconds(10));
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", accepted);
            using var noRoute = await http.PatchAsync($"/api/rooms/{room}/attachments", null);
            noRoute.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed, accepted);
            (await noRoute.Content.ReadAsStringAsync()).ShouldContain("\"title\":\"Method Not Allowed\"");
        }
    }

    private async Task<HttpResponseMessage> Send(Person person, HttpRequestMessage request)
    {
        using var http = server.Http(person);
        return await http.SendAsync(request);
    }

    /// <summary>So many bytes, made as they are read.</summary>
    private sealed class Endless(long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var some = (int)Math.Min(left, count);
            Array.Fill(buffer, (byte)'x', offset, some);
            left -= some;
            return some;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
