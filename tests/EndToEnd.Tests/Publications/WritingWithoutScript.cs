using System.Net;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Attachments;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.EndToEnd.Tests.Moderation;
using PublicBuyers.Moderation;
using PublicBuyers.Publications;
using PublicBuyers.Testing;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Publications;

/// <summary>A publication from its first line to its withdrawal, with a browser without script.</summary>
public sealed class WritingWithoutScript : IAsyncLifetime
{
    private readonly FakeClock clock = new();
    private LiveServer server = null!;
    private QueueScene scene = null!;
    private Person author = null!;

    public async Task InitializeAsync()
    {
        server = await LiveServer.Start(adjust: services => services.AddSingleton<IClock>(clock));
        scene = await server.QueueScene();
        author = await scene.Member("Aurelia");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    private string Pages => $"/communities/{scene.Community}/publications";

    private string New => Pages + "/new";

    [Fact]
    public async Task A_draft_is_submitted_sent_back_with_a_reason_written_on_and_published()
    {
        using var writing = Browser(author);
        using var ben = Browser(scene.Ben);
        using var reading = Browser(await scene.Member("Rhea"));

        var page = (await Send(writing, New, New, Saves("Trams for the north"))).Location!;
        (await writing.Get(page)).Html.ShouldContain("A draft. Nobody else sees it before you submit it.");
        (await writing.Get("/publications/mine")).Html.ShouldContain("Draft");
        (await ben.Get(page)).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ben.Get(page + "/versions")).Status.ShouldBe(HttpStatusCode.NotFound);

        (await Send(writing, page + "/edit", page + "/edit", ("summary", "Forty of them."), ("act", "submit"))).Location.ShouldBe(page);
        (await writing.Get(page)).Html.ShouldContain("It waits for the moderators to decide.");
        var number = await Waiting();
        var item = (await ben.Get($"{scene.Pages}/{number}")).Html;
        item.ShouldContain("Trams for the north");
        item.ShouldContain("Forty of them.");
        await Decides(number, Verdict.Rejected, "Say who bought them.");

        var mine = (await writing.Get("/publications/mine")).Html;
        mine.ShouldContain("Not published");
        mine.ShouldContain("Say who bought them.");
        mine.ShouldContain("ada@buyers.example");
        (await writing.Get("/requests")).Html.ShouldContain("Trams for the north");
        (await reading.Get(page)).Status.ShouldBe(HttpStatusCode.NotFound);

        (await Send(writing, page + "/edit", page + "/edit", ("markdown", "The city bought **forty**."), ("act", "submit"))).Location.ShouldBe(page);
        await Decides(await Waiting(), Verdict.Approved, "");

        (await reading.Get(page)).Html.ShouldContain("<strong>forty</strong>");
        (await reading.Get(Pages)).Html.ShouldContain("Trams for the north");
        (await reading.Get(page + "/edit")).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await reading.Get(page + "/versions")).Status.ShouldBe(HttpStatusCode.NotFound);
        var versions = (await writing.Get(page + "/versions")).Html;
        versions.ShouldContain("Version 3");
        versions.ShouldContain("What readers see");
        (await writing.Get(page + "/versions/1")).Html.ShouldContain("Version 1");
    }

    [Fact]
    public async Task What_waits_is_taken_back_to_be_written_on()
    {
        using var writing = Browser(author);
        var page = (await Send(writing, New, New, Saves("Too early", "submit"))).Location!;
        var number = await Waiting();

        (await writing.Get(page + "/edit")).Status.ShouldBe(HttpStatusCode.Conflict);
        (await writing.Submit(page + "/versions", page + "/take-back")).Location.ShouldBe(page + "/versions");
        await Until(async () => (await writing.Get(page + "/edit")).Status == HttpStatusCode.OK);
        QueueScene.Must(await scene.Queue.Item(scene.Ben.Member, new(number))).Item.State.ShouldBe(ItemState.Withdrawn);

        (await writing.Submit(page + "/versions", page + "/submit")).Location.ShouldBe(page);
        (await writing.Get(page)).Html.ShouldContain("It waits for the moderators to decide.");
    }

    [Fact]
    public async Task Files_are_looked_at_kept_over_a_refusal_and_given_to_whoever_reads()
    {
        using var writing = Browser(author);
        await Opens();

        var refused = await Send(writing, New, New, [("plan.pdf", SampleFiles.Pdf), ("picture.png", "MZ is no picture"u8.ToArray())], Saves("Plans", "submit"));
        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("This file’s content is not what its name (.png) says.");
        refused.Html.ShouldContain("plan.pdf");
        refused.Html.ShouldContain("Plans");
        var page = (await Again(writing, refused.Html, New, ("act", "submit"))).Location!;

        var read = (await Browser(await scene.Member("Fred")).Get(page)).Html;
        read.ShouldContain("plan.pdf");
        var file = new HtmlParser().ParseDocument(read).QuerySelector(".files a")!.GetAttribute("href")!;
        using var stranger = server.Http(await server.Stranger());
        (await stranger.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var http = server.Http(author);
        (await http.GetByteArrayAsync(file)).ShouldBe(SampleFiles.Pdf);

        // A tick taken away takes the file away, and who has the address of it has it no more.
        var form = Fields((await writing.Get(page + "/edit")).Html, page + "/edit").Where(field => field.Name != "kept").ToList();
        (await Post(writing, page + "/edit", [.. form, ("act", "submit")])).Location.ShouldBe(page);
        using var member = server.Http(await scene.Member("Greta"));
        (await member.GetAsync(file)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task More_files_than_there_may_be_are_refused_with_nothing_typed_lost()
    {
        using var writing = Browser(author);

        var refused = await Send(writing, New, New, [.. Enumerable.Range(0, 11).Select(i => ($"{i}.txt", Encoding.UTF8.GetBytes("Text.")))], Saves("Many"));

        refused.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refused.Html.ShouldContain("At most 10 are possible.");
        refused.Html.ShouldContain("Many");
    }

    [Fact]
    public async Task A_preview_stores_nothing_and_keeps_what_was_typed_and_attached()
    {
        using var writing = Browser(author);

        var look = await Send(writing, New, New, [("plan.pdf", SampleFiles.Pdf)], ("title", "Only <b>looking</b>"), ("markdown", "A *preview*"), ("act", "preview"));

        look.Status.ShouldBe(HttpStatusCode.OK);
        look.Html.ShouldContain("<em>preview</em>");
        look.Html.ShouldNotContain("<b>looking");
        look.Html.ShouldContain("plan.pdf");
        (await writing.Get("/publications/mine")).Html.ShouldContain("You have not written a publication yet.");
        (await Again(writing, look.Html, New, ("act", "save"))).Status.ShouldBe(HttpStatusCode.SeeOther);
    }

    [Fact]
    public async Task A_preview_does_not_name_who_does_not_belong_to_the_community()
    {
        var stranger = await server.SignIn("Quentin Quibblewort");
        using var writing = Browser(author);

        var look = await Send(
            writing, New, New, [],
            ("title", "Trams"), ("markdown", "Bought."), ("act", "preview"),
            ("classification", "Participants"), ("participant", stranger.Member.Value));

        look.Html.ShouldContain(stranger.Member.Value);
        look.Html.ShouldNotContain("Quibblewort");
    }

    [Fact]
    public async Task Two_windows_write_on_and_the_second_is_told_with_nothing_lost()
    {
        using var writing = Browser(author);
        var page = (await Send(writing, New, New, Saves("One"))).Location!;
        var one = Fields((await writing.Get(page + "/edit")).Html, page + "/edit");
        var other = Fields((await writing.Get(page + "/edit")).Html, page + "/edit");

        (await Post(writing, page + "/edit", With(one, ("markdown", "From the first window."), ("act", "save")))).Location.ShouldBe(page);
        var late = await Post(writing, page + "/edit", With(other, ("markdown", "From the second window."), ("act", "save")));

        late.Status.ShouldBe(HttpStatusCode.Conflict);
        late.Html.ShouldContain("There is a newer version, number 2");
        late.Html.ShouldContain("From the second window.");
        late.Html.ShouldContain(page + "/versions");
    }

    [Fact]
    public async Task The_same_form_sent_twice_is_one_publication()
    {
        using var writing = Browser(author);
        var form = With(Fields((await writing.Get(New)).Html, New), [.. Saves("Once", "submit")]);

        var answers = await Task.WhenAll(Post(writing, New, form), Post(writing, New, form));

        answers.Select(answer => answer.Location).Distinct().Count().ShouldBe(1);
        await Waiting();
        QueueScene.Must(await scene.Queue.Page(scene.Ben.Member, new(Open: true, null, null, 0))).Items.Length.ShouldBe(1);
    }

    [Fact]
    public async Task Participants_are_named_by_name_and_of_namesakes_one_is_chosen()
    {
        using var writing = Browser(author);
        await Opens();
        var (mira, other) = (await scene.Member("Mira"), await Namesake("mira2@example.eu", "Mira"));
        var una = await scene.Member("Una");
        (string, string)[] typed = [.. Saves("For a circle", "submit"), ("classification", "Participants"), ("people", "una\nMira\nNobody")];

        var asked = await Send(writing, New, New, typed);
        asked.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        asked.Html.ShouldContain("Several people are called so.");
        var fields = Fields(asked.Html, New);
        fields.Where(field => field.Name == "participant").Select(field => field.Value).ShouldBe([una.Member.Value]);
        fields.Single(field => field.Name == "people").Value.ShouldBe("Mira\nNobody");

        var page = (await Post(writing, New, [.. With(fields, ("people", ""), ("act", "submit")), ("participant", mira.Member.Value)])).Location!;
        (await Browser(mira).Get(page)).Status.ShouldBe(HttpStatusCode.OK);
        (await Browser(una).Get(page)).Status.ShouldBe(HttpStatusCode.OK);
        (await Browser(other).Get(page)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Names_beyond_the_bound_stay_in_the_form()
    {
        using var writing = Browser(author);
        await Opens();
        var names = string.Join('\n', Enumerable.Range(1, PublicationLimits.MostParticipants + 1).Select(i => $"Nobody {i}"));

        var asked = await Send(writing, New, New, [.. Saves("For many", "submit"), ("classification", "Participants"), ("people", names)]);

        asked.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        Fields(asked.Html, New).Single(field => field.Name == "people").Value.Split('\n').ShouldBe(names.Split('\n'), ignoreOrder: true);
    }

    [Fact]
    public async Task A_moderator_withdraws_with_a_reason_that_its_author_reads()
    {
        using var writing = Browser(author);
        await Opens();
        var page = (await Send(writing, New, New, Saves("Wrong figures", "submit"))).Location!;
        using var ben = Browser(scene.Ben);
        using var reading = Browser(await scene.Member("Rhea"));
        (await reading.Get(page + "/withdraw")).Status.ShouldBe(HttpStatusCode.Forbidden);

        (await ben.Submit(page + "/withdraw", page + "/withdraw")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ben.Submit(page + "/withdraw", page + "/withdraw", ("reason", "The prices are of last year."))).Status.ShouldBe(HttpStatusCode.SeeOther);

        (await reading.Get(page)).Status.ShouldBe(HttpStatusCode.NotFound);
        var told = (await writing.Get(page)).Html;
        told.ShouldContain("The prices are of last year.");
        told.ShouldContain(scene.Ben.Name);
        await Until(async () => (await writing.Get("/notices")).Html.Contains("Wrong figures", StringComparison.Ordinal));
        (await writing.Get("/publications/mine")).Html.ShouldContain("Withdrawn");
    }

    [Fact]
    public async Task Who_is_muted_reads_and_does_not_write_and_who_does_not_belong_finds_nothing()
    {
        var muted = await scene.Member("Muted");
        QueueScene.Must(await server.Grains.Community(scene.Community).Restrict(new() { By = scene.Ada.Member, Request = server.NewRequest(), Member = muted.Member, Kind = RestrictionKind.Mute, Reason = "Too loud." }));

        var told = await Browser(muted).Get(New);
        told.Status.ShouldBe(HttpStatusCode.Forbidden);
        told.Html.ShouldContain("You are muted in this community: you can read, and not write.");
        (await Browser(await server.Stranger()).Get(New)).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static (string, string)[] Saves(string title, string act = "save") => [("title", title), ("markdown", $"About {title}."), ("act", act)];

    private Visitor Browser(Person person) => Visitor.As(server.Address, person.Cookie);

    private static Task<Answer> Send(Visitor visitor, string page, string action, params (string, string)[] filled) => Send(visitor, page, action, [], filled);

    private static async Task<Answer> Send(Visitor visitor, string page, string action, (string Name, byte[] Bytes)[] files, params (string, string)[] filled) =>
        await Post(visitor, action, With(Fields((await visitor.Get(page)).Html, action), filled), files);

    /// <summary>Sends the form that came back, with what it holds.</summary>
    private static Task<Answer> Again(Visitor visitor, string html, string action, params (string, string)[] filled) => Post(visitor, action, With(Fields(html, action), filled));

    private static List<(string Name, string Value)> Fields(string html, string action)
    {
        var form = new HtmlParser().ParseDocument(html).Forms.Single(each => each.GetAttribute("action") == action);
        return
        [
            .. form.Elements.OfType<IHtmlInputElement>().Where(input => input.Name is not null && input.Type is not "file" && (input.Type is not ("radio" or "checkbox") || input.IsChecked)).Select(input => (input.Name!, input.Value)),
            .. form.Elements.OfType<IHtmlTextAreaElement>().Select(area => (area.Name!, area.Value)),
        ];
    }

    private static (string, string)[] With(List<(string Name, string Value)> fields, params (string Name, string Value)[] filled) =>
        [.. fields.Where(field => !filled.Any(each => each.Name == field.Name)), .. filled];

    private static async Task<Answer> Post(Visitor visitor, string action, (string Name, string Value)[] fields, (string Name, byte[] Bytes)[]? files = null)
    {
        using var content = new MultipartFormDataContent();
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        foreach (var (name, bytes) in files ?? []) content.Add(new ByteArrayContent(bytes), "files", name);
        return await visitor.Send(action, content);
    }

    private async Task<Person> Namesake(string address, string name)
    {
        var person = await scene.Member(address.Split('@')[0]);
        QueueScene.Must(await server.Grains.Member(person.Member).ChangeProfile(new() { By = person.Member, Request = server.NewRequest(), Name = name, Organisation = "Another ministry", Language = "en", TimeZone = "Europe/Brussels" }));
        await scene.Settled();
        return person;
    }

    private async Task Opens() => QueueScene.Must(await server.Grains.Community(scene.Community).ChangeSettings(new() { By = scene.Ada.Member, Request = server.NewRequest(), Name = "Open", Access = PublicBuyers.Communities.Access.Open, Goal = "To buy well together." }));

    private async Task<long> Waiting()
    {
        long? number = null;
        await Until(async () => (number = QueueScene.Must(await scene.Queue.Page(scene.Ada.Member, new(Open: true, null, null, 0))).Items.Select(item => (long?)item.Number.Value).FirstOrDefault()) is not null);
        return number!.Value;
    }

    private async Task Decides(long number, Verdict verdict, string reason)
    {
        await scene.Decides(scene.Ada, number, verdict, reason);
        clock.Move(QueueLimits.UndoWindow);
        await Until(async () => QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(number))).Item.State is ItemState.Settled);
        var submitted = QueueScene.Must(await scene.Queue.Item(scene.Ada.Member, new(number))).Item.Work!.Publication;
        await Until(async () => QueueScene.Must(await server.Grains.Publication(submitted).Read(author.Member)).State is not PublicBuyers.Publications.PublicationState.Waiting);
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(20, patience.Token);
    }
}
