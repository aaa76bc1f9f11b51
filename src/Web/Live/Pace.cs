using PublicBuyers.Presence;

namespace PublicBuyers.Live;

/// <summary>How fast one member may go, on this node, whatever the connection.</summary>
/// <remarks>The framework's limiters look after their members ten times a second, whether anybody comes or not; these count when somebody does.</remarks>
internal sealed class Pace(WebOptions web, TimeProvider time)
{
    private const int Window = 10;

    private const int ReadingsPerCommand = 3;

    private const int CommandsPerLongPage = 6;

    private const int MembersKept = 20_000;

    private readonly NewestKept<string, Allowance> strangers = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<string, Allowance> foreigners = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> commands = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> entries = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> readings = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> typings = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> longPages = new(MembersKept, static (_, _) => 1);
    private readonly NewestKept<MemberId, Allowance> looks = new(MembersKept, static (_, _) => 1);

    /// <summary>None when it may be done now.</summary>
    public Refused.TooFast? Command(MemberId member) => Take(commands, member);

    /// <summary>Forms sent by people who are not signed in, from one network address.</summary>
    public Refused.TooFast? Stranger(string address) => Take(strangers, address);

    /// <summary>Forms that pages of other sites have browsers of one network address send.</summary>
    public Refused.TooFast? Foreign(string address) => Take(foreigners, address);

    public Refused.TooFast? Entry(MemberId member) => Take(entries, member);

    /// <summary>Searching, and names offered while one is typed.</summary>
    public Refused.TooFast? Look(MemberId member) => Take(looks, member);

    /// <summary>Print views and histories: a few at once, and then one now and then.</summary>
    public Refused.TooFast? LongPage(MemberId member)
    {
        var most = Math.Max(1, web.MostCommands / CommandsPerLongPage);
        var wait = longPages.Get(member, _ => new Allowance(most, (double)most / Window, time)).TryTake();
        return wait is { } left ? new(Math.Max(1, (int)Math.Ceiling(left.TotalSeconds))) : null;
    }

    /// <summary>Reading on is no command: who scrolls through a room does it often.</summary>
    public Refused.TooFast? Reading(MemberId member) => Take(readings, member, timesMore: ReadingsPerCommand);

    public bool MayType(MemberId member) => typings.Get(member, _ => new Allowance(1, 1 / PresenceLimits.TypingEvery.TotalSeconds, time)).TryTake() is null;

    private Refused.TooFast? Take<TWho>(NewestKept<TWho, Allowance> all, TWho who, int timesMore = 1) where TWho : notnull =>
        all.Get(who, _ => new Allowance(web.MostCommands * timesMore, Math.Max(1, web.MostCommands * timesMore / Window), time)).TryTake() is { } wait ? new(Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds))) : null;

    /// <summary>So much at once, and from then on as fast as it comes back.</summary>
    private sealed class Allowance(int most, double perSecond, TimeProvider time)
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
