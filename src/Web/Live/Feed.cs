using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Logging;
using PublicBuyers.Members;

namespace PublicBuyers.Live;

/// <summary>One topic on this node, for all who listen to it here: rendered once, written once, sent in one pass.</summary>
internal abstract class Feed(TopicName topic, ITopicGrain grain, IGrainFactory grains, IHubProtocol protocol, ILogger logger) : Follower(topic.Stream, grain, grains, logger)
{
    /// <summary>Before a member's id: of the passing value with what the member is called.</summary>
    public const string NameKey = "name/";

    private readonly ITopicGrain grain = grain;
    private readonly ChangeMemory memory = new();
    private readonly HashSet<Listener> listeners = [];
    private Listener[]? everybody = [];

    public TopicName Topic => topic;

    /// <summary>Whether who comes back is told out of memory. Not where what is remembered here could be out of date without the topic moving on.</summary>
    protected virtual bool Remembers => true;

    public void Register(Listener listener)
    {
        lock (Gate)
        {
            listeners.Add(listener);
            everybody = null;
        }
    }

    /// <returns>Whether it was there.</returns>
    public bool Remove(Listener listener)
    {
        listener.Close();
        lock (Gate)
        {
            if (!listeners.Remove(listener)) return false;

            everybody = null;
        }

        Left(listener);
        return true;
    }

    public ImmutableArray<Listener> Listeners()
    {
        lock (Gate) return [.. listeners];
    }

    /// <summary>What a registered and admitted listener missed; from there on it is told. None when its right was lost in between.</summary>
    /// <param name="committed">
    /// Where the grain stood when it admitted the listener. The answer is of that position or a later one, even if this node
    /// has not been told of it: what was deleted, hidden or edited before somebody entered is in no answer to them.
    /// </param>
    public async Task<Entered?> Read(Listener listener, long epoch, long position, StreamPosition committed)
    {
        await Reach(committed);
        lock (Gate)
        {
            if (epoch == At.Epoch && position == At.Position) return Answer(listener, At, []);
            if (Remembers && epoch == At.Epoch && position >= memory.From && position <= At.Position) return Answer(listener, At, memory.After(position));
        }

        if (position < 0 || epoch != At.Epoch) return await Anew(listener);

        var missed = await grain.Since(epoch, position);
        if (missed.Snapshot is not null) return await Anew(listener);

        var changes = await Render(Seen(missed.Changes));
        lock (Gate)
        {
            if (missed.At.Epoch == At.Epoch && missed.At.Position >= At.Position) return Answer(listener, missed.At, changes);
            if (missed.At.Epoch == At.Epoch && missed.At.Position >= memory.From) return Answer(listener, At, Newest(changes, memory.After(missed.At.Position)));
        }

        return await Anew(listener);
    }

    protected override async Task Begin(StreamPosition at) => await StartOver(await grain.Since(0, -1));

    protected override async Task Apply(IReadOnlyList<Step> steps)
    {
        var seen = steps.Select(step => Seen(step.Changes)).ToList();
        var changes = await Render([.. seen.SelectMany(each => each)]);
        var positions = new ChangesFrame[steps.Count];
        for (int i = 0, taken = 0; i < steps.Count; taken += seen[i].Length, i++)
            positions[i] = new(topic.Name, At.Epoch, steps[i].Position, changes.Slice(taken, seen[i].Length));

        Publish(positions, [.. steps.SelectMany(step => step.Changes)], At with { Position = steps[^1].Position }, remember: static position => position);
    }

    /// <remarks>The first of the missed positions brings everything, so that a reader who is cut off in the middle has it all; the memory holds it as of the last, so that whoever comes back to the middle gets it again.</remarks>
    protected override async Task Apply(Catchup missed)
    {
        var changes = await Render(Seen(missed.Changes));
        var first = At.Position + 1;
        var positions = new ChangesFrame[missed.At.Position - At.Position];
        for (var i = 0; i < positions.Length; i++) positions[i] = new(topic.Name, At.Epoch, first + i, i == 0 ? changes : []);

        Publish(positions, missed.Changes, missed.At, remember: _ => missed.At.Position);
    }

    protected override Task StartOver(Catchup whole)
    {
        Listener[] members;
        lock (Gate)
        {
            Advance(whole.At);
            memory.StartAt(whole.At.Position);
            Replace(whole.Snapshot);
            members = Everybody();
        }

        if (!HasBegun) return Task.CompletedTask;

        var frames = Frames.Of(protocol, [new(topic.Name, whole.At.Epoch, whole.At.Position, [])], startsOver: true);
        foreach (var member in members) member.Deliver(frames);
        return Task.CompletedTask;
    }

    /// <summary>What was laid out with a member's old name is forgotten, and open pages get the new one, if they may show it.</summary>
    /// <param name="belongs">The member belongs to the community that this is a topic of.</param>
    public void Rename(MemberCard card, bool belongs)
    {
        bool shows;
        lock (Gate)
        {
            shows = belongs || Shows(card.Member);
            if (shows) memory.StartAt(At.Position);
        }

        if (shows) Renamed(card, new($"{NameKey}{card.Member.Value}", RawJson.Of(card)));
    }

    /// <summary>Whether the topic names the member. Under <see cref="Follower.Gate"/>.</summary>
    protected abstract bool Shows(MemberId member);

    protected virtual void Renamed(MemberCard card, ChangeWire name) => Tell(Passing(name));

    /// <summary>Tells everybody of values without a position.</summary>
    protected void Tell(PassingMessage values)
    {
        Listener[] members;
        lock (Gate) members = Everybody();
        foreach (var member in members) member.Pass(values);
    }

    protected PassingMessage Passing(params ImmutableArray<ChangeWire> values) => new(protocol, new(topic.Name, values));

    /// <summary>Whether readers are shown the change. A position all of whose changes are not is sent without any.</summary>
    protected virtual bool IsSeen(Change change) => true;

    /// <summary>One for each change, in their order. None of them is one that is not <see cref="IsSeen"/>.</summary>
    protected abstract ValueTask<ImmutableArray<ChangeWire>> Render(ImmutableArray<Change> changes);

    /// <summary>The topic is this from here on. Under <see cref="Follower.Gate"/>.</summary>
    protected abstract void Replace(TopicSnapshot? whole);

    /// <summary>Under <see cref="Follower.Gate"/>.</summary>
    protected abstract void Fold(Change change);

    /// <summary>What a listener without anything begins with, as things stand. Called under <see cref="Follower.Gate"/>, worked out outside of it.</summary>
    protected abstract Task<RawJson> Snapshot(Listener listener);

    /// <summary>The listener has a right to listen, and is told from here on.</summary>
    /// <param name="listener">Not open yet: its answer is still to be written.</param>
    /// <param name="anew">It begins with a snapshot.</param>
    protected virtual void Came(Listener listener, bool anew)
    {
    }

    protected virtual void Left(Listener listener)
    {
    }

    /// <summary>Something has moved on, and everybody here has been told.</summary>
    protected virtual void Moved()
    {
    }

    private void Publish(ChangesFrame[] positions, ImmutableArray<Change> changes, StreamPosition at, Func<long, long> remember)
    {
        var frames = Frames.Of(protocol, positions);

        Listener[] members;
        lock (Gate)
        {
            if (Remembers)
            {
                foreach (var position in positions)
                {
                    foreach (var change in position.Changes) memory.Put(remember(position.Position), change);
                }
            }
            else
            {
                memory.StartAt(at.Position);
            }

            foreach (var change in changes) Fold(change);
            Advance(at);
            members = Everybody();
        }

        foreach (var member in members) member.Deliver(frames);
        Moved();
    }

    private async Task<Entered?> Anew(Listener listener)
    {
        StreamPosition at;
        Task<RawJson> json;
        lock (Gate)
        {
            if (!listener.Hold(At.Position)) return null;
            at = At;
            json = Snapshot(listener);
        }

        Came(listener, anew: true);
        return new(topic.Name, at.Epoch, at.Position, await json, [], null) { Listener = listener };
    }

    /// <summary>Under <see cref="Follower.Gate"/>.</summary>
    private Entered? Answer(Listener listener, StreamPosition at, ImmutableArray<ChangeWire> changes)
    {
        if (!listener.Hold(at.Position)) return null;

        Came(listener, anew: false);
        return new(topic.Name, at.Epoch, at.Position, null, changes, null) { Listener = listener };
    }

    private ImmutableArray<Change> Seen(ImmutableArray<Change> changes) => changes.All(IsSeen) ? changes : [.. changes.Where(IsSeen)];

    private static ImmutableArray<ChangeWire> Newest(ImmutableArray<ChangeWire> earlier, ImmutableArray<ChangeWire> later)
    {
        var replaced = later.Select(change => change.Key).ToHashSet();
        return [.. earlier.Where(change => !replaced.Contains(change.Key)), .. later];
    }

    private Listener[] Everybody() => everybody ??= [.. listeners];
}
