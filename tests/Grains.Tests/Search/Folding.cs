using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace PublicBuyers.Search;

public sealed class Folding
{
    [Theory]
    [InlineData("Élodie Çelik", "elodie celik")]
    [InlineData("Müller", "muller")]
    [InlineData("Straße", "strasse")]
    [InlineData("STRASSE", "strasse")]
    [InlineData("STRAẞE", "strasse")]
    [InlineData("Łódź", "lodz")]
    [InlineData("Øresund", "oresund")]
    [InlineData("Ægir Œuvre", "aegir oeuvre")]
    [InlineData("Đorđe Þór Guðrún", "dorde thor gudrun")]
    [InlineData("Ħal Għargħur", "hal gharghur")]
    [InlineData("ΑΓΟΡΆ", "αγορα")]
    [InlineData("αγορά", "αγορα")]
    [InlineData("Σίσυφος", "σισυφοσ")]
    [InlineData("ΣΊΣΥΦΟΣ", "σισυφοσ")]
    [InlineData("ΐΰϊ", "ιυι")]
    [InlineData("Йордан", "йордан")]
    [InlineData("йордан", "йордан")]
    [InlineData("ЙОРДАН", "йордан")]
    [InlineData("Иван", "иван")]
    [InlineData("ёлка Ї", "елка і")]
    [InlineData("İstanbul", "istanbul")]
    [InlineData("ISTANBUL", "istanbul")]
    [InlineData("ıstanbul", "istanbul")]
    [InlineData("ﬁnance ﬀ", "finance ff")]
    [InlineData("zero\u200Bwidth", "zerowidth")]
    [InlineData("a\u202Eb\u2066c", "abc")]
    [InlineData("x² №5 Ⅷ", "x2 no5 viii")]
    [InlineData("O'Brien", "o brien")]
    [InlineData("O’Brien", "o brien")]
    [InlineData("OʼBrien", "o brien")]
    [InlineData("  one -- two__three  ", "one two three")]
    [InlineData("\" OR NEAR( *", "or near")]
    [InlineData("日本語", "日本語")]
    [InlineData("", "")]
    [InlineData("…", "")]
    public void Looks_through_what_people_type_differently(string text, string folded) => Fold.Of(text).ShouldBe(folded);

    [Fact]
    public void Half_a_character_is_no_letter_and_no_fault() => Fold.Of("a\ud800b \udc00").ShouldBe("a b");

    [Fact]
    public void Folding_again_changes_nothing_whatever_the_letter()
    {
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            if (!Rune.IsValid(code)) continue;

            var folded = Fold.Of($"a{new Rune(code)}b");
            if (Fold.Of(folded) != folded) Fold.Of(folded).ShouldBe(folded, $"U+{code:X4}");
        }
    }

    [Fact]
    public void Folding_again_changes_nothing_whatever_the_text() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
    {
        var once = Fold.Of(text.Get);
        return Fold.Of(once) == once && Fold.Of(text.Get.ToUpperInvariant()) == Fold.Of(text.Get.ToLowerInvariant().ToUpperInvariant());
    }));

    /// <summary>B13: marks upon marks take no more time than letters do.</summary>
    [Fact]
    public void A_tower_of_marks_is_folded_away()
    {
        var tower = "a" + string.Concat(Enumerable.Repeat("\u0316\u0301", 100_000)) + "b";
        Fold.Of(tower[..100]);

        Fold.Of(tower).ShouldBe("ab");
    }
}
