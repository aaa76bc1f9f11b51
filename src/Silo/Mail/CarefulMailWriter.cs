using PublicBuyers.Communities;
using PublicBuyers.Moderation;
using PublicBuyers.SignIn;

namespace PublicBuyers.Mails;

/// <summary>A mail that cannot be written is listed, in place of failing whatever tells of it again and again.</summary>
internal sealed class CarefulMailWriter(IMailWriter writer) : IMailWriter
{
    public Mail SignIn(
        string messageId,
        string address,
        string language,
        AddressKey key,
        string token,
        string code,
        DateTimeOffset until
    ) =>
        Try(
            messageId,
            address,
            language,
            () => writer.SignIn(messageId, address, language, key, token, code, until)
        ) with
        {
            IsAskedFor = true,
        };

    public Mail Waiting(
        string messageId,
        string address,
        string language,
        string community,
        ItemId item,
        ItemKind kind,
        string by,
        string message
    ) =>
        Try(
            messageId,
            address,
            language,
            () => writer.Waiting(messageId, address, language, community, item, kind, by, message)
        );

    public Mail Escalated(
        string messageId,
        string address,
        string language,
        string timeZone,
        EscalatedMail escalated
    ) => Try(messageId, address, language, () => writer.Escalated(messageId, address, language, timeZone, escalated));

    public Mail Decided(string messageId, string address, string language, string timeZone, DecidedMail decided) =>
        Try(messageId, address, language, () => writer.Decided(messageId, address, language, timeZone, decided));

    public Mail Published(
        string messageId,
        string address,
        string language,
        string community,
        string by,
        PublicationId publication,
        string title
    ) =>
        Try(
            messageId,
            address,
            language,
            () => writer.Published(messageId, address, language, community, by, publication, title)
        );

    public Mail Withdrawn(string messageId, string address, string language, WithdrawnMail withdrawn) =>
        Try(messageId, address, language, () => writer.Withdrawn(messageId, address, language, withdrawn));

    public Mail Restricted(
        string messageId,
        string address,
        string language,
        string timeZone,
        RestrictedMail restricted
    ) => Try(messageId, address, language, () => writer.Restricted(messageId, address, language, timeZone, restricted));

    public Mail Hidden(string messageId, string address, string language, HiddenMail hidden) =>
        Try(messageId, address, language, () => writer.Hidden(messageId, address, language, hidden));

    public Mail Standing(string messageId, string address, string language, StandingMail standing) =>
        Try(messageId, address, language, () => writer.Standing(messageId, address, language, standing));

    public Mail Bridge(string messageId, string address, string language, BridgeMail bridge) =>
        Try(messageId, address, language, () => writer.Bridge(messageId, address, language, bridge));

    public Mail Administrator(string messageId, string address, string language, bool isAppointed, string by) =>
        Try(messageId, address, language, () => writer.Administrator(messageId, address, language, isAppointed, by));

    public Mail Invitation(
        string messageId,
        string address,
        string language,
        string inviter,
        CommunityView community
    ) => Try(messageId, address, language, () => writer.Invitation(messageId, address, language, inviter, community));

    public Mail Gathered(string messageId, string address, string language, IReadOnlyList<Mail> mails) =>
        Try(messageId, address, language, () => writer.Gathered(messageId, address, language, mails));

    private static Mail Try(string messageId, string address, string language, Func<Mail> write)
    {
        try
        {
            return write();
        }
        catch (Exception fault)
        {
            return new(messageId, address, "", "", "", language)
            {
                Unwritable = $"It could not be written: {fault.Message}",
            };
        }
    }
}
