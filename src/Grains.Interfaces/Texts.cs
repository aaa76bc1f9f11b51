namespace PublicBuyers;

/// <summary>What can be written down exactly, and read back the same.</summary>
public static class Texts
{
    /// <summary>A half of a character without its other half: UTF-8 has no form for it.</summary>
    public static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return true;
        }

        return false;
    }
}
