namespace PublicBuyers.Layout;

/// <summary>How large a picture is shown among posts. The page says it before the picture is there, so that nothing
/// moves when it comes.
/// The browser's part does the same (Client/picture-size.ts).</summary>
internal readonly record struct PictureSize(int Width, int Height)
{
    /// <summary>In CSS pixels. A narrower screen shows it smaller, in the same proportion.</summary>
    public const int Widest = 320;

    public const int Tallest = 200;

    /// <summary>As large as it is, or smaller where it would be wider or taller than the bounds; at least one pixel
    /// each way.</summary>
    public static PictureSize Of(int width, int height)
    {
        var scale = Math.Min(1, Math.Min((double)Widest / width, (double)Tallest / height));
        return new(Side(width * scale), Side(height * scale));
    }

    private static int Side(double length) => Math.Max(1, (int)Math.Floor(length + 0.5));
}
