using PublicBuyers.Attachments;

namespace PublicBuyers.EndToEnd.Tests.Attachments;

/// <summary>
/// Files that Word, Excel, LibreOffice and picture programs have made are taken: nothing that every one of them writes
/// is refused.
/// </summary>
public sealed class WhatProgramsMake
{
    /// <summary>Comes with a package of the tests.</summary>
    private static readonly string files = Path.Combine(AppContext.BaseDirectory, "EmptyFiles");

    [Theory]
    [InlineData("document", "docx")]
    [InlineData("document", "odt")]
    [InlineData("document", "pdf")]
    [InlineData("image", "gif")]
    [InlineData("image", "jfif")]
    [InlineData("image", "jpg")]
    [InlineData("image", "png")]
    [InlineData("image", "webp")]
    [InlineData("sheet", "ods")]
    [InlineData("sheet", "xlsx")]
    [InlineData("slide", "odp")]
    [InlineData("slide", "pptx")]
    public void Is_taken(string folder, string extension)
    {
        using var file = File.OpenRead(Path.Combine(files, folder, "empty." + extension));

        FileKinds.Look("empty." + extension, file).Refusal.ShouldBeNull();
    }
}
