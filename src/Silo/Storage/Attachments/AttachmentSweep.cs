using PublicBuyers.Attachments;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Storage;

/// <summary>Every hour: removes uploaded files that belong to no post for a day. Only once the effect that knows of posts has seen everything: what it has not seen may be in one.</summary>
internal sealed partial class AttachmentSweep(AttachmentFiles files, IGrainFactory grains, IJournal journal, IFollowerCursors cursors, IClock clock, ILogger<AttachmentSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    public async Task Sweep(CancellationToken cancel)
    {
        var since = clock.Now - AttachmentLimits.UnpostedKept;
        if (!files.HasUnposted(since)) return;

        var upto = await journal.LastPosition(cancel);
        if (await grains.GetGrain<IEffectFollowerGrain>($"effect/{PostedFiles.EffectName}/0").CatchUp() < upto) return;

        var parked = await cursors.Parked(PostedFiles.EffectName, cancel);
        files.Sweep(since, room => !parked.Contains(Streams.Of(room)));
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();   // counting reads every card, and the start waits for nobody
        files.Count();
        while (!stoppingToken.IsCancellationRequested)
        {
            await clock.Reaches(clock.Now + Period, stoppingToken);
            try
            {
                await Sweep(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);   // they stay an hour longer
            }
        }
    }

    [LoggerMessage(2022, LogLevel.Error, "Removing uploaded files that nobody posted failed")]
    private partial void LogFailed(Exception why);
}
