using System.Text;

namespace PublicBuyers;

/// <summary>Unicode's normal forms of any text from outside. The framework throws where a text has none.</summary>
public static class NormalForms
{
    /// <summary>The framework takes it for a mark of a wrong byte order, wherever it stands.</summary>
    private const char WrongOrder = '\uFFFE';

    /// <summary>In this form. What has none, half letters and U+FFFE, is replaced by U+FFFD.</summary>
    public static string Normal(this string text, NormalizationForm form = NormalizationForm.FormC) =>
#pragma warning disable RS0030 // the one place that may
        WellFormed(text).Normalize(form);
#pragma warning restore RS0030

    private static string WellFormed(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF') && !text.Contains(WrongOrder)) return text;

        var well = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) well.Append(rune.Value == WrongOrder ? "\uFFFD" : rune.ToString());
        return well.ToString();
    }
}
