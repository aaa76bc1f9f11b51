using System.Text.Json.Serialization;

namespace PublicBuyers.Rooms;

/// <summary>A file that belongs to a post. Its name on disk is made by the server and is no part of this.</summary>
/// <param name="Name">As the author called it; for showing only.</param>
/// <param name="Type">Media type, found out from its content.</param>
/// <param name="Width">Of a picture as it is shown, in pixels, read from its header.</param>
[GenerateSerializer, Immutable, Alias("room.attachment")]
public sealed record Attachment(
    [property: Id(0)] AttachmentId Id,
    [property: Id(1)] string Name,
    [property: Id(2)] string Type,
    [property: Id(3)] long Bytes,
    [property: Id(4)] int? Width = null,
    [property: Id(5)] int? Height = null)
{
    /// <summary>
    /// The sides are those of the picture turned upright. False of pictures from before that was looked at: whoever
    /// shows them measures them again.
    /// </summary>
    [Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsMeasured { get; init; }
}
