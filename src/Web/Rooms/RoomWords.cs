namespace PublicBuyers.Rooms;

/// <summary>The words that the browser's part of a room needs.</summary>
internal static class RoomWords
{
    public static string AsJson(Words words) => words.AsJson("client.", "post.", "edit.", "reaction.", "size.", "member.nameless", "cancel");
}
