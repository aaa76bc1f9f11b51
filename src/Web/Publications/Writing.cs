using System.Collections.Immutable;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Attachments;
using PublicBuyers.Communities;
using PublicBuyers.Layout;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.Security;

namespace PublicBuyers.Publications;

/// <summary>What the pages show on which publications are written, for the one who visits.</summary>
internal sealed class Writing(
    Visit visit, IGrainFactory grains, PublicationDesk desk, AttachmentDesk files, IPublications publications, PublicationReading reading, ICommunityDirectory communities, IMemberDirectory members, QueuePresenter presenter)
{
    /// <summary>Of one author, on one page: the newest.</summary>
    private const int MostOfMine = 200;

    /// <summary>People of one name to choose among.</summary>
    private const int MostNamesakes = 8;

    /// <summary>Why the visitor publishes nothing there; none: they may.</summary>
    public async Task<Refusal?> WhyNot(CommunityId community) => WhyNot(await grains.Community(community).BearingOf(visit.Member));

    public async Task<IResult> Begin(CommunityId community)
    {
        var begun = visit.NewRequest();
        var bearing = await grains.Community(community).BearingOf(visit.Member);
        return WhyNot(bearing) is { } why ? Page.Refused(why) : Show(PublicationDesk.IdOf(community, visit.Member, begun), bearing, Draft.Empty with { Begun = begun.Value });
    }

    public async Task<IResult> Edit(PublicationId id)
    {
        var view = await grains.Publication(id).Read(visit.Member);
        if (view.IsRefused) return Page.Refused(view.Refusal);
        if (!view.Value.MayWrite) return Page.Refused(new PublicationRefusal.NotAllowed());
        if (view.Value.State is PublicationState.Waiting) return await Versions(id, new PublicationRefusal.Waits());

        var bearing = await grains.Community(id.Community).BearingOf(visit.Member);
        if (WhyNot(bearing) is { } why) return Page.Refused(why);

        // Its author is shown the newest version where something waits or nothing is published; else what is published, and another may have been written since.
        var newest = view.Value.Newest == view.Value.Version ? view.Value.Content : (await grains.Publication(id).Version(visit.Member, view.Value.Newest)).Value?.Content ?? view.Value.Content;
        return Show(id, bearing, await DraftOf(newest) with { Seen = view.Value.Newest });
    }

    /// <summary>What was sent with the form: looked at, stored, or stored and handed in.</summary>
    public async Task<IResult> Send(PublicationId id, RequestId once, IFormCollection form)
    {
        var bearing = await grains.Community(id.Community).BearingOf(visit.Member);
        if (WhyNot(bearing) is { } unfit) return Page.Refused(unfit);

        var draft = Draft.Of(form);
        Refusal? why = null;
        (draft, why) = await WithFiles(draft, id, once, form.Files);
        draft = await WithPeople(draft, id.Community);
        if (why is null && draft.People.Length > 0) why = new PublicationRefusal.ParticipantsInvalid(PublicationLimits.MostParticipants);
        if (draft.Act is "preview") return Show(id, bearing, draft with { IsPreview = true }, once.Value, why);
        if (why is not null) return Show(id, bearing, draft, null, why);

        var written = await desk.Write(id, visit.Member, once, draft.Wire(), draft.Seen, visit.Leaving);
        if (written.IsRefused) return written.Refusal.Kind is RefusalKind.Absent ? Page.Absent : Show(id, bearing, draft, RoomForms.AfterRefusal(written.Refusal, once), written.Refusal);
        if (draft.Act is not "submit") return Page.Next(Paths.Of(id));

        var submitted = await grains.Publication(id).Submit(new() { By = visit.Member, Request = RequestId.PartOf(once, "submit"), Version = written.Value.Version });
        return submitted.IsRefused ? Show(id, bearing, draft with { Seen = written.Value.Version }, null, submitted.Refusal) : Page.Next(Paths.Of(id));
    }

    public async Task<IResult> Versions(PublicationId id, Refusal? why = null)
    {
        var versions = await grains.Publication(id).Versions(visit.Member);
        var view = await grains.Publication(id).Read(visit.Member);
        if ((versions.Refusal ?? view.Refusal) is { } not) return Page.Refused(not);

        return Page.Of<VersionsView>(
            new { View = view.Value, Versions = versions.Value, Community = await grains.Community(id.Community).BearingOf(visit.Member), Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    public async Task<IResult> Version(PublicationId id, int number)
    {
        var version = await grains.Publication(id).Version(visit.Member, number);
        return version.IsRefused ? Page.Refused(version.Refusal) : Page.Of<VersionView>(new { Publication = id, Version = version.Value, Community = await grains.Community(id.Community).BearingOf(visit.Member) });
    }

    public async Task<IResult> Withdrawal(PublicationId id, string reason = "", string? request = null, Refusal? why = null)
    {
        var view = await grains.Publication(id).Read(visit.Member);
        if (view.IsRefused) return Page.Refused(view.Refusal);
        if (!view.Value.MayWithdraw) return Page.Refused(view.Value.MayWrite ? new PublicationRefusal.NotPublished() : new PublicationRefusal.NotAllowed());

        return Page.Of<WithdrawView>(
            new { View = view.Value, Community = await grains.Community(id.Community).BearingOf(visit.Member), Reason = reason, Request = request, Why = why },
            why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));
    }

    public async Task<IResult> Mine()
    {
        await publications.Settled(visit.Leaving);
        var (written, mayRead) = (await publications.WrittenBy(visit.Member, MostOfMine, visit.Leaving), await reading.ReaderOf(visit.Member, visit.Leaving));
        ImmutableArray<PublicationEntry> mine = [.. written.Where(entry => mayRead.Roles.ContainsKey(entry.Publication.Community))];   // an author who has left reads what others may
        var names = (await communities.All(visit.Leaving)).ToImmutableDictionary(entry => entry.Community, entry => entry.Name);
        var asked = await Task.WhenAll(mine.Select(entry => entry.Publication.Community).Distinct().Select(SubmissionsTo));
        var answers = asked.SelectMany(each => each).GroupBy(each => each.Work!.Publication).ToImmutableDictionary(each => each.Key, each => each.MaxBy(item => item.Number)!);
        return Page.Of<MyPublicationsView>(new { Entries = mine, Names = names, Answers = answers });
    }

    /// <summary>What the visitor submitted there, with what came of it.</summary>
    private async Task<IEnumerable<MyItemWire>> SubmissionsTo(CommunityId community)
    {
        var mine = await grains.Queue(community).Mine(visit.Member);
        return mine.IsRefused ? [] : (await presenter.Present(community, "", mine.Value, visit.Leaving)).Where(item => item.Work is not null);
    }

    private static Refusal? WhyNot(Bearing bearing) =>
        !bearing.IsFounded || !Rights.May(Doing.Publish, bearing.Role) ? new PublicationRefusal.NotVisible()
        : bearing.Restriction is RestrictionKind.Mute ? new PublicationRefusal.Muted()
        : bearing.Closed is not null ? new CommunityRefusal.Closed()
        : null;

    private static IResult Show(PublicationId id, Bearing bearing, Draft draft, string? request = null, Refusal? why = null) =>
        Page.Of<WritingView>(new { Publication = id, Community = bearing, Draft = draft, Request = request, Why = why }, why is null ? StatusCodes.Status200OK : Refusals.StatusOf(why.Kind));

    private async Task<Draft> DraftOf(PublicationContent content)
    {
        var cards = await members.Cards([.. content.Participants], visit.Leaving);
        return Draft.Empty with
        {
            Kind = content.Kind,
            Title = content.Title,
            Summary = content.Summary,
            Markdown = content.Markdown,
            Classification = content.Classification,
            Named = [.. content.Participants.Select(member => cards.GetValueOrDefault(member) ?? new(member, "", ""))],
            Files = [.. content.Attachments.Select(file => new DraftFile(file.Id.Value, file.Bytes, file.Name))],
        };
    }

    /// <summary>Those that came with the form are kept from now on: what is refused beside them does not lose them.</summary>
    private async Task<(Draft Draft, Refusal? Why)> WithFiles(Draft draft, PublicationId id, RequestId once, IFormFileCollection sent)
    {
        var chosen = sent.Where(file => file.FileName.Length > 0 || file.Length > 0).ToList();
        if (draft.Files.Length + chosen.Count > PublicationLimits.MostAttachments) return (draft, new PublicationRefusal.TooMany(PublicationLimits.MostAttachments));

        var why = ReceivedFile.WhyNot(chosen);
        if (why is not null) return (draft, why);

        for (var i = 0; i < chosen.Count; i++)
        {
            await using var body = chosen[i].OpenReadStream();
            var kept = await files.Add(new(visit.Member, id.Comments, string.Create(CultureInfo.InvariantCulture, $"{once.Value}/{i}")), chosen[i].FileName, chosen[i].Length, body, visit.Leaving);
            if (kept.IsRefused) why ??= kept.Refusal;
            else
            {
                visit.Keep(chosen[i]);
                draft = draft with { Files = draft.Files.Add(new(kept.Value.Id.Value, kept.Value.Bytes, kept.Value.Name)) };
            }
        }

        return (draft, why);
    }

    /// <summary>Whoever is called exactly so is named; of several the author chooses one, and what nobody is called stays to be corrected.</summary>
    private async Task<Draft> WithPeople(Draft draft, CommunityId community)
    {
        if (draft.Classification is not Classification.Participants) return draft with { Named = [], People = "" };

        // The form can name anybody by id: who does not belong to the community keeps their name to themselves.
        var standings = await grains.Community(community).Standings(
            [.. draft.Named.Select(card => card.Member)], new(community, "general"));
        var belonging = standings.Where(standing => standing.Role is not null).Select(standing => standing.Member);
        var cards = await members.Cards([.. belonging], visit.Leaving);
        var named = draft.Named.Select(card => cards.GetValueOrDefault(card.Member) ?? card).ToImmutableArray();
        var names = draft.People.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        var namesakes = ImmutableArray.CreateBuilder<MemberCard>();
        var unknown = names.Skip(PublicationLimits.MostParticipants).ToList();   // not looked up, and not lost
        foreach (var name in names.Take(PublicationLimits.MostParticipants))
        {
            var called = name.Length > MemberLimits.LongestName ? [] : (await members.Named(community, name, MostNamesakes, visit.Leaving))
                .Where(card => Fold.Of(card.Name) == Fold.Of(name) || Fold.Of(Naming.TidyName(card.Name)) == Fold.Of(name)).ToList();
            if (called is [var one]) named = named.Add(one);
            else if (called.Count > 1 && !called.Exists(card => named.Any(each => each.Member == card.Member))) namesakes.AddRange(called);
            if (called.Count == 0 || (called.Count > 1 && !called.Exists(card => named.Any(each => each.Member == card.Member)))) unknown.Add(name);
        }

        return draft with { Named = [.. named.DistinctBy(card => card.Member)], Namesakes = namesakes.ToImmutable(), People = string.Join('\n', unknown) };
    }
}

/// <summary>What is being written, as the form holds it.</summary>
/// <param name="Begun">What a new one is begun with: its id follows from it, so that files have a place before there is a first version.</param>
/// <param name="People">Names typed that were not found, or are several people's; one on a line.</param>
/// <param name="Namesakes">Whom those names may mean.</param>
/// <param name="Act">Which button: save, submit or preview.</param>
public sealed record Draft(
    string? Begun, int Seen, PublicationKind Kind, string Title, string Summary, string Markdown, Classification Classification,
    ImmutableArray<MemberCard> Named, string People, ImmutableArray<MemberCard> Namesakes, ImmutableArray<DraftFile> Files, string Act, bool IsPreview)
{
    public static readonly Draft Empty = new(null, 0, PublicationKind.News, "", "", "", Classification.Community, [], "", [], [], "save", false);

    internal static Draft Of(IFormCollection form) => new(
        form["begun"] is [{ } begun, ..] ? begun : null,
        int.TryParse(form["seen"], NumberStyles.None, CultureInfo.InvariantCulture, out var seen) ? seen : 0,
        Read<PublicationKind>(form["kind"]),
        RoomForms.Typed(form["title"]),
        RoomForms.Typed(form["summary"]),
        RoomForms.Typed(form["markdown"]),
        Read(form["classification"], Classification.Community),
        [.. form["participant"].Select(text => MemberId.TryRead(text, out var member) ? member : (MemberId?)null).OfType<MemberId>().Distinct().Take(PublicationLimits.MostParticipants + 1).Select(member => new MemberCard(member, "", ""))],   // one more is refused
        RoomForms.Typed(form["people"]),
        [],
        [.. form["kept"].OfType<string>().Select(DraftFile.Read).OfType<DraftFile>().DistinctBy(file => file.Id).Take(PublicationLimits.MostAttachments + 1)],
        form["act"].ToString(),
        false);

    internal WritingWire Wire() => new(
        null, Kind, Title, Summary, Markdown, Classification, [.. Named.Select(card => card.Member)], [.. Files.Select(file => file.Id)], Seen);

    private static T Read<T>(string? text, T otherwise = default) where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var read) && Enum.IsDefined(read) ? read : otherwise;
}

/// <summary>A file that is uploaded and named by the form: what is shown of it is what the form says, what is attached is looked up.</summary>
public sealed record DraftFile(string Id, long Bytes, string Name)
{
    public string Written => string.Create(CultureInfo.InvariantCulture, $"{Id}|{Bytes}|{Name}");

    internal static DraftFile? Read(string text) =>
        text.Split('|', 3) is [var id, var bytes, var name] && AttachmentId.TryRead(id, out _) && long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? new(id, length, name) : null;
}
