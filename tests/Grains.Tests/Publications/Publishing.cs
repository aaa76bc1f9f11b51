using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Publications;

/// <summary>From the first word to what others may read.</summary>
public sealed class Publishing
{
    private static readonly MemberId Lea = new("lea");
    private static readonly MemberId Dana = new("dana");
    private static readonly PublicationId Trams = new(Scene.Cpb, new string('t', 24));

    [Fact]
    public async Task In_an_open_community_it_is_published_at_once_and_the_moderators_are_told()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();

        await Writes(world, Ada);
        (await Of(world).Read(Bo)).ShouldBeRefusedWith(new PublicationRefusal.NotVisible());
        (await Submits(world, Ada)).Value!.IsPublished.ShouldBeTrue();
        await world.Follow();

        (await Of(world).Read(Bo)).Value!.Content.Title.ShouldBe("Trams");
        var notice = (await world.Grains.Inbox(Lea).Page(Lea, 0)).Value!.Notices.ShouldHaveSingleItem();
        (notice.Kind, notice.Of!.Publication).ShouldBe((NoticeKind.Published, Trams));
    }

    [Fact]
    public async Task Elsewhere_it_waits_and_an_approval_publishes_it_once()
    {
        await using var world = await AQueue.OfACommunity();
        var item = await Waits(world);
        (await Of(world).Read(Lea)).Value!.State.ShouldBe(PublicationState.Waiting);
        (await world.Item(item)).Work.ShouldBe(new SubmittedWork(Trams, 1, PublicationKind.News, "Trams"));

        (await world.Approves(Dana, item)).ShouldBeDone();
        await world.TakesEffect();
        await world.TakesEffect();

        (await Of(world).Read(Lea)).Value!.Published.ShouldBe(1);
        world.Journal.FactsOf(Streams.Of(Trams)).Count(fact => fact.Type == PublicationEvent.Published).ShouldBe(1);
        (await world.Told(Bo)).ShouldContain(NoticeKind.Decided);
        world.MailsTo(Bo, "Decided").ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_approved_submission_makes_a_newcomer_a_member_like_every_other(bool isApproved)
    {
        await using var world = await AQueue.OfACommunity();
        await Opens(world, Communities.Access.Open);
        (await world.Community().Join(new() { By = Ada, Request = world.NewRequest() })).ShouldBeDone();
        await Opens(world, Communities.Access.OnRequest);
        (await world.Community().BearingOf(Ada)).NewUntil.ShouldNotBeNull();

        await Writes(world, Ada);
        (await Submits(world, Ada)).ShouldBeDone();
        await world.Follow();
        (isApproved ? await world.Approves(Dana, 1) : await world.Rejects(Dana, 1)).ShouldBeDone();
        await world.TakesEffect();
        await world.Follow();

        ((await world.Community().BearingOf(Ada)).NewUntil is null).ShouldBe(isApproved);
        (await world.Told(Ada)).ShouldNotContain(NoticeKind.Standing);
    }

    [Fact]
    public async Task A_rejection_gives_it_back_with_the_reason_and_an_appeal_can_publish_it()
    {
        await using var world = await AQueue.OfACommunity();
        var item = await Waits(world);

        (await world.Rejects(Dana, item)).ShouldBeDone();
        await world.TakesEffect();
        var back = (await Of(world).Read(Bo)).Value!;
        (back.State, back.Returned!.By, back.Published).ShouldBe((PublicationState.Draft, Dana, null));

        var appeal = await world.Queue().Appeal(new() { By = Bo, Request = world.NewRequest(), Number = new(item), Message = "Look again" });
        appeal.ShouldBeDone();
        (await world.Approves(Lea, appeal.Value.Value)).ShouldBeDone();
        await world.TakesEffect();
        (await Of(world).Read(Dana)).Value!.Published.ShouldBe(1);
    }

    [Fact]
    public async Task Handed_in_twice_it_is_one_item_and_nobody_decides_on_their_own()
    {
        await using var world = await AQueue.OfACommunity();
        await Writes(world, Dana);
        (await Submits(world, Dana)).ShouldBeDone();
        (await Submits(world, Dana)).Value!.IsPublished.ShouldBeFalse();
        await world.Follow();

        (await world.Queue().Figures(Lea)).Value!.Waiting.ShouldBe(1);
        (await world.Approves(Dana, 1)).ShouldBeRefusedWith(new QueueRefusal.Own());
    }

    [Fact]
    public async Task Taken_back_and_approved_at_once_one_of_the_two_happens()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        for (var round = 0; round < 20; round++)
        {
            await using var world = await AQueue.OfACommunity();
            var item = await Waits(world);

            var taken = Of(world).TakeBack(new() { By = Bo, Request = world.NewRequest() });
            var approved = world.Approves(Dana, item);
            var (isTaken, isApproved) = (!(await taken).IsRefused, !(await approved).IsRefused);
            await world.TakesEffect();

            isTaken.ShouldNotBe(isApproved);
            (await Of(world).Read(Bo)).Value!.State.ShouldBe(isApproved ? PublicationState.Published : PublicationState.Draft);
        }
    }

    [Fact]
    public async Task Too_late_to_take_it_back_the_author_is_told_why_and_who_was_banned_finds_nothing()
    {
        await using var world = await AQueue.OfACommunity();
        var item = await Waits(world);
        (await world.Approves(Dana, item)).ShouldBeDone();

        (await TakesBack(world)).ShouldBeRefusedWith(new QueueRefusal.BeingDecided());
        await world.TakesEffect();
        (await TakesBack(world)).ShouldBeRefusedWith(new PublicationRefusal.NotWaiting());

        (await world.Community().Restrict(new()
        {
            By = Lea,
            Request = world.NewRequest(),
            Member = Bo,
            Kind = RestrictionKind.Ban,
            Reason = "Spam",
        })).ShouldBeDone();
        (await TakesBack(world)).ShouldBeRefusedWith(new PublicationRefusal.NotVisible());

        static Task<Outcome<Done>> TakesBack(GrainWorld world) =>
            Of(world).TakeBack(new() { By = Bo, Request = world.NewRequest() });
    }

    [Fact]
    public async Task What_was_submitted_comes_into_the_queue_also_when_everything_restarts_in_between()
    {
        await using var world = await AQueue.OfACommunity();
        await Writes(world, Bo);
        (await Submits(world, Bo)).ShouldBeDone();
        await world.RestartAsync();
        await world.Follow();
        (await world.Approves(Dana, 1)).ShouldBeDone();
        world.Clock.Move(QueueLimits.UndoWindow);
        await world.Attend();
        await world.RestartAsync();
        await world.Follow();
        await world.Follow();

        (await Of(world).Read(Dana)).Value!.State.ShouldBe(PublicationState.Published);
        (await world.Item(1)).State.ShouldBe(ItemState.Settled);
    }

    [Fact]
    public async Task Of_an_author_who_was_banned_meanwhile_nothing_is_published_and_the_item_says_so()
    {
        await using var world = await AQueue.OfACommunity();
        var item = await Waits(world);
        (await world.Approves(Dana, item)).ShouldBeDone();
        (await world.Community().Restrict(new() { By = Lea, Request = world.NewRequest(), Member = Bo, Kind = RestrictionKind.Ban, Reason = "Bribery" })).ShouldBeDone();
        await world.TakesEffect();

        var back = await world.Item(item);
        (back.State, back.CameBack).ShouldBe((ItemState.Open, new PublicationRefusal.AuthorGone().Code));
        (await Of(world).Read(Lea)).Value!.Published.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_published_stays_as_it_is_while_a_newer_version_waits()
    {
        await using var world = await AQueue.OfACommunity();
        (await world.Approves(Dana, await Waits(world))).ShouldBeDone();
        await world.TakesEffect();

        (await Of(world).Write(Says(world, Bo, "Newer trams", 1))).Value!.Version.ShouldBe(2);
        (await Of(world).Write(Says(world, Bo, "Other trams", 1))).ShouldBeRefusedWith(new PublicationRefusal.Changed(2));
        (await Submits(world, Bo, 2)).ShouldBeDone();
        (await Of(world).Write(Says(world, Bo, "More", 2))).ShouldBeRefusedWith(new PublicationRefusal.Waits());

        (await Of(world).Read(Dana)).Value!.Content.Title.ShouldBe("Trams");
        (await Of(world).Version(Dana, 2)).Value!.Content.Title.ShouldBe("Newer trams");
    }

    [Theory]
    [InlineData(Classification.Public, true, true, true, true)]
    [InlineData(Classification.Members, false, true, true, true)]
    [InlineData(Classification.Community, false, false, true, true)]
    [InlineData(Classification.Participants, false, false, false, true)]
    [InlineData(Classification.Hosts, false, false, false, true)]
    public async Task Whoever_may_read_it_reads_it_and_only_members_of_those_come_to_its_comments(Classification classification, bool anybody, bool signedIn, bool member, bool moderator)
    {
        await using var world = await Scene.ARoom();
        var (eve, cy) = (new MemberId("eve"), new MemberId("cy"));
        await world.Join(cy);
        (await Of(world).Write(Says(world, Ada) with { Content = Content("Trams") with { Classification = classification, Participants = classification is Classification.Participants ? [cy] : [] } })).ShouldBeDone();
        (await Submits(world, Ada)).ShouldBeDone();
        var isNamed = classification is Classification.Participants;

        (await May(null), await May(eve), await May(Bo), await May(cy), await May(Lea), await May(Ada)).ShouldBe((anybody, signedIn, member, member || isNamed, moderator, true));
        (await Comes(eve), await Comes(Bo), await Comes(cy), await Comes(Lea), await Comes(Ada)).ShouldBe((false, member, member || isNamed, true, true));

        await world.Leave(cy);
        (await Comes(cy)).ShouldBeFalse();

        async Task<bool> May(MemberId? reader) => !(await Of(world).Read(reader)).IsRefused;
        async Task<bool> Comes(MemberId reader) => !(await world.Grains.Room(Trams.Comments).Admit(reader)).IsRefused;
    }

    [Fact]
    public async Task Its_author_is_told_of_a_comment_once_also_where_it_names_them()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();
        await Writes(world, Ada);
        (await Submits(world, Ada)).ShouldBeDone();
        var room = world.Grains.Room(Trams.Comments);
        (await room.Post(Bo.Says("Well said.", request: "one"))).ShouldBeDone();
        (await room.Post(Bo.Says("@Ada how much?", request: "two") with { Mentions = [new(0, 4, Ada)] })).ShouldBeDone();
        await world.Follow();

        (await world.Grains.Inbox(Ada).Page(Ada, 0)).Value!.Notices.Select(notice => notice.Kind).ShouldBe([NoticeKind.Mention, NoticeKind.Comment]);
    }

    [Fact]
    public async Task What_is_withdrawn_closes_its_comments_and_is_there_for_its_author_and_moderators_only()
    {
        await using var world = await Scene.ARoom();
        await world.Follow();
        await Writes(world, Ada);
        (await Submits(world, Ada)).ShouldBeDone();
        (await world.Grains.Room(Trams.Comments).Post(Bo.Says("Well said."))).ShouldBeDone();

        (await Of(world).Withdraw(new() { By = Bo, Request = world.NewRequest(), Reason = "No" })).ShouldBeRefusedWith(new PublicationRefusal.NotAllowed());
        (await Of(world).Withdraw(new() { By = Lea, Request = world.NewRequest() })).ShouldBeRefusedWith(new PublicationRefusal.ReasonMissing());
        (await Of(world).Withdraw(new() { By = Lea, Request = world.NewRequest(), Reason = "Names a tenderer" })).ShouldBeDone();
        await world.Follow();

        (await Of(world).Read(Bo)).ShouldBeRefusedWith(new PublicationRefusal.NotVisible());
        (await world.Grains.Room(Trams.Comments).Post(Bo.Says("And now?", request: "late"))).ShouldBeRefusedWith(new RoomRefusal.NotVisible());
        (await Of(world).Read(Ada)).Value!.Withdrawn!.Reason.ShouldBe("Names a tenderer");
        world.Journal.FactsOf(Streams.Of(Trams.Comments)).ShouldContain(fact => fact.Type == "room.door-moved");
    }

    private static async Task<long> Waits(GrainWorld world)
    {
        await Writes(world, Bo);
        (await Submits(world, Bo)).Value!.IsPublished.ShouldBeFalse();
        await world.Follow();
        return 1;
    }

    private static IPublicationGrain Of(GrainWorld world) => world.Grains.Publication(Trams);

    private static async Task Opens(GrainWorld world, Communities.Access access) =>
        (await world.Community().ChangeSettings(new() { By = Lea, Request = world.NewRequest(), Name = "CPB", Access = access, Goal = "Buying well", Contact = "desk@buyers.example" })).ShouldBeDone();

    private static async Task Writes(GrainWorld world, MemberId author) => (await Of(world).Write(Says(world, author))).ShouldBeDone();

    private static Task<Outcome<Submitted>> Submits(GrainWorld world, MemberId author, int version = 1) => Of(world).Submit(new() { By = author, Request = world.NewRequest(), Version = version });

    private static WritePublication Says(GrainWorld world, MemberId author, string title = "Trams", int seen = 0) => new() { By = author, Request = world.NewRequest(), Content = Content(title), Seen = seen };

    private static PublicationContent Content(string title) => new(PublicationKind.News, title, "", "They were **bought**.", Classification.Community, [], []);
}
