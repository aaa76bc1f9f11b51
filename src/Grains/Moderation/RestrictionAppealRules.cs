using PublicBuyers.Communities;
using PublicBuyers.Journal;

namespace PublicBuyers.Moderation;

/// <summary>Asking that a mute, suspension or ban be looked at by somebody else. Pure.</summary>
internal static class RestrictionAppealRules
{
    /// <param name="restriction">In force for who asks, if there is one.</param>
    public static Decision<ItemNumber, QueueEvent> Appeal(Queue queue, Restriction? restriction, AppealRestriction command, DateTimeOffset now)
    {
        if (restriction is null) return new QueueRefusal.NotVisible();
        if (queue.OpenItemsOf(command.By).FirstOrDefault(item => item.Restricted == restriction) is { } before) return Decision<ItemNumber, QueueEvent>.Yes(before.Number);
        if (!CanBeAppealed(queue, restriction)) return new QueueRefusal.NoAppeal();

        return QueueRules.Open(queue, command.By, ItemKind.Appeal, command.Message, mayBeEmpty: false, null, null, now, restriction);
    }

    /// <summary>Once each.</summary>
    private static bool CanBeAppealed(Queue queue, Restriction restriction) =>
        !queue.AppealedRestrictions.TryGetValue(restriction.Member, out var at) || at < restriction.At;
}
