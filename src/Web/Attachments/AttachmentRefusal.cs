using PublicBuyers.Attachments.Documents;

namespace PublicBuyers.Attachments;

public static class AttachmentLimits
{
    /// <summary>Of one file, in bytes.</summary>
    public const int Largest = 10 * 1024 * 1024;

    /// <summary>Of a form with files, in bytes: the text and several files.</summary>
    public const int LargestForm = (4 * Largest) + (256 * 1024);

    /// <summary>Files of one member that are uploaded, or being uploaded, and belong to no post yet.</summary>
    public const int MostUnposted = 20;

    public static readonly TimeSpan UnpostedKept = TimeSpan.FromDays(1);

    /// <summary>Of a name, in characters.</summary>
    public const int LongestName = 120;

    /// <summary>Width times height of an image.</summary>
    public const long MostPixels = 50_000_000;

    public const int LongestSide = 16_384;
}

/// <summary>Why a file is not taken.</summary>
public static class AttachmentRefusal
{
    public sealed record Empty() : Refusal(RefusalKind.Unprocessable, "attachment.empty");

    public sealed record TooLarge(int Megabytes) : Refusal(RefusalKind.TooLarge, "attachment.too-large");

    /// <summary>With it, the member would have more files than one member may.</summary>
    public sealed record MemberFull(long UsedMegabytes, long Megabytes)
        : Refusal(RefusalKind.TooLarge, "attachment.member-full");

    /// <summary>With it, the room would have more files than one room may.</summary>
    public sealed record RoomFull(long Megabytes) : Refusal(RefusalKind.TooLarge, "attachment.room-full");

    /// <summary>The server keeps what is left of its disk for what people write.</summary>
    public sealed record DiskFull() : Refusal(RefusalKind.NoRoom, "attachment.disk-full");

    /// <param name="Signature">What the virus scanner calls what it found.</param>
    public sealed record Infected(string Signature) : Refusal(RefusalKind.Unprocessable, "attachment.infected");

    /// <summary>No file is taken that the virus scanner has not looked at, and it does not answer.</summary>
    public sealed record ScannerAway() : Refusal(RefusalKind.Unavailable, "attachment.scanner-away");

    /// <summary>By its name it is of no kind that can be attached.</summary>
    public sealed record KindRefused(string Kinds) : Refusal(RefusalKind.Unprocessable, "attachment.kind-refused");

    /// <summary>It is not what its name says.</summary>
    public sealed record ContentDiffers(string Extension)
        : Refusal(RefusalKind.Unprocessable, "attachment.content-differs");

    /// <summary>A document that holds more than a document, or that could not be looked into.</summary>
    public sealed record Unsafe(UnsafeContent Why) : Refusal(RefusalKind.Unprocessable, "attachment.unsafe");

    /// <summary>A picture whose end, or a part of which, is missing.</summary>
    public sealed record Incomplete() : Refusal(RefusalKind.Unprocessable, "attachment.incomplete");

    public sealed record ImageTooLarge(int Side, int Megapixels)
        : Refusal(RefusalKind.Unprocessable, "attachment.image-too-large");

    public sealed record TooManyUnposted(int Most) : Refusal(RefusalKind.TooMany, "attachment.too-many-unposted");

    /// <summary>The file of a post is not on the disk any more.</summary>
    public sealed record Gone() : Refusal(RefusalKind.Absent, "attachment.gone");

    /// <summary>It is there, and the server cannot read it. The log says why.</summary>
    public sealed record Unreadable() : Refusal(RefusalKind.Unavailable, "attachment.unreadable");

    /// <summary>Not uploaded by this member for this room, or too long ago, or posted already.</summary>
    public sealed record NotUploaded() : Refusal(RefusalKind.Unprocessable, "attachment.not-uploaded");
}
