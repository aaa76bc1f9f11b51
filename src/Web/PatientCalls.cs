using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;

namespace PublicBuyers;

/// <summary>How long a call to a grain is tried again while the silo that the grain is on cannot be reached.</summary>
internal sealed record CallPatience(TimeSpan Longest)
{
    public static CallPatience Usual { get; } = new(TimeSpan.FromSeconds(10));
}

/// <summary>Makes a call again that reached no silo, or was not answered: a silo has died, and its grains come up elsewhere
/// within seconds.</summary>
/// <remarks>
/// The one place for pages, forms, the API, the hub, feeds and followers. Every command carries its request id, so that one
/// which was stored and not answered gets its first answer; everything else that the web calls can be done twice. Calls
/// between grains are left alone: the call from outside that they belong to is made again. What fails for longer ends as
/// <see cref="Unreached"/> says.
/// </remarks>
internal sealed partial class PatientCalls(
    CallPatience patience, TimeProvider time, IHostApplicationLifetime host, ILogger<PatientCalls> log) : IOutgoingGrainCallFilter
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.SourceContext is not null)
        {
            await context.Invoke();
            return;
        }

        var since = time.GetTimestamp();
        var asked = ArgumentsOf(context.Request);
        for (var (tries, pause) = (1, FirstPause); !await IsAnswered(context, since, pause, tries); tries++)
        {
            // A server that stops tries once more, and says then that it could not.
            await Task.Delay(pause, time, host.ApplicationStopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            for (var at = 0; at < asked.Length; at++) context.Request.SetArgument(at, asked[at]!);   // a failed call may lose them
        }
    }

    private async Task<bool> IsAnswered(IOutgoingGrainCallContext context, long since, TimeSpan pause, int tries)
    {
        try
        {
            await context.Invoke();
            if (tries > 1) LogAnswered(context.InterfaceName, context.MethodName, tries);
            return true;
        }
        catch (Exception failed) when (Unreached.Is(failed) && MayWait(since, pause))
        {
            return false;
        }
    }

    private static object?[] ArgumentsOf(IInvokable request) =>
        [.. Enumerable.Range(0, request.GetArgumentCount()).Select(request.GetArgument)];

    private bool MayWait(long since, TimeSpan pause) =>
        time.GetElapsedTime(since) + pause < patience.Longest && !host.ApplicationStopping.IsCancellationRequested;

    [LoggerMessage(3141, LogLevel.Information, "{Grain}.{Method} was answered at try {Tries}; its silo could not be reached before")]
    private partial void LogAnswered(string grain, string method, int tries);
}
