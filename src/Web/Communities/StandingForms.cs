using System.Collections.Immutable;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

/// <summary>Roles of members, and what is taken from somebody for a while.</summary>
internal static class StandingForms
{
    public static void MapStandingForms(this RouteGroupBuilder pages)
    {
        var community = pages.MapGroup("/communities/{community}");
        community.MapGet("/members", Members);
        community.MapGet("/members/{member}", AskAboutMember);
        community.MapPost("/members/{member}/role", ChangeRole);
        community.MapPost("/members/{member}/restrict", Restrict);
        community.MapPost("/members/{member}/lift", Lift);
        community.MapPost("/members/{member}/trust", Trust);
        community.MapPost("/members/{member}/clear", Clear);
        community.MapPost("/members/{member}/clear/undo", UndoClearing);
        community.MapGet("/restrictions", Restrictions);
    }

    private static async Task<IResult> Members(
        string community,
        [FromQuery] int? after,
        [FromQuery] string? changed,
        Visit visit,
        IGrainFactory grains,
        IMemberDirectory members,
        CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var id = new CommunityId(community);
        var view = await grains.Community(id).Describe(visit.Member);
        if (view.IsRefused) return Page.Refused(view.Refusal);

        var page = await grains.Community(id).Members(visit.Member, Math.Max(0, after ?? 0));
        if (page.IsRefused) return Page.Refused(page.Refusal);

        var changedRole = await RoleOf(changed, id, grains);
        var ids = page.Value.Members.Select(each => each.Member).ToImmutableArray();
        var cards = await members.Cards(changedRole is { Member: var whom } ? [.. ids.Append(whom).Distinct()] : ids, cancel);
        return Page.Of<MembersView>(new
        {
            Community = view.Value,
            Members = page.Value,
            Cards = cards,
            Nameless = await visit.ProfilesOfNameless(ids, cards, grains),
            Changed = changedRole,
        });
    }

    /// <summary>What a member is now. None of somebody who does not belong to the community.</summary>
    private static async Task<(MemberId Member, Role Role)?> RoleOf(string? member, CommunityId community, IGrainFactory grains) =>
        MemberId.TryRead(member, out var whom) && (await grains.Community(community).BearingOf(whom)).Role is { } role ? (whom, role) : null;

    private static Task<IResult> AskAboutMember(
        string community,
        string member,
        [FromQuery] string? trusted,
        Visit visit,
        IGrainFactory grains,
        IMemberDirectory members,
        CancellationToken cancel) =>
        MemberId.TryRead(member, out var whom)
            ? About(community, whom, null, null, null, visit, grains, members, cancel, isTrusted: trusted is not null)
            : Task.FromResult(Page.Absent);

    private static async Task<IResult> ChangeRole(string community, string member, [FromForm] string? request, [FromForm] string? role, Visit visit, IGrainFactory grains, IMemberDirectory members, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom) || !RequestId.TryRead(request, out var once)) return Page.Absent;
        if (!Enum.TryParse<Role>(role, out var which) || !Enum.IsDefined(which)) return Page.Absent;

        var changed = await grains.Community(new(community)).ChangeRole(new() { By = visit.Member, Request = once, Member = whom, Role = which });
        return await After(
            changed.Refusal, $"members?changed={whom.Value}", community, whom, null, once, visit, grains, members, directory, cancel);
    }

    private static async Task<IResult> Restrict(string community, string member, [FromForm] string? request, [FromForm] Restricting form, Visit visit, IGrainFactory grains, IMemberDirectory members, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom) || !RequestId.TryRead(request, out var once)) return Page.Absent;
        if (!Enum.TryParse<RestrictionKind>(form.Kind, out var kind) || !Enum.IsDefined(kind)) return Page.Absent;

        // A day that is none is no end that anybody meant: it is refused as one that is past.
        DateTimeOffset? until = string.IsNullOrEmpty(form.Until) ? null : Days.TryRead(form.Until, out var day) ? Days.EndOf(day, visit.Zone) : DateTimeOffset.MinValue;
        var restricted = await grains.Community(new(community)).Restrict(new() { By = visit.Member, Request = once, Member = whom, Kind = kind, Until = until, Reason = RoomForms.Typed(form.Reason) });
        return await After(restricted.Refusal, $"restrictions?of={whom.Value}", community, whom, form, once, visit, grains, members, directory, cancel);
    }

    private static async Task<IResult> Lift(string community, string member, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, IMemberDirectory members, ICommunityDirectory directory, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var lifted = await grains.Community(new(community)).Lift(new() { By = visit.Member, Request = once, Member = whom, Reason = RoomForms.Typed(reason) });
        return await After(lifted.Refusal, $"restrictions?of={whom.Value}", community, whom, new() { Reason = reason }, once, visit, grains, members, directory, cancel);
    }

    private static async Task<IResult> Trust(string community, string member, [FromForm] string? request, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var id = new CommunityId(community);
        var trusted = await grains.Community(id).Trust(new() { By = visit.Member, Request = once, Member = whom });
        return trusted.Refusal switch
        {
            null => Page.Next(Paths.MemberOf(id, whom) + "?trusted"),
            { Kind: RefusalKind.Absent } => Page.Absent,
            var why => await About(community, whom, null, RoomForms.AfterRefusal(why, once), why, visit, grains, members, cancel),
        };
    }

    /// <summary>Everything at once is confirmed: without that, nothing is hidden.</summary>
    private static async Task<IResult> Clear(string community, string member, [FromForm] string? request, [FromForm] string? reason, [FromForm] string? confirmed, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var there = grains.Community(new(community));
        var typed = new ClearingTyped { Reason = RoomForms.Typed(reason) };
        if (confirmed != "true")
        {
            var view = await there.ClearingView(visit.Member, whom);
            return view.IsRefused
                ? Page.Refused(view.Refusal)
                : await About(community, whom, null, request, null, visit, grains, members, cancel, typed with { IsUnconfirmed = true });
        }

        var cleared = await there.ClearMember(new() { By = visit.Member, Request = once, Member = whom, Reason = typed.Reason });
        return await AfterClearing(cleared.Refusal, community, whom, typed, once, visit, grains, members, cancel);
    }

    private static async Task<IResult> UndoClearing(string community, string member, [FromForm] string? request, [FromForm] string? reason, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom) || !RequestId.TryRead(request, out var once)) return Page.Absent;

        var typed = new ClearingTyped { Reason = RoomForms.Typed(reason), IsUndoing = true };
        var undone = await grains.Community(new(community)).UndoClearing(new() { By = visit.Member, Request = once, Member = whom, Reason = typed.Reason });
        return await AfterClearing(undone.Refusal, community, whom, typed, once, visit, grains, members, cancel);
    }

    private static async Task<IResult> AfterClearing(Refusal? why, string community, MemberId whom, ClearingTyped typed, RequestId once, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel) => why switch
    {
        null => Page.Next($"{Paths.Of(new CommunityId(community))}/members/{whom.Value}#clearing"),
        { Kind: RefusalKind.Absent or RefusalKind.NotAllowed } => Page.Refused(why),
        _ => await About(community, whom, null, RoomForms.AfterRefusal(why, once), why, visit, grains, members, cancel, typed),
    };

    private static async Task<IResult> Restrictions(
        string community,
        [FromQuery] string? of,
        Visit visit,
        IGrainFactory grains,
        IMemberDirectory members,
        CancellationToken cancel)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.Restrict, community, grains);
        if (view is null) return otherwise;

        var restrictions = await grains.Community(view.Community).Restrictions(visit.Member);
        if (restrictions.IsRefused) return Page.Refused(restrictions.Refusal);

        var done = MemberId.TryRead(of, out var whom) ? whom : (MemberId?)null;
        var named = restrictions.Value.SelectMany(each => new[] { each.Member, each.By }).Concat(done is { } one ? [one] : []);
        var cards = await members.Cards([.. named.Distinct()], cancel);
        return Page.Of<RestrictionsView>(new { Community = view, Restrictions = restrictions.Value, Cards = cards, Done = done });
    }

    /// <param name="next">The page of the community that says what was done.</param>
    private static async Task<IResult> After(
        Refusal? why,
        string next,
        string community,
        MemberId whom,
        Restricting? typed,
        RequestId once,
        Visit visit,
        IGrainFactory grains,
        IMemberDirectory members,
        ICommunityDirectory directory,
        CancellationToken cancel)
    {
        if (why is not null) return why.Kind is RefusalKind.Absent ? Page.Absent : await About(community, whom, typed, RoomForms.AfterRefusal(why, once), why, visit, grains, members, cancel);

        await directory.Settled(cancel);
        return Page.Next($"{Paths.Of(new CommunityId(community))}/{next}");
    }

    /// <summary>Somebody who neither belongs to the community, nor is kept from it, nor has written anything in it is nobody here.</summary>
    private static async Task<IResult> About(string community, MemberId whom, Restricting? typed, string? request, Refusal? why, Visit visit, IGrainFactory grains, IMemberDirectory members, CancellationToken cancel, ClearingTyped? clearingTyped = null, bool isTrusted = false)
    {
        var (view, otherwise) = await visit.CommunityFor(Doing.Restrict, community, grains);
        if (view is null) return otherwise;

        var restrictions = await grains.Community(view.Community).Restrictions(visit.Member);
        if (restrictions.IsRefused) return Page.Refused(restrictions.Refusal);

        var restriction = restrictions.Value.FirstOrDefault(each => each.Member == whom);
        var bearing = await grains.Community(view.Community).BearingOf(whom);
        var role = bearing.Role;
        var asked = await grains.Community(view.Community).ClearingView(visit.Member, whom);
        var clearing = asked.IsRefused ? null : asked.Value;
        var hasWritten = clearing is { Visible.All: > 0 } or { Publications: > 0 } or { Newest: not null };
        if (restriction is null && role is null && !hasWritten) return Page.Absent;

        var named = new[] { whom, restriction?.By, clearing?.Newest?.By, clearing?.Newest?.Undone?.By };
        var cards = await members.Cards([.. named.OfType<MemberId>().Distinct()], cancel);
        return Page.Of<MemberView>(
            new
            {
                Community = view,
                Member = whom,
                Role = role,
                bearing.NewUntil,
                IsTrusted = isTrusted && role is not null && bearing.NewUntil is null,
                Profile = (await visit.ProfilesOfNameless([whom], cards, grains)).GetValueOrDefault(whom),
                Restriction = restriction,
                Cards = cards,
                Typed = typed ?? Restricting.Nothing,
                Request = request,
                Why = why,
                Clearing = clearing,
                ClearingTyped = clearingTyped ?? ClearingTyped.Nothing,
            },
            why is not null ? Refusals.StatusOf(why.Kind)
            : clearingTyped is { IsUnconfirmed: true } ? StatusCodes.Status422UnprocessableEntity
            : StatusCodes.Status200OK);
    }
}

/// <summary>The form that restricts somebody, as it was typed.</summary>
public sealed record Restricting
{
    public static readonly Restricting Nothing = new() { Kind = nameof(RestrictionKind.Mute) };

    /// <summary>None where something was to be lifted.</summary>
    public string? Kind { get; init; }

    public string? Until { get; init; }

    public string? Reason { get; init; }
}

/// <summary>The form that hides everything by somebody, or undoes that, as it was typed.</summary>
public sealed record ClearingTyped
{
    public static readonly ClearingTyped Nothing = new();

    public string Reason { get; init; } = "";

    public bool IsUndoing { get; init; }

    /// <summary>The box was not ticked.</summary>
    public bool IsUnconfirmed { get; init; }
}
