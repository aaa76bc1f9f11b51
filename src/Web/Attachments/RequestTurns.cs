namespace PublicBuyers.Attachments;

/// <summary>
/// Lets the copies of one request come one after the other, so that none of them sees the files of another half taken.
/// Holds nothing but the requests that are on their way.
/// </summary>
internal sealed class RequestTurns
{
    private readonly Lock gate = new();
    private readonly Dictionary<(MemberId, RequestId), Turn> turns = [];

    /// <returns>Ends the turn when it is disposed.</returns>
    public async Task<IDisposable> Begin(MemberId by, RequestId request, CancellationToken cancel)
    {
        Turn? turn;
        lock (gate)
        {
            if (!turns.TryGetValue((by, request), out turn))
                turns[(by, request)] = turn = new(this, (by, request));
            turn.Waiting++;
        }

        try
        {
            await turn.Free.WaitAsync(cancel);
            return new Taken(turn);
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    private void Leave(Turn turn)
    {
        lock (gate)
        {
            if (--turn.Waiting > 0)
                return;

            turns.Remove(turn.Of);
            turn.Free.Dispose();
        }
    }

    private sealed class Turn(RequestTurns all, (MemberId, RequestId) of)
    {
        public SemaphoreSlim Free { get; } = new(1);

        public RequestTurns All => all;

        public (MemberId, RequestId) Of => of;

        public int Waiting { get; set; }
    }

    private sealed class Taken(Turn turn) : IDisposable
    {
        public void Dispose()
        {
            turn.Free.Release();
            turn.All.Leave(turn);
        }
    }
}
