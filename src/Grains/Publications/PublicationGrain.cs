using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <inheritdoc cref="IPublicationGrain"/>
internal sealed class PublicationGrain(Workbench bench, IMarkdown markdown, [PersistentState("publication", "snapshots")] IPersistentState<Kept> snapshot)
    : JournaledGrain<Publication, PublicationEvent>(bench, snapshot), IPublicationGrain
{
    private PublicationId Id => new(Stream["publication/".Length..]);

    /// <summary>A member's standing in the community as such is what it is in the room everybody has.</summary>
    private RoomId Hall => new(Id.Community, CommunityRules.FirstRoom);

    public async Task<Outcome<Written>> Write(WritePublication command)
    {
        var author = await BearingOf(command.By);
        var areMembers = await AreMembers(command.Content.Participants);
        var canBeShown = command.Content.Markdown.Length <= PublicationLimits.LongestText && markdown.CanShowArticle(command.Content.Markdown);
        return await Decide(command, (publication, now) =>
        {
            var written = PublicationRules.Write(publication, author, areMembers, command)
                .Unless(!canBeShown, new PublicationRefusal.TextTooDeep(RoomLimits.DeepestNesting));
            if (written.Facts.IsDefaultOrEmpty) return written;

            return WhyTooManyLinks(author, command.Content, publication.Newest?.Content, now) is { } why ? why : written;
        });
    }

    public async Task<Outcome<Submitted>> Submit(SubmitPublication command)
    {
        var author = await BearingOf(command.By);
        return await Decide<Submitted>(command, async (publication, now) =>
        {
            var submitted = PublicationRules.Submit(publication, author, command);
            if (submitted.Facts.IsDefaultOrEmpty || !PublicationRules.IsNewHere(author, now)) return submitted;

            var (newest, shown) = (publication.Newest!.Content, publication.Shown?.Content);
            if (WhyTooManyLinks(author, newest, shown, now) is { } why) return why;

            return await Counted(command) is { } tooMany ? tooMany : submitted;
        });
    }

    public async Task<Outcome<Done>> Show(ShowPublication command)
    {
        var moderator = await BearingOf(command.By);
        return await Decide(command, (publication, _) => PublicationRules.Show(publication, moderator, command));
    }

    /// <summary>The queue knows whether it has been decided: it takes the item away, and what follows comes back here.</summary>
    public async Task<Outcome<Done>> TakeBack(TakeBackPublication command)
    {
        if (State.Author != command.By) return (await Read(command.By)).IsRefused ? new PublicationRefusal.NotVisible() : new PublicationRefusal.NotAllowed();
        if ((await BearingOf(command.By)).Role is null) return new PublicationRefusal.NotVisible();
        if (State.Waiting is not { } version) return State.IsPublished ? new PublicationRefusal.NotWaiting() : Done.Value;

        return await GrainFactory.Queue(Id.Community).TakeBack(new() { By = command.By, Request = command.Request, Publication = Id, Version = version });
    }

    public async Task<Outcome<Done>> Withdraw(WithdrawPublication command)
    {
        var member = await BearingOf(command.By);
        return await Decide(command, (publication, _) => PublicationRules.Withdraw(publication, member, command));
    }

    public async Task<Outcome<Done>> Settle(SettleSubmission command)
    {
        var author = await BearingOf(State.Author ?? MemberId.System);
        return await Decide(command, (publication, _) => PublicationRules.Settle(publication, author, command));
    }

    public async Task<Outcome<PublicationView>> Read(MemberId? reader)
    {
        if (Damaged is { } damaged) return damaged;

        var (role, isAuthor, isJudge) = await WhoIs(reader);
        var shown = isAuthor ? State.Newest
            : State.IsReadBy(reader, role) ? State.Shown
            : !isJudge ? null
            : State.Waiting is not null ? State.Newest
            : State.Shown;
        if (shown is null) return new PublicationRefusal.NotVisible();

        return new PublicationView(
            Id, State.State, State.Author!.Value, shown.Content, shown.Number,
            isAuthor || (isJudge && State.Waiting is not null) ? State.Newest!.Number : shown.Number,
            shown.At,
            State.IsPublished ? State.Shown!.Number : null,
            State.FirstPublishedAt,
            State.Withdrawn,
            isAuthor || isJudge ? State.Returned : null,
            MayWrite: isAuthor,
            MayWithdraw: State.IsPublished && (isAuthor || Rights.May(Doing.WithdrawPublication, role)),
            MayComment: MayComment(reader, role))
        {
            RevisedAt = State.ShownSince > State.FirstPublishedAt ? State.ShownSince : null,
        };
    }

    public async Task<Outcome<PublicationVersion>> Version(MemberId reader, int number)
    {
        if (await WhyNotVersions(reader) is { } why) return why;
        if (State.Versions.FirstOrDefault(card => card.Number == number) is not { } card || !await MaySee(reader, card)) return new PublicationRefusal.NotVisible();

        var written = Understood(await Journal.ReadSubjects(Stream, [PublicationEvent.SubjectOf(number)])).Select(fact => fact.Event).OfType<PublicationEvent.VersionWritten>().FirstOrDefault();
        return written is null ? new PublicationRefusal.NotVisible() : new PublicationVersion(number, card.At, written.Content, card.SubmittedAt, card.PublishedAt);
    }

    public async Task<Outcome<ImmutableArray<PublicationVersion>>> Versions(MemberId reader)
    {
        if (await WhyNotVersions(reader) is { } why) return why;

        var versions = ImmutableArray.CreateBuilder<PublicationVersion>();
        foreach (var card in State.Versions.Reverse())
            if (await MaySee(reader, card)) versions.Add(new(card.Number, card.At, card.Content, card.SubmittedAt, card.PublishedAt));

        return versions.Count > 0 ? versions.ToImmutable() : new PublicationRefusal.NotVisible();
    }

    public async Task<Outcome<Attachment>> Attachment(MemberId? reader, AttachmentId file)
    {
        if (Damaged is { } damaged) return damaged;

        var (role, isAuthor, isJudge) = await WhoIs(reader);
        var seen = new[]
        {
            State.IsReadBy(reader, role) || isJudge ? State.Shown?.Content : null,
            isAuthor || (isJudge && State.Waiting is not null) ? State.Newest?.Content : null,
        };
        return seen.OfType<PublicationContent>().Concat(isAuthor ? State.Versions.Select(card => card.Content) : []).SelectMany(content => content.Attachments).FirstOrDefault(each => each.Id == file) is { } found
            ? found
            : new PublicationRefusal.NotVisible();
    }

    public async Task<bool> MayWrite(MemberId member) =>
        Damaged is null
        && (State.Author is null || State.Author == member)
        && await BearingOf(member) is { IsFounded: true, Restriction: not RestrictionKind.Mute, Closed: null } bearing
        && Rights.May(Doing.Publish, bearing.Role);

    public Task<MemberId?> Author() => Task.FromResult(State.Author);

    public async Task<Standing> Standing(MemberId member, RoomId room) => AtTheDoor(await GrainFactory.Community(Id.Community).Standing(member, Hall), room);

    public async Task<ImmutableArray<Standing>> Standings(ImmutableArray<MemberId> members, RoomId room) =>
        [.. (await GrainFactory.Community(Id.Community).Standings(members, Hall)).Select(standing => AtTheDoor(standing, room))];

    public async Task<ImmutableArray<MemberId>> Everybody(RoomId room)
    {
        if (!State.IsPublished || room != Id.Comments) return [];

        var community = GrainFactory.Community(Id.Community);
        return State.Shown!.Content.Classification switch
        {
            Classification.Participants => [.. (await community.Moderators()).Concat(State.Shown.Content.Participants).Append(State.Author!.Value).Distinct()],
            Classification.Hosts => [.. (await community.Moderators()).Append(State.Author!.Value).Distinct()],
            _ => await community.Everybody(Hall),
        };
    }

    /// <summary>Nobody watches a publication: what is live of it is the room of its comments.</summary>
    public override Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(new PublicationRefusal.NotVisible());

    protected override TopicSnapshot Snapshot() => throw new NotSupportedException("A publication has no live view.");

    /// <summary>Comments are for members of the community, however public what they are about is.</summary>
    private Standing AtTheDoor(Standing standing, RoomId room) =>
        room == Id.Comments && MayComment(standing.Member, standing.Role) ? standing with { RoomName = State.Shown!.Content.Title } : standing with { Role = null, RoomName = null, Since = null };

    /// <summary>Of what was withdrawn, its author and moderators keep the comments.</summary>
    private bool MayComment(MemberId? member, Role? role) =>
        Damaged is null && role is not null && State.Shown is not null
        && (State.IsReadBy(member, role) || State.Author == member || Rights.May(Doing.WithdrawPublication, role));

    /// <summary>
    /// What a newcomer publishes is one of the posts they may write in an hour, further versions too. Counted before it is
    /// stored, once for the request.
    /// </summary>
    private async ValueTask<Refusal?> Counted(SubmitPublication command)
    {
        var request = RequestId.PartOf(command.Request, $"{Stream} {command.By.Value}");
        var counted = await GrainFactory.Member(command.By)
            .CountNewcomerPost(new() { By = MemberId.System, Request = request });
        return counted.Refusal;
    }

    /// <summary>The renderer is asked only about newcomers.</summary>
    private Refusal? WhyTooManyLinks(
        Bearing author, PublicationContent content, PublicationContent? before, DateTimeOffset now) =>
        PublicationRules.IsNewHere(author, now)
            ? PublicationRules.WhyTooManyLinks(author, LinksIn(content), before is null ? 0 : LinksIn(before), now)
            : null;

    /// <summary>Addresses that an article leaves as text count too: feed readers make links of them.</summary>
    private int LinksIn(PublicationContent content) =>
        Math.Max(markdown.LinksInArticle(content.Markdown), markdown.LinksIn(content.Markdown, []))
        + markdown.LinksIn(content.Title, []) + markdown.LinksIn(content.Summary, []);

    private Task<Bearing> BearingOf(MemberId member) => GrainFactory.Community(Id.Community).BearingOf(member);

    /// <summary>An author who has left reads what others may. Judges are who decides on submissions.</summary>
    private async Task<(Role? Role, bool IsAuthor, bool IsJudge)> WhoIs(MemberId? reader)
    {
        if (reader is not { } member || State.Author is null) return (null, false, false);

        var role = (await BearingOf(member)).Role;
        return (role, role is not null && State.Author == member, Rights.May(Doing.Decide, role) || Rights.May(Doing.Decide, null, await GrainFactory.IsAdministrator(member)));
    }

    private async Task<Refusal?> WhyNotVersions(MemberId reader)
    {
        var (_, isAuthor, isJudge) = await WhoIs(reader);
        return Damaged ?? (isAuthor || isJudge ? null : new PublicationRefusal.NotVisible());
    }

    /// <summary>What was never handed in is its author's alone.</summary>
    private async Task<bool> MaySee(MemberId reader, VersionCard card) => card.SubmittedAt is not null || (await WhoIs(reader)).IsAuthor;

    private async Task<bool> AreMembers(ImmutableArray<MemberId> members) =>
        members.IsEmpty
        || (members.Length <= PublicationLimits.MostParticipants
            && (await GrainFactory.Community(Id.Community).Standings(members, Hall)).All(standing => standing.Role is not null));
}
