using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Inviting people by their addresses, typed or out of a table.</summary>
internal static class InvitationForms
{
    /// <summary>Of the whole form: so many addresses with names beside them, generously.</summary>
    private const long LargestForm = 512 * 1024;

    public static void MapInvitationForms(this RouteGroupBuilder pages)
    {
        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("/invite", AskForInvitations);
        community.MapPost("/invite", Invite).WithMetadata(new RequestSizeLimitAttribute(LargestForm));
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
        var read = AddressList.Read(typed, await TextOf(sent.Form.Files.GetFile("table"), cancel), keys);
        if (read.Addresses.IsEmpty && read.Others.IsEmpty) return Page.Of<InviteView>(new { Community = view, Why = new SignInRefusal.AddressInvalid() }, StatusCodes.Status422UnprocessableEntity);

        var invited = await grains.Community(view.Community).Invite(new() { By = visit.Member, Request = once, Addresses = read.Addresses });
        return invited.IsRefused
            ? Page.Of<InviteView>(new { Community = view, Typed = typed, Request = RoomForms.AfterRefusal(invited.Refusal, once), Why = invited.Refusal }, Refusals.StatusOf(invited.Refusal.Kind))
            : Page.Of<InviteView>(new { Community = view, Invited = invited.Value, Others = read.Others });
    }

    private static async Task<string> TextOf(IFormFile? table, CancellationToken cancel)
    {
        if (table is null) return "";

        using var text = new StreamReader(table.OpenReadStream());
        return await text.ReadToEndAsync(cancel);
    }
}
