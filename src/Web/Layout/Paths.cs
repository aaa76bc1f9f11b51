using System.Globalization;
using PublicBuyers.Moderation;
using PublicBuyers.Rooms;

namespace PublicBuyers.Layout;

/// <summary>Where things are. Every address of the site is made here.</summary>
internal static class Paths
{
    public static string Of(CommunityId community) => $"/communities/{community.Value}";

    public static string Of(RoomId room) => $"/communities/{room.Value}";

    /// <summary>The directory of members.</summary>
    public const string Members = "/members";

    /// <summary>Who administers the platform.</summary>
    public const string Administrators = "/administration/administrators";

    /// <summary>Orleans' dashboard, where it is asked for.</summary>
    public const string Grains = "/administration/grains";

    public static string MembersOf(CommunityId community) => Of(community) + "/members";

    /// <summary>Where a moderator says whom to ask about their decisions.</summary>
    public static string HoursOf(CommunityId community) => QueueOf(community) + "/hours";

    public static string AbsenceOf(CommunityId community) => Of(community) + "/absence";

    public static string ContactOf(CommunityId community) => Of(community) + "/contact";

    /// <summary>Where leaders link their community with others.</summary>
    public static string BridgesOf(CommunityId community) => Of(community) + "/bridges";

    public static string QueueOf(CommunityId community) => Of(community) + "/queue";

    public static string Of(ItemId item) => $"{QueueOf(item.Community)}/{item.Number}";

    /// <summary>Among what one has asked for.</summary>
    public static string MyRequest(ItemId item) => $"{Requests}#{item.Community.Value}-{item.Number}";

    /// <summary>Publications of all communities.</summary>
    public const string StateOfPlay = "/state-of-play";

    public const string Publications = "/publications";

    /// <summary>What one wrote, in any state.</summary>
    public const string MyPublications = Publications + "/mine";

    public static string StateOfPlayOf(CommunityId community) => Of(community) + StateOfPlay;

    public static string PublicationsOf(CommunityId community) => Of(community) + Publications;

    public static string NewPublicationIn(CommunityId community) => PublicationsOf(community) + "/new";

    public static string Of(PublicationId publication) => $"{PublicationsOf(publication.Community)}/{publication.Key}";

    public static string EditOf(PublicationId publication) => Of(publication) + "/edit";

    public static string VersionsOf(PublicationId publication) => Of(publication) + "/versions";

    public static string FileOf(PublicationId publication, AttachmentId file) => $"{Of(publication)}/files/{file}";

    /// <summary>What is public, of one community or of all.</summary>
    public static string FeedOf(CommunityId? community) => (community is { } one ? PublicationsOf(one) : Publications) + ".atom";

    /// <summary>The room with its newest posts, whatever is unread before them.</summary>
    public static string EndOf(RoomId room) => room.Publication is null ? Of(room) + "?newest#newest" : NewestOf(room);

    /// <summary>The room, where its reader goes on; comments are read below what they are about.</summary>
    public static string NewestOf(RoomId room) => room.Publication is { } commented ? Of(commented) + "#comments" : Of(room) + "#newest";

    public static string Of(RoomId room, long number) => string.Create(CultureInfo.InvariantCulture, $"{Of(room)}/posts/{number}");

    public static string Of(RoomId room, PostNumber number) => Of(room, number.Value);

    /// <summary>A post among those it was said among.</summary>
    public static string Around(RoomId room, long number) => string.Create(CultureInfo.InvariantCulture, $"{(room.Publication is { } commented ? Of(commented) : Of(room))}?around={number}#post-{number}");

    /// <summary>What moderators did in a room.</summary>
    public static string LogOf(RoomId room) => Of(room) + "/log";

    public static string SlowModeOf(RoomId room) => Of(room) + "/slow-mode";

    public static string PrintOf(RoomId room) => Of(room) + "/print";

    /// <summary>Of what was reported.</summary>
    public static string FileOf(CommunityId community, long item, AttachmentId file) =>
        $"{ItemOf(community, item)}/files/{file}";

    public static string FileOf(RoomId room, long number, AttachmentId file) => $"{Of(room, number)}/files/{file}";

    public static string HistoryOf(RoomId room, long number) => Of(room, number) + "/history";

    /// <summary>The queues that one moderates.</summary>
    public const string Queues = "/queue";

    /// <summary>What one asked of moderators.</summary>
    public const string Requests = "/requests";

    public static string ItemOf(CommunityId community, long number) => Of(new ItemId(community, new(number)));

    public static string QueueLogOf(CommunityId community) => QueueOf(community) + "/log";

    public static string AskOf(CommunityId community) => Of(community) + "/ask";

    /// <summary>Where moderators answer an arrival.</summary>
    public static string ArrivalOf(CommunityId community, MemberId member) => $"{QueueOf(community)}/arrivals/{member.Value}";

    public static string MemberOf(CommunityId community, MemberId member) => $"{MembersOf(community)}/{member.Value}";

    /// <summary>Where who is muted, suspended or banned asks for another look.</summary>
    public static string AppealOf(CommunityId community) => Of(community) + "/appeal";

    public static string RequestOf(CommunityId community, long number) => string.Create(CultureInfo.InvariantCulture, $"{Of(community)}/requests/{number}");

    public static string ReportOf(RoomId room, long number) => Of(room, number) + "/report";

    public static string SignIn(string returnTo) => "/sign-in?returnTo=" + Uri.EscapeDataString(returnTo);
}
