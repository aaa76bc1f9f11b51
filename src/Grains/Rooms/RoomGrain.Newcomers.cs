using System.Collections.Immutable;
using PublicBuyers.Communities;
using Writing = PublicBuyers.Journal.Decision<PublicBuyers.Rooms.Posted, PublicBuyers.Rooms.RoomEvent>;

namespace PublicBuyers.Rooms;

/// <summary>What holds for newcomers on top of what holds for everybody.</summary>
internal sealed partial class RoomGrain
{
    /// <summary>The renderer is asked only about what would be stored otherwise, and only for newcomers.</summary>
    private Writing WithinLinks(Writing decision, Standing author, Shown text, Shown before, DateTimeOffset now) =>
        !decision.Outcome.IsRefused && author.IsNewAt(now)
        && NewcomerRules.WhyNot(author, LinksIn(text), LinksIn(before), now) is { } why ? why : decision;

    private int LinksIn(Shown text) => markdown.LinksIn(text.Markdown, text.Mentions);

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

    /// <summary>What readers are shown: a mention can cover what would be Markdown.</summary>
    private readonly record struct Shown(string Markdown, ImmutableArray<Mention> Mentions);

    /// <summary>For the page: until when the reader is a newcomer here, if so.</summary>
    private async Task<DateTimeOffset?> NewUntil(MemberId reader) =>
        await StandingOf(reader) is { NewUntil: { } until } standing && standing.IsNewAt(Clock.Now) ? until : null;
}
