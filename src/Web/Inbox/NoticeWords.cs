namespace PublicBuyers.Inbox;

/// <summary>How a notice is said; the browser's part does the same (Client/me.ts).</summary>
internal static class NoticeWords
{
    /// <summary>What the browser needs to say it.</summary>
    public static string AsJson(Words words) => words.AsJson("notice.", "mutes.", "room.unread", "reaction.", "member.nameless");

    public static Microsoft.AspNetCore.Components.MarkupString Of(Words words, Live.NoticeWire notice)
    {
        var name = notice.By.Name.Length > 0 ? notice.By.Name : words["member.nameless"];
        return words.Html(
            $"notice.{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(notice.Kind.ToString())}",
            ("name", new Microsoft.AspNetCore.Components.MarkupString($"<bdi>{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(name)}</bdi>")),
            ("reaction", notice.Reaction is { } reaction ? words[$"reaction.{System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(reaction.ToString())}"] : ""));
    }

    public static string Where(Live.NoticeWire notice) => notice.RoomName.Length == 0 ? "" : $"{notice.RoomName} · {notice.CommunityName}";
}
