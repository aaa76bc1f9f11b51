using System.Collections.Immutable;
using System.Globalization;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;

namespace PublicBuyers.Demonstration;

/// <summary>
/// While the demonstration runs, somebody writes now and then: every <see cref="Pause"/> the next line of
/// <c>now-and-then.csv</c>, each once a day, as an ordinary command to the room.
/// </summary>
/// <remarks>A line that the room refuses, because its author has been banned for example, is left out until the next start.</remarks>
internal sealed partial class NowAndThen(
    Demonstration demonstration, IGrainFactory grains, IJournal journal, IClock clock, ILogger<NowAndThen> logger) : BackgroundService
{
    public static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(4);

    private readonly HashSet<RequestId> refused = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await clock.Reaches(clock.Now + FirstPause, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SaySomething(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }

            await clock.Reaches(clock.Now + Pause, stoppingToken);
        }
    }

    private async Task SaySomething(CancellationToken cancel)
    {
        var day = clock.Now.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        foreach (var (number, remark) in demonstration.Remarks.Index())
        {
            var request = new RequestId($"demonstration:{day}:{number}");
            if (refused.Contains(request) || await journal.FindAnswer(remark.By, request, cancel) is not null) continue;

            var posted = await grains.Room(remark.Room)
                .Post(new() { By = remark.By, Request = request, Markdown = remark.Text, Mentions = remark.Mentions });
            if (!posted.IsRefused) return;

            refused.Add(request);
        }
    }

    [LoggerMessage(2090, LogLevel.Warning, "The demonstration could not post its next line; it tries again in a few minutes")]
    private partial void LogFailed(Exception why);
}

/// <summary>What somebody writes while the demonstration runs.</summary>
internal sealed record Remark(RoomId Room, MemberId By, string Text, ImmutableArray<Mention> Mentions)
{
    /// <summary>Lines of a room, a person and a text, with semicolons between them, after a line of headings.</summary>
    public static ImmutableArray<Remark> Read(string csv, Names names) =>
    [
        .. from line in csv.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
           let fields = line.Split(';', 3) is [var room, var called, var text]
               ? (Room: room, By: Person.Called(called), Said: names.Mentioned(text))
               : throw new FormatException($"\"{line}\" is not a room, a person and a text.")
           select new Remark(new(fields.Room), fields.By, fields.Said.Text, fields.Said.Mentions),
    ];
}
