using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.Journal;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>The composer's form, as a browser without script would send it.</summary>
internal sealed record ComposerForm(string Cookie, IReadOnlyDictionary<string, string> Fields);

/// <summary>Uploading files, posting them and getting them, as programs and as forms do it.</summary>
internal static class Attaching
{
    extension(LiveServer server)
    {
        public async Task<HttpResponseMessage> Upload(Person person, RoomId room, string name, byte[] content)
        {
            using var http = server.Http(person);
            return await http.PostAsync(
                $"/api/rooms/{room}/attachments?name={Uri.EscapeDataString(name)}",
                new ByteArrayContent(content)
            );
        }

        /// <summary>As <see cref="Upload"/>, which has to succeed.</summary>
        /// <returns>The file's card.</returns>
        public async Task<JsonElement> Uploaded(Person person, RoomId room, string name, byte[] content)
        {
            using var response = await server.Upload(person, room, name, content);
            var body = await response.Content.ReadAsStringAsync();
            response.StatusCode.ShouldBe(HttpStatusCode.OK, body);
            return JsonDocument.Parse(body).RootElement;
        }

        /// <returns>The number of the post.</returns>
        public async Task<long> Posted(Person person, RoomId room, params JsonElement[] cards)
        {
            var request = server.NewRequest();
            var taken = await server
                .Services.GetRequiredService<AttachmentDesk>()
                .Take(person.Member, room, request, [.. cards.Select(card => card.Id)]);
            var posted = await server
                .Grains.Room(room)
                .Post(
                    new()
                    {
                        By = person.Member,
                        Request = request,
                        Markdown = "See",
                        Attachments = taken.Value,
                    }
                );
            posted.Refusal.ShouldBeNull();
            return posted.Value!.Number.Value;
        }

        /// <summary>Completes when files know which posts they are in.</summary>
        public Task FilesFollowed() => server.Grains.GetGrain<IEffectFollowerGrain>("effect/attachments/0").CatchUp();

        public async Task<HttpResponseMessage> Get(Person person, string path)
        {
            using var http = server.Http(person);
            return await http.GetAsync(path);
        }

        public async Task<ComposerForm> Composer(Person person, RoomId room)
        {
            using var page = await server.Get(person, $"/communities/{room}");
            var form = (IHtmlFormElement)
                new HtmlParser()
                    .ParseDocument(await page.Content.ReadAsStringAsync())
                    .QuerySelector("form.composer[data-composer=room]")!;
            var cookie = page
                .Headers.GetValues("Set-Cookie")
                .Single(each => each.StartsWith("publicbuyers-form", StringComparison.Ordinal));
            return new(
                cookie.Split(';')[0],
                form.QuerySelectorAll("input[type=hidden]")
                    .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value")!)
            );
        }

        public async Task<HttpResponseMessage> Submit(
            ComposerForm form,
            Person person,
            RoomId room,
            string text,
            params (string Name, byte[] Content)[] files
        )
        {
            using var content = new MultipartFormDataContent();
            foreach (var (name, value) in form.Fields)
                content.Add(new StringContent(value), name);
            content.Add(new StringContent(text), "markdown");
            foreach (var (name, bytes) in files)
            {
                var file = new ByteArrayContent(bytes);
                file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
                content.Add(file, "files", name);
            }

            using var http = server.Http(null);
            http.DefaultRequestHeaders.Add("Cookie", $"{person.Cookie}; {form.Cookie}");
            return await http.PostAsync($"/communities/{room}", content);
        }
    }

    extension(JsonElement card)
    {
        /// <summary>Of an uploaded file.</summary>
        public string Id => card.GetProperty("id").GetString()!;

        /// <summary>Where the file of a post is got.</summary>
        public string PathIn(RoomId room, long number) => $"/communities/{room}/posts/{number}/files/{card.Id}";
    }
}
