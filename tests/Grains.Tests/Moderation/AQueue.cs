using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Testing;
using static PublicBuyers.Moderation.QueueHistory;

namespace PublicBuyers.Moderation;

/// <summary>A community on request with two moderators, and people who are not in it.</summary>
internal static class AQueue
{
    public static async Task<GrainWorld> OfACommunity()
    {
        var world = await GrainWorld.Start();
        foreach (var member in new[] { Lea, Dana, Ada, Bo })
            (await world.Grains.Member(member).Register(new() { By = MemberId.System, Request = world.NewRequest(), Address = $"{member}@buyers.example" })).ShouldBeDone();
        (await world.Community().Found(new() { By = MemberId.System, Request = world.NewRequest(), Name = "CPB", Access = Communities.Access.OnRequest, Goal = "Buying well", Leader = Lea })).ShouldBeDone();
        (await world.Community().ChangeSettings(new() { By = Lea, Request = world.NewRequest(), Name = "CPB", Access = Communities.Access.OnRequest, Goal = "Buying well", Contact = "desk@buyers.example" })).ShouldBeDone();
        foreach (var member in new[] { Dana, Bo })
            (await world.Community().AdmitMember(new() { By = MemberId.System, Request = world.NewRequest(), Member = member, ApprovedBy = Lea })).ShouldBeDone();
        (await world.Community().ChangeRole(new() { By = Lea, Request = world.NewRequest(), Member = Dana, Role = Role.Moderator })).ShouldBeDone();
        await world.Follow();
        return world;
    }

    public static IQueueGrain Queue(this GrainWorld world) => world.Grains.Queue(Scene.Cpb);

    public static async Task<long> Asks(this GrainWorld world, MemberId member)
    {
        var asked = await world.Queue().Ask(new() { By = member, Request = world.NewRequest(), Message = "I buy trams." });
        asked.ShouldBeDone();
        return asked.Value.Value;
    }

    public static Task<Outcome<Decided>> Approves(this GrainWorld world, MemberId by, long number, long version = 1) => world.Queue().Decide(by.Approves(number, version, request: world.Ids.Next()));

    public static Task<Outcome<Decided>> Rejects(this GrainWorld world, MemberId by, long number, long version = 1) => world.Queue().Decide(by.Rejects(number, version, request: world.Ids.Next()));

    /// <summary>The time to undo passes, what is due is woken, and everything follows.</summary>
    public static Task TakesEffect(this GrainWorld world) => world.Passes(QueueLimits.UndoWindow);

    /// <summary>Time passes, what is due is woken, and everything follows.</summary>
    public static async Task Passes(this GrainWorld world, TimeSpan time)
    {
        world.Clock.Move(time);
        await world.Attend();
        await world.Follow();
        await world.Follow();   // what an effect brought about has effects of its own
    }

    public static async Task<Role?> RoleOf(this GrainWorld world, MemberId member) => (await world.Community().BearingOf(member)).Role;

    public static async Task<ItemView> Item(this GrainWorld world, long number)
    {
        var found = await world.Queue().Item(Lea, new(number));
        found.ShouldBeDone();
        return found.Value!.Item;
    }

    /// <summary>Newest first.</summary>
    public static async Task<IEnumerable<NoticeKind>> Told(this GrainWorld world, MemberId member) => (await world.Grains.Inbox(member).Page(member, 0)).Value!.Notices.Select(notice => notice.Kind);

    public static IEnumerable<Mail> MailsTo(this GrainWorld world, MemberId member, string subject) => world.Mailbox.Deliveries.Where(mail => mail.To == $"{member}@buyers.example" && mail.Subject == subject);
}
