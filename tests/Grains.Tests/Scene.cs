using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers;

/// <summary>What most tests of grains begin with, and say most often.</summary>
internal static class Scene
{
    public static readonly CommunityId Cpb = new("cpb");
    public static readonly MemberId Lea = new("lea");
    public static readonly string Stream = Streams.Of(General);

    /// <summary>A community led by Lea, with a room that Ada and Bo may read.</summary>
    public static async Task<GrainWorld> ARoom(Action<IServiceCollection>? more = null)
    {
        var world = await GrainWorld.Start(more);
        (await world.Community().Found(new() { By = MemberId.System, Request = new("found"), Name = "CPB", Access = Communities.Access.Open, Goal = "Buying well", Leader = Lea })).ShouldBeDone();
        await world.Join(Ada);
        await world.Join(Bo);
        return world;
    }

    public static IRoomGrain Room(this GrainWorld world) => world.Grains.Room(General);

    public static ICommunityGrain Community(this GrainWorld world) => world.Grains.Community(Cpb);

    public static RequestId NewRequest(this GrainWorld world) => new(world.Ids.Next());

    public static async Task Join(this GrainWorld world, MemberId member) =>
        (await world.Community().Join(new() { By = member, Request = world.NewRequest() })).ShouldBeDone();

    public static async Task Leave(this GrainWorld world, MemberId member) =>
        (await world.Community().Leave(new() { By = member, Request = world.NewRequest() })).ShouldBeDone();

    public static async Task<long> Post(this GrainWorld world, MemberId by, string text = "Hello", long? thread = null)
    {
        var outcome = await world.TryPost(by, text, thread);
        outcome.Refusal.ShouldBeNull();
        return outcome.Value!.Number.Value;
    }

    public static Task<Outcome<Posted>> TryPost(this GrainWorld world, MemberId by, string text = "Hello", long? thread = null) =>
        world.Room().Post(by.Says(text, thread, world.Ids.Next()));

    public static async Task Edit(this GrainWorld world, MemberId by, long number, string text) =>
        (await world.Room().Edit(by.Edits(number, text, world.Ids.Next()))).ShouldBeDone();

    public static async Task Delete(this GrainWorld world, MemberId by, long number) =>
        (await world.Room().Delete(by.Deletes(number, world.Ids.Next()))).ShouldBeDone();

    public static async Task<PostView> View(this GrainWorld world, long number) =>
        (await world.Room().Page(Ada, number + 1, 1)).Value.ShouldNotBeNull().Posts.ShouldHaveSingleItem();

    /// <summary>Every post of the room as the whole stream folds it, without window, page or snapshot.</summary>
    public static Dictionary<long, PostView> FoldedInFull(this GrainWorld world)
    {
        var posts = new Dictionary<long, Post?>();
        foreach (var fact in world.Journal.FactsOf(Stream).Select(FactCodec<RoomEvent>.Read).Where(fact => fact.Subject.Length > 0))
        {
            var number = PublicBuyers.Rooms.Post.NumberIn(fact.Subject).Value;
            posts[number] = PublicBuyers.Rooms.Post.Apply(posts.GetValueOrDefault(number), fact);
        }

        return posts.Values.OfType<Post>().ToDictionary(post => post.Number.Value, post => post.View());
    }

    public static void ShouldBeDone<T>(this Outcome<T> outcome) => outcome.Refusal.ShouldBeNull();

    public static async Task ShouldBeDone<T>(this Task<Outcome<T>> outcome) => (await outcome).ShouldBeDone();

    public static void ShouldBeRefusedWith<T>(this Outcome<T> outcome, Refusal why) => outcome.Refusal.ShouldBe(why);
}
