using PublicBuyers.Rooms;

namespace PublicBuyers.Attachments;

/// <summary>
/// How large pictures are shown, so that a page leaves the right room for them before they come. Pictures from before
/// turned ones were measured upright are measured when they are shown first; what is stored about them stays as it is.
/// </summary>
public sealed class PictureSizes(IAttachmentFiles files)
{
    private const int MostKept = 10_000;

    private readonly Live.NewestKept<AttachmentId, (int? Width, int? Height)> measured = new(
        MostKept,
        static (_, _) => 1
    );

    /// <summary>The card with the sides as they are shown.</summary>
    public Attachment Of(Attachment card)
    {
        if (card.IsMeasured || card.Width is null || !FileKinds.Pictures.Contains(card.Type))
            return card;

        var (width, height) = measured.Get(card.Id, _ => Measure(card));
        return card with { Width = width, Height = height, IsMeasured = true };
    }

    /// <summary>A file that cannot be measured keeps the sides it had.</summary>
    private (int? Width, int? Height) Measure(Attachment card)
    {
        using var file = files.Open(card.Id).Value;
        return file is not null && FileKinds.SizeOf(file) is var (width, height)
            ? (width, height)
            : (card.Width, card.Height);
    }
}
