namespace PublicBuyers.Rooms;

/// <summary>What was reported, beside what has become of it.</summary>
/// <param name="Then">Text and files as they were.</param>
/// <param name="Now">As everybody sees it: without a text where it is deleted or hidden.</param>
[GenerateSerializer, Immutable, Alias("room.post-then-and-now")]
public sealed record PostThenAndNow([property: Id(0)] PostView Then, [property: Id(1)] PostView Now);
