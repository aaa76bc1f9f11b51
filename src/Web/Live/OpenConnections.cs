namespace PublicBuyers.Live;

/// <summary>How many live connections each member and each client address has to this node, whether they have spoken yet or not: negotiated, opened, held by a long-poll.</summary>
internal sealed class OpenConnections(WebOptions web, TimeProvider time)
{
    /// <summary>SignalR forgets a negotiated connection that nobody uses after 15 seconds.</summary>
    private static readonly TimeSpan UnusedFor = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Counts<MemberId> members = new(web.MostConnections);
    private readonly Counts<string> addresses = new(web.MostConnectionsPerAddress);
    private readonly Dictionary<string, Negotiated> negotiated = [];
    private long swept = time.GetTimestamp();

    /// <summary>One more, until <paramref name="held"/> is disposed of; or why not.</summary>
    public Refusal? Open(MemberId member, string address, out IDisposable? held)
    {
        lock (gate)
        {
            Sweep();
            var full = Take(member, address);
            held = full is null ? new Once(() => Free(member, address)) : null;
            return full;
        }
    }

    /// <summary>One more that will be opened by its token.</summary>
    public Refusal? Negotiate(string token, MemberId member, string address)
    {
        lock (gate)
        {
            if (Take(member, address) is { } full) return full;

            negotiated[token] = new(member, address) { Since = time.GetTimestamp() };
            return null;
        }
    }

    /// <summary>Whether one more could be negotiated now.</summary>
    public Refusal? WhyNot(MemberId member, string address)
    {
        lock (gate)
        {
            Sweep();
            return Full(member, address);
        }
    }

    /// <summary>Opens what was negotiated, or polls it once more. It counts already.</summary>
    public Refusal? Open(string token, MemberId member, string address, out IDisposable? held)
    {
        lock (gate)
        {
            if (negotiated.TryGetValue(token, out var known))
            {
                known.InUse++;
                held = new Once(() => Leave(token));
                return null;
            }
        }

        return Open(member, address, out held);
    }

    /// <summary>The client ended it.</summary>
    public void End(string token)
    {
        lock (gate)
        {
            if (negotiated.Remove(token, out var ended)) Return(ended.Member, ended.Address);
        }
    }

    private Refusal? Full(MemberId member, string address) =>
        members.IsFull(member) ? new LiveRefusal.TooManyConnections(web.MostConnections)
        : addresses.IsFull(address) ? new LiveRefusal.TooManyFromAddress(web.MostConnectionsPerAddress)
        : null;

    private Refusal? Take(MemberId member, string address)
    {
        if (Full(member, address) is { } full) return full;

        members.Add(member);
        addresses.Add(address);
        return null;
    }

    private void Return(MemberId member, string address)
    {
        members.Remove(member);
        addresses.Remove(address);
    }

    private void Free(MemberId member, string address)
    {
        lock (gate) Return(member, address);
    }

    /// <summary>
    /// The connection of this token lives, until what is returned is disposed of: over whatever transport, and between
    /// the requests of one that polls. None: it was opened without a token, and its one request counts.
    /// </summary>
    public IDisposable? Live(string? token)
    {
        lock (gate)
        {
            if (token is null || !negotiated.TryGetValue(token, out var known)) return null;

            known.InUse++;
        }

        return new Once(() => End(token));
    }

    private void Leave(string token)
    {
        lock (gate)
        {
            if (!negotiated.TryGetValue(token, out var known)) return;

            known.InUse--;
            known.Since = time.GetTimestamp();
        }
    }

    private void Sweep()
    {
        var now = time.GetTimestamp();
        if (time.GetElapsedTime(swept, now) < SweepEvery) return;

        swept = now;
        foreach (var (token, unused) in negotiated.Where(each => each.Value.InUse == 0 && time.GetElapsedTime(each.Value.Since, now) > UnusedFor).ToList())
        {
            negotiated.Remove(token);
            Return(unused.Member, unused.Address);
        }
    }

    private sealed class Negotiated(MemberId member, string address)
    {
        public MemberId Member => member;

        public string Address => address;

        /// <summary>Requests that hold it now.</summary>
        public int InUse { get; set; }

        /// <summary>When it was negotiated or last let go of.</summary>
        public long Since { get; set; }
    }

    private sealed class Once(Action free) : IDisposable
    {
        private Action? free = free;

        public void Dispose() => Interlocked.Exchange(ref free, null)?.Invoke();
    }
}

/// <summary>How many there are of each, and how many there may be. What has none is not remembered.</summary>
internal sealed class Counts<TKey>(int most) where TKey : notnull
{
    private readonly Dictionary<TKey, int> counts = [];

    public bool IsFull(TKey key) => counts.GetValueOrDefault(key) >= most;

    public void Add(TKey key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    public void Remove(TKey key)
    {
        if (counts.GetValueOrDefault(key) is var left && left > 1) counts[key] = left - 1;
        else counts.Remove(key);
    }
}
