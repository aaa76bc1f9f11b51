using System.Collections.Immutable;
using System.Text;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

public sealed class MentioningPeople
{
    private static readonly MemberId Cy = new("cy");

    private static readonly ImmutableHashSet<MemberId> everybody = [Ada, Bo, Cy];

    [Fact]
    public void Who_is_mentioned_stands_in_the_fact()
    {
        var posted = Posts("@bo and @_cy").Facts.OfType<RoomEvent.PostPosted>().ShouldHaveSingleItem();

        posted.Mentions!.Value.ShouldBe([new(0, 3, Bo), new(8, 4, Cy, true)]);
    }

    [Fact]
    public void A_post_without_mentions_is_no_bigger_than_before_there_were_any() =>
        Encoding.UTF8.GetString(FactCodec<RoomEvent>.Write(Posts("Hello").Facts.ShouldHaveSingleItem()).Payload.Span).ShouldBe("""{"number":1,"markdown":"Hello"}""");

    [Fact]
    public void A_command_without_mentions_has_the_hash_it_had_before_there_were_any() =>
        Json(Ada.Says()).ShouldBe("""{"markdown":"Hello","by":"ada","request":"r"}""");

    [Fact]
    public void Outsiders_are_left_out_and_counted_once_each()
    {
        var decision = Posts("@nobody @bo @spy @spy @_spy");

        decision.Outcome.Value.ShouldBe(new Posted(new(1), 2));
        decision.Facts.OfType<RoomEvent.PostPosted>().Single().Mentions!.Value.ShouldBe([new(8, 3, Bo)]);
    }

    [Fact]
    public void Only_outsiders_mentioned_is_nobody_mentioned() => Posts("@spy").Facts.ShouldBe([new RoomEvent.PostPosted(new(1), "@spy", null)]);

    [Theory]
    [InlineData("bo", 0, 2)]            // no @
    [InlineData("@bo", 0, 1)]           // an @ alone
    [InlineData("@bo", 0, 4)]           // beyond the end
    [InlineData("@bo", 3, 2)]
    [InlineData("@bo", -1, 3)]
    [InlineData("@bo", 0, -3)]
    [InlineData("@bo", 0, int.MaxValue)]
    [InlineData("@bo", int.MaxValue, 3)]
    [InlineData("@👋bo", 0, 2)]          // half a character
    public void A_stretch_that_is_no_mention_is_refused(string text, int start, int length) =>
        RoomRules.Post(Room.Empty, Belongs(Ada), null, everybody, Ada.Says(text) with { Mentions = [new(start, length, Bo)] }, FakeClock.Noon)
            .ShouldBeRefusedWith(new RoomRefusal.MentionInvalid(start)).ShouldBeEmpty();

    [Fact]
    public void Mentions_stand_in_order_and_do_not_overlap()
    {
        var text = "@@bo @cy";

        Refusal(new(5, 3, Cy), new(1, 3, Bo)).ShouldBe(new RoomRefusal.MentionInvalid(1));
        Refusal(new(0, 4, Bo), new(1, 3, Bo)).ShouldBe(new RoomRefusal.MentionInvalid(1));
        Refusal(new(1, 3, Bo), new(5, 3, Cy)).ShouldBeNull();

        Refusal? Refusal(params ImmutableArray<Mention> mentions) =>
            RoomRules.Post(Room.Empty, Belongs(Ada), null, everybody, Ada.Says(text) with { Mentions = mentions }, FakeClock.Noon).Outcome.Refusal;
    }

    [Fact]
    public void Twenty_people_and_no_more_outsiders_included()
    {
        Posts(People(20)).Outcome.IsRefused.ShouldBeFalse();
        Posts(People(21)).ShouldBeRefusedWith(new RoomRefusal.TooManyMentions(20)).ShouldBeEmpty();
        MentionRules.ToAskFor(MentionsIn(People(21))).ShouldBeEmpty();
    }

    [Fact]
    public void The_same_person_five_hundred_times_is_one_person_told_once()
    {
        var posted = Posts(string.Join(' ', Enumerable.Repeat("@bo", 500)));

        posted.Outcome.IsRefused.ShouldBeFalse();
        Given((Ada, posted.Facts[0])).At(1).Told.ShouldBe([Bo]);
        MentionRules.ToAskFor(posted.Facts.OfType<RoomEvent.PostPosted>().Single().Mentions!.Value).ShouldBe([Bo]);
    }

    [Fact]
    public void Two_thousand_mentions_are_refused_before_anybody_is_asked_about()
    {
        var mentions = MentionsIn(string.Join(' ', Enumerable.Range(0, 2_000).Select(i => $"@m{i % 15}")));

        MentionRules.ToAskFor(mentions).ShouldBeEmpty();
        MentionRules.Wrong(mentions, "", true).ShouldBe(new RoomRefusal.TooManyMentions(RoomLimits.MostMentionRanges));
    }

    [Fact]
    public void Nothing_but_ats_takes_no_more_than_its_length()
    {
        var text = new string('@', RoomLimits.LongestText);
        var mentions = Enumerable.Range(0, RoomLimits.LongestText / 2).Select(i => new Mention(i * 2, 2, new MemberId($"m{i}"))).ToImmutableArray();
        RoomRules.WrongText(text).ShouldBeNull();

        var before = GC.GetAllocatedBytesForCurrentThread();
        RoomRules.Post(Room.Empty, Belongs(Ada), null, [], Ada.Says(text) with { Mentions = mentions }, FakeClock.Noon).Outcome.IsRefused.ShouldBeTrue();
        RoomRules.Post(Room.Empty, Belongs(Ada), null, [], Ada.Says(text) with { Mentions = mentions[..500] }, FakeClock.Noon).Outcome.IsRefused.ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeInRange(1, 4 * 1024 * 1024);
    }

    [Fact]
    public void Everybody_is_told_by_moderators_only()
    {
        Posts("@room").ShouldBeRefusedWith(new RoomRefusal.ModeratorsOnly()).ShouldBeEmpty();

        var decision = RoomRules.Post(Room.Empty, Moderates(Ada), null, everybody, Ada.Mentioning("@room"), FakeClock.Noon);
        Given((Ada, decision.Facts.ShouldHaveSingleItem())).At(1).ToldEverybody.ShouldBeTrue();
    }

    [Fact]
    public void Nobody_tells_themselves_and_who_is_named_silently_is_not_told() => Given((Ada, Posts("@ada @_bo").Facts[0])).At(1).Told.ShouldBeEmpty();

    [Fact]
    public void An_edit_tells_only_who_was_not_named_before_and_again_who_is_put_back()
    {
        var post = Given((Ada, Posts("@bo @_cy").Facts[0]));

        var added = Edits(post, "@bo @cy");
        added.Told!.Value.ShouldBe([Cy]);
        post = post.Apply(Next(post, added));
        var removed = Edits(post, "nobody");
        removed.Told.ShouldBeNull();
        removed.Mentions.ShouldBeNull();
        post = post.Apply(Next(post, removed));
        Edits(post, "@bo @_cy again").Told!.Value.ShouldBe([Bo]);
    }

    [Fact]
    public void Everybody_is_told_once_by_one_post()
    {
        var post = Given((Ada, new RoomEvent.PostPosted(new(1), "@bo", null, MentionsIn("@bo"))));

        var edited = Edits(post, "@bo @room", Moderates(Ada));
        edited.ToldEverybody.ShouldBe(true);
        post = post.Apply(Next(post, edited));
        var again = Edits(post, "@room @cy", Moderates(Ada));
        again.ToldEverybody.ShouldBeNull();
        again.Told.ShouldBeNull();
    }

    [Fact]
    public void A_post_remembers_so_many_it_told_and_tells_no_more()
    {
        var post = Given(Posted(1, Ada)).At(1) with { Told = [.. Enumerable.Range(0, RoomLimits.MostTold).Select(i => new MemberId($"m{i}"))] };

        RoomRules.Edit(Belongs(Ada), post, everybody, Ada.EditsMentioning(1, "@bo")).ShouldBeRefusedWith(new RoomRefusal.TooManyMentions(RoomLimits.MostTold)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_mentioned_is_asked_about_in_one_call_and_nothing_else_is()
    {
        await using var world = await Scene.ARoom();
        await world.Join(Cy);

        (await world.Room().Post(Ada.Mentioning("@bo @cy @spy @lea"))).Value.ShouldBe(new Posted(new(1), 1));

        (await world.View(1)).Mentions.Select(mention => mention.Member).ShouldBe([Bo, Cy, Scene.Lea]);
        Encoding.UTF8.GetString(world.Journal.FactsOf(Scene.Stream).Single().Payload!.Value.Span).ShouldNotContain("\"spy\"");
    }

    [Fact]
    public async Task Who_may_not_read_and_who_does_not_exist_are_answered_the_same()
    {
        await using var world = await Scene.ARoom();
        var elsewhere = new MemberId("elsewhere");
        (await world.Grains.Community(new("other")).Found(new() { By = MemberId.System, Request = new("f2"), Name = "Other", Access = Communities.Access.ByInvitation, Goal = "Else", Leader = elsewhere })).ShouldBeDone();

        var outsider = await world.Room().Post(Ada.Mentioning("@elsewhere", request: "1"));
        var nobody = await world.Room().Post(Ada.Mentioning("@whatever.", request: "2"));

        outsider.Value!.Unreached.ShouldBe(1);
        nobody.Value!.Unreached.ShouldBe(1);
        (await world.Room().Concerned(1)).Mentioned.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_retry_gets_the_same_answer()
    {
        await using var world = await Scene.ARoom();
        var command = Ada.Mentioning("@bo @spy", request: "once");

        var first = await world.Room().Post(command);
        await world.Join(new("spy"));
        (await world.Room().Post(command)).ShouldBe(first);
        first.Value.ShouldBe(new Posted(new(1), 1));
    }

    [Fact]
    public async Task A_retry_of_a_request_answered_before_there_were_mentions_gets_its_number()
    {
        await using var world = await Scene.ARoom();
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("""{"markdown":"Hello","by":"ada","request":"old"}"""u8), 0, 16);
        var fact = FactCodec<RoomEvent>.Write(new RoomEvent.PostPosted(new(1), "Hello", null));
        await world.Journal.Append(new(Scene.Stream, 0, [fact], Ada, FakeClock.Noon, [], new(Ada, new("old"), Scene.Stream, hash, Encoding.UTF8.GetBytes("1"))));

        (await world.Room().Post(Ada.Says(request: "old"))).Value.ShouldBe(new Posted(new(1)));
        world.Journal.FactsOf(Scene.Stream).Length.ShouldBe(1);
    }

    private static Decision<Posted, RoomEvent> Posts(string text) => RoomRules.Post(Room.Empty, Belongs(Ada), null, everybody, Ada.Mentioning(text), FakeClock.Noon);

    private static RoomEvent.PostEdited Edits(Room room, string text, Standing? editor = null) =>
        (RoomEvent.PostEdited)RoomRules.Edit(editor ?? Belongs(Ada), room.At(1), everybody, Ada.EditsMentioning(1, text)).Facts.ShouldHaveSingleItem();

    private static Happened<RoomEvent> Next(Room room, RoomEvent happened) => new(room.Changes.Keys.Last() + 1, FakeClock.Noon, Ada, FactCodec<RoomEvent>.Write(happened).Type, happened.Subject, happened);

    private static string People(int count) => string.Join(' ', Enumerable.Range(0, count).Select(i => $"@m{i}"));
}
