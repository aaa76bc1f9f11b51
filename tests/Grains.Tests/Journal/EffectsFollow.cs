using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Journal;
using PublicBuyers.Platform;
using PublicBuyers.SignIn;
using PublicBuyers.Testing;

namespace PublicBuyers.WritePath;

public sealed class EffectsFollow
{
    [Fact]
    public async Task A_follower_begins_at_the_head()
    {
        await using var world = await GrainWorld.Start();
        await Ask(world, "ada@example.eu");

        await world.Follow();
        world.Mailbox.Deliveries.ShouldBeEmpty();

        await Ask(world, "bo@example.eu");
        await world.Follow();
        world.Mailbox.Deliveries.ShouldHaveSingleItem().To.ShouldBe("bo@example.eu");
    }

    [Fact]
    public async Task A_mail_is_one_mail_though_its_fact_is_followed_again()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        await Ask(world, "ada@example.eu");
        await world.Follow();
        await world.Follow();
        world.Mailbox.Deliveries.Length.ShouldBe(1);

        world.Cursors.SetBack(0);
        await world.RestartAsync();
        await world.Follow();

        world.Mailbox.Deliveries.Length.ShouldBe(2);
        world.Mailbox.Mails.Length.ShouldBe(1);
    }

    [Fact]
    public async Task History_brought_in_from_elsewhere_has_no_effects()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        world.Journal.Put("address/a", "address.link-asked", LinkAsked("ada@example.eu"), imported: true);
        world.Journal.Put("address/a", "address.link-asked", LinkAsked("ada@example.eu"));

        await world.Follow();

        world.Mailbox.Deliveries.Length.ShouldBe(1);
    }

    [Fact]
    public async Task What_fails_again_and_again_is_set_aside_and_the_others_go_on()
    {
        await using var world = await GrainWorld.Start(services => services.AddSingleton<IEffect>(new OnePartition()));
        await world.Follow();
        world.Journal.Put("poison/1", OnePartition.Type, "{}");
        world.Journal.Put("well/1", OnePartition.Type, "{}");

        for (var tries = 1; tries < Patience.MostTries; tries++)
        {
            await world.Follow();
            world.Cursors.AllParked.ShouldBeEmpty();
            OnePartition.FollowedIn(world).ShouldBe(["well/1"]);
            world.Clock.Move(Patience.Longest);
        }

        await world.Follow();
        var parked = world.Cursors.AllParked.ShouldHaveSingleItem();
        (parked.Follower, parked.Stream, parked.Sequence, parked.Reason).ShouldBe(("one-partition", "poison/1", 1, "It cannot be done."));
        OnePartition.FollowedIn(world).ShouldBe(["well/1"]);

        await world.RestartAsync();
        world.Journal.Put("poison/1", OnePartition.Type, "{}");
        world.Journal.Put("well/2", OnePartition.Type, "{}");
        await world.Follow();
        OnePartition.FollowedIn(world).ShouldBe(["well/1", "well/2"]);
    }

    [Fact]
    public async Task A_damaged_fact_stops_nobody_elses_mail()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        await Ask(world, "ada@example.eu");
        await Ask(world, "bo@example.eu");
        await Ask(world, "carla@example.eu");
        world.Journal.Damage(world.Journal.Facts[1].Stream, 1);

        for (var rounds = 0; rounds < 3; rounds++) await world.Follow();

        world.Mailbox.Mails.Select(mail => mail.To).ShouldBe(["ada@example.eu", "carla@example.eu"], ignoreOrder: true);
        world.Cursors.AllParked.Select(parked => parked.Stream).Distinct().ShouldHaveSingleItem().ShouldBe(world.Journal.Facts[1].Stream);
    }

    [Fact]
    public async Task A_mail_that_is_accepted_at_the_third_try_is_mailed()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        world.Mailbox.Refuse("ada@example.eu");
        await Ask(world, "ada@example.eu");
        await world.Follow();
        world.Clock.Move(TimeSpan.FromSeconds(1));
        await world.Follow();
        world.Mailbox.FailedTries("ada@example.eu").ShouldBe(2);
        world.Mailbox.Accept("ada@example.eu");

        await world.Follow();
        world.Mailbox.Mails.ShouldBeEmpty();   // not hammered
        world.Clock.Move(TimeSpan.FromSeconds(2));
        await world.Follow();

        world.Mailbox.Mails.Length.ShouldBe(1);
        world.Cursors.AllParked.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_held_up_its_stream_is_followed_in_order_also_after_a_restart()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        world.Mailbox.Refuse("ada@example.eu");
        world.Journal.Put("address/a", "address.link-asked", LinkAsked("ada@example.eu"));
        world.Journal.Put("address/a", "address.link-asked", LinkAsked("bo@example.eu"));
        await world.Follow();
        world.Mailbox.Mails.ShouldBeEmpty();

        world.Mailbox.Accept("ada@example.eu");
        await world.RestartAsync();
        await world.Follow();

        world.Mailbox.Mails.Select(mail => mail.To).ShouldContain("ada@example.eu");
    }

    [Fact]
    public async Task A_link_that_is_too_old_is_not_mailed_any_more()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        await Ask(world, "ada@example.eu");
        world.Clock.Move(SignInLimits.LinkLasts);

        await world.Follow();

        world.Mailbox.Deliveries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_accepts_the_invitation_becomes_administrator()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        var ada = await world.Services.GetRequiredService<IAccounts>().Of("ada@example.eu", "en");
        (await Invited(world, ada)).ShouldBeDone();

        await world.Follow();

        (await world.Grains.Member(ada).Profile()).Value.ShouldNotBeNull().IsAdministrator.ShouldBeTrue();
        (await world.Grains.Platform().HasAdministrator()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_refused_effect_comes_back_as_a_fact_once()
    {
        await using var world = await GrainWorld.Start();
        await world.Follow();
        (await Invited(world, new("nobody"))).Refusal.ShouldBe(new Members.MemberRefusal.NotVisible());

        await world.Follow();
        world.Cursors.SetBack(0);
        await world.RestartAsync();
        await world.Follow();

        var refused = world.Journal.FactsOf(Streams.Platform).Where(fact => fact.Type == "platform.effect-refused").ShouldHaveSingleItem();
        FactCodec<AdministrationEvent>.Read(refused).Event.ShouldBe(new AdministrationEvent.EffectRefused(2, "member.absent"));
    }

    [Fact]
    public async Task What_cannot_be_woken_is_set_aside_and_the_others_are_woken()
    {
        await using var world = await GrainWorld.Start();
        await world.Journal.Append(new("nobody/1", 0, [new("nobody.waits", 1, "", "{}"u8.ToArray())], MemberId.System, FakeClock.Noon, [new("alarm", FakeClock.Noon)], null));
        await Ask(world, "ada@example.eu");
        world.Clock.Move(SignInLimits.LinkLasts);

        for (var tries = 0; tries < Patience.MostTries; tries++)
        {
            await world.Attend();
            world.Clock.Move(Patience.Longest);
        }

        world.Journal.Facts[^1].Type.ShouldBe("address.link-expired");
        (await world.Journal.NextDue()).ShouldBeNull();
        world.Quarantine.Streams.ShouldHaveSingleItem().Stream.ShouldBe("nobody/1");
    }

    private static async Task Ask(GrainWorld world, string address) =>
        (await world.Grains.Address(world.AddressKeys.KeyOf(address)).Ask(new()
        {
            By = MemberId.System,
            Request = world.NewRequest(),
            Address = address,
            Language = "en",
            Browser = new("browser"),
        })).ShouldBeDone();

    private static async Task<Outcome<Platform.AdministratorLink>> Invited(GrainWorld world, MemberId member)
    {
        (await world.Grains.Platform().InviteAdministrator(new() { By = MemberId.System, Request = world.NewRequest(), TokenHash = "hash" })).ShouldBeDone();
        return await world.Grains.Platform().AcceptInvitation(new() { By = MemberId.System, Request = world.NewRequest(), TokenHash = "hash", Member = member });
    }

    private static string LinkAsked(string address) => $$"""{"link":"l","address":"{{address}}","language":"en","returnTo":"/","until":"2026-03-02T12:20:00+00:00"}""";

    private sealed class OnePartition : IEffect
    {
        public const string Type = "test.happened";

        private readonly List<string> followed = [];

        public string Name => "one-partition";

        public int Partitions => 1;

        public static IEnumerable<string> FollowedIn(GrainWorld world) => world.Services.GetServices<IEffect>().OfType<OnePartition>().Single().followed;

        public bool Concerns(string type) => type == Type;

        public Task Follow(RecordedFact fact, CancellationToken cancel)
        {
            if (fact.Stream.StartsWith("poison/", StringComparison.Ordinal)) throw new InvalidOperationException("It cannot be done.");

            followed.Add(fact.Stream);
            return Task.CompletedTask;
        }
    }
}
