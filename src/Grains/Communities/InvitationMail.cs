using PublicBuyers.Journal;
using PublicBuyers.Mails;
using PublicBuyers.Members;
using PublicBuyers.SignIn;

namespace PublicBuyers.Communities;

/// <summary>Effect: the address of an invitation is told to mail it, in its own stream. An address that nothing can be delivered to holds up no other.</summary>
internal sealed class InvitationFollows(IGrainFactory grains) : IEffect
{
    public string Name => "invitation";

    public int Partitions => 2;

    public bool Concerns(string type) => type == CommunityEvent.InvitedName;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        if (FactCodec<CommunityEvent>.Read(fact).Event is not CommunityEvent.Invited invited) return;

        (await grains.GetGrain<IAddressInvitations>(Streams.Of(invited.Key)).Tell(new()
        {
            By = MemberId.System,
            Request = RequestId.OfEffect(fact.Stream, fact.Sequence),
            Community = new(fact.Stream["community/".Length..]),
            InvitedBy = fact.By,
        })).OrThrow();
    }
}

/// <summary>Effect: who was invited gets a mail that says by whom and to what.</summary>
internal sealed class InvitationMail(IGrainFactory grains, NamesInMail names, IMailWriter writer, IMailbox mailbox) : IEffect
{
    public string Name => "invitation-mail";

    public int Partitions => 2;

    public bool Concerns(string type) => type == AddressEvent.InvitationToldName;

    public async Task Follow(RecordedFact fact, CancellationToken cancel)
    {
        if (FactCodec<AddressEvent>.Read(fact).Event is not AddressEvent.InvitationTold told) return;

        var key = new AddressKey(fact.Stream["address/".Length..]);
        var owner = await grains.GetGrain<IAddressInvitations>(fact.Stream).Owner();
        var community = await grains.Community(told.Community).BearingOf(owner ?? MemberId.System);
        var mayNotCome = community.Restriction is RestrictionKind.Ban or RestrictionKind.Suspension;
        if (!community.IsFounded || community.Role is not null || mayNotCome) return;   // has come already, or is kept out

        var inviter = await ProfileOf(told.InvitedBy);
        var reader = owner is { } member ? await ProfileOf(member) : null;
        var view = (await grains.Community(told.Community).Describe(MemberId.System)).OrThrow();
        var language = reader?.Language ?? inviter?.Language ?? Languages.Default;
        var by = await names.Of(told.InvitedBy, cancel);
        var mail = writer.Invitation($"invitation.{key.Value}.{fact.Sequence}", told.Address, language, by, view);
        await mailbox.Deliver(mail.CausedBy(told.InvitedBy, new MailAbout.Invited(key, told.Community)), cancel);
    }

    private async Task<Profile?> ProfileOf(MemberId member) => member == MemberId.System ? null : (await grains.Member(member).Profile()).Value;
}
