namespace PublicBuyers.Members;

/// <summary>What other grains and effects ask of a member, most of all.</summary>
internal static class Profiles
{
    extension(IGrainFactory grains)
    {
        public async Task<bool> IsAdministrator(MemberId member) => (await grains.Member(member).Profile()) is { IsRefused: false, Value.IsAdministrator: true };

        /// <summary>Of who can be written to; none where there is no address.</summary>
        public async Task<Profile?> ReachableProfile(MemberId member) => (await grains.Member(member).Profile()) is { IsRefused: false, Value: { Address.Length: > 0 } profile } ? profile : null;
    }
}
