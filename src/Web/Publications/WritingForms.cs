using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;
using PublicBuyers.Security;

namespace PublicBuyers.Publications;

/// <summary>Publications for who writes them, and for moderators who withdraw one: pages and plain forms.</summary>
internal static class WritingForms
{
    public static void MapWritingForms(this RouteGroupBuilder pages)
    {
        pages.MapGet(Paths.MyPublications, (Writing writing) => writing.Mine());

        var publications = pages.MapGroup("/communities/{community}" + Paths.Publications);
        publications.MapGet("/new", Begin);
        publications.MapPost("/new", SendFirst).WithMetadata(new RequestSizeLimitAttribute(AttachmentLimits.LargestForm), new AsksFirst(WhyNot));
        publications.MapGet("/{id}/edit", Edit);
        publications.MapPost("/{id}/edit", SendNext).WithMetadata(new RequestSizeLimitAttribute(AttachmentLimits.LargestForm), new AsksFirst(WhyNot));
        publications.MapGet("/{id}/versions", Versions);
        publications.MapGet("/{id}/versions/{number:int:min(1)}", Version);
        publications.MapPost("/{id}/submit", Submit);
        publications.MapPost("/{id}/take-back", TakeBack);
        publications.MapGet("/{id}/withdraw", AskForWithdrawal);
        publications.MapPost("/{id}/withdraw", Withdraw);
    }

    private static async Task<IResult?> WhyNot(HttpContext http)
    {
        var community = $"{http.Request.RouteValues["community"]}";
        if (!Slugs.IsSlug(community)) return Page.Absent;

        return await http.RequestServices.GetRequiredService<Writing>().WhyNot(new(community)) is { } why ? Page.Refused(why) : null;
    }

    private static Task<IResult> Begin(string community, Writing writing) =>
        Slugs.IsSlug(community) ? writing.Begin(new(community)) : Task.FromResult(Page.Absent);

    private static Task<IResult> SendFirst(string community, IFormCollection form, Writing writing, Visit visit) =>
        Slugs.IsSlug(community) && RequestId.TryRead(form["begun"], out var begun) && RequestId.TryRead(form["request"], out var once)
            ? writing.Send(PublicationDesk.IdOf(new(community), visit.Member, begun), once, form)
            : Task.FromResult(Page.Absent);

    private static Task<IResult> Edit(string community, string id, Writing writing) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? writing.Edit(publication) : Task.FromResult(Page.Absent);

    private static Task<IResult> SendNext(string community, string id, IFormCollection form, Writing writing) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) && RequestId.TryRead(form["request"], out var once) ? writing.Send(publication, once, form) : Task.FromResult(Page.Absent);

    private static Task<IResult> Versions(string community, string id, Writing writing) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? writing.Versions(publication) : Task.FromResult(Page.Absent);

    private static Task<IResult> Version(string community, string id, int number, Writing writing) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? writing.Version(publication, number) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Submit(string community, string id, [FromForm] string? request, [FromForm] int version, Visit visit, IGrainFactory grains)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var submitted = await grains.Publication(publication).Submit(new() { By = visit.Member, Request = once, Version = version });
        return submitted.IsRefused ? Page.Refused(submitted.Refusal) : Page.Next(Paths.Of(publication));
    }

    private static async Task<IResult> TakeBack(string community, string id, [FromForm] string? request, Visit visit, IGrainFactory grains)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var taken = await grains.Publication(publication).TakeBack(new() { By = visit.Member, Request = once });
        return taken.IsRefused ? Page.Refused(taken.Refusal) : Page.Next(Paths.VersionsOf(publication));
    }

    private static Task<IResult> AskForWithdrawal(string community, string id, Writing writing) =>
        PublicationId.TryRead($"{community}/{id}", out var publication) ? writing.Withdrawal(publication) : Task.FromResult(Page.Absent);

    private static async Task<IResult> Withdraw(string community, string id, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, Writing writing)
    {
        if (!PublicationId.TryRead($"{community}/{id}", out var publication) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var withdrawn = await grains.Publication(publication).Withdraw(new() { By = visit.Member, Request = once, Reason = RoomForms.Typed(reason) });
        return withdrawn.Refusal switch
        {
            null when (await grains.Publication(publication).Read(visit.Member)).IsRefused => Page.Next(Paths.PublicationsOf(publication.Community)),
            null => Page.Next(Paths.Of(publication)),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await writing.Withdrawal(publication, RoomForms.Typed(reason), RoomForms.AfterRefusal(why, once), why),
            var why => Page.Refused(why),
        };
    }
}
