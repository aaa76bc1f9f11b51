namespace PublicBuyers.Testing;

/// <summary>Everybody may know everybody who has an account.</summary>
public sealed class EverybodyKnown(IGrainFactory grains) : IAcquaintances
{
    public async Task<bool> MayKnow(MemberId reader, MemberId person, CancellationToken cancel) =>
        !(await grains.Member(person).Profile()).IsRefused;

    public Task<bool> IsKnownIn(CommunityId community, MemberId person, CancellationToken cancel) => Task.FromResult(true);
}
