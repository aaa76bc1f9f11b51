using System.Collections.Immutable;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Coordination;
using PublicBuyers.Inbox;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;

namespace PublicBuyers.Demonstration;

/// <summary>The content as facts, in the order of time. The rules decide each of them, as they do for the living.</summary>
internal sealed class History
{
    private static readonly RequestId Request = new("demonstration");

    private readonly List<Append> appends = [];
    private readonly Dictionary<string, object> tellings = [];
    private readonly Dictionary<(RoomId, string), PostNumber> labels = [];
    private readonly Dictionary<RoomId, PostNumber> read = [];
    private readonly Names names;
    private readonly IAddressKeys keys;

    /// <summary>What came after everybody's last visit: unread, and with notifications.</summary>
    private readonly DateTimeOffset lately;

    private History(Content content, IAddressKeys keys)
    {
        this.keys = keys;
        lately = content.Present.UnreadFrom;
        names = content.Names;
        foreach (var (_, happen) in Steps(content).OrderBy(step => step.At)) happen();

        Appoint(content.People.Single(person => person.Member == Demonstration.Administrator));
    }

    /// <summary>The last one is the administrator's appointment: where it is stored, everything is.</summary>
    public ImmutableArray<Append> Appends => [.. appends];

    /// <summary>How far everybody has read each room.</summary>
    public ImmutableDictionary<RoomId, PostNumber> Read => read.ToImmutableDictionary();

    public static History Of(Content content, IAddressKeys keys) => new(content, keys);

    private IEnumerable<(DateTimeOffset At, Action Happen)> Steps(Content content)
    {
        foreach (var person in content.People)
        {
            yield return (person.Since, () => Register(person));
            yield return (person.Since.AddMinutes(5), () => Introduce(person));
        }

        foreach (var chronicle in content.Chronicles)
        {
            yield return (chronicle.Founding.At, () => Found(chronicle));
            if (chronicle.Contact.Length > 0) yield return (chronicle.Founding.At.AddMinutes(1), () => SayWhomToAsk(chronicle));
            foreach (var asking in chronicle.Askings) yield return (asking.At, () => Ask(chronicle, asking));
            foreach (var joining in chronicle.Joinings.Skip(1)) yield return (joining.At, () => Join(chronicle, joining));
            foreach (var opening in chronicle.Openings) yield return (opening.At, () => Open(chronicle, opening));
            if (chronicle.StateOfPlay is var (written, card)) yield return (written, () => Write(chronicle, written, card));
            foreach (var publishing in chronicle.Publishings) yield return (publishing.At, () => Publish(chronicle, publishing));
            foreach (var linking in chronicle.Linkings)
            {
                yield return (linking.At, () => Propose(chronicle, linking));
                yield return (linking.At.AddDays(1), () => Agree(chronicle, linking));
            }

            foreach (var threading in chronicle.Threadings) yield return (threading.At, () => OpenThread(chronicle, threading));
            foreach (var entry in chronicle.Entries) yield return (entry.At, () => Say(entry));
        }
    }

    private void Register(Person person)
    {
        if (!keys.TryRead(person.Address, out var address)) throw new FormatException($"\"{person.Address}\" is no mail address.");

        Telling<Address, AddressEvent>(Streams.Of(keys.KeyOf(address)))
            .Tell(MemberId.System, person.Since, state => AddressRules.Claim(state, new() { By = MemberId.System, Request = Request, Member = person.Member }));
        Account(person)
            .Tell(MemberId.System, person.Since, state => MemberRules.Register(state, new() { By = MemberId.System, Request = Request, Address = address, Language = person.Language }));
    }

    private void Introduce(Person person)
    {
        Account(person).Tell(person.Member, person.Since.AddMinutes(5), state => MemberRules.ChangeProfile(state, person.Member, new()
        {
            By = person.Member,
            Request = Request,
            Name = person.Name,
            Organisation = person.Organisation,
            Language = person.Language,
            TimeZone = person.TimeZone,
        }));
        if (!person.Presentation.IsListed) return;

        Account(person).Tell(person.Member, person.Since.AddMinutes(6), state => MemberRules.Present(state, person.Member, new() { By = person.Member, Request = Request, Presentation = person.Presentation }));
    }

    private void Appoint(Person person) =>
        Account(person).Tell(MemberId.System, person.Since.AddMinutes(10), state => MemberRules.AppointAdministrator(state, new() { By = MemberId.System, Request = Request }));

    private void Found(Chronicle chronicle) => In(chronicle.Community).Tell(Demonstration.Administrator, chronicle.Founding.At, state => CommunityRules.Found(state, chronicle.Community, mayFound: true, new()
    {
        By = Demonstration.Administrator,
        Request = Request,
        Name = chronicle.Name,
        Access = chronicle.Access,
        Goal = chronicle.Goal,
        About = chronicle.About,
        Leader = chronicle.Founding.Member,
    }));

    /// <summary>Whoever may come freely comes; the others, and whoever has a task, are let in by the leader.</summary>
    private void Join(Chronicle chronicle, Joining joining)
    {
        if (chronicle.Access is Communities.Access.Open && joining.Role is Role.Member)
            In(chronicle.Community).Tell(joining.Member, joining.At, state => CommunityRules.Join(state, isBuyer: false, key: null, new() { By = joining.Member, Request = Request }, joining.At));
        else
            In(chronicle.Community).Tell(chronicle.Founding.Member, joining.At, _ => Decision<Done, CommunityEvent>.Yes(Done.Value, new CommunityEvent.MemberJoined(joining.Member, joining.Role)));
    }

    private void SayWhomToAsk(Chronicle chronicle)
    {
        var at = chronicle.Founding.At.AddMinutes(1);
        In(chronicle.Community).Tell(chronicle.Founding.Member, at, state => CommunityRules.ChangeSettings(state, isAdministrator: false, new()
        {
            By = chronicle.Founding.Member,
            Request = Request,
            Name = chronicle.Name,
            Access = chronicle.Access,
            Goal = chronicle.Goal,
            About = chronicle.About,
            Contact = chronicle.Contact,
        }, at));
    }

    /// <summary>And whoever moderates the community is told that it waits.</summary>
    private void Ask(Chronicle chronicle, Asking asking)
    {
        var community = In(chronicle.Community).State;
        var applicant = community.BearingOf(asking.Member, asking.At, 0);
        var number = Telling<Queue, QueueEvent>(Streams.QueueOf(chronicle.Community)).Tell(asking.Member, asking.At, state =>
            QueueRules.Ask(state, applicant, isBuyer: false, new() { By = asking.Member, Request = Request, Message = asking.Message }, asking.At));

        foreach (var moderator in community.Members.Values.Where(member => member.Role >= Role.Moderator).Select(member => member.Member))
            Telling<Inbox.Inbox, InboxEvent>(Streams.InboxOf(moderator)).Tell(MemberId.System, asking.At, inbox => InboxRules.TellOf(
                inbox,
                moderator,
                new() { By = MemberId.System, Request = Request, Kind = NoticeKind.Waiting, Of = new(chronicle.Community, number, ItemKind.AccessRequest, null, null, null), Actor = asking.Member }));
    }

    private void Open(Chronicle chronicle, Opening opening) => In(chronicle.Community).Tell(chronicle.Founding.Member, opening.At, state => CommunityRules.OpenRoom(state, chronicle.Community, isAdministrator: false, new()
    {
        By = chronicle.Founding.Member,
        Request = Request,
        Slug = opening.Room.Slug,
        Name = opening.Name,
        TopicGroup = opening.TopicGroup,
    }, opening.At));

    private void Write(Chronicle chronicle, DateTimeOffset at, Card card)
    {
        var community = In(chronicle.Community).State;
        var leader = community.BearingOf(chronicle.Founding.Member, at, 0);
        Telling<StateOfPlay, StateOfPlayEvent>(Streams.StateOfPlayOf(chronicle.Community)).Tell(leader.Member, at, state =>
            StateOfPlayRules.Write(state, leader, isAdministrator: false, text => keys.TryRead(text, out _), new() { By = leader.Member, Request = Request, Card = card, Seen = 0 }));
    }

    /// <summary>Where somebody has to approve, a moderator did.</summary>
    private void Publish(Chronicle chronicle, Publishing publishing)
    {
        var community = In(chronicle.Community).State;
        var author = community.BearingOf(publishing.By, publishing.At, 0);
        var areMembers = publishing.Content.Participants.All(member => community.RoleOf(member, publishing.At) is not null);
        var written = Of(publishing.Publication).Tell(publishing.By, publishing.At, state => PublicationRules.Write(state, author, areMembers, new() { By = publishing.By, Request = Request, Content = publishing.Content, Seen = 0 }));
        Of(publishing.Publication).Tell(publishing.By, publishing.At, state => PublicationRules.Submit(state, author, new() { By = publishing.By, Request = Request, Version = written.Version }));
        if (community.Access is Communities.Access.Open) return;

        var moderator = community.Members.Values.First(member => member.Role >= Role.Moderator && member.Member != publishing.By).Member;
        Of(publishing.Publication).Tell(MemberId.System, publishing.At, state =>
            PublicationRules.Settle(state, author, new() { By = MemberId.System, Request = Request, Version = written.Version, Verdict = Verdict.Approved, DecidedBy = moderator }));
    }

    private void Propose(Chronicle chronicle, Linking linking) => Across(linking.Other, chronicle.Community).Tell(chronicle.Founding.Member, linking.At, state => BridgeRules.Propose(
        state,
        new(new(chronicle.Community, linking.Other), chronicle.Community, Role.Leader),
        new() { By = chronicle.Founding.Member, Request = Request, Side = chronicle.Community, Room = linking.Here, Message = linking.Message }));

    private void Agree(Chronicle chronicle, Linking linking)
    {
        var leader = In(linking.Other).State.LeadersAt(linking.At).First();
        Across(linking.Other, chronicle.Community).Tell(leader, linking.At.AddDays(1), state => BridgeRules.Agree(
            state,
            new(new(chronicle.Community, linking.Other), linking.Other, Role.Leader),
            new() { By = leader, Request = Request, Side = linking.Other, Room = linking.There, Version = state.Version }));
    }

    private void OpenThread(Chronicle chronicle, Threading threading) => Across(threading.Other, chronicle.Community).Tell(chronicle.Founding.Member, threading.At, state => BridgeRules.OpenThread(
        state,
        new(new(chronicle.Community, threading.Other), chronicle.Community, Role.Leader),
        new() { By = chronicle.Founding.Member, Request = Request, Side = chronicle.Community, Title = threading.Title }));

    private Telling<Bridge, BridgeEvent> Across(CommunityId one, CommunityId other) => Telling<Bridge, BridgeEvent>(Streams.Of(new BridgeId(one, other)));

    /// <summary>On either side, in a common thread.</summary>
    private Role? RoleOf(MemberId member, Entry entry) => entry.Room.Communities.Max(community => In(community).State.RoleOf(member, entry.At));

    private string? NameOf(RoomId room) => room.Publication is { } commented ? Of(commented).State.Shown?.Content.Title : room.Bridge is { } bridge ? Across(bridge.One, bridge.Other).State.ThreadIn(room)?.Title : In(room.Community).State.RoomOf(room)?.Name;

    private void Say(Entry entry)
    {
        var room = Telling<Room, RoomEvent>(Streams.Of(entry.Room));
        var standing = new Standing(entry.By, RoleOf(entry.By, entry), NameOf(entry.Room), In(entry.Room.Community).Sequence);
        var about = entry.Deed is Deed.Posts ? null : PostLabelled(room.State, entry);

        var (text, mentions) = names.Mentioned(entry.Markdown);
        var readers = mentions.Select(mention => mention.Member!.Value).Where(member => RoleOf(member, entry) is not null).ToImmutableHashSet();

        switch (entry.Deed)
        {
            case Deed.Posts or Deed.Replies:
                var posted = room.Tell(entry.By, entry.At, state =>
                    RoomRules.Post(state, standing, about, readers, new() { By = entry.By, Request = Request, Markdown = text, Mentions = mentions, Thread = about?.Number }, entry.At));
                if (entry.Label.Length > 0) labels.Add((entry.Room, entry.Label), posted.Number);
                if (entry.At < lately) read[entry.Room] = posted.Number;
                else Concern(entry, posted.Number, about, readers);
                break;
            case Deed.Edits:
                room.Tell(entry.By, entry.At, _ => RoomRules.Edit(standing, about, readers, new() { By = entry.By, Request = Request, Number = about!.Number, Markdown = text, Mentions = mentions }));
                break;
            case Deed.Deletes:
                room.Tell(entry.By, entry.At, _ => RoomRules.Delete(standing, about, new() { By = entry.By, Request = Request, Number = about!.Number, Reason = Reason(entry) }));
                break;
            case Deed.Reacts:
                room.Tell(entry.By, entry.At, _ => RoomRules.React(standing, about, new() { By = entry.By, Request = Request, Number = about!.Number, Reaction = entry.Reaction, Reacts = true }));
                if (entry.At >= lately) Notify(about!.Author, entry, NoticeKind.Reaction, about.Number, about.Thread);
                break;
            case Deed.Pins:
                room.Tell(entry.By, entry.At, state => ModerationRules.Pin(state, standing, about, new() { By = entry.By, Request = Request, Number = about!.Number, Pinned = true }));
                break;
            case Deed.Hides:
                room.Tell(entry.By, entry.At, _ => ModerationRules.Hide(standing, about, new() { By = entry.By, Request = Request, Number = about!.Number, Hidden = true, Reason = entry.Markdown }));
                break;
            case Deed.Locks:
                room.Tell(entry.By, entry.At, _ => ModerationRules.Lock(standing, about, new() { By = entry.By, Request = Request, Number = about!.Number, Locked = true, Reason = entry.Markdown }));
                break;
        }
    }

    private static string? Reason(Entry entry) => entry.Markdown.Length > 0 ? entry.Markdown : null;

    /// <summary>What the inbox would have told of: mentions, and replies to whoever began the thread.</summary>
    private void Concern(Entry entry, PostNumber number, Post? root, ImmutableHashSet<MemberId> mentioned)
    {
        foreach (var member in mentioned) Notify(member, entry, NoticeKind.Mention, number, root?.Number);
        if (root is not null && !mentioned.Contains(root.Author)) Notify(root.Author, entry, NoticeKind.Reply, number, root.Number);
        if (root is null && entry.Room.Publication is { } commented && Of(commented).State.Author is { } author && !mentioned.Contains(author)) Notify(author, entry, NoticeKind.Comment, number, null);
    }

    private void Notify(MemberId member, Entry entry, NoticeKind kind, PostNumber number, PostNumber? thread)
    {
        if (member == entry.By) return;

        Telling<Inbox.Inbox, InboxEvent>(Streams.InboxOf(member)).Tell(MemberId.System, entry.At, inbox => InboxRules.Tell(
            inbox,
            member,
            RoomMark.None(entry.Room),
            mayRead: true,
            new() { By = MemberId.System, Request = Request, Kind = kind, Room = entry.Room, Post = number, Thread = thread, Actor = entry.By, Reaction = kind is NoticeKind.Reaction ? entry.Reaction : null, Later = kind is NoticeKind.Reaction }));
    }

    private Post PostLabelled(Room room, Entry entry) =>
        labels.TryGetValue((entry.Room, entry.About), out var number) && room.Recent.TryGetValue(number.Value, out var post)
            ? post
            : throw new FormatException($"Nothing in room \"{entry.Room}\" is labelled \"{entry.About}\" before {entry.At:u}.");

    private Telling<Member, MemberEvent> Account(Person person) => Telling<Member, MemberEvent>(Streams.Of(person.Member));

    private Telling<Community, CommunityEvent> In(CommunityId community) => Telling<Community, CommunityEvent>(Streams.Of(community));

    private Telling<Publication, PublicationEvent> Of(PublicationId publication) => Telling<Publication, PublicationEvent>(Streams.Of(publication));

    private Telling<TState, TEvent> Telling<TState, TEvent>(string stream) where TState : class, IFolded<TState, TEvent> where TEvent : Fact
    {
        if (!tellings.TryGetValue(stream, out var telling)) tellings[stream] = telling = new Telling<TState, TEvent>(stream, appends);
        return (Telling<TState, TEvent>)telling;
    }
}

/// <summary>A stream in the making: what its rules allow is applied, and kept to be stored.</summary>
internal sealed class Telling<TState, TEvent>(string stream, List<Append> appends) where TState : class, IFolded<TState, TEvent> where TEvent : Fact
{
    public TState State { get; private set; } = TState.Empty;

    public long Sequence { get; private set; }

    /// <exception cref="InvalidOperationException">The rules say no: the content is wrong.</exception>
    public T Tell<T>(MemberId by, DateTimeOffset at, Func<TState, Decision<T, TEvent>> rule) where T : notnull
    {
        var decision = rule(State);
        if (decision.Outcome.IsRefused || decision.Facts.IsEmpty)
            throw new InvalidOperationException($"Stream \"{stream}\": what \"{by}\" does at {at:u} is refused with \"{decision.Outcome.Refusal?.Code ?? "nothing to do"}\".");

        appends.Add(new(stream, Sequence, [.. decision.Facts.Select(FactCodec<TEvent>.Write)], by, at, decision.Due, Answer: null, Imported: true));
        foreach (var happened in decision.Facts)
        {
            var written = FactCodec<TEvent>.Write(happened);
            State = State.Apply(new(++Sequence, at, by, written.Type, written.Subject, happened));
        }

        return decision.Outcome.Value!;
    }
}
