using PublicBuyers.Communities;
using Writing = PublicBuyers.Journal.Decision<PublicBuyers.Rooms.Posted, PublicBuyers.Rooms.RoomEvent>;

namespace PublicBuyers.Rooms;

/// <summary>What holds for newcomers on top of what holds for everybody.</summary>
internal sealed partial class RoomGrain
{
    /// <summary>The renderer is asked only about what would be stored otherwise, and only for newcomers.</summary>
    private Writing WithinLinks(Writing decision, Standing author, string text, string before, DateTimeOffset now) =>
        !decision.Outcome.IsRefused && author.IsNewAt(now)
        && NewcomerRules.WhyNot(author, markdown.LinksIn(text), markdown.LinksIn(before), now) is { } why ? why : decision;

    /// <summary>
    /// The author's account counts the post before it is stored, once for the request: of many posts at once no more than
    /// are allowed are stored, and one that could not be stored is sent again without counting again.
    /// </summary>
    private async ValueTask<Writing> Counted(Writing decision, Standing author, PostMessage command, DateTimeOffset now)
    {
        if (decision.Outcome.IsRefused || !author.IsNewAt(now)) return decision;

        var request = RequestId.PartOf(command.Request, $"{Id.Value} {author.Member.Value}");
        var counted = await GrainFactory.Member(author.Member).CountNewcomerPost(new() { By = MemberId.System, Request = request });
        return counted.Refusal is { } why ? why : decision;
    }

    /// <summary>For the page: until when the reader is a newcomer here, if so.</summary>
    private async Task<DateTimeOffset?> NewUntil(MemberId reader) =>
        await StandingOf(reader) is { NewUntil: { } until } standing && standing.IsNewAt(Clock.Now) ? until : null;
}
