namespace PublicBuyers.Live;

/// <summary>Why the way in says no, before any grain is asked.</summary>
public static class LiveRefusal
{
    public sealed record TooManyTopics(int Most) : Refusal(RefusalKind.TooMany, "live.too-many-topics");

    public sealed record TooManyConnections(int Most) : Refusal(RefusalKind.TooMany, "live.too-many-connections");

    public sealed record TooManyFromAddress(int Most) : Refusal(RefusalKind.TooMany, "live.too-many-from-address");
}
