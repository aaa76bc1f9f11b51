using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;
using PublicBuyers.Security;

namespace PublicBuyers.Inbox;

/// <summary>What the visitor was told, and whom and what they muted: pages and plain forms.</summary>
internal static class InboxForms
{
    public const string Notices = "/notices";

    public const string Mutes = "/mutes";

    public static void MapInboxForms(this RouteGroupBuilder pages)
    {
        pages.MapGet(Notices, List);
        pages.MapPost(Notices + "/read", Read);
        pages.MapGet(Mutes, ListMutes);
        pages.MapPost(Mutes + "/rooms", MuteRoom);
        pages.MapPost(Mutes + "/members", MuteMember);
    }

    private static async Task<IResult> List([FromQuery] long? before, [FromQuery] string? unread, Visit visit, IGrainFactory grains, MyThings mine)
    {
        var onlyUnread = unread is not null;
        var notices = new List<Notice>();
        NoticePage page;
        var last = Math.Max(0, before ?? 0);
        do
        {
            var read = await grains.Inbox(visit.Member).Page(visit.Member, last);
            if (read.IsRefused) return Page.Refused(read.Refusal);

            page = read.Value;
            foreach (var notice in page.Notices.TakeWhile(_ => notices.Count < InboxLimits.PageSize))
            {
                last = notice.Number;
                if (!onlyUnread || !notice.IsRead) notices.Add(notice);
            }
        }
        while (page.Older && notices.Count < InboxLimits.PageSize);

        return Page.Of<NoticesPage>(new
        {
            Notices = await mine.Present(notices),
            page.Unread,
            OnlyUnread = onlyUnread,
            Older = notices.Count == InboxLimits.PageSize ? last : (long?)null,
            Newest = page.Notices.IsEmpty ? 0 : Math.Max(last, notices.Select(notice => notice.Number).DefaultIfEmpty().Max()),
        });
    }

    private static async Task<IResult> Read([FromForm] string? request, [FromForm] long? number, [FromForm] long? upto, [FromForm] string? returnTo, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var read = await grains.Inbox(visit.Member).Read(new() { By = visit.Member, Request = once, Number = number, Upto = upto });
        return read.Refusal is { } why ? Page.Refused(why) : Page.Next(Back(returnTo, Notices));
    }

    private static async Task<IResult> ListMutes(Visit visit, MyThings mine, PostPresenter presenter, CancellationToken cancel)
    {
        var mutes = (await mine.Inbox()).Mutes;
        return Page.Of<MutesPage>(new { Mutes = mutes, Members = await presenter.Cards(mutes.Members, cancel), Communities = await visit.MyCommunities() });
    }

    private static async Task<IResult> MuteRoom([FromForm] string? request, [FromForm] string? room, [FromForm] bool muted, [FromForm] string? returnTo, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once) || !RoomId.TryRead(room, out var which)) return Page.Absent;

        var done = await grains.Inbox(visit.Member).MuteRoom(new() { By = visit.Member, Request = once, Room = which, Muted = muted });
        return done.Refusal is { } why ? Page.Refused(why) : Page.Next(Back(returnTo, Mutes));
    }

    private static async Task<IResult> MuteMember([FromForm] string? request, [FromForm] string? member, [FromForm] bool muted, [FromForm] string? returnTo, Visit visit, IGrainFactory grains)
    {
        if (!RequestId.TryRead(request, out var once) || !MemberId.TryRead(member, out var whom)) return Page.Absent;

        var done = await grains.Inbox(visit.Member).MuteMember(new() { By = visit.Member, Request = once, Member = whom, Muted = muted });
        return done.Refusal is { } why ? Page.Refused(why) : Page.Next(Back(returnTo, Mutes));
    }

    private static string Back(string? returnTo, string otherwise) => returnTo is null ? otherwise : ReturnTo.Path(returnTo);
}
