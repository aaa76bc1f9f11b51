using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PublicBuyers.Layout;
using PublicBuyers.Rooms;

namespace PublicBuyers.Coordination;

/// <summary>A community's state of play: the card, its history, and the form that leaders write it with. What one may not read is not there.</summary>
internal static class CardPages
{
    /// <summary>For who is signed in or not.</summary>
    public static void MapCardPages(this RouteGroupBuilder pages)
    {
        var card = pages.MapGroup("/communities/{community}" + Paths.StateOfPlay);
        card.MapGet("", Read);
        card.MapGet("/history", History);
        card.MapGet("/versions/{number:int:min(1)}", Version);
    }

    public static void MapCardForms(this RouteGroupBuilder pages)
    {
        var card = pages.MapGroup("/communities/{community}" + Paths.StateOfPlay);
        card.MapGet("/edit", Edit);
        card.MapPost("/edit", Write);
    }

    private static async Task<IResult> Read(string community, Visit visit, IGrainFactory grains, PostPresenter presenter)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var id = new CommunityId(community);
        var card = await grains.StateOfPlay(id).Read(visit.Caller?.Member);
        if (card.IsRefused) return Page.Refused(card.Refusal);
        if (card.Value.Version == 0) return Page.Next(Paths.StateOfPlayOf(id) + "/edit");   // only who may write it comes as far as this

        return Page.Of<CardPage>(new
        {
            View = card.Value,
            Name = await NameOf(id, visit, grains),
            By = (await presenter.Cards([card.Value.By!.Value], visit.Leaving))[0],
        });
    }

    private static async Task<IResult> Version(string community, int number, Visit visit, IGrainFactory grains, PostPresenter presenter)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var id = new CommunityId(community);
        var version = await grains.StateOfPlay(id).Version(visit.Caller?.Member, number);
        if (version.IsRefused) return Page.Refused(version.Refusal);

        var (entry, card) = version.Value;
        return Page.Of<CardPage>(new
        {
            View = new CardView(id, card, entry.Readers, number, entry.At, entry.By, false),
            Name = await NameOf(id, visit, grains),
            By = (await presenter.Cards([entry.By], visit.Leaving))[0],
            Changed = entry.Changed,
            IsOld = true,
        });
    }

    private static async Task<IResult> History(string community, Visit visit, IGrainFactory grains, PostPresenter presenter)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var id = new CommunityId(community);
        var entries = await grains.StateOfPlay(id).History(visit.Caller?.Member);
        if (entries.IsRefused) return Page.Refused(entries.Refusal);

        var cards = await presenter.Cards([.. entries.Value.Select(entry => entry.By).Distinct()], visit.Leaving);
        return Page.Of<CardHistoryView>(new { Community = id, Name = await NameOf(id, visit, grains), Entries = entries.Value, Cards = cards.ToImmutableDictionary(each => each.Member) });
    }

    private static async Task<IResult> Edit(string community, Visit visit, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community)) return Page.Absent;

        var id = new CommunityId(community);
        var card = await grains.StateOfPlay(id).Read(visit.Member);
        if (card.IsRefused) return Page.Refused(card.Refusal);

        return card.Value.MayWrite ? await Form(id, card.Value.Card, card.Value.Readers, card.Value.Version, null, null, visit, grains) : Page.Refused(new CardRefusal.NotAllowed());
    }

    private static async Task<IResult> Write(string community, IFormCollection form, Visit visit, IGrainFactory grains)
    {
        if (!Slugs.IsSlug(community) || !RequestId.TryRead(form["request"], out var once)) return Page.Absent;

        var id = new CommunityId(community);
        string Typed(string name) => RoomForms.Typed(form[name]);
        var card = new Card(Typed("goal"), Typed("levels"), Typed("platform"), Typed("linkedin"), Typed("mail"), Typed("participants"), Typed("activities"), Typed("gazette"), Typed("plans"), Typed("connections"));
        var readers = Enum.TryParse<Classification>(form["readers"], ignoreCase: true, out var read) && Enum.IsDefined(read) ? read : Classification.Members;
        var seen = int.TryParse(form["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

        var written = await grains.StateOfPlay(id).Write(new() { By = visit.Member, Request = once, Card = card, Readers = readers, Seen = seen });
        return written.Refusal switch
        {
            null => Page.Next(Paths.StateOfPlayOf(id)),
            CardRefusal.Changed why => await Form(id, card, readers, why.Newest, null, why, visit, grains),
            { Kind: RefusalKind.Unprocessable or RefusalKind.TooMany } why => await Form(id, card, readers, seen, RoomForms.AfterRefusal(why, once), why, visit, grains),
            var why => Page.Refused(why),
        };
    }

    private static async Task<IResult> Form(CommunityId id, Card card, Classification readers, int seen, string? request, Refusal? why, Visit visit, IGrainFactory grains) =>
        Page.Of<CardForm>(
            new { Community = id, Name = await NameOf(id, visit, grains), Typed = card, Readers = readers, Seen = seen, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));

    private static async Task<string> NameOf(CommunityId community, Visit visit, IGrainFactory grains) => (await grains.Community(community).BearingOf(visit.Caller?.Member ?? MemberId.System)).Name;
}
