using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Attachments;
using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Rooms;
using PublicBuyers.Search;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;
using Admission = PublicBuyers.Communities.Access;

namespace PublicBuyers.EndToEnd.Tests.Security;

/// <summary>Communities, people and texts by chance, on a real server; each text with a word of its own, and with whom it is for.</summary>
/// <remarks>All of it follows from the seed.</remarks>
internal sealed partial class RandomWorld(LiveServer server, FakeClock clock, int seed)
{
    /// <summary>Of each word that marks a text.</summary>
    public const string Beginning = "mk";

    public const int WordLength = 14;

    private static readonly Classification[] classifications = Enum.GetValues<Classification>();

    private readonly Random random = new(seed);
    private readonly Dictionary<string, Marker> markers = new(StringComparer.Ordinal);
    private readonly Dictionary<CommunityId, Somebody> leaders = [];
    private readonly HashSet<CommunityId> buyersOnly = [];
    private readonly HashSet<CommunityId> closed = [];
    private readonly HashSet<BridgeId> ended = [];
    private readonly List<RoomId> own = [];
    private readonly List<CommonThread> threads = [];
    private readonly List<(CommunityId Community, long Number)> asked = [];
    private readonly List<Somebody> changing = [];

    /// <summary>Whoever asks: somebody not signed in first.</summary>
    public List<Somebody> People { get; } = [new("Somebody", null)];

    /// <summary>All but who is nobody anywhere.</summary>
    public IEnumerable<Somebody> Askers => People.Where(person => person != Herald);

    public List<CommunityId> Communities { get; } = [];

    public List<Work> Works { get; } = [];

    public List<(RoomId Room, long Number)> Posts { get; } = [];

    public List<(CommunityId Community, long Number)> Items { get; } = [];

    public List<(string Path, Func<Somebody, bool> IsRead)> Files { get; } = [];

    /// <summary>Where everybody who is signed in listens: what is said there arrives after what was said before.</summary>
    public RoomId Commons { get; private set; }

    public Somebody Herald { get; private set; } = null!;

    public ImmutableArray<string> Log { get; private set; } = [];

    public IReadOnlyDictionary<string, Marker> Markers => markers;

    public IEnumerable<RoomId> Rooms => own.Concat(Works.Where(work => work.HasComments).Select(work => work.Id.Comments)).Concat(threads.Select(thread => thread.Room));

    public IEnumerable<string> Topics => Rooms.Select(room => room.Topic()).Concat(Communities.Select(Streams.QueueOf)).Append("me").Concat(Unheard);

    /// <summary>Streams that nobody may name.</summary>
    private IEnumerable<string> Unheard => Communities.SelectMany(community => new[] { Streams.Of(community), Streams.StateOfPlayOf(community), Streams.PresenceIn(new(community, "general")) })
        .Concat(changing.Take(2).SelectMany(person => new[] { Streams.Of(person.Id), Streams.InboxOf(person.Id) }))
        .Concat(Works.Take(3).Select(work => Streams.Of(work.Id)))
        .Append(Streams.Of(new BridgeId(Communities[0], Communities[1])));

    public bool MayEnter(Somebody who, RoomId room) =>
        room.Bridge is not null ? who.Reads(threads.Single(thread => thread.Room == room), buyersOnly)
        : room.Publication is { } commented ? who.ReadsComments(Works.Single(work => work.Id == commented))
        : who.Belongs(room.Community);

    public bool MayFollow(Somebody who, string topic) =>
        who.Who is not null && (topic is "me" || Communities.Any(community => topic == Streams.QueueOf(community) && who.Judges(community)) || Rooms.Any(room => topic == room.Topic() && MayEnter(who, room)));

    private bool IsOpen(RoomId room) => room.Communities.All(community => !closed.Contains(community)) && (room.Bridge is not { } bridge || !ended.Contains(bridge));

    public string Describe() => string.Join('\n', People.Skip(1).Select(person => $"  {person}: {string.Join("; ", Communities.Select(person.StandingIn))}").Concat(Log.Select(line => $"  then: {line}")));

    public async Task Begin()
    {
        for (var number = 1; number <= 3; number++) await Found(number);
        Herald = await Comes("Herald");
        Commons = await server.Found($"commons-{seed}", Herald.Who!);
        foreach (var name in new[] { "Ari", "Bob", "Cleo", "Dora", "Emil", "Finn" }) changing.Add(await Comes(name));
        await Comes("Outsider");
        await Comes("Ann", isAdministrator: true);
        foreach (var person in People.Where(person => person.Who is not null && person != Herald)) Done(await server.Grains.Community(new(Commons.Community.Value)).Join(new() { By = person.Id, Request = New() }));

        foreach (var community in Communities) await Settle(community);
        await Bridge(Communities[0], Communities[1]);
        await Propose(Communities[1], Communities[2]);
        foreach (var community in Communities) await Speak(community);
        foreach (var community in Communities) await Fall(community);
        foreach (var person in changing.Where(_ => random.Next(4) == 0)) await ClaimsToSupply(person);
        await Settled();
        await Decided();
    }

    /// <summary>What is looked up is up to date: each waits two seconds at most, whatever is behind.</summary>
    public async Task Settled()
    {
        await server.Services.GetRequiredService<ICommunityDirectory>().Settled(default);
        await server.Services.GetRequiredService<IPostSearch>().Settled(default);
        await server.Services.GetRequiredService<IPublications>().Settled(default);
        await server.Services.GetRequiredService<IBridges>().Settled(default);
    }

    /// <summary>Something new in every room where somebody may say something.</summary>
    public async Task<ImmutableArray<(RoomId Room, long Number, Somebody By)>> SpeakUp()
    {
        var said = ImmutableArray.CreateBuilder<(RoomId, long, Somebody)>();
        foreach (var room in Rooms.Where(IsOpen).ToList())
        {
            if (People.Find(person => MayEnter(person, room) && room.Communities.All(side => person.RestrictionIn(side) is null)) is { } author)
                said.Add((room, await Say(room, author, $"a new post in {room}", reader => MayEnter(reader, room) ? Reading.Yes : Reading.No), author));
        }

        return said.ToImmutable();
    }

    private async Task Found(int number)
    {
        var (community, leader) = (new CommunityId($"world-{number}-{seed}"), await Comes($"Leader{number}"));
        Communities.Add(community);
        leaders[community] = leader;
        var grain = server.Grains.Community(community);
        Done(await grain.Found(new() { By = MemberId.System, Request = New(), Name = $"World {number}", Access = Admission.Open, Goal = "To buy trams.", Leader = leader.Id }));
        leader.Becomes(community, Role.Leader);
        Done(await grain.PublishContact(new() { By = leader.Id, Request = New(), Contact = "desk@buyers.example" }));
        var slug = Word($"the address of a room of {community}", reader => reader.Belongs(community) ? Reading.Yes : reader.HasBelongedTo(community) || reader.IsAdministrator ? Reading.Perhaps : Reading.No);   // in lists of their own, and with what is reported
        var name = Word($"the name of a room of {community}", reader => reader.Belongs(community) ? Reading.Yes : reader.IsAdministrator ? Reading.Perhaps : Reading.No);
        Done(await grain.OpenRoom(new() { By = leader.Id, Request = New(), Slug = slug, Name = $"Room {name}", TopicGroup = random.Next(2) == 0 }));
        own.Add(new(community, "general"));
        own.Add(new(community, slug));
    }

    private async Task<Somebody> Comes(string name, bool isAdministrator = false)
    {
        var person = new Somebody(name, await server.SignIn($"{name}World{seed}")) { IsAdministrator = isAdministrator };
        if (isAdministrator) Done(await server.Grains.Member(person.Id).AppointAdministrator(new() { By = MemberId.System, Request = New() }));
        People.Add(person);
        return person;
    }

    /// <summary>Some come in, and one of whom nobody hears anything but the name.</summary>
    private async Task Settle(CommunityId community)
    {
        foreach (var person in changing.Concat(leaders.Values).Where(person => person != leaders[community]))
        {
            if (random.Next(5) < 2) continue;

            await Enters(person, community);
            if (random.Next(4) == 0) await Becomes(person, community, Role.Moderator);
        }

        var word = Word($"the name of somebody in {community}", reader => reader.Belongs(community) ? Reading.Yes : reader.IsAdministrator || threads.Any(thread => thread.Sides.Contains(community) && reader.Reads(thread, buyersOnly)) ? Reading.Perhaps : Reading.No);
        var silent = new Somebody("Silent", await server.SignIn($"Silent{word}"));
        await Enters(silent, community);
    }

    private async Task Speak(CommunityId community)
    {
        var (leader, grain) = (leaders[community], server.Grains.Community(community));
        foreach (var room in own.Where(room => room.Community == community).ToList()) await Converse(room);
        foreach (var person in changing.Where(person => person.Belongs(community))) Done(await server.Grains.Inbox(person.Id).MuteRoom(new() { By = person.Id, Request = New(), Room = own.Last(room => room.Community == community), Muted = true }));
        foreach (var classification in classifications) await Publish(community, classification);
        await Write(community, Pick(classifications), WorkState.Draft);
        await Withdraw(await Publish(community, Classification.Community));
        await Card(community);

        var goal = Word($"the goal of {community}", reader => reader.Who is null ? Reading.No : Reading.Yes);
        var admission = Pick(Enum.GetValues<Admission>());
        if (random.Next(3) == 0) buyersOnly.Add(community);
        Done(await grain.ChangeSettings(new() { By = MemberId.System, Request = New(), Name = $"World {community}", Access = admission, Goal = $"To buy trams {goal}", Contact = "desk@buyers.example", BuyersOnly = buyersOnly.Contains(community) }));
        if (admission is Admission.Open) return;

        var waiting = await Write(community, Pick(classifications), WorkState.Waiting);
        Done(await server.Grains.Publication(waiting.Id).Submit(new() { By = waiting.Author.Id, Request = New(), Version = 1 }));
        if (admission is not Admission.OnRequest || buyersOnly.Contains(community)) return;

        var outsider = People.Single(person => person.Name is "Outsider");
        var word = Word($"a request to join {community}", reader => reader == outsider || reader.Judges(community) ? Reading.Yes : Reading.No);
        var number = Done(await server.Grains.Queue(community).Ask(new() { By = outsider.Id, Request = New(), Message = $"I buy trams {word}" })).Value;
        Items.Add((community, number));
        asked.Add((community, number));
    }

    /// <summary>Said, answered, edited, hidden, deleted, reported, and with a file.</summary>
    private async Task Converse(RoomId room)
    {
        var (community, grain, leader) = (room.Community, server.Grains.Room(room), leaders[room.Community]);
        Reading Theirs(Somebody reader) => MayEnter(reader, room) ? Reading.Yes : Reading.No;
        var members = changing.Where(person => MayEnter(person, room)).Append(leader).ToArray();
        var first = await Say(room, Pick(members), $"a post in {room}", Theirs);
        await Say(room, Pick(members), $"a reply in {room}", Theirs, first);
        foreach (var person in members.Where(person => person != leader)) await Say(room, leader, $"a post in {room} that names {person}", Theirs, naming: person);
        await Attach(room, Pick(members));

        var edited = await Say(room, leader, $"what a post in {room} once said", reader => MayEnter(reader, room) ? Reading.Perhaps : Reading.No);
        Done(await grain.Edit(new() { By = leader.Id, Request = New(), Number = new(edited), Markdown = $"No trams {Word($"an edited post in {room}", Theirs)}" }));
        var hidden = await Say(room, Pick(members), $"a hidden post in {room}", reader => MayEnter(reader, room) && room.Communities.Any(reader.Moderates) ? Reading.Perhaps : Reading.No);
        var reason = Word($"why a post in {room} is hidden", Theirs);
        Done(await grain.Hide(new() { By = leader.Id, Request = New(), Number = new(hidden), Hidden = true, Reason = $"No trams {reason}" }));
        var deleted = await Say(room, leader, $"a deleted post in {room}", _ => Reading.No);
        Done(await grain.Delete(new() { By = leader.Id, Request = New(), Number = new(deleted), Reason = "As agreed." }));
        if (room.HasDoorOfItsOwn || changing.Where(person => person.MayWrite(community)).ToArray() is not [_, ..] some) return;

        var reporter = Pick(some);
        var target = await Say(room, leader, $"a reported post in {room}", reader => Theirs(reader) is Reading.Yes ? Reading.Yes : reader.Judges(community) || reader == reporter ? Reading.Perhaps : Reading.No);
        var report = Word($"a report of a post in {room}", reader => reader == reporter || reader.Judges(community) ? Reading.Yes : Reading.No);
        Items.Add((community, Done(await server.Grains.Queue(community).Report(new() { By = reporter.Id, Request = New(), Room = room, Post = new(target), Message = $"No trams {report}" })).Value));
        await ReportAndDelete(room, leader, reporter);
    }

    /// <summary>
    /// What its author deletes after it was reported is kept for those who decide: neither of the two is one of them.
    /// </summary>
    private async Task ReportAndDelete(RoomId room, Somebody author, Somebody reporter)
    {
        var community = room.Community;
        Reading Deciding(Somebody reader) =>
            reader.Judges(community) && reader != author && reader != reporter ? Reading.Yes : Reading.No;
        var file = await Upload(room, author, $"a file of a reported and deleted post in {room}", Deciding);
        var text = Word($"a reported and deleted post in {room}", Deciding);
        var grain = server.Grains.Room(room);
        var said = new PostMessage { By = author.Id, Request = New(), Markdown = $"trams {text}", Attachments = [file] };
        var post = Done(await grain.Post(said)).Number;
        Posts.Add((room, post.Value));
        var why = Word(
            $"a report of a deleted post in {room}",
            reader => reader == reporter || reader.Judges(community) ? Reading.Yes : Reading.No);
        var report = new ReportPost { By = reporter.Id, Request = New(), Room = room, Post = post, Message = $"No trams {why}" };
        var item = Done(await server.Grains.Queue(community).Report(report)).Value;
        Done(await grain.Delete(new() { By = author.Id, Request = New(), Number = post }));
        Items.Add((community, item));
        Files.Add(($"/communities/{community}/queue/{item}/files/{file.Id}", reader => Deciding(reader) is Reading.Yes));
    }

    private async Task<long> Say(RoomId room, Somebody author, string what, Func<Somebody, Reading> to, long? thread = null, Somebody? naming = null)
    {
        var text = $"trams {Word(what, to)}";
        var number = naming is { Who: { } whom } ? await server.Mentions(room, author.Who!, whom, text) : await server.Says(room, author.Who!, text, thread);
        Posts.Add((room, number));
        return number;
    }

    private async Task Attach(RoomId room, Somebody author)
    {
        bool Reads(Somebody reader) => MayEnter(reader, room);
        var file = await Upload(room, author, $"a file in {room}", reader => Reads(reader) ? Reading.Yes : Reading.No);
        var posted = Done(await server.Grains.Room(room).Post(new() { By = author.Id, Request = New(), Markdown = "trams, with a file", Attachments = [file] }));
        Files.Add(($"/communities/{room}/posts/{posted.Number}/files/{file.Id}", Reads));
        Posts.Add((room, posted.Number.Value));
    }

    private async Task<Attachment> Upload(RoomId room, Somebody author, string what, Func<Somebody, Reading> to)
    {
        using var http = server.Http(author.Who);
        var (name, inside) = (Word($"the name of {what}", to), Word($"what is in {what}", to));
        using var answer = await http.PostAsync($"/api/rooms/{room}/attachments?name={name}.txt", new StringContent($"trams {inside}"));
        var card = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        var request = New();
        return Done(await server.Services.GetRequiredService<AttachmentDesk>().Take(author.Id, room, request, [card.GetProperty("id").GetString()])).Single();
    }

    private async Task Card(CommunityId community)
    {
        var (grain, leader) = (server.Grains.StateOfPlay(community), leaders[community]);
        var (first, second) = (Pick(classifications[..3]), Pick(classifications[..3]));
        var before = Word($"how the state of play of {community} was, for {first}", reader => (reader.Reads(first, community) && reader.Reads(second, community)) || reader.IsAdministrator ? Reading.Perhaps : Reading.No);
        var now = Word($"the state of play of {community}, for {second}", reader => reader.Reads(second, community) ? Reading.Yes : reader.IsAdministrator ? Reading.Perhaps : Reading.No);
        Done(await grain.Write(new() { By = leader.Id, Request = New(), Card = Coordination.Card.Empty with { Goal = $"Trams {before}" }, Readers = first, Seen = 0 }));
        Done(await grain.Write(new() { By = leader.Id, Request = New(), Card = Coordination.Card.Empty with { Goal = $"Trams {now}" }, Readers = second, Seen = 1 }));
    }

    private async Task<Work> Write(CommunityId community, Classification readers, WorkState state)
    {
        var members = changing.Where(person => person.MayWrite(community)).Append(leaders[community]).ToArray();
        var (id, author) = (new PublicationId(community, Convert.ToHexStringLower(BitConverter.GetBytes(random.NextInt64())) + "0123456789abcdef"), Pick(members));
        Work work = null!;
        string Part(string what, Func<Somebody, Work, Reading> to) => Word($"the {what} of a publication of {community}, {state} and for {readers}", reader => to(reader, work));
        work = new(id, author)
        {
            Readers = readers,
            State = state,
            Named = readers is Classification.Participants ? [.. members.Where(_ => random.Next(2) == 0), members[0]] : [],
            Title = Part("title", Rules.LooksAtTitle),
            Summary = Part("summary", Rules.LooksAt),
            Text = Part("text", Rules.LooksAt),
        };
        Works.Add(work);
        Done(await server.Grains.Publication(id).Write(new() { By = author.Id, Request = New(), Content = Content(work), Seen = 0 }));
        return work;
    }

    /// <summary>Published, with a file and with comments; sometimes its next version is being written.</summary>
    private async Task<Work> Publish(CommunityId community, Classification readers)
    {
        var work = await Write(community, readers, WorkState.Published);
        var (grain, author) = (server.Grains.Publication(work.Id), work.Author);
        if (random.Next(2) == 0)
        {
            var file = await Upload(work.Id.Comments, author, $"a file of a publication of {community} for {readers}", reader => reader.LooksAt(work));
            work.Files = [file];
            Done(await grain.Write(new() { By = author.Id, Request = New(), Content = Content(work), Seen = work.Version++ }));
            Files.Add(($"/communities/{community}/publications/{work.Id.Key}/files/{file.Id}", reader => reader.LooksAt(work) is Reading.Yes));
        }

        await Submit(work);
        await Say(work.Id.Comments, leaders[community], $"a comment in {community} on what is for {readers}", reader => reader.ReadsComments(work) ? Reading.Yes : Reading.No);
        if (random.Next(2) == 0) return work;

        work.IsBeingRewritten = true;
        var next = Word($"the next version of a publication of {community} for {readers}", reader => reader == author && reader.Belongs(community) ? Reading.Perhaps : Reading.No);
        Done(await grain.Write(new() { By = author.Id, Request = New(), Content = Content(work) with { Title = $"Trams {next}" }, Seen = work.Version++ }));
        return work;
    }

    private async Task Submit(Work work)
    {
        var grain = server.Grains.Publication(work.Id);
        if (Done(await grain.Submit(new() { By = work.Author.Id, Request = New(), Version = work.Version })).IsPublished) return;

        Done(await grain.Settle(new() { By = MemberId.System, Request = New(), Version = work.Version, Verdict = Verdict.Approved, DecidedBy = leaders[work.Community].Id }));
    }

    private static PublicationContent Content(Work work) =>
        new(PublicationKind.News, $"Trams {work.Title}", $"Trams {work.Summary}", $"About trams {work.Text}", work.Readers, [.. work.Named.Select(each => each.Id).Distinct()], work.Files);

    private async Task Bridge(CommunityId one, CommunityId other)
    {
        await Propose(one, other);
        var grain = server.Grains.Bridge(new(one, other));
        Done(await grain.Agree(new() { By = leaders[other].Id, Request = New(), Side = other, Room = own.Last(room => room.Community == other), Version = 1 }));
        foreach (var readers in new[] { Classification.Community, Classification.Hosts })
        {
            CommonThread thread = null!;
            var title = Word($"the title of a thread of {one} and {other} for {readers}", reader => reader.Reads(thread, buyersOnly) ? Reading.Yes : Reading.No);
            thread = new(Done(await grain.OpenThread(new() { By = leaders[one].Id, Request = New(), Side = one, Title = $"Trams {title}", Classification = readers })), readers);
            threads.Add(thread);
            await Converse(thread.Room);
        }
    }

    private async Task Propose(CommunityId one, CommunityId other)
    {
        var message = Word($"what {one} wrote to {other}", reader => reader.Moderates(one) || reader.Moderates(other) ? Reading.Yes : Reading.No);
        Done(await server.Grains.Bridge(new(one, other)).Propose(new() { By = leaders[one].Id, Request = New(), Side = one, Room = own.Last(room => room.Community == one), Message = $"Trams {message}" }));
    }

    /// <summary>A request that is rejected, with a reason, in a community that is asked.</summary>
    private async Task Decided()
    {
        foreach (var (community, number) in asked)
        {
            var (queue, leader) = (server.Grains.Queue(community), leaders[community]);
            var item = Done(await queue.Item(leader.Id, new(number))).Item;
            var reason = Word($"why a request was rejected in {community}", reader => reader.Judges(community) || reader.Name is "Outsider" ? Reading.Yes : Reading.No);
            await using var watching = await server.Connect(leader.Who!);
            await watching.Enter(Streams.QueueOf(community));
            Done(await queue.Decide(new() { By = leader.Id, Request = New(), Number = new(number), Version = item.Version, Verdict = Verdict.Rejected, Reason = $"No trams {reason}" }));
            clock.Move(QueueLimits.UndoWindow);
            await watching.Until(it => it.Topic(Streams.QueueOf(community)).Item(number) is { } seen && seen.GetProperty("state").GetString() == "settled", TimeSpan.FromSeconds(30));
        }
    }

    private string Word(string what, Func<Somebody, Reading> to)
    {
        var word = Beginning + string.Concat(Enumerable.Range(0, WordLength - Beginning.Length).Select(_ => (char)('a' + random.Next(26))));
        markers[word] = new(word, what, to);
        return word;
    }

    private T Pick<T>(IReadOnlyList<T> all) => all[random.Next(all.Count)];

    private RequestId New() => server.NewRequest();

    private static T Done<T>(Outcome<T> outcome) => outcome.IsRefused ? throw new InvalidOperationException($"Refused: {outcome.Refusal}") : outcome.Value;
}
