using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Access;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Communities;

/// <summary>People of a community and its settings, for programs.</summary>
internal static class CommunityEndpoints
{
    private static readonly CommunityRefusal.NotVisible Absent = new();

    public static void MapCommunityApi(this IEndpointRouteBuilder api)
    {
        var community = api.MapGroup("/communities/{community}").WithTags("Communities").ProducesProblem(StatusCodes.Status404NotFound);

        community.MapGet("/restrictions", Restrictions).WithSummary("Who is muted, suspended or banned, and why; newest first. To moderators and administrators only.").ProducesProblem(StatusCodes.Status403Forbidden);

        community.MapGet("/members/{member}/clear", Clearing).WithSummary("How much of somebody can be seen here, and how far hiding everything by them is. To moderators only.").ProducesProblem(StatusCodes.Status403Forbidden);

        community.MapGet("/absences", Absences).WithSummary("Who of those that moderate is away or will be, and who stands in. To moderators and administrators only.").ProducesProblem(StatusCodes.Status403Forbidden);

        community.MapGet("/vitality", Vitality).WithSummary("Active, quiet, dormant, waking or closed, and what that was worked out from.");

        var changes = community.MapGroup("")
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

        changes.MapPost("/members/{member}/role", ChangeRole).WithSummary("Makes a member a moderator or leader, or a member again. Leaders and administrators only.");
        changes.MapPost("/members/{member}/restrict", Restrict).WithSummary("Mutes, suspends or bans somebody, with a reason that they are told. Moderators and administrators only.");
        changes.MapPost("/members/{member}/trust", Trust).WithSummary("Lifts a newcomer's limits before their week is over. Moderators and administrators only.");
        changes.MapPost("/members/{member}/lift", Lift).WithSummary("Lifts what was restricted. Moderators and administrators only.");
        changes.MapPost("/members/{member}/clear", Clear).WithSummary("Hides everything that somebody wrote in this community, with a reason that is shown in its place; it is carried out after the answer. Moderators only.");
        changes.MapPost("/members/{member}/clear/undo", UndoClearing).WithSummary("Shows again what the newest clearing of this person hid. Moderators only.");
        changes.MapPost("/settings", ChangeSettings).WithSummary("Changes what the community is called and for, who may join it, and whom to ask. Leaders and administrators only.");
        changes.MapPost("/close", Close).WithSummary("Closes the community, with a reason: it is read on, and nothing new begins in it. Leaders and administrators only.");
        changes.MapPost("/reopen", Reopen).WithSummary("Opens the community again, as it was. Leaders and administrators only.");
        changes.MapPost("/contact", PublishContact).WithSummary("Says whom to ask about the caller's decisions; empty takes it back. Moderators and administrators.");
        changes.MapPost("/absence", AnnounceAbsence).WithSummary("Says that the caller is away, and who stands in. Moderators only.");
        changes.MapPost("/absence/end", EndAbsence).WithSummary("Says that the caller is back. Moderators only.");
        changes.MapPost("/invitations", Invite).WithSummary("Invites people by their addresses; each gets one mail. Moderators and administrators only.");

        api.MapPost("/me/kind", ClaimKind).WithTags("Me").WithSummary("Says what the caller is. An administrator confirms it.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static async Task<Results<Ok<VitalityView>, ProblemHttpResult>> Vitality(string community, Caller caller, IGrainFactory grains, IVitality vitality, CancellationToken cancel) =>
        Slugs.IsSlug(community) && (await grains.Community(new(community)).BearingOf(caller.Member)).IsFounded ? TypedResults.Ok(await vitality.Of(new(community), cancel)) : Refusals.AsProblem(Absent);

    private static async Task<Results<Ok<RestrictionsWire>, ProblemHttpResult>> Restrictions(string community, Caller caller, IGrainFactory grains, PostPresenter presenter, CancellationToken cancel)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        var found = await grains.Community(new(community)).Restrictions(caller.Member);
        if (found.IsRefused) return Refusals.AsProblem(found.Refusal);

        var members = await presenter.Cards([.. found.Value.Select(each => each.Member)], cancel);
        var by = await presenter.Cards([.. found.Value.Select(each => each.By)], cancel);
        return TypedResults.Ok(new RestrictionsWire([.. found.Value.Select((each, i) => new RestrictionWire(members[i], each.Kind, each.Until, each.Reason, by[i], each.At))]));
    }

    private static Task<Results<NoContent, ProblemHttpResult>> ChangeRole(string community, string member, NewRole body, Caller caller, IGrainFactory grains) =>
        To(community, member, body.RequestId, grains, (there, request, whom) => there.ChangeRole(new() { By = caller.Member, Request = request, Member = whom, Role = body.Role }));

    private static Task<Results<NoContent, ProblemHttpResult>> Restrict(string community, string member, NewRestriction body, Caller caller, IGrainFactory grains) =>
        To(community, member, body.RequestId, grains, (there, request, whom) => there.Restrict(new() { By = caller.Member, Request = request, Member = whom, Kind = body.Kind, Until = body.Until, Reason = body.Reason }));

    private static Task<Results<NoContent, ProblemHttpResult>> Trust(string community, string member, NewTrust body, Caller caller, IGrainFactory grains) =>
        To(community, member, body.RequestId, grains, (there, request, whom) => there.Trust(new() { By = caller.Member, Request = request, Member = whom }));

    private static Task<Results<NoContent, ProblemHttpResult>> Lift(string community, string member, NewLifting body, Caller caller, IGrainFactory grains) =>
        To(community, member, body.RequestId, grains, (there, request, whom) => there.Lift(new() { By = caller.Member, Request = request, Member = whom, Reason = body.Reason }));

    private static async Task<Results<Ok<ClearingWire>, ProblemHttpResult>> Clearing(string community, string member, Caller caller, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community) || !MemberId.TryRead(member, out var whom)) return Refusals.AsProblem(Absent);

        var found = await grains.Community(new(community)).ClearingView(caller.Member, whom);
        return found.IsRefused ? Refusals.AsProblem(found.Refusal) : TypedResults.Ok(ClearingWire.Of(found.Value));
    }

    private static Task<Results<NoContent, ProblemHttpResult>> Clear(string community, string member, NewLifting body, Caller caller, IGrainFactory grains) =>
        To(community, member, body.RequestId, grains, (there, request, whom) => there.ClearMember(new() { By = caller.Member, Request = request, Member = whom, Reason = body.Reason }));

    private static Task<Results<NoContent, ProblemHttpResult>> UndoClearing(string community, string member, NewLifting body, Caller caller, IGrainFactory grains) =>
        To(community, member, body.RequestId, grains, (there, request, whom) => there.UndoClearing(new() { By = caller.Member, Request = request, Member = whom, Reason = body.Reason }));

    private static Task<Results<NoContent, ProblemHttpResult>> ChangeSettings(string community, NewSettings body, Caller caller, IGrainFactory grains) =>
        To(community, body.RequestId, grains, (there, request) => there.ChangeSettings(new()
        {
            By = caller.Member,
            Request = request,
            Name = body.Name,
            Access = body.Access,
            Goal = body.Goal,
            About = body.About,
            Contact = body.Contact,
            BuyersOnly = body.BuyersOnly,
            AnswerDays = body.AnswerDays,
        }));

    private static Task<Results<NoContent, ProblemHttpResult>> Close(string community, NewClosing body, Caller caller, IGrainFactory grains) =>
        To(community, body.RequestId, grains, (there, request) => there.Close(new() { By = caller.Member, Request = request, Reason = body.Reason }));

    private static Task<Results<NoContent, ProblemHttpResult>> Reopen(string community, NewReopening body, Caller caller, IGrainFactory grains) =>
        To(community, body.RequestId, grains, (there, request) => there.Reopen(new() { By = caller.Member, Request = request }));

    private static Task<Results<NoContent, ProblemHttpResult>> PublishContact(string community, NewContact body, Caller caller, IGrainFactory grains) =>
        To(community, body.RequestId, grains, (there, request) => there.PublishContact(new() { By = caller.Member, Request = request, Contact = body.Contact }));

    private static async Task<Results<Ok<ImmutableArray<Absence>>, ProblemHttpResult>> Absences(string community, Caller caller, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        var absences = await grains.Community(new(community)).Absences(caller.Member);
        return absences.IsRefused ? Refusals.AsProblem(absences.Refusal) : TypedResults.Ok(absences.Value);
    }

    private static Task<Results<NoContent, ProblemHttpResult>> AnnounceAbsence(string community, NewAbsence body, Caller caller, IGrainFactory grains) =>
        To(community, body.RequestId, grains, (there, request) => there.AnnounceAbsence(new() { By = caller.Member, Request = request, From = body.From, Until = body.Until, Substitute = body.Substitute }));

    private static Task<Results<NoContent, ProblemHttpResult>> EndAbsence(string community, NewReturn body, Caller caller, IGrainFactory grains) =>
        To(community, body.RequestId, grains, (there, request) => there.EndAbsence(new() { By = caller.Member, Request = request }));

    private static async Task<Results<Ok<Invited>, ProblemHttpResult>> Invite(string community, NewInvitations body, Caller caller, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);
        if (!RequestId.TryRead(body.RequestId, out var request)) return Refusals.BadRequestId;

        var invited = await grains.Community(new(community)).Invite(new() { By = caller.Member, Request = request, Addresses = body.Addresses.IsDefault ? [] : body.Addresses });
        return invited.IsRefused ? Refusals.AsProblem(invited.Refusal) : TypedResults.Ok(invited.Value);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ClaimKind(NewKind body, Caller caller, IGrainFactory grains) =>
        RequestId.TryRead(body.RequestId, out var request)
            ? Refusals.AsAnswer(await grains.Member(caller.Member).ClaimKind(new() { By = caller.Member, Request = request, Kind = body.Kind }))
            : Refusals.BadRequestId;

    private static Task<Results<NoContent, ProblemHttpResult>> To(string community, string member, string requestId, IGrainFactory grains, Func<ICommunityGrain, RequestId, MemberId, Task<Outcome<Done>>> done) =>
        MemberId.TryRead(member, out var whom)
            ? To(community, requestId, grains, (there, request) => done(there, request, whom))
            : Task.FromResult<Results<NoContent, ProblemHttpResult>>(Refusals.AsProblem(Absent));

    private static async Task<Results<NoContent, ProblemHttpResult>> To(string community, string requestId, IGrainFactory grains, Func<ICommunityGrain, RequestId, Task<Outcome<Done>>> done)
    {
        if (!Slugs.IsSlug(community)) return Refusals.AsProblem(Absent);

        return RequestId.TryRead(requestId, out var request) ? Refusals.AsAnswer(await done(grains.Community(new(community)), request)) : Refusals.BadRequestId;
    }
}

internal sealed record NewRole(string RequestId, Role Role);

internal sealed record NewRestriction(string RequestId, RestrictionKind Kind, [property: JsonConverter(typeof(WritableText))] string Reason, DateTimeOffset? Until = null);

internal sealed record NewTrust(string RequestId);

internal sealed record NewLifting(string RequestId, [property: JsonConverter(typeof(WritableText))] string Reason);

/// <param name="Posts">In rooms, visible now; replies and comments on publications are counted apart.</param>
/// <param name="State">None: nothing of this person was ever cleared here.</param>
/// <param name="Total">Posts that were visible when it was ordered; once it is over, how many it has hidden or shown.</param>
/// <param name="Unchanged">Posts that could not be hidden or shown.</param>
internal sealed record ClearingWire(
    int Posts, int Replies, int Comments, ClearingState? State, DateTimeOffset? At, string? Reason, int? Total, int? Unchanged)
{
    public static ClearingWire Of(ClearingView view) => new(
        view.Visible.Posts,
        view.Visible.Replies,
        view.Visible.Comments,
        view.Newest?.State,
        view.Newest?.At,
        view.Newest?.Reason,
        view.Newest?.Posts,
        view.Newest?.Left);
}

internal sealed record NewClosing(string RequestId, [property: JsonConverter(typeof(WritableText))] string Reason);

internal sealed record NewReopening(string RequestId);

internal sealed record NewSettings(
    string RequestId,
    [property: JsonConverter(typeof(WritableText))] string Name,
    Access Access,
    [property: JsonConverter(typeof(WritableText))] string Goal,
    [property: JsonConverter(typeof(WritableText))] string About = "",
    [property: JsonConverter(typeof(WritableText))] string Contact = "",
    bool BuyersOnly = false,
    int AnswerDays = NewSettings.UsualAnswerDays)
{
    public const int UsualAnswerDays = 5;
}

internal sealed record NewAbsence(string RequestId, DateTimeOffset From, DateTimeOffset Until, MemberId? Substitute = null);

internal sealed record NewReturn(string RequestId);

internal sealed record NewContact(string RequestId, [property: JsonConverter(typeof(WritableText))] string Contact);

internal sealed record NewInvitations(string RequestId, ImmutableArray<string> Addresses);

internal sealed record NewKind(string RequestId, MemberKind Kind);

internal sealed record RestrictionsWire(ImmutableArray<RestrictionWire> Restrictions);

/// <param name="Until">None: until it is lifted.</param>
internal sealed record RestrictionWire(MemberCard Member, RestrictionKind Kind, DateTimeOffset? Until, string Reason, MemberCard By, DateTimeOffset At);
