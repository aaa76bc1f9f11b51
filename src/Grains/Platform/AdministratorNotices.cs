using Microsoft.Extensions.Logging;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Members;

namespace PublicBuyers.Platform;

/// <summary>Effect: somebody whom another administrator appointed or dismissed learns it on their page and by mail.</summary>
internal sealed partial class AdministratorNotices(IGrainFactory grains, IMailWriter writer, IMailbox mailbox, ILogger<AdministratorNotices> log) : IEffect
{
    public string Name => "administrator-notices";

    public int Partitions => 1;

    public bool Concerns(string type) => type is AdministrationEvent.Appointed or AdministrationEvent.Dismissed;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        switch (FactCodec<AdministrationEvent>.Read(fact).Event)
        {
            case AdministrationEvent.AdministratorAppointed appointed:
                await Notify(fact, appointed.Member, isAppointed: true, cancel);
                break;
            case AdministrationEvent.AdministratorDismissed dismissed:
                await Notify(fact, dismissed.Member, isAppointed: false, cancel);
                break;
        }
    }

    private async Task Notify(RecordedFact fact, MemberId member, bool isAppointed, CancellationToken cancel)
    {
        // Nobody is told what they did themselves, nor of an appointment that was only taken over into the list.
        if (fact.By == member || fact.By == MemberId.System) return;

        var told = await grains.Inbox(member).TellOf(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence, member),
            Kind = isAppointed ? NoticeKind.Appointed : NoticeKind.Dismissed,
            Of = new(CommunityId.None, null, null, null, null, null),
            Actor = fact.By,
        });
        if (told.Refusal is { } why) LogRefused(why.Code);
        if (await grains.ReachableProfile(member) is not { } to) return;

        var by = (await grains.ReachableProfile(fact.By))?.Name ?? "";
        await mailbox.Deliver(writer.Administrator($"administrator.{fact.Sequence}.{member.Value}", to.Address, to.Language, isAppointed, by).CausedBy(fact.By), cancel);
    }

    [LoggerMessage(1161, LogLevel.Warning, "An inbox could not be notified of an appointment or dismissal: {Code}")]
    private partial void LogRefused(string code);
}
