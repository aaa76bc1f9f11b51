using Microsoft.Extensions.Logging;

namespace PublicBuyers.Live;

/// <summary>Who is connected to this node, by which session. A session that ends takes its connections with it.</summary>
internal sealed class Sessions(Followers followers, IGrainFactory grains, Feeds feeds, ILogger<MemberWatch> logger)
{
    /// <summary>None when the session has ended. How many there may be is counted before: <see cref="OpenConnections"/>.</summary>
    /// <param name="end">Closes it, for good.</param>
    public async Task<IDisposable?> Open(MemberId member, SessionId session, Action end)
    {
        var watch = await followers.Rent(Streams.Of(member), () => new MemberWatch(member, grains, feeds, logger));
        var seat = new Seat(session, end);
        watch.Keep(seat);
        var taken = new Taken(() =>
        {
            if (watch.Free(seat)) followers.Return(watch);
        });

        if (!(await grains.Member(member).Recognise(session)).IsRefused) return taken;   // it may have ended before it was watched

        taken.Dispose();
        return null;
    }

    private sealed class Taken(Action free) : IDisposable
    {
        public void Dispose() => free();
    }
}
