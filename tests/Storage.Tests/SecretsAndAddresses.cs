using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.SignIn;

namespace PublicBuyers.Storage;

public sealed class SecretsAndAddresses
{
    private static readonly Secrets Secrets = new(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    private static readonly AddressKeys Addresses = new(Secrets);

    [Fact]
    public void A_token_is_the_same_each_time_and_another_for_anything_else()
    {
        var token = Secrets.Token("sign-in", "address/x/1");

        token.Length.ShouldBe(43);
        Secrets.Token("sign-in", "address/x/1").ShouldBe(token);
        foreach (var other in new[] { Secrets.Token("sign-in", "address/x/2"), Secrets.Token("sign-in/", "address/x/1"), Secrets.Token("sign-inaddress", "/x/1"), new Secrets(new byte[32]).Token("sign-in", "address/x/1") })
            other.ShouldNotBe(token);
    }

    [Fact]
    public void A_code_has_its_digits_leading_zeros_included() =>
        Enumerable.Range(0, 200).Select(i => Secrets.Code("sign-in", $"{i}", 6)).ShouldAllBe(code => code.Length == 6 && code.All(char.IsAsciiDigit));

    [Theory]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("  Ada@EXAMPLE.org\n", "ada@example.org")]
    [InlineData("ada+news@example.org", "ada+news@example.org")]
    [InlineData("o'hara@example.org", "o'hara@example.org")]
    [InlineData("achats@MÜNCHEN.de", "achats@xn--mnchen-3ya.de")]
    [InlineData("ada@example。org", "ada@example.org")]
    [InlineData("Ζωή@παράδειγμα.gr", "ζωή@xn--hxajbheg2az3al.gr")]
    [InlineData("ada@localhost", "ada@localhost")]
    public void An_address_has_one_form(string written, string normalised)
    {
        Addresses.TryRead(written, out var read).ShouldBeTrue();
        read.ShouldBe(normalised);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("@")]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.org")]
    [InlineData("a@b@europa.eu")]
    [InlineData("ada lovelace@example.org")]
    [InlineData("ada@exam ple.org")]
    [InlineData("ada\r\nBcc: bob@example.org")]
    [InlineData("ada\0@example.org")]
    [InlineData("\"ada\"@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("ada@example.org,bob")]
    [InlineData("ada..lovelace@example.org")]
    [InlineData(".ada@example.org")]
    [InlineData("ada@example..org")]
    [InlineData("ada@example.org.")]
    [InlineData("ada@-example.org")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada\u202e@example.org")]
    public void What_is_no_address_is_refused(string? written)
    {
        Addresses.TryRead(written, out var read).ShouldBeFalse();
        read.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_too_long_is_refused()
    {
        Addresses.TryRead(new string('a', 65) + "@example.org", out _).ShouldBeFalse();
        Addresses.TryRead("ada@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 5)) + ".org", out _).ShouldBeFalse();
        Addresses.TryRead("\ud800@example.org", out _).ShouldBeFalse("a lone surrogate");
    }

    [Fact]
    public void Reading_a_normalised_address_changes_nothing_and_never_throws() => Prop.ForAll(
        ArbMap.Default.ArbFor<string?>(),
        text =>
        {
            if (!Addresses.TryRead(text + "@Example.org", out var once)) return true;
            return Addresses.TryRead(once, out var twice) && once == twice;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_tells_nothing_of_its_address_and_is_safe_in_a_stream_name()
    {
        var key = Addresses.KeyOf("ada@example.org");

        key.Value.ShouldMatch("^[a-z2-7]{26}$");
        Addresses.KeyOf("ada@example.org").ShouldBe(key);
        new AddressKeys(new Secrets(new byte[32])).KeyOf("ada@example.org").ShouldNotBe(key);
    }

    [Theory]
    [InlineData("ada+news@example.org", "ada@example.org")]
    [InlineData("ada+news+more@example.org", "ada@example.org")]
    [InlineData("ada+@example.org", "ada@example.org")]
    [InlineData("ada@example.org", "ada@example.org")]
    [InlineData("a.da@example.org", "a.da@example.org")]
    [InlineData("+ada@example.org", "+ada@example.org")]
    public void Spellings_of_a_mailbox_have_one_key_for_limits_and_own_ones_for_accounts(string address, string mailbox)
    {
        IAddressKeys keys = Addresses;

        keys.MailboxOf(address).ShouldBe(keys.KeyOf(mailbox));
        (keys.KeyOf(address) == keys.KeyOf(mailbox)).ShouldBe(address == mailbox);
    }

    [Fact]
    public void New_ids_are_sixteen_letters_and_never_the_same()
    {
        var ids = Enumerable.Range(0, 1_000).Select(_ => new NewIds().Next()).ToList();

        ids.ShouldAllBe(id => id.Length == 16 && id.All(letter => char.IsAsciiLetterLower(letter) || (letter >= '2' && letter <= '7')));
        ids.Distinct().Count().ShouldBe(ids.Count);
    }
}
