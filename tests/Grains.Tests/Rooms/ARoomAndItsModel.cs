using FsCheck;
using FsCheck.Fluent;
using static PublicBuyers.Rooms.RoomHistory;

namespace PublicBuyers.Rooms;

/// <summary>P2: a room answers and holds what a list of posts with the obvious rules would.</summary>
public sealed class ARoomAndItsModel
{
    [Fact]
    public void Whatever_is_asked_both_answer_and_hold_the_same() =>
        Prop.ForAll<ushort[]>(steps => Plays(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithEndSize(250));

    [Fact]
    public async Task Three_writers_at_once_write_one_room()
    {
        await using var world = await Scene.ARoom();
        await world.Join(new("carla"));
        MemberId[] writers = [Ada, Bo, new("carla")];

        var written = await Task.WhenAll(writers.Select(async writer =>
        {
            var mine = new List<long>();
            for (var i = 0; i < 40; i++)
            {
                mine.Add(await world.Post(writer, $"{writer} {i}", mine.Count > 3 && i / 2 % 5 != 4 ? mine[i / 2] : null));
                if (i % 3 == 0) await world.Edit(writer, mine[^1], $"{writer} {i} edited");
                if (i % 5 == 4) await world.Delete(writer, mine[^1]);
            }

            return mine;
        }));

        written.ShouldAllBe(mine => mine.SequenceEqual(mine.Order()));
        written.SelectMany(mine => mine).Order().ShouldBe(Enumerable.Range(1, 120).Select(number => (long)number));
        world.Journal.FactsOf(Scene.Stream).Select(fact => fact.Sequence).ShouldBe(Enumerable.Range(1, world.Journal.FactsOf(Scene.Stream).Length).Select(sequence => (long)sequence));
        var full = world.FoldedInFull();
        for (var number = 1; number <= 120; number++) (await world.View(number)).ShouldBe(full[number]);
    }

    private static async Task<bool> Plays(ushort[] steps)
    {
        await using var world = await Scene.ARoom();
        var model = new Model();
        MemberId[] people = [Ada, Bo, new("stranger")];

        foreach (var step in steps)
        {
            world.Clock.Move(TimeSpan.FromSeconds(1));
            var by = people[step % 7 % people.Length];
            var number = (step / 7 % (model.Posts.Count + 3)) - 1;
            var text = (step / 3 % 9) switch { 0 => " ", 1 => "\0", 2 => "same", _ => $"text {step}" };
            var request = new RequestId(world.Ids.Next());
            var (code, expected) = (step % 5) switch
            {
                0 or 1 => (CodeOf(await world.Room().Post(by.Says(text, null, request.Value))), model.Post(by, text, null, world.Clock.Now)),
                2 => (CodeOf(await world.Room().Post(by.Says(text, number, request.Value))), model.Post(by, text, number, world.Clock.Now)),
                3 => (CodeOf(await world.Room().Edit(by.Edits(number, text, request.Value))), model.Edit(by, number, text, world.Clock.Now)),
                _ => (CodeOf(await world.Room().Delete(by.Deletes(number, request.Value))), model.Delete(by, number, world.Clock.Now)),
            };
            if (code != expected) return false;
            if (step % 41 == 0) await world.RestartAsync();
        }

        var held = new List<PostView>();
        for (var before = long.MaxValue; ;)
        {
            var page = (await world.Room().Page(Ada, before, RoomLimits.PageSize)).Value!;
            held.InsertRange(0, page.Posts);
            if (!page.Older) break;
            before = page.Posts[0].Number.Value;
        }

        return held.Select(Json).SequenceEqual(model.Posts.Select((post, i) => Json(post.View(i + 1))));
    }

    private static string? CodeOf<T>(Outcome<T> outcome) => outcome.Refusal?.Code;

    private sealed class Model
    {
        public List<ModelPost> Posts { get; } = [];

        public string? Post(MemberId by, string text, long? thread, DateTimeOffset now)
        {
            if (by.Value == "stranger") return "room.absent";
            if (Wrong(text) is { } wrong) return wrong;

            if (thread is null)
            {
                Posts.Add(new(by, now, text, null));
                return null;
            }

            if (Find(thread.Value) is not { } replied) return "room.absent";
            var number = replied.Thread ?? thread.Value;
            var root = Find(number)!;
            if (root.DeletedAt is not null && root.Replies == 0) return "room.already-deleted";

            Posts.Add(new(by, now, text, number));
            root.Replies++;
            root.LastReplyAt = now;
            return null;
        }

        public string? Edit(MemberId by, long number, string text, DateTimeOffset now)
        {
            if (by.Value == "stranger" || Find(number) is not { } post) return "room.absent";
            if (post.DeletedAt is not null) return "room.already-deleted";
            if (post.Author != by) return "room.not-yours";
            if (Wrong(text) is { } wrong) return wrong;
            if (post.Text == text) return null;

            (post.Text, post.Revision, post.EditedAt) = (text, post.Revision + 1, now);
            return null;
        }

        public string? Delete(MemberId by, long number, DateTimeOffset now)
        {
            if (by.Value == "stranger" || Find(number) is not { } post) return "room.absent";
            if (post.DeletedAt is not null) return "room.already-deleted";
            if (post.Author != by) return "room.not-yours";

            (post.Text, post.DeletedAt) = ("", now);
            if (post.Thread is { } root) Find(root)!.Replies--;
            return null;
        }

        private ModelPost? Find(long number) => number >= 1 && number <= Posts.Count ? Posts[(int)number - 1] : null;

        private static string? Wrong(string text) => text == " " ? "room.text-empty" : text == "\0" ? "room.text-malformed" : null;
    }

    private sealed class ModelPost(MemberId author, DateTimeOffset at, string text, long? thread)
    {
        public MemberId Author => author;

        public long? Thread => thread;

        public string Text { get; set; } = text;

        public int Replies { get; set; }

        public DateTimeOffset? LastReplyAt { get; set; }

        public int Revision { get; set; } = 1;

        public DateTimeOffset? EditedAt { get; set; }

        public DateTimeOffset? DeletedAt { get; set; }

        public PostView View(long number) =>
            new(new(number), Author, at, Text, Thread is { } root ? new PostNumber(root) : null, Replies, LastReplyAt, Revision, EditedAt, DeletedAt);
    }
}
