using System.Text.Json;
using PublicBuyers.Layout;
using PublicBuyers.Live;

namespace PublicBuyers.Inbox;

/// <summary>How a notice is said and where it leads; the browser's part is told both.</summary>
internal static class NoticeWords
{
    /// <summary>What the browser needs to say it.</summary>
    public static string AsJson(Words words) => words.AsJson("notice.", "mutes.", "room.unread", "reaction.", "member.nameless");

    public static Microsoft.AspNetCore.Components.MarkupString Of(Words words, NoticeWire notice)
    {
        var name = notice.By.Name.Length > 0 ? notice.By.Name : words["member.nameless"];
        return words.Html(
            $"notice.{notice.Word}",
            ("name", new Microsoft.AspNetCore.Components.MarkupString($"<bdi data-named=\"{notice.By.Member.Value}\">{System.Text.Encodings.Web.HtmlEncoder.Default.Encode(name)}</bdi>")),
            ("reaction", notice.Reaction is { } reaction ? words[$"reaction.{Kebab(reaction)}"] : ""));
    }

    public static string Where(NoticeWire notice) => notice.RoomName.Length == 0 ? notice.Room is null ? notice.CommunityName : "" : $"{notice.RoomName} · {notice.CommunityName}";

    /// <summary>Which sentence says it.</summary>
    public static string WordOf(Notice notice) => notice.Kind switch
    {
        NoticeKind.Escalated => $"escalated-{Kebab(notice.Of!.ItemKind!.Value)}",
        NoticeKind.Waiting => $"waiting-{Kebab(notice.Of!.ItemKind!.Value)}",
        NoticeKind.Decided => $"decided-{Kebab(notice.Of!.ItemKind!.Value)}-{Kebab(notice.Of.Verdict!.Value)}",
        NoticeKind.Standing => "standing-" + (notice.Of switch
        {
            { Restriction: { } restriction } => Kebab(restriction),
            { Role: { } role } => Kebab(role),
            { IsTrusted: true } => "trusted",
            _ => "lifted",
        }),
        NoticeKind.Hidden => $"{Kebab(notice.Of!.Hiding!.Value)}-{(notice.Of.Room?.Publication is null ? "post" : "comment")}",
        NoticeKind.Bridge => $"bridge-{Kebab(notice.Of!.News!.Value)}",
        _ => Kebab(notice.Kind),
    };

    public static string HrefOf(Notice notice) => notice.Kind switch
    {
        _ when notice is { Room: { } room, Post: { } post } => Paths.Around(room, post.Value),
        NoticeKind.Published or NoticeKind.Withdrawn when notice.Of?.Publication is { } published => Paths.Of(published),
        NoticeKind.Bridge when notice.Of!.Thread is { } opened => Paths.Of(opened),
        NoticeKind.Bridge => $"{Paths.BridgesOf(notice.Community)}#{notice.Of!.Across}",
        NoticeKind.Waiting or NoticeKind.Escalated => Paths.Of(new Moderation.ItemId(notice.Community, notice.Of!.Item!.Value)),
        NoticeKind.Joined => Paths.QueueOf(notice.Community) + "#arrivals",
        NoticeKind.Standing when notice.Of!.Restriction is not null => Paths.AppealOf(notice.Community),
        NoticeKind.Appointed => Paths.Administrators,
        NoticeKind.Dismissed or NoticeKind.Cleared => "/notices",
        NoticeKind.Hidden when notice.Of!.Item is null => Paths.Around(notice.Of.Room!.Value, notice.Of.Post!.Value.Value),
        NoticeKind.Hidden or NoticeKind.Decided => Paths.MyRequest(new Moderation.ItemId(notice.Community, notice.Of!.Item!.Value)),
        _ => Paths.Of(notice.Community),
    };

    private static string Kebab<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
