using PublicBuyers.Mails;
using PublicBuyers.Moderation;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>R3, R4: outcome, reason, whom to ask, when and how to ask again, and where to appeal.</summary>
public sealed class WhatDecisionsSay
{
    private static readonly DateTimeOffset noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly MailWriter writer = new(new("https://buyers.example"), "help@buyers.example");

    [Theory]
    [InlineData("en", null, "You can ask again whenever you like:")]
    [InlineData("en", 20, "You can ask again from 20 March 2026, 10:00 (Europe/Brussels, UTC+01:00):")]
    [InlineData("fr", null, "Vous pouvez refaire une demande quand vous voulez :")]
    [InlineData("fr", 20, "Vous pouvez refaire une demande à partir du 20 mars 2026, 10:00 (Europe/Brussels, UTC+01:00) :")]
    public void Who_is_not_let_in_reads_why_whom_to_ask_and_when_and_where_to_ask_again(string language, int? day, string again)
    {
        var mail = Decided(ItemKind.AccessRequest, Verdict.Rejected, language, day is { } from ? new(2026, 3, from, 9, 0, 0, TimeSpan.Zero) : null);

        mail.Text.ShouldContain("> Say a little more.");
        mail.Text.ShouldContain("dana@buyers.example");
        mail.Text.ShouldContain($"{again}\n\nhttps://buyers.example/communities/trams/ask\n");
        mail.Text.ShouldContain("https://buyers.example/requests#trams-7");
        mail.Html.ShouldContain("<a href=\"https://buyers.example/communities/trams/ask\">");
    }

    [Theory]
    [InlineData("en")]
    [InlineData("fr")]
    public void Every_outcome_has_its_own_words_and_leaves_none_to_fill_in(string language)
    {
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                var mail = Decided(kind, verdict, language, null);

                (mail.Subject + mail.Text + mail.Html).ShouldNotContain("{", Case.Sensitive, $"{kind} {verdict}");
                mail.Subject.ShouldContain("Trams", Case.Sensitive, $"{kind} {verdict}");
                mail.Text.ShouldContain("Say a little more.", Case.Sensitive, $"{kind} {verdict}");
                subjects.Add(mail.Text).ShouldBeTrue($"{kind} {verdict} reads like another outcome");
            }
        }
    }

    private Mail Decided(ItemKind kind, Verdict verdict, string language, DateTimeOffset? again) =>
        writer.Decided("id", "ana@buyers.example", language, "Europe/Brussels", new("Trams", new(new("trams"), new(7)), kind, verdict, "Dana", noon, "Say a little more.", "dana@buyers.example", again));
}
