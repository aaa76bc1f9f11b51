namespace PublicBuyers.Attachments;

/// <summary>How much may be stored. Settings of the server.</summary>
/// <param name="OfMember">Of all files that one member uploaded and that are still kept, in bytes.</param>
/// <param name="OfRoom">Of all files of one room, or of one publication with its comments, in bytes.</param>
/// <param name="LeastFreePercent">Of the disk that files lie on: with less free than this, no new file is
/// taken.</param>
public sealed record FileQuotas(
    long OfMember = FileQuotas.UsualOfMember,
    long OfRoom = FileQuotas.UsualOfRoom,
    int LeastFreePercent = FileQuotas.UsualLeastFreePercent
)
{
    public const long UsualOfMember = 200L * 1024 * 1024;

    public const long UsualOfRoom = 5L * 1024 * 1024 * 1024;

    public const int UsualLeastFreePercent = 5;
}

/// <summary>How many bytes of files are kept, and how many there may be.</summary>
public sealed record FileUsage(long Used, long Limit)
{
    private const int WarnFromPercent = 80;

    /// <summary>So much is used that people are told before it is too late.</summary>
    public bool IsNearLimit => Used * 100 >= Limit * WarnFromPercent;
}

/// <summary>An uploaded file.</summary>
/// <param name="Storage">How much of their space the member who uploaded it has used with it.</param>
internal sealed record UploadedWire(
    AttachmentId Id,
    string Name,
    string Type,
    long Bytes,
    int? Width,
    int? Height,
    FileUsage Storage
);
