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

    public sealed record TooLarge(int Megabytes) : Refusal(RefusalKind.Unprocessable, "attachment.too-large");

    /// <summary>By its name it is of no kind that can be attached.</summary>
    public sealed record KindRefused(string Kinds) : Refusal(RefusalKind.Unprocessable, "attachment.kind-refused");

    /// <summary>It is not what its name says.</summary>
    public sealed record ContentDiffers(string Extension) : Refusal(RefusalKind.Unprocessable, "attachment.content-differs");

    /// <summary>It holds programs, or could not be opened safely.</summary>
    public sealed record Unsafe() : Refusal(RefusalKind.Unprocessable, "attachment.unsafe");

    public sealed record ImageTooLarge(int Side, int Megapixels) : Refusal(RefusalKind.Unprocessable, "attachment.image-too-large");

    public sealed record TooManyUnposted(int Most) : Refusal(RefusalKind.TooMany, "attachment.too-many-unposted");

    /// <summary>Not uploaded by this member for this room, or too long ago, or posted already.</summary>
    public sealed record NotUploaded() : Refusal(RefusalKind.Unprocessable, "attachment.not-uploaded");
}
