namespace PublicBuyers;

/// <summary>What holds where two classifications meet.</summary>
public static class Classifications
{
    /// <summary>What is said in the rooms of a community is for its members.</summary>
    public const Classification OfRooms = Classification.Community;

    /// <summary>The one under which nobody reads whom either would keep out. From <see cref="Classification.Public"/> to <see cref="Classification.Hosts"/> each lets in some of those before it.</summary>
    /// <remarks>What is none of them is taken as the strictest.</remarks>
    public static Classification Stricter(Classification one, Classification other) =>
        !Enum.IsDefined(one) || !Enum.IsDefined(other) ? Classification.Hosts : one > other ? one : other;
}
