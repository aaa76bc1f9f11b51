using System.Collections.Immutable;

namespace PublicBuyers.Embedded;

/// <summary>One thing an activation does from its beginning to its end, awaits included: a call, a timer's tick, starting, ending.</summary>
internal abstract class Turn
{
    private static readonly AsyncLocal<Turn?> current = new();

    /// <summary>The turn whose code is running, wherever its awaits took it; <see langword="null"/> outside of grains.</summary>
    public static Turn? Current
    {
        get => current.Value;
        set => current.Value = value;
    }

    /// <summary>The turn that waits for this one.</summary>
    public Turn? CausedBy { get; init; }

    /// <summary>Values that travel with it.</summary>
    public ImmutableDictionary<string, object>? Values { get; init; }

    /// <summary>Where it waits or runs.</summary>
    public Activation? On { get; set; }

    /// <summary>Whether it waits to begin.</summary>
    public bool Waits { get; set; }

    public bool Ended { get; private set; }

    public virtual bool ReadsOnly => false;

    public virtual bool Interleaves => false;

    /// <summary>Whether running it counts as use of the activation.</summary>
    public virtual bool KeepsActive => true;

    /// <summary>Whether <see cref="CausedBy"/> still waits.</summary>
    protected virtual bool IsAwaited => CausedBy is not null;

    // A turn's place among those that wait, or among those that run.
    internal Turn? Before { get; set; }

    internal Turn? After { get; set; }

    public abstract Task Run(object? grain);

    public virtual void End(Task done) => Ended = true;

    /// <summary>While this turn runs on an activation, may that call run there too?</summary>
    public virtual bool Admits(Call call) => call.Interleaves || Interleaves || (ReadsOnly && call.ReadsOnly);

    /// <summary>
    /// The names along the way if <paramref name="call"/> would wait for a turn that waits for it. Whether a task is awaited cannot be seen:
    /// a grain that sends a message back without waiting marks it [OneWay], or uses a timer.
    /// </summary>
    public static string? CycleOf(Call call)
    {
        for (var turn = call.CausedBy; turn is { Ended: false, On: { } on }; turn = turn.IsAwaited ? turn.CausedBy : null)
        {
            if (on.GrainId == call.Target && !turn.Admits(call)) return Chain(call, turn);
        }

        return null;
    }

    private static string Chain(Call call, Turn from)
    {
        var names = new List<string> { call.Target.Key.ToString() };
        for (var turn = call.CausedBy; turn is not null; turn = turn == from ? null : turn.CausedBy) names.Add(turn.On!.GrainId.Key.ToString());
        names.Reverse();
        return string.Join(" → ", names);
    }
}

/// <summary>An activation's own turn, during which nothing else runs.</summary>
internal sealed class OwnTurn(Func<Task> run, Action<Task> end) : Turn
{
    public override bool KeepsActive => false;

    public override Task Run(object? grain) => run();

    public override void End(Task done)
    {
        base.End(done);
        end(done);
    }

    public override bool Admits(Call call) => false;
}

/// <summary>Turns in order, linked through themselves: adding and removing cost nothing, and an idle activation holds no buffer.</summary>
internal struct TurnList
{
    public Turn? First { get; private set; }

    private Turn? last;

    public int Count { get; private set; }

    /// <summary>How many of them only read.</summary>
    public int Reading { get; private set; }

    /// <summary>How many of them run beside anything.</summary>
    public int Interleaving { get; private set; }

    public void Add(Turn turn)
    {
        CountIn(turn, 1);
        turn.Before = last;
        turn.After = null;
        if (last is null) First = turn;
        else last.After = turn;
        last = turn;
    }

    public void Remove(Turn turn)
    {
        if (turn.Before is null) First = turn.After;
        else turn.Before.After = turn.After;
        if (turn.After is null) last = turn.Before;
        else turn.After.Before = turn.Before;
        turn.Before = turn.After = null;
        CountIn(turn, -1);
    }

    private void CountIn(Turn turn, int change)
    {
        Count += change;
        if (turn.Interleaves) Interleaving += change;
        else if (turn.ReadsOnly) Reading += change;
    }
}

/// <summary>What <see cref="Orleans.Runtime.RequestContext"/> shows.</summary>
internal static class TravellingValues
{
    public static readonly ImmutableDictionary<string, object> None = ImmutableDictionary.Create<string, object>(StringComparer.Ordinal);

    private static readonly AsyncLocal<ImmutableDictionary<string, object>?> current = new();

    public static ImmutableDictionary<string, object>? Current
    {
        get => current.Value;
        set => current.Value = value;
    }
}
