using PublicBuyers.Communities;
using PublicBuyers.Live;

namespace PublicBuyers.Members;

/// <summary>Completes a change of name: the next page that anybody opens shows it, and so do the open ones.</summary>
internal sealed class Named(IGrainFactory grains, ICommunityDirectory directory, Renames renames)
{
    public async Task Now(MemberId member, CancellationToken cancel)
    {
        await directory.Settled(cancel);
        if (await grains.Member(member).Profile() is { IsRefused: false, Value: var profile }) await renames.Learn(new(member, profile.Name, profile.Organisation));
    }
}
