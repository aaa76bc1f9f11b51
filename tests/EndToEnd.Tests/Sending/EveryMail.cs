using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Mails;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.EndToEnd.Tests.Sending;

/// <summary>One of each mail there is, and of each of its variants.</summary>
internal static class EveryMail
{
    public const string TimeZone = "Europe/Brussels";
    private const string To = "a@b.example";

    private static readonly DateTimeOffset noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly CommunityId community = new("trams");
    private static readonly ItemId item = new(community, new(7));

    /// <param name="written">Whatever people wrote: their names, those of their communities, their texts.</param>
    public static List<Mail> Of(MailWriter writer, string language, string written)
    {
        List<Mail> mails =
        [
            .. OfOthers(writer, language, written),
            SignIn(writer, language),
            writer.Test("id", To, language),
        ];
        return [.. mails, writer.Gathered("id", To, language, mails)];
    }

    /// <summary>Those in which somebody else's words stand.</summary>
    public static IEnumerable<Mail> OfOthers(MailWriter writer, string language, string written) =>
    [
        .. OfTheQueue(writer, language, written),
        .. OfMembers(writer, language, written),
        .. OfPublications(writer, language, written),
        writer.Invitation("id", To, language, written, Community(written)),
        writer.Invitation("id", To, language, "", Community(written)),
    ];

    public static Mail SignIn(MailWriter writer, string language) =>
        writer.SignIn("id", To, language, new("key"), "token", "123456", noon);

    public static DecidedMail Decision(string written, ItemKind kind, Verdict verdict) =>
        new(written, item, kind, verdict, written, noon, written, written, noon);

    private static IEnumerable<Mail> OfTheQueue(MailWriter writer, string language, string written)
    {
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            yield return writer.Waiting("id", To, language, written, item, kind, written, written);
            foreach (var verdict in Enum.GetValues<Verdict>())
            {
                var decision = Decision(written, kind, verdict);
                yield return writer.Decided("id", To, language, TimeZone, decision);
                yield return writer.Decided("id", To, language, TimeZone, decision with { AskAgainFrom = null });
            }
        }

        foreach (var (level, why) in new[]
        {
            (EscalationLevel.Leaders, EscalationReason.Waited),
            (EscalationLevel.Administrators, EscalationReason.Waited),
            (EscalationLevel.Administrators, EscalationReason.Dormant),
            (EscalationLevel.Administrators, EscalationReason.NobodyThere),
        })
        {
            var escalated = new EscalatedMail(written, item, ItemKind.Report, written, noon, level, why);
            yield return writer.Escalated("id", To, language, TimeZone, escalated);
        }
    }

    private static IEnumerable<Mail> OfMembers(MailWriter writer, string language, string written)
    {
        foreach (var kind in Enum.GetValues<RestrictionKind>())
        {
            var restricted = new RestrictedMail(community, written, kind, noon, written, written, written);
            yield return writer.Restricted("id", To, language, TimeZone, restricted);
            yield return writer.Restricted("id", To, language, TimeZone, restricted with { Until = null });
        }

        foreach (var (room, post, isDeleted) in new (RoomId?, PostNumber?, bool)[]
        {
            (null, null, false),
            (new(community, "general"), new(1), false),
            (new("trams/~k"), new(1), false),
            (new(community, "general"), new(1), true),
            (new("trams/~k"), new(1), true),
        })
        {
            ItemId? appeal = isDeleted ? null : item;
            var hidden = new HiddenMail(community, written, room, post, isDeleted, written, written, written, appeal);
            yield return writer.Hidden("id", To, language, hidden);
        }

        foreach (var role in new Role?[] { null, Role.Member, Role.Moderator, Role.Leader })
            yield return writer.Standing("id", To, language, new(community, written, role, written, written));
        foreach (var news in new[] { BridgeNews.Proposed, BridgeNews.Agreed, BridgeNews.Declined, BridgeNews.Ended })
            yield return writer.Bridge("id", To, language, new(news, community, written, written, written, written));
        foreach (var isAppointed in new[] { true, false })
            yield return writer.Administrator("id", To, language, isAppointed, written);
    }

    private static IEnumerable<Mail> OfPublications(MailWriter writer, string language, string written)
    {
        var publication = new PublicationId(community, "k");
        yield return writer.Published("id", To, language, written, written, publication, written);
        yield return writer.Withdrawn(
            "id", To, language, new(written, publication, written, written, written, written)
        );
    }

    private static CommunityView Community(string written) =>
        new(community, written, PublicBuyers.Communities.Access.Open, written, written, 1, [], null, []);
}
