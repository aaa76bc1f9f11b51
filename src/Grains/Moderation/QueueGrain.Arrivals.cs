using System.Collections.Immutable;

namespace PublicBuyers.Moderation;

/// <summary>Who is new in an open community.</summary>
internal sealed partial class QueueGrain
{
    private QueueChange.ArrivalsPut ArrivalsNow => new(State.Arrivals.View());

    public async Task<Outcome<Done>> NoteArrival(NoteArrival command)
    {
        var access = command.Sign is ArrivalSign.Joined ? (await BearingOf(command.Member)).Access : default;
        return await Decide(command, (queue, now) => ArrivalRules.Note(queue, access, command, now));
    }

    public async Task<Outcome<Done>> AnswerArrival(AnswerArrival command) =>
        await WhyNot(command.By, Doing.Decide) ?? await Decide(command, (queue, now) => ArrivalRules.Answer(queue, command, now));

    public async Task<Outcome<ImmutableArray<ArrivalView>>> Arrivals(MemberId reader) =>
        await WhyNot(reader, Doing.ReadQueue) is { } why ? why : State.Arrivals.View();
}
