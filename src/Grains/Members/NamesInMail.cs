namespace PublicBuyers.Members;

/// <summary>What a mail calls people: as pages do, so that two whose names can be taken for each other are told apart.</summary>
internal sealed class NamesInMail(IGrainFactory grains, IMemberDirectory members)
{
    /// <returns>Empty for who has no account any more, and for the server itself.</returns>
    public async Task<string> Of(MemberId member, CancellationToken cancel)
    {
        if (member == MemberId.System || await grains.ReachableProfile(member) is not { Name: var name }) return "";

        // The directory follows the journal: what it says of an earlier name is not believed.
        var card = (await members.Cards([member], cancel)).GetValueOrDefault(member);
        return card?.Name.StartsWith(name, StringComparison.Ordinal) is true ? card.Name : name;
    }
}
