using PublicBuyers.Bridges;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Members;
using PublicBuyers.Rooms;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;

namespace PublicBuyers.Demonstration;

public sealed class TheDemonstration
{
    private readonly MemoryJournal journal = new();
    private readonly Demonstration demonstration = new(FakeClock.Noon);

    [Theory]
    [InlineData("procure-innovation-eu", Communities.Access.Open, "newcomer", "innovation procurement in the EU through training programmes", "staff of public buyers", "two 5-day in-person sessions a year, 30 participants", "Alicante, October and November 2024", "decision makers", "four 2-hour online workshops a year, unlimited", "first edition 22 May 2024", "end of June 2024", "this platform, LinkedIn and e-mail", "governments, public sector, SMEs", "resources and events", "insights every two months, in the gazette", "members are in several communities", "e-mails and presentations to connect")]
    [InlineData("cfit", Communities.Access.Open, "Sustainable public procurement in ICT", "Webinars and meetings", "Brussels on 19 June 2024", "attract participants through various channels once the notification system is set up")]
    [InlineData("ai-community", Communities.Access.OnRequest, "the launch of the AI procurement clauses", "Share experiences and feedback on the use", "further actions after the AI Act is finalised, after summer")]
    [InlineData("cpb-network", Communities.Access.OnRequest, "Four topic groups", "no meetings for over a year", "expected in autumn", "a new tool to explore")]
    [InlineData("competence-centres", Communities.Access.OnRequest, "dormant and is now active", "Norway (NO) and Finland (FI) are not yet on the platform", "contacts with Lithuania (LT)", "Lisbon (March 2024)", "Vienna (autumn 2024)", "online in June")]
    [InlineData("bim-procurement", Communities.Access.Open, "a strategic tool to improve green procurement and rationalise public spending", "21 May 2024, followed by a questionnaire", "in an October webinar, to plan future activities")]
    [InlineData("big-buyers-working-together", Communities.Access.OnRequest, "Ten communities", "managed by Eurocities, ICLEI and BME", "Brussels (April 2024)", "set up elsewhere", "no notifications yet and the tool is new", "Possible connection** with Procure Innovation EU", "hesitation with the use of the Platform due to lack of notification system and novelty of the tool")]
    [InlineData("procurement-dialogues", Communities.Access.ByInvitation, "Dialogues on strategic procurement with Member States", "14 dialogues", "five more", "only for the authorities involved, except those classified public")]
    [InlineData("ppe-alumni", Communities.Access.OnRequest, "missing from the coordination meeting")]
    [InlineData("eastern-legal-review", Communities.Access.OnRequest, "missing from the coordination meeting")]
    public async Task A_community_holds_what_the_source_says_of_it(string slug, Communities.Access access, params string[] facts)
    {
        await Fill();
        var community = Fold<Community, CommunityEvent>("community/" + slug);
        var everything = string.Join('\n', [community.Goal, community.About, .. PostsOf(slug).Select(post => post.Markdown)]);

        community.Access.ShouldBe(access);
        foreach (var fact in facts) everything.ShouldContain(fact);
    }

    [Theory]
    [InlineData("there are no community-specific settings")]
    [InlineData("notifications cannot be switched off for joined communities")]
    [InlineData("leaving a community switches them off")]
    [InlineData("moderators receive notifications on new members and content, with no need to approve or reject")]
    [InlineData("an e-mail address will be provided")]
    [InlineData("a rejection includes the moderator's contact")]
    [InlineData("mentions, comments, private messages, each with a frequency")]
    [InlineData("live in one to two weeks")]
    [InlineData("1,400+ members")]
    [InlineData("13 newsletters")]
    [InlineData("216k page views")]
    [InlineData("320M impressions")]
    [InlineData("promote synergies")]
    public async Task What_the_platform_said_in_the_coordination_meeting_is_written_somewhere(string statement)
    {
        await Fill();

        Rooms().SelectMany(PostsIn).ShouldContain(post => post.Markdown.Contains(statement, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task All_ten_communities_are_there_and_led_and_moderated()
    {
        await Fill();
        var communities = Streams("community/").Select(Fold<Community, CommunityEvent>).ToList();

        communities.Count.ShouldBe(10);
        communities.ShouldAllBe(community => community.LeadersAt(FakeClock.Noon).Any());
        communities.ShouldAllBe(community => community.Members.Values.Any(member => member.Role == Role.Moderator));
        communities.ShouldAllBe(community => community.Rooms[0].Room.Slug == CommunityRules.FirstRoom);
    }

    [Fact]
    public async Task One_network_has_four_topic_groups()
    {
        await Fill();

        Fold<Community, CommunityEvent>("community/cpb-network").Rooms.Count(room => room.TopicGroup).ShouldBe(4);
    }

    [Fact]
    public async Task Two_communities_with_a_possible_connection_talk_in_a_common_thread()
    {
        await Fill();
        var bridge = Fold<Bridge, BridgeEvent>("bridge/big-buyers-working-together+procure-innovation-eu");

        bridge.State.ShouldBe(BridgeState.Standing);
        PostsIn($"room/{bridge.Threads.ShouldHaveSingleItem().Room}").Count().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Posts_of_a_room_stand_in_the_order_of_time()
    {
        await Fill();

        foreach (var room in Rooms()) PostsIn(room).Select(post => post.At).ShouldBeInOrder();
    }

    [Fact]
    public async Task There_is_something_to_read_everywhere()
    {
        await Fill();
        var posts = Rooms().SelectMany(PostsIn).ToList();

        Rooms().ShouldAllBe(room => PostsIn(room).Any());
        posts.Count.ShouldBeGreaterThan(120);
        posts.ShouldContain(post => post.IsDeleted);
        posts.ShouldContain(post => post.EditedAt != null);
        posts.ShouldContain(post => post.Replies > 2);
    }

    [Fact]
    public async Task Everything_is_marked_as_imported_so_that_nobody_gets_mail_about_the_past()
    {
        await Fill();

        journal.Facts.ShouldAllBe(fact => fact.Imported);
    }

    [Fact]
    public async Task Filling_twice_changes_nothing()
    {
        await Fill();
        var before = journal.Facts.Length;

        await Fill();

        journal.Facts.Length.ShouldBe(before);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(300)]
    public async Task Filling_goes_on_where_it_was_interrupted(int appends)
    {
        var undisturbed = new MemoryJournal();
        await demonstration.Fill(undisturbed, new PlainAddressKeys(), new MemoryReadMarks(), CancellationToken.None);

        journal.FailAppend(appends);
        await Should.ThrowAsync<IOException>(Fill);
        await Fill();

        Told(journal).ShouldBe(Told(undisturbed), ignoreOrder: true);
    }

    [Fact]
    public async Task What_people_did_since_stays_as_it_is()
    {
        await Fill();
        var left = FactCodec<CommunityEvent>.Write(new CommunityEvent.MemberLeft(Demonstration.Administrator));
        await journal.Append(new("community/cfit", journal.FactsOf("community/cfit").Length, [left], MemberId.System, FakeClock.Noon, [], null));
        var before = journal.Facts.Length;

        await Fill();

        journal.Facts.Length.ShouldBe(before);
    }

    [Fact]
    public async Task A_journal_with_something_else_in_its_place_is_left_alone()
    {
        var by = new MemberId("somebody");
        var founded = FactCodec<CommunityEvent>.Write(new CommunityEvent.Founded("Another", Communities.Access.Open, "Something else", ""));
        await journal.Append(new("community/cfit", 0, [founded], by, DateTimeOffset.UnixEpoch, [], null));

        await Should.ThrowAsync<InvalidOperationException>(Fill);

        journal.Facts.Length.ShouldBe(1);
    }

    [Fact]
    public async Task No_two_members_share_an_address()
    {
        await Fill();
        var members = Streams("member/").Select(Fold<Member, MemberEvent>).ToList();

        members.Select(member => member.Address).ShouldBeUnique();
        members.ShouldAllBe(member => member.Address.EndsWith("@demo.example", StringComparison.Ordinal));
        Streams("address/").Count.ShouldBe(members.Count);
    }

    [Fact]
    public async Task Every_member_can_be_found_by_address()
    {
        await Fill();

        foreach (var stream in Streams("member/"))
        {
            var address = new PlainAddressKeys().KeyOf(Fold<Member, MemberEvent>(stream).Address);
            Fold<Address, AddressEvent>("address/" + address.Value).Member.ShouldBe(new MemberId(stream["member/".Length..]));
        }
    }

    [Fact]
    public async Task There_is_one_administrator()
    {
        await Fill();

        Streams("member/").Where(stream => Fold<Member, MemberEvent>(stream).IsAdministrator).ShouldBe(["member/" + Demonstration.Administrator]);
    }

    [Fact]
    public async Task People_belong_to_several_communities()
    {
        await Fill();
        var memberships = Streams("community/").SelectMany(stream => Fold<Community, CommunityEvent>(stream).Members.Keys).CountBy(member => member);

        memberships.Count(member => member.Value > 2).ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task Those_one_can_sign_in_as_are_members()
    {
        await Fill();

        demonstration.People.Length.ShouldBeInRange(12, 20);
        demonstration.People.ShouldAllBe(person => Fold<Member, MemberEvent>("member/" + person.Member).Name == person.Name);
        demonstration.People.Select(person => person.Member).ShouldContain(Demonstration.Administrator);
    }

    private Task Fill() => demonstration.Fill(journal, new PlainAddressKeys(), new MemoryReadMarks(), CancellationToken.None);

    private static IEnumerable<(string, long, string, DateTimeOffset)> Told(MemoryJournal journal) => journal.Facts.Select(fact => (fact.Stream, fact.Sequence, fact.Type, fact.At));

    private List<string> Streams(string prefix) => [.. journal.Facts.Select(fact => fact.Stream).Distinct().Where(stream => stream.StartsWith(prefix, StringComparison.Ordinal))];

    private List<string> Rooms() => Streams("room/");

    private IEnumerable<Post> PostsOf(string community) => Streams($"room/{community}/").SelectMany(PostsIn);

    private IEnumerable<Post> PostsIn(string room) => Fold<Room, RoomEvent>(room).Recent.Values;

    private TState Fold<TState, TEvent>(string stream) where TState : IFolded<TState, TEvent> where TEvent : Fact =>
        journal.FactsOf(stream).Select(FactCodec<TEvent>.Read).Aggregate(TState.Empty, (state, fact) => state.Apply(fact));
}
