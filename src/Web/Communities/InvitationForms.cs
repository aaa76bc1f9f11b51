using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;
using PublicBuyers.Security;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Inviting people by their addresses, typed or out of a table.</summary>
internal static class InvitationForms
{
    /// <summary>Of the whole form, in bytes: the table, and what is typed. A table that is too large is refused in words.</summary>
    private const long LargestForm = 4 * InvitationTable.Largest;

    /// <summary>Of what was typed and is put back into its box after a refusal, in characters.</summary>
    private const int LongestGivenBack = 64 * 1024;

    public static void MapInvitationForms(this RouteGroupBuilder pages)
    {
        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("/invite", AskForInvitations);
        community.MapPost("/invite", Invite).WithMetadata(new RequestSizeLimitAttribute(LargestForm), new AsksFirst(WhyNot));
    }

    private static async Task<IResult?> WhyNot(HttpContext http)
    {
        var visit = http.RequestServices.GetRequiredService<Visit>();
        var grains = http.RequestServices.GetRequiredService<IGrainFactory>();
        var (view, otherwise) = await visit.CommunityFor(Doing.Invite, $"{http.Request.RouteValues["community"]}", grains);
        return view is null ? otherwise : null;
    }

    private static async Task<IResult> AskForInvitations(string community, Visit visit, IGrainFactory grains)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.Invite, community, grains);
        return view is null ? otherwise : Page.Of<InviteView>(new { Community = view });
    }

    private static async Task<IResult> Invite(string community, [FromForm] string? request, [FromForm] string? addresses, Visit visit, IGrainFactory grains, IAddressKeys keys, HttpRequest sent, CancellationToken cancel)
    {
        if (!RequestId.TryRead(request, out var once)) return Page.Absent;

        var (view, otherwise) = await visit.CommunityFor(Doing.Invite, community, grains);
        if (view is null) return otherwise;

        var typed = RoomForms.Typed(addresses);
        var table = await TableIn(sent.Form.Files.GetFile("table"), cancel);
        if (table.IsRefused) return Refused(table.Refusal);

        var read = AddressList.Read(typed, table.Value, keys);
        if (read.IsRefused) return Refused(read.Refusal);

        var list = read.Value;
        if (list.Cells.IsEmpty) return Refused(new SignInRefusal.AddressInvalid());

        var invited = await grains.Community(view.Community).Invite(new() { By = visit.Member, Request = once, Addresses = list.Addresses });
        return invited.IsRefused
            ? Refused(invited.Refusal)
            : Page.Of<InviteView>(new { Community = view, Report = InvitationReport.Of(list, invited.Value) });

        IResult Refused(Refusal no) => Page.Of<InviteView>(
            new
            {
                Community = view,
                Typed = typed.Length <= LongestGivenBack ? typed : "",
                IsTooLongToKeep = typed.Length > LongestGivenBack,
                Request = RoomForms.AfterRefusal(no, once),
                Why = no,
            },
            Refusals.StatusOf(no.Kind));
    }

    private static async Task<Outcome<InvitationTable>> TableIn(IFormFile? file, CancellationToken cancel)
    {
        if (file is null) return InvitationTable.Empty;
        if (file.Length > InvitationTable.Largest) return InvitationTable.TooLarge;
        if (ReceivedFile.WhyNot([file]) is { } notKept) return notKept;

        using var bytes = new MemoryStream((int)file.Length);
        await file.CopyToAsync(bytes, cancel);
        return InvitationTable.Read(bytes.ToArray());
    }
}
