using PublicBuyers.Testing;
using static PublicBuyers.Inbox.InboxHistory;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Inbox;

public sealed class Muting
{
    [Fact]
    public async Task A_room_or_a_member_is_remembered_and_undone()
    {
        await using var world = await Scene.ARoom();
        await Registered(world, Bo);

        (await MuteRoom(world, General)).ShouldBeDone();
        (await MuteMember(world, Bo)).ShouldBeDone();
        await world.RestartAsync();
        var mutes = (await world.InboxOf(Ada).Page(Ada, 0)).Value!.Mutes;
        (mutes.Rooms.ShouldHaveSingleItem(), mutes.Members.ShouldHaveSingleItem()).ShouldBe((General, Bo));

        (await MuteRoom(world, General, muted: false)).ShouldBeDone();
        (await MuteMember(world, Bo, muted: false)).ShouldBeDone();
        mutes = (await world.InboxOf(Ada).Page(Ada, 0)).Value!.Mutes;
        (mutes.Rooms.Length, mutes.Members.Length).ShouldBe((0, 0));
    }

    [Fact]
    public async Task What_cannot_be_seen_cannot_be_muted()
    {
        await using var world = await Scene.ARoom();

        (await MuteRoom(world, new("cpb/nowhere"))).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await MuteMember(world, new("nobody"))).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        (await MuteMember(world, Ada)).ShouldBeRefusedWith(new InboxRefusal.NotOneself());
    }

    [Fact]
    public async Task A_room_that_was_left_can_still_be_unmuted()
    {
        await using var world = await Scene.ARoom();
        await MuteRoom(world, General);
        await world.Leave(Ada);

        (await MuteRoom(world, General, muted: false)).ShouldBeDone();
    }

    [Fact]
    public void Is_bounded()
    {
        var inbox = Given([.. Enumerable.Range(0, InboxLimits.MostMutes).Select(i => new InboxEvent.MemberMuted(new($"member-{i}")))]);

        InboxRules.MuteMember(inbox, Ada, true, new() { By = Ada, Request = new("r"), Member = Bo, Muted = true }).ShouldBeRefusedWith(new InboxRefusal.TooManyMutes(InboxLimits.MostMutes));
        InboxRules.MuteMember(inbox, Ada, true, new() { By = Ada, Request = new("r"), Member = new("member-3"), Muted = true }).Outcome.Refusal.ShouldBeNull();
    }

    [Fact]
    public void Is_for_oneself_only()
    {
        InboxRules.MuteRoom(Inbox.Empty, Ada, true, new() { By = Bo, Request = new("r"), Room = General, Muted = true }).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        InboxRules.MuteMember(Inbox.Empty, Ada, true, new() { By = Bo, Request = new("r"), Member = Carla, Muted = true }).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
        InboxRules.Read(Inbox.Empty, Ada, new() { By = Bo, Request = new("r"), Upto = 1 }).ShouldBeRefusedWith(new InboxRefusal.NotVisible());
    }

    private static async Task Registered(GrainWorld world, MemberId member) =>
        (await world.Grains.Member(member).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = $"{member}@example.eu", Language = "en" })).ShouldBeDone();

    private static Task<Outcome<Done>> MuteRoom(GrainWorld world, RoomId room, bool muted = true) =>
        world.InboxOf(Ada).MuteRoom(new() { By = Ada, Request = world.NewRequest(), Room = room, Muted = muted });

    private static Task<Outcome<Done>> MuteMember(GrainWorld world, MemberId member, bool muted = true) =>
        world.InboxOf(Ada).MuteMember(new() { By = Ada, Request = world.NewRequest(), Member = member, Muted = muted });
}
