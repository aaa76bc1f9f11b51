using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Security;

public sealed class HeadOfEverything(OneServer shared) : IClassFixture<OneServer>
{
    private readonly LiveServer server = shared.Server;

    /// <summary>Every route of the table that GET knows, with whatever fits its gaps: there is nothing that HEAD answers otherwise.</summary>
    [Fact]
    public async Task Is_what_get_answers_without_its_body()
    {
        var (room, ada, _) = await server.Scene();
        await server.Says(room, ada, "Hello");
        using var http = server.Http(ada);
        var wrong = new List<string>();
        var found = 0;
        foreach (var route in EveryQuestion.RoutesOf(server).Where(route => !route.StartsWith("/hubs", StringComparison.Ordinal)).Append("/site.css"))
        {
            var path = EveryQuestion.With(route, room, "1") + (route.Contains("/live/", StringComparison.Ordinal) ? "?wait=false" : "");
            var get = await http.GetAsync(path);
            using var asked = new HttpRequestMessage(HttpMethod.Head, path);
            var head = await http.SendAsync(asked);

            if (get.IsSuccessStatusCode) found++;
            if (head.StatusCode != get.StatusCode) wrong.Add($"{path}: {(int)head.StatusCode} in place of {(int)get.StatusCode}");
            if (head.Content.Headers.ContentType?.ToString() != get.Content.Headers.ContentType?.ToString()) wrong.Add($"{path}: another type");
            if ((await head.Content.ReadAsByteArrayAsync()).Length > 0) wrong.Add($"{path}: a body");
        }

        wrong.ShouldBeEmpty();
        found.ShouldBeGreaterThan(30);
    }
}
