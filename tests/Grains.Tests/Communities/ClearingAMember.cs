using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Testing;
using static PublicBuyers.Communities.CommunityHistory;

namespace PublicBuyers.Communities;

/// <summary>A moderator hides everything that one person wrote in a community, and only there.</summary>
public sealed class ClearingAMember
{
    private const string Advertising = "Advertising for Quibblewort";
    private static readonly CommunityId Other = new("other");
    private static readonly PublicationId Trams = new(Cpb, new string('t', 24));

    [Fact]
    public async Task Three_hundred_posts_in_three_rooms_and_comments_are_hidden_across_a_restart_and_shown_again()
    {
        await using var world = await ThreeRooms();
        await Publish(world);
        await Write(world, 300);
        await world.Grains.Room(Trams.Comments).Post(Ada.Says("A comment", request: "comment"));
        var others = await world.Post(Bo, "Mine");
        await world.Follow();
        var before = world.Posts.Contents;
        (await View(world)).Visible.ShouldBe(new WrittenPosts(297, 3, 1));

        await Order(world, Bo).ShouldBeDone();
        await StopAfterAPage(world);
        (await View(world)).Newest!.IsRunning.ShouldBeTrue();
        var left = (await View(world)).Visible.All;
        left.ShouldBeInRange(1, 300);
        await world.RestartAsync();
        await FollowToTheEnd(world);

        var over = await View(world);
        over.Visible.All.ShouldBe(0);
        (over.Newest!.State, over.Newest.Posts, over.Newest.Left).ShouldBe((ClearingState.Hidden, 301, 0));
        var hidden = HiddenFacts(world);
        hidden.Count.ShouldBe(301);
        hidden.ShouldBeUnique();
        world.Posts.Contents.ShouldNotContain("quibblewort");
        (await world.View(others)).IsWithheld.ShouldBeFalse();
        await EverythingHiddenSaysWhoAndWhy(world);

        await world.Community().UndoClearing(Undoes(world, Bo)).ShouldBeDone();
        await FollowToTheEnd(world);
        var shown = await View(world);
        (shown.Newest!.State, shown.Newest.Posts, shown.Visible.All).ShouldBe((ClearingState.Shown, 301, 301));
        world.Posts.Contents.ShouldBe(before);
    }

    [Fact]
    public async Task Ordered_by_two_moderators_at_once_it_happens_once_and_the_person_is_notified_once()
    {
        await using var world = await ThreeRooms();
        await Write(world, 12);
        await world.Follow();

        var orders = await Task.WhenAll(Order(world, Bo), Order(world, Lea));
        foreach (var order in orders) order.ShouldBeDone();
        await FollowToTheEnd(world);

        HiddenFacts(world).Count.ShouldBe(12);
        Facts(world, CommunityEvent.ClearingOrderedName).ShouldBe(1);
        (await world.Grains.Inbox(Ada).Page(Ada, 0)).Value!.Notices.ShouldHaveSingleItem().Kind.ShouldBe(NoticeKind.Cleared);
    }

    [Fact]
    public async Task While_it_runs_the_person_writes_nothing_new_and_afterwards_they_can_again()
    {
        await using var world = await ThreeRooms();
        await Write(world, 3);
        await world.Follow();

        await Order(world, Bo).ShouldBeDone();
        (await world.TryPost(Ada)).ShouldBeRefusedWith(new RoomRefusal.Muted(null));
        (await world.Community().BearingOf(Ada)).Restriction.ShouldBe(RestrictionKind.Mute);
        await FollowToTheEnd(world);

        await world.Post(Ada, "Something else");
        (await View(world)).Visible.All.ShouldBe(1);
    }

    [Fact]
    public async Task A_post_written_in_the_moment_of_the_order_is_hidden_too()
    {
        await using var world = await ThreeRooms();
        await Write(world, 3);

        var writing = Enumerable.Range(0, 40).Select(_ => world.TryPost(Ada)).ToList();
        var order = Order(world, Bo);
        var written = await Task.WhenAll(writing);
        (await order).ShouldBeDone();
        await FollowToTheEnd(world);

        (await View(world)).Visible.All.ShouldBe(0);
        HiddenFacts(world).Count.ShouldBe(3 + written.Count(post => !post.IsRefused));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_has_left_or_is_banned_is_cleared_as_well(bool isBanned)
    {
        await using var world = await ThreeRooms();
        await Write(world, 3);
        if (isBanned) await world.Community().Restrict(Bo.Restricts(Ada, RestrictionKind.Ban)).ShouldBeDone();
        else await world.Leave(Ada);
        await world.Follow();

        await Order(world, Bo).ShouldBeDone();
        await FollowToTheEnd(world);
        HiddenFacts(world).Count.ShouldBe(3);
    }

    [Fact]
    public async Task The_other_community_stays_as_it_is()
    {
        await using var world = await ThreeRooms();
        var room = new RoomId(Other, CommunityRules.FirstRoom);
        await world.Grains.Community(Other).Found(MemberId.System.Founds(request: "other")).ShouldBeDone();
        await world.Grains.Community(Other).Join(Ada.Joins("join-there")).ShouldBeDone();
        await world.Grains.Room(room).Post(Ada.Says("There", request: "there")).ShouldBeDone();
        await Write(world, 3);
        await world.Follow();

        await Order(world, Bo).ShouldBeDone();
        await FollowToTheEnd(world);

        (await world.Grains.Room(room).Page(Ada, 0, 10)).Value!.Posts.ShouldHaveSingleItem().IsWithheld.ShouldBeFalse();
        (await world.Grains.Community(Other).ClearingView(Bo, Ada)).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Grains.Room(room).Post(Ada.Says("Again", request: "again"))).ShouldBeDone();
    }

    [Fact]
    public async Task Undoing_leaves_hidden_what_somebody_hid_by_hand()
    {
        await using var world = await ThreeRooms();
        await Write(world, 4);
        await Room(world, 0).Hide(Lea.Hides(1, request: "by-hand")).ShouldBeDone();
        await world.Follow();
        await Order(world, Bo).ShouldBeDone();
        await FollowToTheEnd(world);
        await Room(world, 1).Hide(Lea.Hides(1, hidden: false, request: "shown")).ShouldBeDone();
        await Room(world, 1).Hide(Lea.Hides(1, request: "hidden-again")).ShouldBeDone();
        await world.Follow();

        await world.Community().UndoClearing(Undoes(world, Lea)).ShouldBeDone();
        await FollowToTheEnd(world);

        var view = await View(world);
        (view.Visible.All, view.Newest!.Posts).ShouldBe((2, 2));
        (await Posts(world, 0))[0].IsWithheld.ShouldBeTrue();
        (await Posts(world, 1))[0].IsWithheld.ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_moderator_may_no_longer_hide_stays_and_is_counted()
    {
        await using var world = await ThreeRooms();
        await Write(world, 3);
        await world.Follow();
        await Order(world, Bo).ShouldBeDone();
        await world.Community().ChangeRole(Lea.Makes(Bo, Role.Member, "dismissed")).ShouldBeDone();
        await FollowToTheEnd(world);

        var view = (await world.Community().ClearingView(Lea, Ada)).Value!;
        (view.Newest!.State, view.Newest.Posts, view.Newest.Left, view.Visible.All).ShouldBe((ClearingState.Hidden, 0, 3, 3));

        await Order(world, Lea).ShouldBeDone();
        await FollowToTheEnd(world);
        (await world.Community().ClearingView(Lea, Ada)).Value!.Visible.All.ShouldBe(0);
    }

    [Fact]
    public async Task Open_submissions_leave_the_queue_without_a_decision()
    {
        await using var world = await AQueue.OfACommunity();
        await world.Grains.Publication(Trams).Write(new() { By = Bo, Request = new("write"), Content = Content, Seen = 0 }).ShouldBeDone();
        await world.Grains.Publication(Trams).Submit(new() { By = Bo, Request = new("submit"), Version = 1 }).ShouldBeDone();
        await world.Follow();
        (await world.Queue().Figures(Lea)).Value!.Waiting.ShouldBe(1);

        await world.Community().ClearMember(Orders(world, Lea) with { Member = Bo }).ShouldBeDone();
        await world.Follow();

        (await world.Queue().Figures(Lea)).Value!.Waiting.ShouldBe(0);
        (await world.Grains.Publication(Trams).Read(Bo)).Value!.State.ShouldBe(PublicationState.Draft);
        (await world.Queue().TakeBackAll(new() { By = Bo, Request = new("mine"), Member = Lea })).ShouldBeRefusedWith(new QueueRefusal.NotVisible());
    }

    private static PublicationContent Content =>
        new(PublicationKind.News, "Trams", "", "About trams", Classification.Community, [], []);

    private static async Task<GrainWorld> ThreeRooms()
    {
        var world = await Scene.ARoom();
        await world.Community().ChangeRole(Lea.Makes(Bo, Role.Moderator)).ShouldBeDone();
        await world.Community().OpenRoom(Lea.Opens("energy", request: "energy")).ShouldBeDone();
        await world.Community().OpenRoom(Lea.Opens("trams", request: "trams")).ShouldBeDone();
        await world.Follow();
        return world;
    }

    private static async Task Publish(GrainWorld world)
    {
        await world.Grains.Publication(Trams).Write(new() { By = Bo, Request = new("write"), Content = Content, Seen = 0 }).ShouldBeDone();
        await world.Grains.Publication(Trams).Submit(new() { By = Bo, Request = new("submit"), Version = 1 }).ShouldBeDone();
        await world.Follow();
    }

    /// <summary>By turns in the three rooms; every hundredth is a reply to the first of its room.</summary>
    private static async Task Write(GrainWorld world, int posts)
    {
        for (var i = 0; i < posts; i++)
        {
            var thread = i % 100 == 99 ? 1 : (long?)null;
            await Room(world, i % 3).Post(Ada.Says($"Buy Quibblewort {i}", thread, $"post-{i}")).ShouldBeDone();
        }
    }

    /// <summary>Each page of posts is a fact that the followers come back for.</summary>
    private static async Task FollowToTheEnd(GrainWorld world)
    {
        for (var rounds = 0; rounds < 12; rounds++)
        {
            await world.Follow();
            if (await world.Community().ClearingOf(Ada) is not { IsRunning: true }) break;
        }

        await world.Follow();
    }

    /// <summary>The order is followed for one page of posts; the server stops before it goes on.</summary>
    private static async Task StopAfterAPage(GrainWorld world)
    {
        var order = world.Journal.FactsOf(Streams.Of(Cpb)).Last(fact => fact.Type == CommunityEvent.ClearingOrderedName);
        await world.Posts.Settled(CancellationToken.None);
        await world.Services.GetServices<IEffect>().OfType<ClearingEffect>().Single().Follow(order, CancellationToken.None);
    }

    private static async Task EverythingHiddenSaysWhoAndWhy(GrainWorld world)
    {
        foreach (var room in new[] { 0, 1, 2 })
        {
            var posts = (await Posts(world, room)).Where(post => post.Author == Ada).ToList();
            posts.ShouldNotBeEmpty();
            posts.ShouldAllBe(post => post.Markdown.Length == 0 && post.Hidden!.By == Bo && post.Hidden.Reason == Advertising);
        }

        var acts = (await Room(world, 0).Acts(Bo, 0)).Value!;
        acts.ShouldContain(act => act.Act.By == Bo && act.Act.Reason == Advertising);
    }

    private static async Task<IReadOnlyList<PostView>> Posts(GrainWorld world, int room) =>
        (await Room(world, room).Page(Bo, 0, RoomLimits.PageSize)).Value!.Posts;

    private static IRoomGrain Room(GrainWorld world, int room) => world.Grains.Room(Rooms[room]);

    private static readonly RoomId[] Rooms = [new(Cpb, "general"), new(Cpb, "energy"), new(Cpb, "trams")];

    private static Task<Outcome<Done>> Order(GrainWorld world, MemberId by) => world.Community().ClearMember(Orders(world, by));

    private static ClearMember Orders(GrainWorld world, MemberId by) =>
        new() { By = by, Request = world.NewRequest(), Member = Ada, Reason = Advertising };

    private static UndoClearing Undoes(GrainWorld world, MemberId by) =>
        new() { By = by, Request = world.NewRequest(), Member = Ada, Reason = "It was somebody else" };

    private static async Task<ClearingView> View(GrainWorld world) => (await world.Community().ClearingView(Bo, Ada)).Value!;

    private static List<string> HiddenFacts(GrainWorld world) =>
        [.. Rooms.Append(Trams.Comments).SelectMany(room => world.Journal.FactsOf(Streams.Of(room)))
            .Where(fact => fact.Type == RoomEvent.Hidden).Select(fact => $"{fact.Stream} {fact.Subject}")];

    private static int Facts(GrainWorld world, string type) => world.Journal.FactsOf(Streams.Of(Cpb)).Count(fact => fact.Type == type);
}
