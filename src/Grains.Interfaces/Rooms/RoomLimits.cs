namespace PublicBuyers.Rooms;

public static class RoomLimits
{
    /// <summary>Longest text of a post, in bytes of UTF-8.</summary>
    public const int LongestText = 16 * 1024;

    /// <summary>
    /// How deep the elements of a text may nest, a list and its item counted as two: more costs more to render than anybody gains by reading it.
    /// </summary>
    public const int DeepestNesting = 64;

    /// <summary>The newest posts a room keeps in memory; older ones are read by page.</summary>
    public const int PostsKept = 200;

    /// <summary>So many of them are let go of at once: what was counted of the posts before them holds for as many posts.</summary>
    public const int PostsLetGo = 50;

    /// <summary>The newest changes a room remembers; whoever comes back from before them gets a snapshot.</summary>
    public const int ChangesKept = 500;

    /// <summary>The newest posts in a snapshot.</summary>
    public const int SnapshotPosts = 50;

    public const int PageSize = 50;

    /// <summary>How often one post can be edited.</summary>
    public const int MostEdits = 100;

    /// <summary>How long one thread can get.</summary>
    public const int MostReplies = 1_000;

    /// <summary>How many different people one post can mention.</summary>
    public const int MostMentions = 20;

    /// <summary>How often people can be mentioned in one post, the same ones again included.</summary>
    public const int MostMentionRanges = 500;

    /// <summary>How many people one post remembers to have told, over all its edits.</summary>
    public const int MostTold = 200;

    /// <summary>How many people can react to a post in one way.</summary>
    public const int MostReactions = 200;

    /// <summary>How many reactions to one post a member can take back and still react to it again.</summary>
    public const int MostReactionsTakenBack = 20;

    public const int MostPins = 20;

    public const int MostAttachments = 10;

    /// <summary>The newest people of a thread who are told of further replies.</summary>
    public const int MostFollowers = 50;

    /// <summary>The newest things moderators did that a room can list.</summary>
    public const int ActsKept = 500;

    /// <summary>A moderator's reason, in characters.</summary>
    public const int LongestReason = 500;

    /// <summary>What a newcomer may write in an hour, over all rooms where they are new.</summary>
    public const int NewcomerPostsAnHour = 10;

    /// <summary>Links in one post of a newcomer, addresses for mail included.</summary>
    public const int NewcomerLinks = 2;

    public static readonly TimeSpan LongestSlowMode = TimeSpan.FromHours(1);
}
