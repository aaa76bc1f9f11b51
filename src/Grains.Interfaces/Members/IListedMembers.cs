using System.Collections.Immutable;

namespace PublicBuyers.Members;

/// <summary>The directory of members: whoever asked to be in it, for whoever is signed in.</summary>
public interface IListedMembers
{
    /// <summary>By name, at most <paramref name="most"/>.</summary>
    Task<ImmutableArray<ListedMember>> Find(MemberQuery query, int most, CancellationToken cancel);

    /// <summary>How many there are, whatever page is asked for.</summary>
    Task<int> Count(MemberQuery query, CancellationToken cancel);

    /// <summary>Completes when the view holds everything stored before the call, or after two seconds.</summary>
    Task Settled(CancellationToken cancel);
}

/// <param name="Words">Folded (<see cref="Fold"/>); each is the beginning of a word of the name, the organisation or the expertise.</param>
/// <param name="Country">Of <see cref="Countries.All"/>; empty: any.</param>
/// <param name="Language">Of <see cref="SpokenLanguages.All"/>; empty: any.</param>
/// <param name="After">The last of the page before; one who is not there any more: from the first.</param>
public sealed record MemberQuery(ImmutableArray<string> Words, string Country = "", string Language = "", MemberId? After = null);

public sealed record ListedMember(MemberCard Card, string Country, ImmutableArray<string> Languages, ImmutableArray<string> Expertise);
