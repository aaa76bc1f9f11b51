using System.Collections.Immutable;
using PublicBuyers.Publications;
using PublicBuyers.Search;

namespace PublicBuyers.Communities;

/// <summary>Hiding everything that a person wrote here. What follows is done by <see cref="ClearingEffect"/>.</summary>
internal sealed partial class CommunityGrain
{
    public async Task<Outcome<Done>> ClearMember(ClearMember command)
    {
        var (visible, published) = (await Visible(command.Member), await Published(command.Member));
        return await Decide(command, (community, now) =>
            ClearingRules.Order(community, visible.All, command, now, published));
    }

    public async Task<Outcome<Done>> UndoClearing(UndoClearing command)
    {
        var visible = await Visible(command.Member);
        return await Decide(command, (community, now) => ClearingRules.Undo(community, visible.All, command, now));
    }

    public Task<Outcome<Done>> MoveClearing(MoveClearing command) =>
        Decide(command, (community, _) => ClearingRules.Move(community, command));

    public async Task<Outcome<ClearingView>> ClearingView(MemberId reader, MemberId member)
    {
        if (Damaged is { } damaged) return damaged;
        if (ClearingRules.WhyNot(State, reader, member, Clock.Now) is { } no) return no;

        return new ClearingView(await Visible(member), State.Clearings.GetValueOrDefault(member))
        {
            Publications = await Published(member),
        };
    }

    public Task<Clearing?> ClearingOf(MemberId member) => Task.FromResult(State.Clearings.GetValueOrDefault(member));

    /// <summary>As a moderator counts them: whoever they are for.</summary>
    private async Task<int> Published(MemberId member)
    {
        await publications.Settled(CancellationToken.None);
        var roles = ImmutableDictionary<CommunityId, Role>.Empty.Add(Id, Role.Moderator);
        var reader = new PublicationReader(MemberId.System, roles);
        return await publications.Count(new(reader, Id, Author: member), CancellationToken.None);
    }

    private async Task<WrittenPosts> Visible(MemberId member)
    {
        await posts.Settled(CancellationToken.None);
        return await posts.CountWrittenBy(member, Id, CancellationToken.None);
    }
}
