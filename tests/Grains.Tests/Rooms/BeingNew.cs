using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Moderation;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;
using static PublicBuyers.Scene;

namespace PublicBuyers.Rooms;

/// <summary>What somebody may write in the first week of their account, before anybody has approved of them.</summary>
public sealed class BeingNew
{
    private const string TwoLinks = "See https://example.org/a and [b](https://example.org/b).";
    private const string ThreeLinks = TwoLinks + " And <c@example.org>.";

    private static readonly MemberId Cy = new("cy");
    private static readonly RoomId Energy = new("cpb/energy");

    [Fact]
    public async Task Ten_posts_an_hour_are_stored_and_the_eleventh_says_when_there_can_be_more()
    {
        await using var world = await ANewcomer();
        for (var i = 0; i < 10; i++)
        {
            await world.Post(Cy);
            world.Clock.Move(TimeSpan.FromMinutes(1));
        }

        (await world.TryPost(Cy)).ShouldBeRefusedWith(new RoomRefusal.NewcomerPosts(10, 50 * 60, 50));

        world.Clock.Move(TimeSpan.FromMinutes(50) - TimeSpan.FromSeconds(1));
        (await world.TryPost(Cy)).ShouldBeRefusedWith(new RoomRefusal.NewcomerPosts(10, 1, 1));
        world.Clock.Move(TimeSpan.FromSeconds(1));
        await world.Post(Cy);
        (await world.TryPost(Cy)).ShouldBeRefusedWith(new RoomRefusal.NewcomerPosts(10, 60, 1));
    }

    [Fact]
    public async Task Eleven_posts_at_once_store_exactly_ten()
    {
        await using var world = await ANewcomer();

        var answers = await Task.WhenAll(Enumerable.Range(0, 11).Select(_ => world.TryPost(Cy)));

        answers.Count(answer => answer.Refusal is null).ShouldBe(10);
        answers.Count(answer => answer.Refusal is RoomRefusal.NewcomerPosts).ShouldBe(1);
        world.FoldedInFull().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Posts_replies_and_other_rooms_count_together()
    {
        await using var world = await ANewcomer();
        await world.OpensEnergy();
        var root = await world.Post(Ada, "A question");

        var posts = Enumerable.Range(0, 12).Select(i => i % 3 == 0
            ? world.Grains.Room(Energy).Post(Cy.Says(request: world.Ids.Next()))
            : world.TryPost(Cy, thread: i % 3 == 1 ? root : null));
        var answers = await Task.WhenAll(posts);

        answers.Count(answer => answer.Refusal is null).ShouldBe(10);
    }

    [Fact]
    public async Task Another_community_does_not_give_ten_more()
    {
        await using var world = await ANewcomer();
        var other = world.Grains.Community(new("bim"));
        (await other.Found(new() { By = MemberId.System, Request = world.NewRequest(), Name = "BIM", Access = Communities.Access.Open, Goal = "Building well", Leader = Lea })).ShouldBeDone();
        (await other.Join(new() { By = Cy, Request = world.NewRequest() })).ShouldBeDone();
        for (var i = 0; i < 10; i++) await world.Post(Cy);

        (await world.Grains.Room(new("bim/general")).Post(Cy.Says(request: world.Ids.Next()))).Refusal.ShouldBeOfType<RoomRefusal.NewcomerPosts>();
    }

    [Fact]
    public async Task A_restart_forgets_none_of_them_and_a_request_sent_again_counts_once()
    {
        await using var world = await ANewcomer();
        for (var i = 0; i < 9; i++) await world.Post(Cy);
        var last = Cy.Says("The tenth", request: "the-tenth");
        (await world.Room().Post(last)).ShouldBeDone();

        await world.RestartAsync();

        (await world.Room().Post(last)).ShouldBeDone();
        (await world.TryPost(Cy)).Refusal.ShouldBeOfType<RoomRefusal.NewcomerPosts>();
        world.FoldedInFull().Count.ShouldBe(10);
    }

    [Fact]
    public async Task What_is_refused_for_another_reason_and_what_is_edited_count_nothing()
    {
        await using var world = await ANewcomer();
        var number = await world.Post(Cy);
        for (var i = 0; i < 20; i++)
        {
            (await world.TryPost(Cy, " ")).ShouldBeRefusedWith(new RoomRefusal.TextEmpty());
            await world.Edit(Cy, number, $"Hello, {i}");
        }

        for (var i = 0; i < 9; i++) await world.Post(Cy);
    }

    [Fact]
    public async Task A_post_has_two_links_and_an_edit_adds_none()
    {
        await using var world = await ANewcomer();
        (await world.TryPost(Cy, ThreeLinks)).ShouldBeRefusedWith(new RoomRefusal.NewcomerLinks(3, 2, NewUntil(world)));
        var number = await world.Post(Cy, TwoLinks);

        (await world.Room().Edit(Cy.Edits(number, ThreeLinks, world.Ids.Next()))).Refusal.ShouldBeOfType<RoomRefusal.NewcomerLinks>();
        await world.Edit(Cy, number, TwoLinks + " Or `https://example.org/c`, which is no link.");
    }

    [Fact]
    public async Task The_whole_room_is_for_moderators_to_mention()
    {
        await using var world = await ANewcomer();

        (await world.Room().Post(Cy.Mentioning("Hello @room", request: world.Ids.Next()))).ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly());
    }

    [Fact]
    public async Task The_page_says_so_before_anything_is_refused_and_only_to_them()
    {
        await using var world = await ANewcomer();
        var root = await world.Post(Ada);

        (await world.Room().Page(Cy, 0, 10)).Value!.NewUntil.ShouldBe(NewUntil(world));
        (await world.Room().Thread(Cy, new(root), 0)).Value!.NewUntil.ShouldBe(NewUntil(world));
        (await world.Room().Page(Ada, 0, 10)).Value!.NewUntil.ShouldBeNull();
    }

    [Fact]
    public async Task After_a_week_nobody_is_new()
    {
        await using var world = await ANewcomer();
        for (var i = 0; i < 10; i++) await world.Post(Cy);
        world.Clock.Move(TimeSpan.FromDays(7));

        for (var i = 0; i < 11; i++) await world.Post(Cy, ThreeLinks);
        (await world.Room().Page(Cy, 0, 10)).Value!.NewUntil.ShouldBeNull();
    }

    [Fact]
    public async Task A_moderator_lifts_it_at_once_and_the_person_is_told_by_whom()
    {
        await using var world = await ANewcomer();
        var meanwhile = Enumerable.Range(0, 30).Select(_ => world.TryPost(Cy, ThreeLinks)).ToList();
        (await world.Trust(Cy)).ShouldBeDone();

        // Those that were on their way are either refused as a newcomer's or stored as a member's.
        foreach (var answer in await Task.WhenAll(meanwhile)) (answer.Refusal is null or RoomRefusal.NewcomerLinks).ShouldBeTrue($"{answer.Refusal}");
        for (var i = 0; i < 11; i++) await world.Post(Cy, ThreeLinks);
        await world.Follow();

        var notice = (await world.NoticesOf(Cy)).ShouldHaveSingleItem();
        (notice.Kind, notice.By, notice.Of!.IsTrusted).ShouldBe((NoticeKind.Standing, Lea, true));
        world.Trusted(Cy).ShouldHaveSingleItem().ShouldBe(Lea);
    }

    [Fact]
    public async Task Lifting_it_again_or_for_who_is_not_new_stores_nothing()
    {
        await using var world = await ANewcomer();
        (await world.Trust(Ada)).ShouldBeDone();
        (await world.Trust(Cy)).ShouldBeDone();
        (await world.Trust(Cy)).ShouldBeDone();

        world.Trusted(Ada).ShouldBeEmpty();
        world.Trusted(Cy).ShouldHaveSingleItem();
        (await world.Trust(new("nobody"))).ShouldBeRefusedWith(new CommunityRefusal.NotAMember());
    }

    [Fact]
    public async Task Members_do_not_lift_it_neither_for_others_nor_for_themselves()
    {
        await using var world = await ANewcomer();

        (await world.Trust(Cy, by: Ada)).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        (await world.Trust(Cy, by: Cy)).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
        (await world.Trust(Cy, by: new("stranger"))).ShouldBeRefusedWith(new CommunityRefusal.NotVisible());
        (await world.Grains.Member(Cy).AppointAdministrator(new() { By = MemberId.System, Request = world.NewRequest() })).ShouldBeDone();
        (await world.Trust(Cy, by: Cy)).ShouldBeRefusedWith(new CommunityRefusal.NotAllowed());
    }

    [Theory]
    [InlineData(ArrivalAct.Welcome, NoticeKind.Welcomed)]
    [InlineData(ArrivalAct.Trust, NoticeKind.Standing)]
    public async Task A_welcome_or_a_click_in_the_list_of_who_is_new_lifts_it_and_is_told_once(ArrivalAct act, NoticeKind told)
    {
        await using var world = await ANewcomer();
        await world.Follow();

        (await world.Grains.Queue(Cpb).AnswerArrival(new() { By = Lea, Request = world.NewRequest(), Member = Cy, Act = act })).ShouldBeDone();
        await world.Follow();

        await world.Post(Cy, ThreeLinks);
        await world.Follow();
        (await world.NoticesOf(Cy)).Select(notice => notice.Kind).ShouldBe([told]);
    }

    [Fact]
    public async Task In_the_list_of_who_is_new_there_is_nothing_to_lift_of_who_came_without_limits()
    {
        await using var world = await ARoom();
        await world.Follow();
        await world.Registers(Cy);
        world.Clock.Move(CommunityLimits.NewFor);
        await world.Join(Cy);
        await world.Follow();

        var arrivals = (await world.Grains.Queue(Cpb).Arrivals(Lea)).Value;
        arrivals.Single(each => each.Member == Cy).NewUntil.ShouldBeNull();
        (await world.Grains.Queue(Cpb).AnswerArrival(new() { By = Lea, Request = world.NewRequest(), Member = Cy, Act = ArrivalAct.Trust }))
            .ShouldBeRefusedWith(new QueueRefusal.NoArrival());
    }

    [Theory]
    [InlineData(ArrivalAct.Watch)]
    [InlineData(ArrivalAct.Dismiss)]
    public async Task Being_watched_or_seen_to_is_no_approval(ArrivalAct act)
    {
        await using var world = await ANewcomer();
        await world.Follow();
        (await world.Grains.Queue(Cpb).AnswerArrival(new() { By = Lea, Request = world.NewRequest(), Member = Cy, Act = act })).ShouldBeDone();
        await world.Follow();

        (await world.TryPost(Cy, ThreeLinks)).Refusal.ShouldBeOfType<RoomRefusal.NewcomerLinks>();
    }

    [Fact]
    public async Task Any_role_counts_as_approval_and_is_not_taken_back_with_the_role()
    {
        await using var world = await ANewcomer();
        foreach (var role in new[] { Role.Moderator, Role.Member })
        {
            (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Cy, Role = role })).ShouldBeDone();
            await world.Post(Cy, ThreeLinks);
        }
    }

    [Fact]
    public async Task Whoever_was_let_in_is_not_new()
    {
        await using var world = await ARoom();
        await world.Registers(Cy);
        (await world.Community().AdmitMember(new() { By = MemberId.System, Request = world.NewRequest(), Member = Cy, ApprovedBy = Lea })).ShouldBeDone();
        await world.Registers(new("dora"));
        (await world.Community().Invite(new() { By = Lea, Request = world.NewRequest(), Addresses = ["dora@example.eu"] })).ShouldBeDone();
        await world.Join(new("dora"));

        await world.Post(Cy, ThreeLinks);
        await world.Post(new("dora"), ThreeLinks);
    }

    [Fact]
    public async Task Leaving_and_coming_back_neither_adds_posts_nor_time()
    {
        await using var world = await ANewcomer();
        for (var i = 0; i < 10; i++) await world.Post(Cy);
        await world.Leave(Cy);
        await world.Join(Cy);

        (await world.TryPost(Cy)).Refusal.ShouldBeOfType<RoomRefusal.NewcomerPosts>();
        (await world.Room().Page(Cy, 0, 10)).Value!.NewUntil.ShouldBe(NewUntil(world));
    }

    [Fact]
    public async Task An_account_of_more_than_a_week_is_not_new_wherever_it_joins()
    {
        await using var world = await ARoom();
        await world.Registers(Cy);
        world.Clock.Move(TimeSpan.FromDays(7));
        await world.Join(Cy);

        for (var i = 0; i < 11; i++) await world.Post(Cy, ThreeLinks);
    }

    private static async Task<GrainWorld> ANewcomer()
    {
        var world = await ARoom();
        await world.Follow();   // what follows the facts begins here
        await world.Registers(Cy);
        await world.Join(Cy);
        return world;
    }

    private static DateTimeOffset NewUntil(GrainWorld world) => world.Clock.Now + CommunityLimits.NewFor;
}

/// <summary>What tests of newcomers say most often.</summary>
internal static class Newcomers
{
    public static async Task Registers(this GrainWorld world, MemberId member) =>
        (await world.Grains.Member(member).Register(new() { By = member, Request = world.NewRequest(), Address = $"{member.Value}@example.eu" })).ShouldBeDone();

    public static Task<Outcome<Done>> Trust(this GrainWorld world, MemberId member, MemberId? by = null) =>
        world.Community().Trust(new() { By = by ?? Lea, Request = world.NewRequest(), Member = member });

    public static async Task OpensEnergy(this GrainWorld world) =>
        (await world.Community().OpenRoom(new() { By = Lea, Request = world.NewRequest(), Slug = "energy", Name = "Energy" })).ShouldBeDone();

    /// <summary>Who lifted a member's limits, as the facts say it.</summary>
    public static IEnumerable<MemberId> Trusted(this GrainWorld world, MemberId member) => world.Journal.FactsOf(Streams.Of(Cpb))
        .Where(fact => fact.Type == CommunityEvent.Trusted && fact.Subject == $"member/{member.Value}")
        .Select(fact => fact.By);

    public static async Task<IReadOnlyList<Notice>> NoticesOf(this GrainWorld world, MemberId member) =>
        (await world.Grains.Inbox(member).Page(member, 0)).Value!.Notices;
}
