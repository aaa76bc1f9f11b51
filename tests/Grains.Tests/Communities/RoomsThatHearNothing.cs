using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Rooms;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Communities;

/// <summary>Between silos that do not hear each other, a community cannot tell its rooms what has changed.</summary>
public sealed class RoomsThatHearNothing
{
    private readonly Interference between = new();

    [Fact]
    public async Task A_room_that_never_answers_does_not_hold_up_its_community()
    {
        await using var world = await Start();
        await world.Post(Ada);
        using var silence = between.Holding(nameof(IRoomGrain.Forget));

        await world.Leave(Ada).WaitAsync(Patience);

        (await world.Community().Standing(Ada, General).WaitAsync(Patience)).MayRead.ShouldBeFalse();
        silence.Held.ShouldBePositive();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_was_banned_posts_no_more_where_the_news_was_lost(bool isSilent)
    {
        await using var world = await Start();
        await world.Post(Ada);
        await world.Post(Bo);
        using var silence = isSilent ? between.Holding(nameof(IRoomGrain.Forget)) : between.Failing(nameof(IRoomGrain.Forget));

        await world.Community().Restrict(new()
        {
            By = Scene.Lea, Request = world.NewRequest(), Member = Ada, Kind = RestrictionKind.Ban, Reason = "A quarrel",
        });

        (await world.TryPost(Ada)).Refusal.ShouldBeOfType<RoomRefusal.NotVisible>();
        (await world.TryPost(Bo)).IsRefused.ShouldBeFalse();
        (await world.Grains.Room(General).Admit(Ada)).IsRefused.ShouldBeTrue();
    }

    [Fact]
    public async Task Nobody_posts_where_a_community_has_closed_and_the_news_was_lost()
    {
        await using var world = await Start();
        await world.Post(Ada);
        using var silence = between.Failing(nameof(IRoomGrain.ForgetEverybody));

        var closed = await world.Community().Close(new() { By = Scene.Lea, Request = world.NewRequest(), Reason = "Done" });
        closed.Refusal.ShouldBeNull();

        (await world.TryPost(Ada)).IsRefused.ShouldBeTrue();
    }

    /// <summary>Such as one that the cluster has given up, and that does not know.</summary>
    [Fact]
    public async Task An_activation_that_knows_less_than_is_stored_is_not_asked_without_end()
    {
        await using var world = await Start();
        var asked = 0;
        between.Answers = (method, answer) => method != nameof(IRoomDoor.Standing) || answer is not Standing standing
            ? answer
            : Counted(standing with { Version = 0 }, ref asked);

        await Should.ThrowAsync<TimeoutException>(() => world.TryPost(Ada).WaitAsync(Patience));
        asked.ShouldBeLessThan(20);

        between.Answers = (_, answer) => answer;
        (await world.TryPost(Ada)).IsRefused.ShouldBeFalse();
    }

    /// <summary>Fails a test that would otherwise never end.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Task<GrainWorld> Start() =>
        Scene.ARoom(services => services.AddSingleton<IIncomingGrainCallFilter>(between));

    private static Standing Counted(Standing standing, ref int count)
    {
        Interlocked.Increment(ref count);
        return standing;
    }
}
