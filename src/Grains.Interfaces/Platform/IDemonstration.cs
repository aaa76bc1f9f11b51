using System.Collections.Immutable;

namespace PublicBuyers.Platform;

/// <summary>The people of the demonstration data. Empty anywhere else.</summary>
public interface IDemonstration
{
    ImmutableArray<DemonstrationPerson> People { get; }
}

/// <param name="Role">What the person does there, in a few words.</param>
public sealed record DemonstrationPerson(MemberId Member, string Name, string Organisation, string Role);
