using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Extensions.Logging.Abstractions;
using PublicBuyers.Live;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>Whatever is lost, repeated or late on the way: every position once, in order.</summary>
public sealed class FollowingAStream
{
    private readonly ScriptedTopic topic = new();

    [Fact]
    public async Task What_is_told_is_followed()
    {
        var following = await Follow();

        topic.Tell(1, 2, 3);

        await following.Reaches(3);
        following.Seen.ShouldBe([1, 2, 3]);
        topic.Reads.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_told_twice_counts_once()
    {
        var following = await Follow();

        topic.Tell(1, 2);
        topic.Tell(2);
        topic.Tell(1, 2, 3);

        await following.Reaches(3);
        following.Seen.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_gap_is_read_from_the_stream()
    {
        var following = await Follow();

        topic.Lose(1, 2, 3);
        topic.Tell(4);

        await following.Reaches(4);
        topic.Reads.ShouldBe(1);
        following.Seen.ShouldBe([-4]);
    }

    [Fact]
    public async Task What_nobody_told_is_read_when_the_safety_net_sees_it()
    {
        var following = await Follow();
        topic.Lose(1, 2);

        await following.Net(2);

        following.Seen.ShouldBe([-2]);
    }

    [Fact]
    public async Task A_position_that_nobody_told_of_is_read_before_it_is_answered()
    {
        var following = await Follow();
        topic.Lose(1, 2);

        await Task.WhenAll(following.Answers(2), following.Answers(1), following.Answers(2));

        following.Seen.ShouldBe([-2]);
        topic.Reads.ShouldBe(1, "one reading for all who wait");
        await following.Answers(2);
        topic.Reads.ShouldBe(1, "what has been followed is not read again");
    }

    [Fact]
    public async Task A_position_that_the_stream_does_not_know_is_a_fault_and_not_waited_for()
    {
        var following = await Follow();

        await Should.ThrowAsync<InvalidOperationException>(() => following.Answers(5));
        topic.Reads.ShouldBeLessThanOrEqualTo(2);
    }

    [Fact]
    public async Task A_stream_of_another_epoch_is_begun_anew()
    {
        var following = await Follow();
        topic.Tell(1, 2, 3);
        await following.Reaches(3);

        topic.Restore(epoch: 8, head: 1);
        topic.Tell(2);

        await following.IsOf(8);
        following.Seen.ShouldContain(0);
    }

    [Fact]
    public async Task A_stream_that_cannot_be_read_now_is_tried_again()
    {
        var following = await Follow();
        topic.Fails = 1;
        topic.Lose(1);
        topic.Tell(2);
        await topic.Failed.Task.WaitAsync(TimeSpan.FromSeconds(5));

        await following.Net(2);

        following.Seen.Sum().ShouldBe(-2);
    }

    private async Task<Following> Follow()
    {
        var following = new Following(topic);
        await following.Start();
        return following;
    }

    private sealed class Following(ScriptedTopic topic) : Follower("room/test/general", topic, OneObserver.Create(), NullLogger.Instance)
    {
        private readonly SemaphoreSlim moved = new(0);

        /// <summary>Positions as they came; negative: read as one, up to there; zero: begun anew.</summary>
        public List<long> Seen { get; } = [];

        public Task Reaches(long position) => Until(() => At.Position >= position);

        public Task IsOf(long epoch) => Until(() => At.Epoch == epoch);

        /// <summary>As a feed does before it answers.</summary>
        public Task Answers(long committed) => Reach(At with { Position = committed });

        /// <summary>As the safety net does, until it is followed.</summary>
        public async Task Net(long head)
        {
            while (At.Position < head)
            {
                if (IsBehind(head)) ReadOn();
                await Task.Yield();
            }
        }

        protected override Task Begin(StreamPosition at) => To(at);

        protected override Task Apply(IReadOnlyList<Step> steps)
        {
            Seen.AddRange(steps.Select(step => step.Position));
            return To(At with { Position = steps[^1].Position });
        }

        protected override Task Apply(Catchup missed)
        {
            Seen.Add(-missed.At.Position);
            return To(missed.At);
        }

        protected override Task StartOver(Catchup snapshot)
        {
            Seen.Add(0);
            return To(snapshot.At);
        }

        private Task To(StreamPosition at)
        {
            lock (Gate) Advance(at);
            moved.Release();
            return Task.CompletedTask;
        }

        private async Task Until(Func<bool> isSo)
        {
            while (!isSo()) (await moved.WaitAsync(TimeSpan.FromSeconds(5))).ShouldBeTrue();
        }
    }
}

/// <summary>A topic that tells, or does not tell, what the test wants.</summary>
internal sealed class ScriptedTopic : ITopicGrain
{
    private IStreamObserver? observer;
    private StreamPosition at = new(7, 0);

    public int Reads { get; private set; }

    public int Fails { get; set; }

    public TaskCompletionSource Failed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Tell(params long[] positions)
    {
        Lose(positions);
        observer!.Changed(new("room/test/general", at.Epoch, [.. positions.Select(position => new Step(position, []))]));
    }

    public void Lose(params long[] positions) => at = at with { Position = Math.Max(at.Position, positions.Max()) };

    public void Restore(long epoch, long head) => at = new(epoch, head);

    public Task<StreamPosition> Watch(IStreamObserver who)
    {
        observer = who;
        return Task.FromResult(at);
    }

    public Task Unwatch(IStreamObserver who) => Task.CompletedTask;

    public Task<Outcome<StreamPosition>> Admit(MemberId reader) => Task.FromResult<Outcome<StreamPosition>>(at);

    public Task<Catchup> Since(long epoch, long position)
    {
        Reads++;
        if (Fails-- <= 0) return Task.FromResult(new Catchup(at, epoch == at.Epoch ? null : new Nothing(), ImmutableArray<Change>.Empty));

        Failed.TrySetResult();
        throw new TimeoutException("The stream cannot be read now.");
    }

    private sealed record Nothing : TopicSnapshot;
}

/// <summary>A grain factory that makes references to observers, and nothing else: an observer is its own reference.</summary>
public class OneObserver : DispatchProxy   // open: the proxy is made of it
{
    public static IGrainFactory Create() => Create<IGrainFactory, OneObserver>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod?.Name switch
    {
        nameof(IGrainFactory.CreateObjectReference) => args![0],
        nameof(IGrainFactory.DeleteObjectReference) => null,
        _ => throw new NotSupportedException(),
    };
}
