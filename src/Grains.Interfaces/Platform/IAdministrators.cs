using System.Collections.Immutable;

namespace PublicBuyers.Platform;

/// <summary>Who administers the platform, and what has come up to them: a view that follows the journal, milliseconds behind it.</summary>
public interface IAdministrators
{
    /// <summary>By id, at most <see cref="Most"/>. For the server's own use.</summary>
    Task<ImmutableArray<MemberId>> All(CancellationToken cancel);

    /// <summary>The communities in whose queues something has come up to administrators and is not over, at most <see cref="Most"/>.</summary>
    Task<ImmutableArray<CommunityId>> Queues(CancellationToken cancel);

    const int Most = 200;
}
