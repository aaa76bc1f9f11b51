using FsCheck;
using FsCheck.Fluent;
using PublicBuyers.Communities;
using PublicBuyers.Journal;
using PublicBuyers.Testing;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

/// <summary>P2: a room answers and holds what a list of posts with the obvious rules would.</summary>
public sealed class ARoomAndItsModel
{
    private static readonly Dictionary<MemberId, Role> people = new() { [Scene.Lea] = Role.Leader, [Ada] = Role.Member, [Bo] = Role.Member };

    [Fact]
    public async Task Whatever_is_asked_both_answer_and_hold_the_same()
    {
        await using var silos = GrainWorld.SameSilosForEveryRound();
        Prop.ForAll<ushort[]>(steps => Plays(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(250));
    }

    [Fact]
    public async Task Three_at_once_make_one_history_in_which_every_fact_was_allowed()
    {
        await using var world = await Scene.ARoom();

        await Task.WhenAll(people.Keys.Select(async member =>
        {
            var chance = new Random(member.Value.Length * 7);
            for (var i = 0; i < 150; i++)
            {
                await Ask(world, AnyCommand(chance, member, 60, $"{member}/{i}"));
                if (i % 10 == 0) world.Clock.Move(TimeSpan.FromSeconds(20));
            }
        }));

        var model = new RoomModel(people);
        var facts = world.Journal.FactsOf(Scene.Stream).Select(FactCodec<RoomEvent>.Read).ToArray();
        facts.Select(fact => fact.Sequence).ShouldBe(Enumerable.Range(1, facts.Length).Select(sequence => (long)sequence));
        foreach (var fact in facts)
            if (Asked(fact) is { } command) model.Do(command, fact.At).ShouldBeNull($"fact {fact.Sequence} {fact.Event}");

        model.Count.ShouldBeGreaterThan(20);
        await HoldsTheSame(world, model);
    }

    private static async Task<bool> Plays(ushort[] steps)
    {
        await using var world = await Scene.ARoom();
        var model = new RoomModel(people);
        MemberId[] asking = [.. people.Keys, new("stranger")];

        foreach (var step in steps)
        {
            var chance = new Random(step);
            world.Clock.Move(TimeSpan.FromSeconds(step % 30));
            var command = AnyCommand(chance, asking[step % 7 % asking.Length], model.Count + 2, world.Ids.Next());
            if (await Ask(world, command) != model.Do(command, world.Clock.Now)) return false;
            if (step % 41 == 0) await world.RestartAsync();
        }

        await HoldsTheSame(world, model);
        return true;
    }

    private static async Task HoldsTheSame(GrainWorld world, RoomModel model)
    {
        var held = new List<PostView>();
        for (var before = long.MaxValue; ;)
        {
            var page = (await world.Room().Page(Ada, before, RoomLimits.PageSize)).Value!;
            held.InsertRange(0, page.Posts);
            if (page.Older) before = page.Posts[0].Number.Value;
            else
            {
                Json(page.Settings).ShouldBe(Json(model.Settings));
                break;
            }
        }

        held.Select(Json).ShouldBe(model.Views.Select(Json));
    }

    private static Command AnyCommand(Random chance, MemberId by, int most, string request)
    {
        var number = chance.Next(-1, most + 1);
        var yes = chance.Next(3) > 0;
        var reason = chance.Next(6) == 0 ? " " : $"reason {chance.Next(9)}";
        return chance.Next(16) switch
        {
            <= 4 => by.Mentioning(Text(chance), null, request),
            <= 6 => by.Mentioning(Text(chance), number, request),
            <= 8 => by.EditsMentioning(number, Text(chance), request),
            9 => by.Removes(number, chance.Next(2) == 0 ? null : reason, request),
            <= 11 => by.Reacts(number, (Reaction)chance.Next(6), yes, request),
            12 => by.Pins(number, yes, request),
            13 => by.Hides(number, yes, reason, request),
            14 => by.Locks(number, yes, reason, request),
            _ => by.Slows(chance.Next(-1, 5) * 20, reason, request),
        };
    }

    private static string Text(Random chance) => chance.Next(14) switch
    {
        0 => " ",
        1 => "\0",
        2 => "same",
        3 => "@room",
        4 => "@bo @ada @lea",
        5 => "@_bo and @spy",
        _ => $"text {chance.Next(100)}",
    };

    private static async Task<string?> Ask(GrainWorld world, Command command) => command switch
    {
        PostMessage message => CodeOf(await world.Room().Post(message)),
        EditPost edit => CodeOf(await world.Room().Edit(edit)),
        DeletePost delete => CodeOf(await world.Room().Delete(delete)),
        ReactToPost react => CodeOf(await world.Room().React(react)),
        PinPost pin => CodeOf(await world.Room().Pin(pin)),
        HidePost hide => CodeOf(await world.Room().Hide(hide)),
        LockThread locks => CodeOf(await world.Room().Lock(locks)),
        SetSlowMode slow => CodeOf(await world.Room().SlowDown(slow)),
        _ => throw new NotSupportedException($"{command.GetType()}"),
    };

    /// <summary>What must have been asked for a fact to be there; none for one that goes along with another.</summary>
    private static Command? Asked(Happened<RoomEvent> fact) => fact.Event switch
    {
        RoomEvent.PostPosted posted => fact.By.Says(posted.Markdown, posted.Thread?.Value) with { Mentions = posted.Mentions ?? [] },
        RoomEvent.PostEdited edited => fact.By.Edits(edited.Number.Value, edited.Markdown) with { Mentions = edited.Mentions ?? [] },
        RoomEvent.PostDeleted deleted => fact.By.Removes(deleted.Number.Value, deleted.Reason),
        RoomEvent.ReactionAdded added => fact.By.Reacts(added.Number.Value, added.Reaction),
        RoomEvent.ReactionRemoved removed => fact.By.Reacts(removed.Number.Value, removed.Reaction, false),
        RoomEvent.PostPinned pinned => fact.By.Pins(pinned.Number.Value),
        RoomEvent.PostUnpinned unpinned => fact.By.Pins(unpinned.Number.Value, false),
        RoomEvent.PostHidden hidden => fact.By.Hides(hidden.Number.Value, true, hidden.Reason),
        RoomEvent.PostShown shown => fact.By.Hides(shown.Number.Value, false, shown.Reason),
        RoomEvent.ThreadLocked locked => fact.By.Locks(locked.Root.Value, true, locked.Reason),
        RoomEvent.ThreadUnlocked unlocked => fact.By.Locks(unlocked.Root.Value, false, unlocked.Reason),
        RoomEvent.SlowModeSet slow => fact.By.Slows(slow.Seconds, slow.Reason),
        _ => null,
    };

    private static string? CodeOf<T>(Outcome<T> outcome) => outcome.Refusal?.Code;
}
