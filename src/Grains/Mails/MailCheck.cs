using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Inbox;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.SignIn;

namespace PublicBuyers.Mails;

/// <inheritdoc cref="IMailCheck"/>
internal sealed class MailCheck(IGrainFactory grains) : IMailCheck
{
    public Task<MailObsolete?> WhyNot(Mail mail) => mail.About is { } about ? WhyNot(about, mail.To) : Task.FromResult<MailObsolete?>(null);

    private async Task<MailObsolete?> WhyNot(MailAbout about, string address) => about switch
    {
        MailAbout.Waiting waiting => await WhyNot(waiting.Reader, address) ?? await Check(waiting),
        MailAbout.Outcome outcome => await WhyNot(outcome.Reader, address) ?? await Check(outcome),
        MailAbout.Restricted restricted => await WhyNot(restricted.Reader, address) ?? await Check(restricted),
        MailAbout.Standing standing => await WhyNot(standing.Reader, address) ?? await Check(standing),
        MailAbout.Hidden hidden => await WhyNot(hidden.Reader, address) ?? await Check(hidden),
        MailAbout.Published published => await WhyNot(published.Reader, address) ?? await Check(published),
        MailAbout.Withdrawn withdrawn => await WhyNot(withdrawn.Reader, address) ?? await Check(withdrawn),
        MailAbout.Bridged bridged => await WhyNot(bridged.Reader, address) ?? await Check(bridged),
        MailAbout.Invited invited => await Check(invited),
        MailAbout.Several several => await Check(several, address),
        _ => throw new InvalidOperationException($"Nobody knows how to check a mail about \"{about.GetType().Name}\"."),
    };

    private async Task<MailObsolete?> WhyNot(MemberId reader, string address) =>
        await grains.ReachableProfile(reader) is { } profile && string.Equals(profile.Address, address, StringComparison.OrdinalIgnoreCase)
            ? null
            : MailObsolete.AddressChanged;

    private async Task<MailObsolete?> Check(MailAbout.Waiting about)
    {
        var item = await grains.Queue(about.Community).Item(about.Reader, about.Number);
        if (item.IsRefused) return Because(item.Refusal);

        return item.Value.Item.State is ItemState.Open or ItemState.Decided ? null : MailObsolete.Over;   // a decision can still be undone
    }

    /// <summary>A decision is told whatever happened since, unless it would promise what is not so: a membership that has ended, a text that is gone.</summary>
    private async Task<MailObsolete?> Check(MailAbout.Outcome about)
    {
        if (about.Verdict is not Verdict.Approved) return null;

        switch (about.Kind)
        {
            case ItemKind.AccessRequest:
                return (await grains.Community(about.Community).BearingOf(about.Reader)).Role is null ? MailObsolete.NotForReader : null;
            case ItemKind.Submission:
                var mine = await grains.Queue(about.Community).Mine(about.Reader);
                var work = mine.IsRefused ? null : mine.Value.FirstOrDefault(item => item.Number == about.Number)?.Work;
                return work is not null && await StateOf(work.Publication, about.Reader) is PublicationState.Withdrawn ? MailObsolete.Over : null;
            default:
                return null;
        }
    }

    private async Task<MailObsolete?> Check(MailAbout.Restricted about)
    {
        var community = await grains.Community(about.Community).Describe(about.Reader);
        if (community.IsRefused) return null;   // who is told that they are banned may not see much of it

        return community.Value.MyRestriction is { } now && now.Kind == about.Kind && now.At == about.Since ? null : MailObsolete.Over;
    }

    private async Task<MailObsolete?> Check(MailAbout.Standing about)
    {
        var bearing = await grains.Community(about.Community).BearingOf(about.Reader);
        var isSo = about.Role is { } role ? bearing.Role == role : bearing.Restriction is null;
        return isSo ? null : MailObsolete.Over;
    }

    /// <summary>An author who may not read the room any more is notified all the same.</summary>
    private async Task<MailObsolete?> Check(MailAbout.Hidden about)
    {
        if (about is not { Room: { } room, Post: { } number }) return null;

        var posts = await grains.Room(room).Posts(about.Reader, [number]);
        if (posts.IsRefused) return null;

        return posts.Value is [{ Hidden: null, DeletedAt: null }] ? MailObsolete.Over : null;
    }

    private async Task<MailObsolete?> Check(MailAbout.Published about)
    {
        if ((await grains.Community(about.Publication.Community).BearingOf(about.Reader)).Role is not (Role.Moderator or Role.Leader))
            return MailObsolete.NotForReader;

        var read = await grains.Publication(about.Publication).Read(about.Reader);
        if (read.IsRefused) return Because(read.Refusal);

        return read.Value.State is PublicationState.Withdrawn ? MailObsolete.Over : null;
    }

    private async Task<MailObsolete?> Check(MailAbout.Withdrawn about) =>
        await StateOf(about.Publication, about.Reader) is null or PublicationState.Withdrawn ? null : MailObsolete.Over;

    /// <returns>None where its author may not read it any more.</returns>
    private async Task<PublicationState?> StateOf(PublicationId publication, MemberId author) =>
        (await grains.Publication(publication).Read(author)) is { IsRefused: false, Value.State: var state } ? state : null;

    private async Task<MailObsolete?> Check(MailAbout.Bridged about)
    {
        var bridge = await grains.Bridge(about.Bridge).Describe(about.Reader, about.Side);
        if (bridge.IsRefused) return Because(bridge.Refusal);

        var isSo = about.News switch
        {
            BridgeNews.Proposed => bridge.Value.State is BridgeState.Proposed && bridge.Value.ProposedBy != about.Side,
            BridgeNews.Agreed => bridge.Value.State is BridgeState.Standing,
            BridgeNews.Declined => bridge.Value.State is not BridgeState.Standing,
            BridgeNews.Ended => bridge.Value.State is not BridgeState.Standing,
            _ => true,
        };
        if (!isSo) return MailObsolete.Over;

        var mayAnswer = (await grains.Community(about.Side).BearingOf(about.Reader)).Role is Role.Leader;
        return mayAnswer || about.News is not BridgeNews.Proposed ? null : MailObsolete.NotForReader;
    }

    private async Task<MailObsolete?> Check(MailAbout.Invited about)
    {
        var owner = await grains.GetGrain<IAddressInvitations>(Streams.Of(about.Address)).Owner();
        var bearing = await grains.Community(about.Community).BearingOf(owner ?? MemberId.System);
        if (bearing.Closed is not null || bearing.Role is not null) return MailObsolete.Over;

        return bearing.Restriction is RestrictionKind.Ban or RestrictionKind.Suspension ? MailObsolete.NotForReader : null;
    }

    private async Task<MailObsolete?> Check(MailAbout.Several about, string address)
    {
        MailObsolete? why = null;
        foreach (var each in about.Each)
        {
            why = await WhyNot(each, address);
            if (why is null) return null;
        }

        return why;
    }

    private static MailObsolete? Because(Refusal refusal) =>
        refusal.Kind is RefusalKind.Absent or RefusalKind.NotAllowed ? MailObsolete.NotForReader : null;
}
