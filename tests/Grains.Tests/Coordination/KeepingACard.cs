using System.Collections.Immutable;
using PublicBuyers.Communities;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Coordination;

/// <summary>R9: what leaders say of their community, and what they said before.</summary>
public sealed class KeepingACard
{
    private static readonly MemberId Lea = new("lea");

    [Fact]
    public async Task A_leader_writes_it_and_every_version_stays_with_what_changed()
    {
        await using var world = await Scene.ARoom();

        (await Writes(world, Lea, Says("To buy well."))).Value!.Version.ShouldBe(1);
        (await Writes(world, Lea, Says("To buy well.") with { Plans = "A workshop in May", Mail = "cpb@buyers.example" }, seen: 1)).Value!.Version.ShouldBe(2);

        var card = (await Of(world).Read(Bo)).Value!;
        (card.Version, card.Card.Plans, card.By, card.MayWrite).ShouldBe((2, "A workshop in May", Lea, false));
        (await Of(world).History(Bo)).Value!.Select(entry => (entry.Version, string.Join(' ', entry.Changed))).ShouldBe([(2, "mail plans"), (1, "goal")]);
        (await Of(world).Version(Bo, 1)).Value!.Card.Plans.ShouldBe("");
        (await Of(world).Version(Bo, 3)).ShouldBeRefusedWith(new CardRefusal.NotVisible());
    }

    [Fact]
    public async Task Two_leaders_write_at_once_and_the_second_is_told()
    {
        await using var world = await Scene.ARoom();

        (await Writes(world, Lea, Says("First"))).Value!.Version.ShouldBe(1);

        (await Writes(world, Lea, Says("Second"))).ShouldBeRefusedWith(new CardRefusal.Changed(1));
        (await Of(world).Read(Lea)).Value!.Card.Goal.ShouldBe("First");
    }

    [Fact]
    public async Task The_same_again_is_no_new_version()
    {
        await using var world = await Scene.ARoom();
        await Writes(world, Lea, Says("The same"));

        (await Writes(world, Lea, Says(" The same\r\n"), seen: 1)).Value!.Version.ShouldBe(1);

        world.Journal.FactsOf(Streams.StateOfPlayOf(Scene.Cpb)).Count().ShouldBe(1);
    }

    [Fact]
    public async Task Only_leaders_write_it_and_who_may_not_read_it_finds_nothing()
    {
        await using var world = await Scene.ARoom();
        (await Of(world).Read(Bo)).ShouldBeRefusedWith(new CardRefusal.NotVisible());
        (await Of(world).Read(Lea)).Value!.Version.ShouldBe(0);
        (await Writes(world, Bo, Says("Mine"))).ShouldBeRefusedWith(new CardRefusal.NotVisible());

        await Writes(world, Lea, Says("Ours"), readers: Classification.Community);
        (await Writes(world, Bo, Says("Mine"), seen: 1)).ShouldBeRefusedWith(new CardRefusal.NotAllowed());
        (await Of(world).Read(new MemberId("stranger"))).ShouldBeRefusedWith(new CardRefusal.NotVisible());
        (await Of(world).Read(null)).ShouldBeRefusedWith(new CardRefusal.NotVisible());

        await Writes(world, Lea, Says("For all"), seen: 1, readers: Classification.Public);
        (await Of(world).Read(null)).Value!.Card.Goal.ShouldBe("For all");
        (await Of(world).History(null)).Value!.Select(entry => entry.Version).ShouldBe([2]);
        (await Of(world).Version(null, 1)).ShouldBeRefusedWith(new CardRefusal.NotVisible());
        (await Of(world).Version(Bo, 1)).Value!.Card.Goal.ShouldBe("Ours");
    }

    [Theory]
    [InlineData("http://linkedin.example/groups/1")]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://user:secret@linkedin.example")]
    [InlineData("https://linkedin")]
    [InlineData("linkedin.example")]
    [InlineData("https://linkedin.example/a b")]
    public async Task A_link_that_is_none_is_refused(string link)
    {
        await using var world = await Scene.ARoom();

        (await Writes(world, Lea, Says("Links") with { LinkedIn = link })).ShouldBeRefusedWith(new CardRefusal.LinkInvalid());
    }

    [Theory]
    [InlineData("somebody")]
    [InlineData("Somebody <a@buyers.example>")]
    [InlineData("a@buyers.example, b@buyers.example")]
    [InlineData("a@buyers.example?bcc=everybody@buyers.example")]
    public async Task An_address_that_is_none_is_refused(string address)
    {
        await using var world = await Scene.ARoom();

        (await Writes(world, Lea, Says("Mail") with { Mail = address })).ShouldBeRefusedWith(new CardRefusal.MailInvalid());
    }

    [Fact]
    public async Task What_is_too_long_empty_or_not_to_be_kept_is_refused_by_the_name_of_its_field()
    {
        await using var world = await Scene.ARoom();

        (await Writes(world, Lea, Says(" "))).ShouldBeRefusedWith(new CardRefusal.TextInvalid("goal", CardLimits.LongestText));
        (await Writes(world, Lea, Says("Goal") with { Plans = new string('x', CardLimits.LongestText + 1) })).ShouldBeRefusedWith(new CardRefusal.TextInvalid("plans", CardLimits.LongestText));
        (await Writes(world, Lea, Says("Goal") with { Levels = "a\u0007b" })).ShouldBeRefusedWith(new CardRefusal.TextInvalid("levels", CardLimits.LongestText));
        (await Writes(world, Lea, Says("Goal"), readers: Classification.Hosts)).ShouldBeRefusedWith(new CardRefusal.ReadersInvalid());
    }

    [Fact]
    public void Half_a_character_is_refused()
    {
        var leader = new Bearing(Lea, Role.Leader, null, "", IsFounded: true, "CPB Network", Communities.Access.Open, BuyersOnly: false, AnswerDays: 5, Version: 0);
        var command = new WriteCard { By = Lea, Request = new("test:half"), Card = Says("Goal") with { Gazette = "a\ud800b" }, Seen = 0 };

        StateOfPlayRules.Write(StateOfPlay.Empty, leader, isAdministrator: false, _ => true, command).ShouldBeRefusedWith(new CardRefusal.TextInvalid("gazette", CardLimits.LongestText));
    }

    [Fact]
    public void The_list_of_versions_is_bounded()
    {
        var state = StateOfPlay.Empty;
        for (var version = 1; version <= CardLimits.MostVersions + 5; version++)
            state = state.Apply(new(version, default, Lea, StateOfPlayEvent.Writing, "", new StateOfPlayEvent.CardWritten(version, Says($"Goal {version}"), Classification.Members, ImmutableArray.Create("goal"))));

        state.Versions.Length.ShouldBe(CardLimits.MostVersions);
        state.Newest()!.Version.ShouldBe(CardLimits.MostVersions + 5);
    }

    private static Card Says(string goal) => Card.Empty with { Goal = goal };

    private static IStateOfPlayGrain Of(GrainWorld world) => world.Grains.StateOfPlay(Scene.Cpb);

    private static Task<Outcome<CardWritten>> Writes(GrainWorld world, MemberId by, Card card, int seen = 0, Classification readers = Classification.Members) =>
        Of(world).Write(new() { By = by, Request = world.NewRequest(), Card = card, Readers = readers, Seen = seen });
}
