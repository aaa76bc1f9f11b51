using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Coordination;

/// <summary>Every rule of a card. Pure.</summary>
internal static class StateOfPlayRules
{
    /// <param name="writer">What who writes is to the community.</param>
    /// <param name="isAddress">Whether a text is a mail address.</param>
    public static Decision<CardWritten, StateOfPlayEvent> Write(StateOfPlay state, Bearing writer, bool isAdministrator, Predicate<string> isAddress, WriteCard command)
    {
        if (!writer.IsFounded) return new CardRefusal.NotVisible();
        if (!Rights.May(Doing.WriteStateOfPlay, writer.Role, isAdministrator)) return CanRead(state, new(true, writer.Role)) ? new CardRefusal.NotAllowed() : new CardRefusal.NotVisible();

        if (writer.Closed is not null) return new CommunityRefusal.Closed();

        var newest = state.Newest()?.Version ?? 0;
        if (command.Seen != newest) return new CardRefusal.Changed(newest);
        if (command.Readers is not (Classification.Public or Classification.Members or Classification.Community)) return new CardRefusal.ReadersInvalid();

        var card = Trimmed(command.Card);
        if (WhyNot(card, isAddress) is { } why) return why;

        var changed = card.Fields().Zip(state.Card.Fields()).Where(each => each.First.Value != each.Second.Value).Select(each => each.First.Key).ToImmutableArray();
        if (newest > 0 && changed.IsEmpty && state.Newest()!.Readers == command.Readers) return Decision<CardWritten, StateOfPlayEvent>.Yes(new(newest));

        return Decision<CardWritten, StateOfPlayEvent>.Yes(new(newest + 1), new StateOfPlayEvent.CardWritten(newest + 1, card, command.Readers, changed));
    }

    /// <summary>Of a card that is not written there is nothing to read.</summary>
    public static bool CanRead(StateOfPlay state, Reader reader) => state.Newest() is { } newest && reader.CanRead(newest.Readers);

    private static Refusal? WhyNot(Card card, Predicate<string> isAddress)
    {
        foreach (var (field, text) in card.Fields())
        {
            var most = field is "linkedin" or "mail" ? CardLimits.LongestContact : CardLimits.LongestText;
            if (text.Length > most || Texts.HasLoneSurrogate(text) || text.Any(letter => char.IsControl(letter) && letter is not ('\n' or '\t')) || (field == "goal" && text.Length == 0)) return new CardRefusal.TextInvalid(field, most);
        }

        if (card.LinkedIn.Length > 0 && !IsLink(card.LinkedIn)) return new CardRefusal.LinkInvalid();
        return card.Mail.Length > 0 && !(CanBeLinked(card.Mail) && isAddress(card.Mail)) ? new CardRefusal.MailInvalid() : null;
    }

    /// <summary>To be clicked on: nothing but https, to a host, without anybody's name or password in it.</summary>
    private static bool IsLink(string text) =>
        !text.Any(char.IsWhiteSpace) && Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps && link.Host.Contains('.', StringComparison.Ordinal) && link.UserInfo.Length == 0;

    /// <summary>It becomes a <c>mailto:</c> link: nothing that would add recipients or headers to it.</summary>
    private static bool CanBeLinked(string address) => !address.Any(letter => char.IsWhiteSpace(letter) || letter is '<' or '>' or '"' or ',' or ';' or '?' or '&' or '%');

    private static Card Trimmed(Card card) => new(
        Text(card.Goal), Text(card.Levels), Text(card.Platform), Text(card.LinkedIn), Text(card.Mail), Text(card.Participants), Text(card.Activities), Text(card.Gazette), Text(card.Plans), Text(card.Connections));

    private static string Text(string text) => text.ReplaceLineEndings("\n").Trim();
}
