using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;

namespace PublicBuyers.Communities;

/// <summary>Effect: moderators are told on their pages that their community was closed, or opened again. Its members see it where they are.</summary>
internal sealed partial class ClosingNotices(IGrainFactory grains, ILogger<ClosingNotices> log) : IEffect
{
    public string Name => "closing-notices";

    public int Partitions => 1;

    public bool Concerns(string type) => type is CommunityEvent.ClosedName or CommunityEvent.ReopenedName;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        var community = new CommunityId(fact.Stream["community/".Length..]);
        var moderators = (await grains.Community(community).Moderators()).Remove(fact.By);
        var answers = await Task.WhenAll(moderators.Select(moderator => grains.Inbox(moderator).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, moderator),
            Kind = fact.Type == CommunityEvent.ClosedName ? NoticeKind.Closed : NoticeKind.Reopened,
            Of = new(community, null, null, null, null, null),
            Actor = fact.By,
        })));
        foreach (var why in answers.Select(answer => answer.Refusal).OfType<Refusal>()) LogRefused(why.Code);
    }

    [LoggerMessage(1151, LogLevel.Warning, "An inbox was not told that its community was closed or opened again: {Code}")]
    private partial void LogRefused(string code);
}
