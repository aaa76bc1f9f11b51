using System.Collections.Immutable;
using PublicBuyers.Publications;

namespace PublicBuyers.Members;

/// <summary>Looks into the directory of members, for pages and for programs.</summary>
internal sealed class MemberReading(IListedMembers members)
{
    public const int PageSize = 50;

    /// <summary>A country or a language that is none finds nobody.</summary>
    public async Task<MembersFound> Find(MembersAsked asked, CancellationToken cancel)
    {
        await members.Settled(cancel);
        var query = new MemberQuery(PublicationReading.WordsIn(asked.Q), asked.Country ?? "", asked.Language ?? "", MemberId.TryRead(asked.After, out var after) ? after : null);
        var found = await members.Find(query, PageSize + 1, cancel);
        return new([.. found.Take(PageSize)], await members.Count(query, cancel), found.Length > PageSize ? found[PageSize - 1].Card.Member : null);
    }
}

/// <summary>Whom somebody looks for, as it came from the address.</summary>
public sealed record MembersAsked
{
    /// <summary>Beginnings of words of a name, an organisation or what somebody knows about.</summary>
    public string? Q { get; init; }

    /// <summary>ISO 3166-1: <c>BE</c>.</summary>
    public string? Country { get; init; }

    /// <summary>BCP 47: <c>fr</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The last of the page before.</summary>
    public string? After { get; init; }

    public bool IsAnything => !string.IsNullOrWhiteSpace(Q) || !string.IsNullOrEmpty(Country) || !string.IsNullOrEmpty(Language);
}

/// <param name="Total">Of all pages.</param>
/// <param name="Next">Where to read on (<see cref="MembersAsked.After"/>); none at the end.</param>
public sealed record MembersFound(ImmutableArray<ListedMember> Members, int Total, MemberId? Next);
