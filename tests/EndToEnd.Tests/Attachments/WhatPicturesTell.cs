using System.Text;
using PublicBuyers.Attachments;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>A picture is kept without what it says about its maker, the right way up and in its colours.</summary>
public sealed class WhatPicturesTell
{
    public static TheoryData<string, byte[], int, int> Telling =>
        new()
        {
            { "holiday.jpg", SampleFiles.TellingJpeg(1), 800, 600 },
            { "holiday.jpg", SampleFiles.TellingJpeg(6), 600, 800 },
            { "holiday.png", SampleFiles.TellingPng(1), 640, 480 },
            { "holiday.png", SampleFiles.TellingPng(8), 480, 640 },
            { "holiday.webp", SampleFiles.TellingWebP(1), 640, 480 },
            { "holiday.webp", SampleFiles.TellingWebP(5), 640, 480 },
            { "holiday.gif", SampleFiles.TellingGif(), 4, 2 },
        };

    [Theory, MemberData(nameof(Telling))]
    public void No_place_is_left_and_the_sides_are_those_that_are_shown(
        string name,
        byte[] picture,
        int width,
        int height
    )
    {
        Text(picture).ShouldContain(SampleFiles.Place, customMessage: "the test would show nothing");

        var (found, kept) = Kept(name, picture);

        Text(kept).ShouldNotContain("GPS");
        (found.Width, found.Height).ShouldBe((width, height));
        Kept(name, kept).File.ShouldBe(kept, "what was kept is a whole picture, and nothing more is taken from it");
    }

    [Theory]
    [InlineData("holiday.jpg")]
    [InlineData("holiday.png")]
    [InlineData("holiday.webp")]
    public void A_turned_picture_still_says_which_way_up_it_is_and_nothing_else(string name)
    {
        foreach (var orientation in Enumerable.Range(1, 8))
        {
            var kept = Kept(name, Make(name, orientation)).File;

            var tag = kept.AsSpan()
                .IndexOf((ReadOnlySpan<byte>)[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0]);
            if (orientation == 1)
                tag.ShouldBe(-1, "an upright picture needs no note");
            else
                tag.ShouldBeGreaterThan(0);
        }
    }

    [Theory]
    [InlineData("holiday.jpg")]
    [InlineData("holiday.webp")]
    [InlineData("holiday.png")]
    public void Colour_profiles_stay(string name)
    {
        var picture = Make(name, 3);
        var profile = name.EndsWith("png", StringComparison.Ordinal) ? "iCCP" : "a profile";

        Text(Kept(name, picture).File).ShouldContain(profile);
    }

    [Fact]
    public void A_jpeg_keeps_how_its_colours_are_meant_and_a_moving_picture_that_it_moves()
    {
        Text(Kept("a.jpg", SampleFiles.TellingJpeg(1)).File).ShouldContain("Adobe");
        Text(Kept("a.gif", SampleFiles.TellingGif()).File).ShouldContain("NETSCAPE2.0");
    }

    /// <summary>
    /// A preview is a picture of its own, with notes of its own, and sometimes shows what was cut away.
    /// </summary>
    [Fact]
    public void A_preview_is_not_kept() =>
        Kept("a.jpg", SampleFiles.Jpeg(4, 3)).File.AsSpan().IndexOf((ReadOnlySpan<byte>)[1, 1, 9, 9, 9]).ShouldBe(-1);

    public static TheoryData<string, byte[], string, string> CalledOtherwise =>
        new()
        {
            { "really.jpg", SampleFiles.Png(), "really.png", "image/png" },
            { "really.png", SampleFiles.Jpeg(4, 3), "really.jpg", "image/jpeg" },
            { "IMG_0001.HEIC", SampleFiles.Jpeg(4, 3), "IMG_0001.jpg", "image/jpeg" },
            { "saved.jfif", SampleFiles.Jpeg(4, 3), "saved.jpg", "image/jpeg" },
            { "photo.JPEG", SampleFiles.Jpeg(4, 3), "photo.JPEG", "image/jpeg" },
            { "scan.pdf", SampleFiles.WebP(4, 3), "scan.webp", "image/webp" },
            { "scan.txt", SampleFiles.Gif(4, 2), "scan.gif", "image/gif" },
        };

    [Theory, MemberData(nameof(CalledOtherwise))]
    public void A_picture_is_what_its_content_says_and_is_called_so(
        string name,
        byte[] picture,
        string shown,
        string type
    )
    {
        var found = Kept(name, picture).Found;

        (found.Name, found.Type).ShouldBe((shown, type));
    }

    public static TheoryData<string, byte[]> Whole =>
        new()
        {
            { "a.png", SampleFiles.TellingPng(6) },
            { "a.jpg", SampleFiles.TellingJpeg(6)[..^SampleFiles.Place.Length] },
            { "a.gif", SampleFiles.TellingGif()[..^SampleFiles.Place.Length] },
            { "a.webp", SampleFiles.TellingWebP(6) },
        };

    [Theory, MemberData(nameof(Whole))]
    public void A_picture_that_breaks_off_anywhere_is_refused(string name, byte[] picture)
    {
        Look(name, picture).IsRefused.ShouldBeFalse();
        for (var length = 1; length < picture.Length; length++)
        {
            Look(name, picture[..length])
                .Refusal.ShouldNotBeNull($"cut to {length} of {picture.Length} bytes")
                .Code.ShouldBeOneOf("attachment.incomplete", "attachment.content-differs");
        }
    }

    [Fact]
    public void A_picture_that_promises_a_small_canvas_and_holds_a_huge_one_is_as_large_as_it_can_get()
    {
        var lying = SampleFiles.WebP(16_000, 16_000);
        foreach (var at in new[] { 24, 25, 26, 27, 28, 29 })
            lying[at] = 0;

        Look("a.webp", lying).Refusal.ShouldBeOfType<AttachmentRefusal.ImageTooLarge>();
    }

    private static byte[] Make(string name, int orientation) =>
        Path.GetExtension(name) switch
        {
            ".jpg" => SampleFiles.TellingJpeg(orientation),
            ".png" => SampleFiles.TellingPng(orientation),
            _ => SampleFiles.TellingWebP(orientation),
        };

    private static (FoundFile Found, byte[] File) Kept(string name, byte[] picture)
    {
        var found = Look(name, picture);
        found.Refusal.ShouldBeNull();
        var parts = found.Value!.Parts.ShouldNotBeNull();
        return (
            found.Value,
            [
                .. parts.SelectMany(part =>
                    part.New is { } put ? put.ToArray() : picture[part.Start..(part.Start + part.Length)]
                ),
            ]
        );
    }

    private static Outcome<FoundFile> Look(string name, byte[] content) =>
        FileKinds.Look(name, new MemoryStream(content));

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);
}
