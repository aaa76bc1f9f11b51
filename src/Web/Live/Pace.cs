namespace PublicBuyers.Live;

/// <summary>How fast one member may go, on this node, whatever the connection.</summary>
/// <remarks>The framework's limiters look after their members ten times a second, whether anybody comes or not; these count when somebody does.</remarks>
internal sealed class Pace(WebOptions web, TimeProvider time)
{
    private const int Window = 10;

    private const int MembersKept = 20_000;

    private readonly NewestKept<MemberId, Allowance> commands = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> entries = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> looks = new(MembersKept, static (_, _) => 1);

    /// <summary>None when it may be done now.</summary>
    public Refusal? Command(MemberId member) => Take(commands, member);

    public Refusal? Entry(MemberId member) => Take(entries, member);

    /// <summary>Searching, and names offered while one is typed.</summary>
    public Refusal? Look(MemberId member) => Take(looks, member);

    private Refused.TooFast? Take(NewestKept<MemberId, Allowance> all, MemberId member) =>
        all.Get(member, _ => new Allowance(web.MostCommands, Math.Max(1, web.MostCommands / Window), time)).TryTake() is { } wait ? new(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))) : null;

    /// <summary>So much at once, and from then on as fast as it comes back.</summary>
    private sealed class Allowance(int most, int perSecond, TimeProvider time)
    {
        private readonly Lock gate = new();
        private double used;
        private long counted = time.GetTimestamp();

        /// <summary>Takes one, or says how long there is none.</summary>
        public TimeSpan? TryTake()
        {
            lock (gate)
            {
                var now = time.GetTimestamp();
                used = Math.Max(0, used - (time.GetElapsedTime(counted, now).TotalSeconds * perSecond));
                counted = now;
                if (used + 1 > most) return TimeSpan.FromSeconds((used + 1 - most) / perSecond);

                used++;
                return null;
            }
        }
    }
}
