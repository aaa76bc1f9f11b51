using System.Collections.Immutable;
using PublicBuyers.Layout;
using PublicBuyers.Live;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.Moderation;

/// <summary>Why a queue says no, with a name where the grain has an id, and the time as the reader's clock shows it.</summary>
internal sealed class NamedRefusals(PostPresenter presenter, IClock clock)
{
    public async ValueTask<Refusal> Name(Refusal why, Profile reader, CancellationToken cancel = default) => why switch
    {
        QueueRefusal.AlreadyDecided late => new AlreadyDecidedBy(await Card(late.By, cancel), When(late.At, reader), late.Verdict),
        QueueRefusal.Claimed claimed => new ClaimedBy(await Card(claimed.By, cancel)),
        QueueRefusal.ArrivalAnswered first => new ArrivalAnsweredBy(await Card(first.By, cancel), When(first.At, reader), first.Act),
        QueueRefusal.TooSoon soon => new TooSoonFor(Day(soon.From, reader)),
        _ => why,
    };

    public async ValueTask<Outcome<T>> Name<T>(Outcome<T> outcome, Profile reader, CancellationToken cancel = default) =>
        outcome.IsRefused ? await Name(outcome.Refusal, reader, cancel) : outcome;

    /// <summary>In the order of <paramref name="answers"/>.</summary>
    public async ValueTask<ImmutableArray<BulkAnswerWire>> Name(ImmutableArray<BulkAnswer> answers, Profile reader, CancellationToken cancel = default)
    {
        var said = ImmutableArray.CreateBuilder<BulkAnswerWire>(answers.Length);
        foreach (var answer in answers) said.Add(new(answer.Number.Value, answer.Decided, answer.Refusal is { } why ? RefusalWire.Of(await Name(why, reader, cancel)) : null));
        return said.MoveToImmutable();
    }

    private async ValueTask<MemberCard> Card(MemberId member, CancellationToken cancel) => (await presenter.Cards([member], cancel))[0];

    /// <summary>As part of a sentence: <c>at 14:02</c> today, <c>on 23 May 2024 at 14:02</c> before.</summary>
    private string When(DateTimeOffset at, Profile reader)
    {
        var (local, isToday) = Local(at, reader);
        var time = local.ToString("HH:mm", Words.Current.Culture);
        return isToday
            ? Words.Current.Say("moment.at", ("time", time))
            : Words.Current.Say("moment.on", ("day", local.ToString("d MMM yyyy", Words.Current.Culture)), ("time", time));
    }

    private string Day(DateTimeOffset at, Profile reader)
    {
        var (local, isToday) = Local(at, reader);
        return local.ToString(isToday ? "HH:mm" : "d MMM yyyy", Words.Current.Culture);
    }

    private (DateTimeOffset Local, bool IsToday) Local(DateTimeOffset at, Profile reader)
    {
        var zone = Zones.Find(reader.TimeZone);
        var local = TimeZoneInfo.ConvertTime(at, zone);
        return (local, local.Date == TimeZoneInfo.ConvertTime(clock.Now, zone).Date);
    }

    internal sealed record AlreadyDecidedBy(MemberCard By, string At, Verdict Verdict) : Refusal(RefusalKind.Conflict, "queue.already-decided");

    internal sealed record ArrivalAnsweredBy(MemberCard By, string At, ArrivalAct Act) : Refusal(RefusalKind.Conflict, "queue.arrival-answered");

    internal sealed record ClaimedBy(MemberCard By) : Refusal(RefusalKind.Conflict, "queue.claimed");

    internal sealed record TooSoonFor(string From) : Refusal(RefusalKind.Conflict, "queue.too-soon");
}
