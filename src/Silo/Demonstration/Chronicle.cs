using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;

namespace PublicBuyers.Demonstration;

/// <summary>One community's file: what it is, who came, and what was said in its rooms.</summary>
/// <remarks>
/// <code>
/// ---
/// name: CFIT
/// access: open | on request | by invitation
/// goal: one line
/// leader: leader-cfit 2023-06-12 10:00        the first one founds the community then; also moderator, member
/// contact: desk@cfit.example                  whom to ask when a request is not approved
/// card: 2024-05-20 12:00                      its state of play was written then, by the founding leader
/// card-activities: one line                   also levels, platform, linkedin, mail, participants, gazette, plans, connections
/// asks: sme-nine 2024-06-18 09:30 We build …   wants to join, and waits for an answer
/// bridge: cfit 2024-06-03 10:00 general brussels Let us …   proposed to a community, linked in a room here and one there, and agreed on a day later
/// thread: cfit 2024-06-05 09:00 Title of it    opened by the leader; its room is ## +cfit+1
/// room: brussels 2024-03-04 10:00 Brussels    or group, for a topic group's
/// ---
/// About the community, in Markdown.
///
/// ## general
/// ### 2024-01-15 09:42 leader-cfit as agenda       a post, labelled so that others can refer to it
/// ### 2024-01-15 10:10 buyer-north to agenda       a reply; it may be labelled too
/// ### 2024-01-15 10:12 leader-cfit edits agenda    a new text
/// ### 2024-01-15 10:30 leader-cfit deletes agenda
/// ### 2024-01-15 10:31 buyer-north reacts thanks to agenda    agree, thanks, useful, curious, done, disagree
/// ### 2024-01-15 10:32 leader-cfit pins agenda
/// ### 2024-01-15 10:33 leader-cfit hides agenda    the text is the reason; also locks
///
/// ## publication 2024-02-01 09:00 leader-cfit resource community    news, resource or insight; and who may read it
/// for: buyer-north legal-transport                 only with "participants"
/// # Its title
/// Its summary, on one line.
///
/// Its text, in Markdown. What follows with three hash signs are comments.
/// </code>
/// Times are those of Brussels. A date may be <c>-3</c>: that many working days before the last day of the <see cref="Present"/>. Within a file's texts no line begins with two or three hash signs; <c>@{buyer-north}</c> in a text mentions somebody by name.
/// </remarks>
internal sealed record Chronicle(
    CommunityId Community,
    string Name,
    Communities.Access Access,
    string Goal,
    string About,
    ImmutableArray<Joining> Joinings,
    ImmutableArray<Opening> Openings,
    ImmutableArray<Entry> Entries)
{
    private const string PublicationMark = "publication ";

    /// <summary>Whom to ask (R4); may be empty.</summary>
    public string Contact { get; private init; } = "";

    public ImmutableArray<Asking> Askings { get; private init; } = [];

    public ImmutableArray<Publishing> Publishings { get; private init; } = [];

    /// <summary>None: its leader has not written one.</summary>
    public (DateTimeOffset At, Card Card)? StateOfPlay { get; private init; }

    public ImmutableArray<Linking> Linkings { get; private init; } = [];

    public ImmutableArray<Threading> Threadings { get; private init; } = [];

    public Joining Founding => Joinings[0];

    public static Chronicle Read(string slug, string text)
    {
        if (text.Split("\n---\n", 2) is not [var front, var body] || !front.StartsWith("---\n", StringComparison.Ordinal))
            throw new FormatException($"\"{slug}.md\" does not begin with lines between \"---\" and \"---\".");

        var facts = front.Split('\n').Skip(1).Select(line => line.Split(": ", 2)).ToLookup(pair => pair[0], pair => pair[1].Trim());
        var community = new CommunityId(slug);
        var parts = ("\n" + body).Split("\n## ");

        return new(
            community,
            facts["name"].Single(),
            AccessCalled(facts["access"].Single()),
            facts["goal"].Single(),
            parts[0].Trim(),
            [
                .. facts["leader"].Select(line => Joining.Read(line, Role.Leader)),
                .. facts["moderator"].Select(line => Joining.Read(line, Role.Moderator)),
                .. facts["member"].Select(line => Joining.Read(line, Role.Member)),
            ],
            [.. facts["room"].Select(line => Opening.Read(community, line, false)), .. facts["group"].Select(line => Opening.Read(community, line, true))],
            [.. parts.Skip(1).SelectMany(part => EntriesOf(community, part))])
        {
            Contact = facts["contact"].SingleOrDefault() ?? "",
            Askings = [.. facts["asks"].Select(Asking.Read)],
            StateOfPlay = facts["card"].SingleOrDefault()?.Split(' ') is [var date, var time] ? (BrusselsTime.Read(date, time), CardIn(facts)) : null,
            Publishings = [.. parts.Skip(1).Where(IsPublication).Select(part => Publishing.Read(community, part.Split("\n### ")[0][PublicationMark.Length..]))],
            Linkings = [.. facts["bridge"].Select(line => Linking.Read(community, line))],
            Threadings = [.. facts["thread"].Select(Threading.Read)],
        };
    }

    private static Communities.Access AccessCalled(string word) => word switch
    {
        "open" => Communities.Access.Open,
        "on request" => Communities.Access.OnRequest,
        "by invitation" => Communities.Access.ByInvitation,
        _ => throw new FormatException($"\"{word}\" is no access; it is \"open\", \"on request\" or \"by invitation\"."),
    };

    private static Card CardIn(ILookup<string, string> facts)
    {
        string Says(string field) => string.Join('\n', facts["card-" + field]);
        return new(facts["goal"].Single(), Says("levels"), Says("platform"), Says("linkedin"), Says("mail"), Says("participants"), Says("activities"), Says("gazette"), Says("plans"), Says("connections"));
    }

    private static bool IsPublication(string part) => part.StartsWith(PublicationMark, StringComparison.Ordinal);

    private static IEnumerable<Entry> EntriesOf(CommunityId community, string part)
    {
        var texts = part.Split("\n### ");
        var room = IsPublication(part) ? Publishing.Read(community, texts[0][PublicationMark.Length..]).Publication.Comments : new RoomId(community, texts[0].Trim());
        return texts.Skip(1).Select(text => Entry.Read(room, text));
    }
}

/// <summary>Somebody came to belong to a community.</summary>
internal sealed record Joining(MemberId Member, Role Role, DateTimeOffset At)
{
    public static Joining Read(string line, Role role) => line.Split(' ') is [var called, var date, var time]
        ? new(Person.Called(called), role, BrusselsTime.Read(date, time))
        : throw new FormatException($"\"{line}\" is not a member, a date and a time.");
}

/// <summary>Somebody asks to join, and waits for an answer.</summary>
internal sealed record Asking(MemberId Member, DateTimeOffset At, string Message)
{
    public static Asking Read(string line) => line.Split(' ', 4) is [var called, var date, var time, var message]
        ? new(Person.Called(called), BrusselsTime.Read(date, time), message)
        : throw new FormatException($"\"{line}\" is not a member, a date, a time and a message.");
}

/// <summary>Two communities were linked.</summary>
/// <param name="Here">The room on the side that proposed it.</param>
internal sealed record Linking(CommunityId Other, RoomId Here, RoomId There, DateTimeOffset At, string Message)
{
    public static Linking Read(CommunityId community, string line) => line.Split(' ', 6) is [var other, var date, var time, var here, var there, var message]
        ? new(new(other), new(community, here), new(new CommunityId(other), there), BrusselsTime.Read(date, time), message)
        : throw new FormatException($"\"{line}\" is not a community, a date, a time, two rooms and a message.");
}

/// <summary>They talk about something.</summary>
internal sealed record Threading(CommunityId Other, DateTimeOffset At, string Title)
{
    public static Threading Read(string line) => line.Split(' ', 4) is [var other, var date, var time, var title]
        ? new(new(other), BrusselsTime.Read(date, time), title)
        : throw new FormatException($"\"{line}\" is not a community, a date, a time and a title.");
}

/// <summary>A room was opened beside the first one.</summary>
internal sealed record Opening(RoomId Room, string Name, bool TopicGroup, DateTimeOffset At)
{
    public static Opening Read(CommunityId community, string line, bool topicGroup) => line.Split(' ', 4) is [var slug, var date, var time, var name]
        ? new(new(community, slug), name, topicGroup, BrusselsTime.Read(date, time))
        : throw new FormatException($"\"{line}\" is not a room, a date, a time and a name.");
}

/// <summary>Something was published, and is commented in a room of its own.</summary>
internal sealed record Publishing(PublicationId Publication, DateTimeOffset At, MemberId By, PublicationContent Content)
{
    public static Publishing Read(CommunityId community, string text)
    {
        var (head, rest) = text.Split('\n', 2) is [var first, var below] ? (first, below.TrimStart()) : (text, "");
        if (head.Split(' ') is not [var date, var time, var by, var kind, var classification] || !Enum.TryParse<PublicationKind>(kind, ignoreCase: true, out var which) || !Enum.TryParse<Classification>(classification, ignoreCase: true, out var readers))
            throw new FormatException($"\"{head}\" is not a date, a time, a member, a kind of publication and a classification.");

        var named = rest.StartsWith("for: ", StringComparison.Ordinal) ? rest.Split('\n', 2) : ["", rest];
        if (named[1].Split('\n', 3) is not [['#', ' ', .. var title], var summary, var markdown]) throw new FormatException($"\"{head}\" is not followed by a title after a hash sign, a summary and a text.");

        return new(
            new(community, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"demonstration/{community}/{title}")))[..32]),
            BrusselsTime.Read(date, time),
            Person.Called(by),
            new(which, title.Trim(), summary.Trim(), markdown.Trim(), readers, [.. named[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Person.Called)], []));
    }
}

internal enum Deed
{
    Posts,
    Replies,
    Edits,
    Deletes,
    Reacts,
    Pins,
    Hides,
    Locks,
}

/// <summary>Something was said in a room, or done about it.</summary>
/// <param name="About">The label of the post that it answers, edits, deletes …</param>
/// <param name="Label">Its own; both are empty where there is none.</param>
internal sealed record Entry(RoomId Room, DateTimeOffset At, MemberId By, Deed Deed, string About, string Label, string Markdown)
{
    public Reaction Reaction { get; private init; }

    public static Entry Read(RoomId room, string text)
    {
        var (head, markdown) = text.Split('\n', 2) is [var first, var rest] ? (first, rest.Trim()) : (text, "");
        return head.Split(' ') is [var date, var time, var by, .. var deed]
            ? Read(new(room, BrusselsTime.Read(date, time), Person.Called(by), Deed.Posts, "", "", markdown), deed)
            : throw new FormatException($"\"{head}\" in room \"{room}\" is not a date, a time and a member.");
    }

    private static Entry Read(Entry entry, string[] deed) => deed switch
    {
        [] => entry,
        ["as", var own] => entry with { Label = own },
        ["to", var root] => entry with { Deed = Deed.Replies, About = root },
        ["to", var root, "as", var own] => entry with { Deed = Deed.Replies, About = root, Label = own },
        ["edits", var post] => entry with { Deed = Deed.Edits, About = post },
        ["deletes", var post] => entry with { Deed = Deed.Deletes, About = post },
        ["reacts", var how, "to", var post] when Enum.TryParse<Reaction>(how, ignoreCase: true, out var reaction) => entry with { Deed = Deed.Reacts, About = post, Reaction = reaction },
        ["pins", var post] => entry with { Deed = Deed.Pins, About = post },
        ["hides", var post] => entry with { Deed = Deed.Hides, About = post },
        ["locks", var post] => entry with { Deed = Deed.Locks, About = post },
        _ => throw new FormatException($"\"{string.Join(' ', deed)}\" in room \"{entry.Room}\" says neither as, to, edits, deletes, reacts … to, pins, hides nor locks."),
    };
}
