namespace PublicBuyers.Live;

/// <summary>Somebody who follows a topic on this node.</summary>
/// <remarks>Registered first, then its right is checked, then what it missed is read: from that reading on it is told of every position, and of none before its answer is written.</remarks>
internal abstract class Listener(MemberId member)
{
    private readonly Lock gate = new();
    private readonly List<Frames> held = [];
    private State state = State.Registered;
    private bool lost;

    private enum State
    {
        Registered,
        Held,
        Open,
        Closed,
    }

    public MemberId Member => member;

    public bool IsOpen
    {
        get { lock (gate) return state == State.Open; }
    }

    /// <summary>Has a right to listen.</summary>
    public bool IsAdmitted
    {
        get { lock (gate) return state is State.Held or State.Open; }
    }

    /// <summary>Values without a position that it hears first of all.</summary>
    public Func<PassingMessage?>? Greeting { get; set; }

    /// <summary>The position up to which it has been told, or will be by its answer.</summary>
    protected long After { get; private set; }

    /// <summary>Its answer stands at this position. No, when its right was lost in between.</summary>
    public bool Hold(long position)
    {
        lock (gate)
        {
            if (state == State.Closed) return false;

            (state, After) = (State.Held, position);
            return true;
        }
    }

    /// <summary>The answer is written: what was held back goes after it.</summary>
    public void Open()
    {
        lock (gate)
        {
            if (lost) TellGone();
            if (state != State.Held) return;

            state = State.Open;
            foreach (var frames in held) Tell(frames);
            held.Clear();
            if (Greeting?.Invoke() is { } first) Greet(first);
        }
    }

    public void Deliver(Frames frames)
    {
        lock (gate)
        {
            if (state == State.Open) Tell(frames);
            else if (state == State.Held && !Keep(frames)) state = State.Closed;
        }
    }

    /// <summary>Not held for who waits for its answer: values that count are in it, or come again.</summary>
    /// <returns>Whether it will hear these values, or newer ones.</returns>
    public bool Pass(PassingMessage values)
    {
        lock (gate) return state == State.Open && SendPassing(values);
    }

    /// <summary>May read no longer: hears that, and nothing after.</summary>
    public void Lose()
    {
        lock (gate)
        {
            if (state == State.Open) TellGone();
            else if (state == State.Held) lost = true;
            Shut();
        }
    }

    /// <summary>Wants to hear no more.</summary>
    public void Close()
    {
        lock (gate) Shut();
    }

    /// <param name="message">What it has not had yet.</param>
    protected abstract void Send(OutMessage message);

    protected abstract bool SendPassing(PassingMessage values);

    protected virtual void Greet(PassingMessage values) => SendPassing(values);

    protected abstract void SendGone();

    /// <summary>Waits longer for its answer to be written than its queue lasts.</summary>
    protected abstract void Overflow();

    private void Tell(Frames frames)
    {
        if (frames.After(After) is not { } message) return;

        After = frames.Last;
        Send(message);
    }

    private bool Keep(Frames frames)
    {
        if (held.Count < Outbox.MostWaiting)
        {
            held.Add(frames);
            return true;
        }

        held.Clear();
        Overflow();
        return false;
    }

    private void TellGone()
    {
        lost = false;
        SendGone();
    }

    private void Shut()
    {
        state = State.Closed;
        held.Clear();
    }
}
