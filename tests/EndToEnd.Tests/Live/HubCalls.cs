using System.Collections.Immutable;
using System.Text.Json;

namespace PublicBuyers.EndToEnd.Tests.Live;

/// <summary>What can be said of a room over the connection, and how answers are compared.</summary>
internal static class HubCalls
{
    /// <summary>Without the room, which comes first.</summary>
    public static readonly ImmutableArray<(string Method, object?[] Arguments)> OfARoom =
    [
        ("Post", ["1", "Hello", null, null, null]), ("Edit", ["2", 1, "Hello", null]), ("Delete", ["3", 1, "Because"]), ("React", ["4", 1, "agree", true]), ("Pin", ["5", 1, true]),
        ("Hide", ["6", 1, true, "Because"]), ("Lock", ["7", 1, true, "Because"]), ("SlowDown", ["8", 10, "Because"]), ("MarkRead", [1, null]), ("MuteRoom", ["9", true]),
    ];

    /// <summary>The answer to <c>Enter</c>, but for the name that was asked for.</summary>
    public static string WithoutTopic(JsonElement entered) => string.Join(' ', entered.EnumerateObject().Where(property => property.Name != "topic").Select(property => property.Value.GetRawText()));
}
