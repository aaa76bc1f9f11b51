using PublicBuyers.Testing;

namespace PublicBuyers.Names;

public sealed class WhatIsAName
{
    private const int Most = 80;

    private static readonly Refusal Malformed = new Members.MemberRefusal.NameInvalid(Most);

    [Theory]
    [InlineData("\u3164")]
    [InlineData("\u2800\u2800")]
    [InlineData("\uFE0F")]
    [InlineData("\u034F")]
    [InlineData("\u115F\u1160")]
    [InlineData("\uFFA0")]
    [InlineData("\u200B\u2060\uFEFF")]
    [InlineData("\u00AD")]
    [InlineData("\u180E\u17B4")]
    [InlineData("\U000E0041\U000E0042")]
    [InlineData("\U0001D173")]
    [InlineData("\u0301")]
    [InlineData("Ada \u0301")]
    [InlineData("\u20DD")]
    public void What_cannot_be_seen_is_no_name(string name) => Wrong(name).ShouldBe(new NameRefusal.Unseen("name"));

    [Fact]
    public void No_default_ignorable_character_is_a_name_whichever_it_is()
    {
        var unseen = Enumerable.Range(0, 0x110000).Where(point => point is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32)
            .Where(letter => Naming.Tidy(letter).Length == 0 && !string.IsNullOrWhiteSpace(letter)).ToList();

        unseen.Count.ShouldBeGreaterThan(4_000);
        unseen.ShouldAllBe(letter => Wrong(letter) is NameRefusal.Unseen);
    }

    [Theory]
    [InlineData("Ada\u200B Lovelace", "Ada Lovelace")]
    [InlineData("\uFEFFAda", "Ada")]
    [InlineData("Ada\u2060\u00AD", "Ada")]
    [InlineData("turned \u202E around", "turned around")]
    [InlineData("Ada\u3164", "Ada")]
    [InlineData("Ren\u200Dé", "René")]
    [InlineData("  Ada \u2003 Lovelace ", "Ada Lovelace")]
    [InlineData("Rene\u0301", "René")]
    public void Strays_are_removed_from_a_name_that_can_be_seen(string typed, string kept)
    {
        Naming.Tidy(typed).ShouldBe(kept);
        Wrong(typed).ShouldBeNull();
    }

    [Theory]
    [InlineData("می\u200Cخواهم")]
    [InlineData("क्\u200Dष")]
    public void Joiners_stay_where_they_shape_letters(string name)
    {
        Naming.Tidy(name).ShouldBe(name);
        Wrong(name).ShouldBeNull();
    }

    [Theory]
    [InlineData("Åse Đặng")]
    [InlineData("Δημήτρης Παπαδόπουλος")]
    [InlineData("Николай")]
    [InlineData("山田太郎")]
    [InlineData("O'Brien-Müller")]
    [InlineData("Jean-Paul d’Ormesson Jr.")]
    [InlineData("Dr.Martin")]
    [InlineData("A.Li")]
    [InlineData("J.R.R. Tolkien")]
    [InlineData("Müller & Söhne")]
    [InlineData("Region @ Work")]
    [InlineData("கார்த்திக்")]
    [InlineData("สมชาย")]
    public void Names_of_every_script_are_names(string name) => Wrong(name).ShouldBeNull();

    [Theory]
    [InlineData("https://evil.example/reset")]
    [InlineData("ｈｔｔｐｓ：//evil.example")]
    [InlineData("www.evil.example")]
    [InlineData("evil.example")]
    [InlineData("Reset at evil.example/reset now")]
    [InlineData("(tenders.eu)")]
    [InlineData("ted.europa.eu.")]
    [InlineData("evil。com")]
    [InlineData("evil․com")]
    [InlineData("e\u200Bvil.c\u200Bom")]
    [InlineData("ada@example.eu")]
    [InlineData("Ada <ada@example.eu>")]
    [InlineData("ada＠example")]
    [InlineData("mailto:ada")]
    [InlineData("//evil")]
    [InlineData("javascript:alert(1)")]
    [InlineData("πύλη.ελ")]
    public void An_address_is_not_a_name(string name) => Wrong(name).ShouldBe(new NameRefusal.IsAddress("name"));

    [Theory]
    [InlineData("What ted.europa.eu changes in 2027", false)]
    [InlineData("https://ted.europa.eu", true)]
    [InlineData("ada@example.eu", true)]
    public void A_title_may_speak_of_an_address_but_not_be_one(string title, bool isRefused) =>
        (Naming.Wrong(title, Naming.Tidy(title), Most, "title", Malformed, mayHoldAddress: true) is NameRefusal.IsAddress).ShouldBe(isRefused);

    [Theory]
    [InlineData("Ada Lovelace (2)", "Ada Lovelace")]
    [InlineData("Ada (2) (3)", "Ada")]
    [InlineData("Ada (Liège)", "Ada (Liège)")]
    [InlineData("(2)", "(2)")]
    public void The_number_that_tells_namesakes_apart_is_nobodys_to_take(string typed, string kept) => Naming.TidyName(typed).ShouldBe(kept);

    [Theory]
    [InlineData("Ada Lovelace", "Аdа Lоvеlасе")]
    [InlineData("Ada Lovelace", "ADA LOVELACE")]
    [InlineData("Ada Lovelace", "Ada  Lovelace\u200B")]
    [InlineData("Ada Lovelace", "Ａｄａ Ｌｏｖｅｌａｃｅ")]
    [InlineData("Ivan", "lvan")]
    [InlineData("Ivan", "Ιvan")]
    [InlineData("Modern", "Modem")]
    [InlineData("René", "Rene\u0301")]
    public void Names_that_can_be_taken_for_each_other_have_one_skeleton(string one, string other) => Naming.Skeleton(other).ShouldBe(Naming.Skeleton(one));

    [Theory]
    [InlineData("Ada", "Ida")]
    [InlineData("René", "Rene")]
    [InlineData("Jean", "Jean-Paul")]
    public void Names_that_look_different_have_different_ones(string one, string other) => Naming.Skeleton(other).ShouldNotBe(Naming.Skeleton(one));

    [Fact]
    public void Any_text_has_one_form_and_a_skeleton_and_is_taken_or_refused()
    {
        var random = new Random(Fuzz.Seed);
        for (var round = 0; round < Fuzz.Rounds(2_000); round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 30)).Select(_ => (char)random.Next(0, 0x10000)));
            var tidy = Naming.Tidy(text);
            Naming.Tidy(tidy).ShouldBe(tidy);
            _ = Naming.Skeleton(text);
            if (Wrong(text) is null) tidy.EnumerateRunes().ShouldNotBeEmpty();
        }
    }

    private static Refusal? Wrong(string name) => Naming.Wrong(name, Naming.Tidy(name), Most, "name", Malformed);
}
