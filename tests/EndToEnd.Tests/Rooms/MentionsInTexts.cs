using System.Collections.Immutable;
using AngleSharp.Html.Parser;
using PublicBuyers.Members;
using PublicBuyers.Rooms;

namespace PublicBuyers.EndToEnd.Tests.Rooms;

/// <summary>B8–B10, B13: whom a text means, and how that is shown.</summary>
public sealed class MentionsInTexts
{
    private static readonly RoomId Room = new("bim-procurement/general");
    private static readonly MemberCard Ana = Card("ana", "Ana Ruiz");
    private static readonly MemberCard Łucja = Card("lucja", "Łucja Weiß");
    private static readonly MemberCard Eleni = Card("eleni", "Ελένη Παππάς");
    private static readonly MemberCard Georgi = Card("georgi", "Георги Иванов");
    private static readonly MemberCard ONeill = Card("oneill", "Máire O’Neill-Byrne");
    private static readonly ImmutableArray<MemberCard> Everyone = [Ana, Łucja, Eleni, Georgi, ONeill, Card("bo-1", "Bo Lind"), Card("bo-2", "Bo Lind"), Card("ana-2", "Ana Ruiz Ortega"),
        Card("jean", "Jean"), Card("comma", "\u0218erban Pop"), Card("cedilla", "\u015Eerban Pop"), Card("small", "jo Berg"), Card("large", "Jo Berg")];

    private readonly CommunityOf directory = new(Everyone);

    [Theory]
    [InlineData("@Ana Ruiz, do you have it?", "ana", "@Ana Ruiz")]
    [InlineData("@Ana Ruiz Ortega, do you have it?", "ana-2", "@Ana Ruiz Ortega")]
    [InlineData("Ask @ana ruiz.", "ana", "@ana ruiz")]
    [InlineData("(@ÁNA RÚIZ)", "ana", "@ÁNA RÚIZ")]
    [InlineData("@lucja weiss knows", "lucja", "@lucja weiss")]
    [InlineData("@Ελενη Παππας", "eleni", "@Ελενη Παππας")]
    [InlineData("Здравей @георги иванов!", "georgi", "@георги иванов")]
    [InlineData("@Maire O'Neill Byrne and I", "oneill", "@Maire O'Neill Byrne")]
    [InlineData("**@Ana Ruiz** and", "ana", "@Ana Ruiz")]
    [InlineData("- one\n- @Ana Ruiz\n", "ana", "@Ana Ruiz")]
    [InlineData("|a|b|\n|-|-|\n|@Ana Ruiz|x|", "ana", "@Ana Ruiz")]
    public async Task A_name_that_is_typed_means_its_only_bearer(string markdown, string member, string stretch)
    {
        var mention = (await Read(markdown)).ShouldHaveSingleItem();

        mention.Member.ShouldBe(new MemberId(member));
        markdown.Substring(mention.Start, mention.Length).ShouldBe(stretch);
        mention.Silent.ShouldBeFalse();
    }

    [Theory]
    [InlineData("@Jean")]
    [InlineData("@Jean, Paul")]
    [InlineData("@Jean Paul")]
    [InlineData("(@Jean)")]
    [InlineData("@Jean.")]
    [InlineData("@Jean - Paul")]
    [InlineData("@Jean... perhaps")]
    [InlineData("**@Jean**:")]
    public async Task A_name_ends_where_a_name_can_end(string markdown) => (await Read(markdown)).ShouldHaveSingleItem().Member.ShouldBe(new MemberId("jean"));

    [Theory]
    [InlineData("@Jean-Paul")]
    [InlineData("@Jean\u2010Paul")]
    [InlineData("@Jean\u2013Paul")]
    [InlineData("@Jean'Paul")]
    [InlineData("@Jean’Paul")]
    [InlineData("@Jean.Dupont")]
    [InlineData("@Jean_Dupont")]
    [InlineData("@Jean2")]
    [InlineData("@Jeanne")]
    [InlineData("@Jean@example.eu")]
    [InlineData("@_Jean-Paul")]
    [InlineData("@Ana Ruiz-Lopez")]
    [InlineData("@room-service")]
    public async Task A_longer_name_means_nobody_and_never_who_has_the_shorter_one(string markdown) => (await Read(markdown)).ShouldBeEmpty();

    [Theory]
    [InlineData("@\u0218erban Pop", "comma")]
    [InlineData("@\u015Eerban Pop", "cedilla")]
    [InlineData("@S\u0326erban Pop", "comma")]
    [InlineData("@\u0219erban pop", "comma")]
    [InlineData("@jo Berg", "small")]
    [InlineData("@Jo Berg", "large")]
    public async Task An_exact_name_is_meant_before_a_folded_one(string markdown, string member) =>
        (await Read(markdown)).ShouldHaveSingleItem().Member.ShouldBe(new MemberId(member));

    [Theory]
    [InlineData("@Serban Pop")]
    [InlineData("@JO BERG")]
    public async Task Of_several_none_of_whom_is_called_exactly_so_nobody_is_meant(string markdown) => (await Read(markdown)).ShouldBeEmpty();

    [Theory]
    [InlineData("`@Ana Ruiz`")]
    [InlineData("```\n@Ana Ruiz\n```")]
    [InlineData("    @Ana Ruiz")]
    [InlineData("> @Ana Ruiz")]
    [InlineData("> - > @Ana Ruiz")]
    [InlineData("> quoted\n@Ana Ruiz in a lazy line of the quote")]
    [InlineData("[@Ana Ruiz](https://example.eu)")]
    [InlineData("[x](https://example.eu/@Ana)")]
    [InlineData("https://example.eu/@Ana Ruiz")]
    [InlineData("<me@ana>")]
    [InlineData("write to me@Ana Ruiz")]
    [InlineData("write to a.b-@Ana Ruiz")]
    [InlineData("\\@Ana Ruiz")]
    [InlineData("@ Ana Ruiz")]
    [InlineData("@Ana")]
    [InlineData("@Bo Lind")]
    [InlineData("@Nobody Here")]
    [InlineData("@")]
    public async Task Nobody_is_meant(string markdown)
    {
        (await Read(markdown)).ShouldBeEmpty();
        if (markdown.Contains("@Ana Ruiz", StringComparison.Ordinal)) (await Read(markdown, Of(markdown, "@Ana Ruiz", Ana))).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_ending_makes_another_name_of_what_is_typed_and_none_of_what_was_picked()
    {
        (await Read("@Ana Ruizova")).ShouldBeEmpty();
        (await Read("@Ana Ruizova", Of("@Ana Ruizova", "@Ana Ruiz", Ana))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Everybody_is_meant_by_the_word_room_alone()
    {
        (await Read("@room: tomorrow at ten")).ShouldBe([new Mention(0, 5, null)]);
        (await Read("@roommate and @Room")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_silent_form_names_without_telling() => (await Read("As @_Ana Ruiz said")).ShouldBe([new Mention(3, 10, Ana.Member, Silent: true)]);

    [Fact]
    public async Task Of_two_people_of_one_name_the_one_picked_is_meant()
    {
        const string text = "@Bo Lind, is it you?";

        (await Read(text, Of(text, "@Bo Lind", Everyone[6]))).ShouldHaveSingleItem().Member.ShouldBe(Everyone[6].Member);
    }

    [Fact]
    public async Task Picking_none_means_none() => (await Read("@Ana Ruiz", [])).ShouldBeEmpty();

    [Fact]
    public async Task What_is_no_stretch_of_the_text_is_left_for_the_room_to_refuse()
    {
        foreach (var wrong in new Mention[] { new(-1, 3, Ana.Member), new(0, 30, Ana.Member), new(1, 3, Ana.Member), new(int.MaxValue, int.MaxValue, Ana.Member), new(0, 1, Ana.Member) })
            (await Read("@Ana Ruiz", [wrong])).ShouldBe([wrong]);
    }

    [Fact]
    public void The_name_shown_is_the_one_the_member_has_now()
    {
        const string text = "Ask @Ana Ruiz **today**";
        var mentions = Of(text, "@Ana Ruiz", Ana);

        PostMarkup.ToHtml(text, mentions, _ => Ana).ShouldBe("<p>Ask <span class=\"mention\" data-member=\"ana\">@<bdi>Ana Ruiz</bdi></span> <strong>today</strong></p>\n");
        PostMarkup.ToHtml(text, mentions, _ => Ana with { Name = "Ana <Weiß>" }).ShouldContain("@<bdi>Ana &lt;Weiß&gt;</bdi>");
        PostMarkup.ToHtml(text).ShouldNotContain("span");
    }

    [Fact]
    public void A_name_that_changes_direction_stays_within_its_own_bounds() =>
        PostMarkup.ToHtml("@x said", [new(0, 2, Ana.Member)], _ => Ana with { Name = "\u202Ebuyer" }).ShouldContain("<bdi>\u202Ebuyer</bdi>");

    [Theory]
    [InlineData("> @Ana Ruiz", "<blockquote>\n<p>@Ana Ruiz</p>\n</blockquote>\n")]
    [InlineData("`@Ana Ruiz`", "<p><code>@Ana Ruiz</code></p>\n")]
    [InlineData("me@Ana Ruiz", "<p>me@Ana Ruiz</p>\n")]
    public void In_code_quotes_and_addresses_the_text_stays_as_typed(string markdown, string html) =>
        PostMarkup.ToHtml(markdown, Of(markdown, "@Ana Ruiz", Ana), _ => Ana with { Name = "Somebody Else" }).ShouldBe(html);

    public static TheoryData<string, string> Bombs => new()
    {
        { "at signs", new('@', 64 * 1024) },
        { "spaced at signs", string.Concat(Enumerable.Repeat("@ ", 8 * 1024)) },
        { "one long name", "@" + new string('a', 16 * 1024) + "!" },
        { "names", string.Concat(Enumerable.Repeat("@Ana Ruiz ", 1_600)) },
        { "first names", string.Concat(Enumerable.Range(0, 2_000).Select(each => $"@a{each} ")) },
        { "almost addresses", string.Concat(Enumerable.Repeat("......@", 2_300)) },
        { "marks", "@A" + new string('\u0301', 8 * 1024) },
        { "namesakes", string.Concat(Enumerable.Repeat("@Ana Ana Ana Ana Ana Ana ", 600)) },
    };

    [Theory, MemberData(nameof(Bombs))]
    public async Task No_text_takes_much_to_read_or_asks_often(string name, string bomb)
    {
        await Read("@Ana Ruiz");
        directory.Asked = 0;
        (await Read(bomb)).Length.ShouldBeLessThanOrEqualTo(MentionReading.MostStretches);
        directory.Asked.ShouldBeLessThanOrEqualTo(MentionReading.MostLookups, name);

        // What takes long makes much: names are cut out and folded again and again.
        var reading = Read(bomb);
        reading.IsCompleted.ShouldBeTrue("nothing is waited for here, so that all is made on this thread");
        var before = GC.GetAllocatedBytesForCurrentThread();
        await Read(bomb);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeInRange(1, 16 * 1024 * 1024, name);
    }

    [Fact]
    public async Task Whatever_is_written_around_mentions_shows_nothing_but_the_tags_there_are()
    {
        string[] pieces = ["@Ana Ruiz", "@_Ana Ruiz", "@room", "@", "<", ">", "\"", "[", "](", ")", "!", "`", "*", "_", "#", "\n", "\n\n", "|", "-", "> ", "1. ", "javascript:", "https://a.eu/", "me", "\\", "x", " ", "\t", "é", "😀", "\0"];
        HashSet<string> allowed = ["p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "h3", "h4", "h5", "h6", "hr", "a", "table", "thead", "tbody", "tr", "th", "td", "span", "bdi"];
        var random = new Random(20261122);

        for (var round = 0; round < 2_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            ImmutableArray<Mention> wild = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new Mention(random.Next(-2, text.Length + 2), random.Next(-2, 12), random.Next(3) == 0 ? null : Ana.Member)), .. await Read(text)];

            var html = PostMarkup.Render(text, wild, _ => Ana with { Name = "<b onclick=x>\"'&" });

            var body = new HtmlParser().ParseDocument($"<body>{html}").Body!;
            foreach (var element in body.QuerySelectorAll("*"))
            {
                allowed.ShouldContain(element.LocalName, html);
                if (element.LocalName == "span") (element.ClassName is "mention" or "mention everybody").ShouldBeTrue(html);
                foreach (var attribute in element.Attributes)
                    ((element.LocalName, attribute.Name) is ("a", "rel" or "title" or "href") or ("ol", "start") or ("li", "value") or ("p", "class") or ("span", "class" or "data-member")).ShouldBeTrue($"{attribute.Name} in {html}");
            }

            body.QuerySelectorAll("code .mention, blockquote .mention, a .mention").ShouldBeEmpty(html);
            body.QuerySelectorAll(".mention").Length.ShouldBe(PostMarkup.Standing(text, wild).Length, html);
        }
    }

    private Task<ImmutableArray<Mention>> Read(string markdown, IReadOnlyList<Mention>? given = null) => new MentionReading(directory).Read(Room, markdown, given, default);

    private static ImmutableArray<Mention> Of(string text, string stretch, MemberCard member) => [new(text.IndexOf(stretch, StringComparison.Ordinal), stretch.Length, member.Member)];

    private static MemberCard Card(string id, string name) => new(new(id), name, "City of the North");

    /// <summary>Answers like the directory of one community, from memory, and counts how often it is asked.</summary>
    private sealed class CommunityOf(ImmutableArray<MemberCard> cards) : IMemberDirectory
    {
        public int Asked { get; set; }

        public Task<ImmutableDictionary<MemberId, MemberCard>> Cards(IReadOnlyCollection<MemberId> members, CancellationToken cancel) =>
            Task.FromResult(cards.Where(card => members.Contains(card.Member)).ToImmutableDictionary(card => card.Member));

        public Task<ImmutableArray<ClaimedKind>> Unconfirmed(int most, CancellationToken cancel) => throw new NotSupportedException("Nobody who reads mentions asks for this.");

        public void WhenRenamed(Action<ImmutableArray<MemberId>> renamed) => throw new NotSupportedException("Nobody who reads mentions asks for this.");

        public Task<ImmutableArray<MemberCard>> Named(CommunityId community, string typed, int most, CancellationToken cancel)
        {
            Asked++;
            var wanted = Fold.Of(typed);
            return Task.FromResult<ImmutableArray<MemberCard>>(
                [.. cards.Where(card => $" {Fold.Of(card.Name)}".Contains($" {wanted}", StringComparison.Ordinal)).OrderByDescending(card => Fold.Of(card.Name) == wanted).ThenBy(card => card.Name, StringComparer.Ordinal).Take(most)]);
        }
    }
}
