using PublicBuyers.Attachments;
using PublicBuyers.Testing;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>
/// Whole files with bytes changed, cut out and put in: each is taken or refused with a reason, and nothing that was
/// unsafe becomes safe by damage to what says so.
/// </summary>
public sealed class DamagedUploads
{
    private const int RoundsInASuite = 4_000;

    private static readonly (string Name, byte[] Content)[] Files =
    [
        ("a.png", SampleFiles.TellingPng(6)),
        ("a.jpg", SampleFiles.TellingJpeg(6)),
        ("a.gif", SampleFiles.TellingGif()),
        ("a.webp", SampleFiles.TellingWebP(6)),
        ("a.docx", SampleFiles.Word("word/a.xml", "word/media/b.png")),
        ("a.xlsx", SampleFiles.Sheet()),
        ("a.pptx", SampleFiles.Slides()),
        ("a.odt", SampleFiles.OpenText("styles.xml")),
        ("a.csv", System.Text.Encoding.Unicode.GetPreamble()),
        ("a.pdf", SampleFiles.Pdf),
        ("a.docx", SampleFiles.Hiding(SampleFiles.Word("word/a.xml"), 1)),
        ("a.docx", SampleFiles.Zip([("[Content_Types].xml", null), ("_rels/.rels", null), ("a", SampleFiles.Word())])),
    ];

    [Fact]
    public void Are_answered_and_never_an_exception()
    {
        var chance = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(RoundsInASuite); round++)
        {
            var (name, whole) = Files[chance.Next(Files.Length)];
            var damaged = Damaged(whole, chance);
            try
            {
                var found = FileKinds.Look(name, new MemoryStream(damaged));
                if (found.Value?.Parts is { } parts)
                    parts.ShouldAllBe(part =>
                        part.New != null
                        || (part.Start >= 0 && part.Length >= 0 && part.Start + part.Length <= damaged.Length)
                    );
                if (found.Value is { Width: { } width, Height: { } height })
                    ((long)width * height).ShouldBeInRange(1, AttachmentLimits.MostPixels);
            }
            catch (Exception thrown)
            {
                Assert.Fail($"Seed {Fuzz.Seed}, round {round}, {name}: {thrown}\n{Convert.ToHexString(damaged)}");
            }
        }
    }

    /// <summary>Whatever is changed in it, a picture that is taken tells no place any more.</summary>
    [Fact]
    public void Of_pictures_tell_no_place_when_they_are_taken()
    {
        var chance = new Random(Fuzz.Seed);
        var taken = 0;
        for (var round = 0; round < Fuzz.Rounds(RoundsInASuite); round++)
        {
            var (name, whole) = Files[chance.Next(4)];
            var damaged = (byte[])whole.Clone();
            damaged[chance.Next(damaged.Length)] ^= (byte)(1 << chance.Next(8));
            var found = FileKinds.Look(name, new MemoryStream(damaged));
            if (found.Value?.Parts is not { } parts)
                continue;

            taken++;
            byte[] kept =
            [
                .. parts.SelectMany(part =>
                    part.New is { } put ? put.ToArray() : damaged[part.Start..(part.Start + part.Length)]
                ),
            ];
            if (IsPlaceInPixels(name, damaged, kept))
                continue;

            System
                .Text.Encoding.Latin1.GetString(kept)
                .ShouldNotContain(
                    "GPS 52.2297",
                    customMessage: $"Seed {Fuzz.Seed}, round {round}, {name}: {Convert.ToHexString(damaged)}"
                );
        }

        taken.ShouldBeGreaterThan(0);
    }

    /// <summary>
    /// A changed length can make notes a part of a table or of the pixels: then they are shown as colours, if at all.
    /// </summary>
    private static bool IsPlaceInPixels(string name, byte[] damaged, byte[] kept) =>
        name == "a.jpg" && damaged.Length - kept.Length < SampleFiles.Place.Length;

    private static byte[] Damaged(byte[] whole, Random chance)
    {
        var bytes = whole.ToList();
        for (var changes = chance.Next(1, 5); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = chance.Next(bytes.Count);
            switch (chance.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << chance.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)chance.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(chance.Next(1, 20), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, chance.Next(1, 20)).Select(_ => (byte)chance.Next(256)));
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
