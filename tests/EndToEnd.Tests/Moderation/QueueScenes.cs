using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Communities;
using PublicBuyers.EndToEnd.Tests.Live;
using PublicBuyers.Moderation;
using PublicBuyers.Testing.Live;

namespace PublicBuyers.EndToEnd.Tests.Moderation;

/// <summary>A community that admits on request, with two who moderate it.</summary>
internal sealed record QueueScene(LiveServer Server, RoomId Room, Person Ada, Person Ben)
{
    public CommunityId Community => Room.Community;

    public IQueueGrain Queue => Server.Grains.Queue(Community);

    public string Topic => Streams.QueueOf(Community);

    public string Api => $"/api/queues/{Community}";

    public string Pages => $"/communities/{Community}/queue";

    public async Task<(Person Who, long Number)> Asks(string message = "May I?")
    {
        var who = await Server.Stranger();
        await Settled();
        return (who, await Asks(who, message));
    }

    public async Task<long> Asks(Person who, string message = "May I?") => Must(await Queue.Ask(new() { By = who.Member, Request = Server.NewRequest(), Message = message })).Value;

    /// <summary>Names are known.</summary>
    public Task Settled() => Server.Services.GetRequiredService<ICommunityDirectory>().Settled(CancellationToken.None);

    public async Task<Decided> Decides(Person moderator, long number, Verdict verdict, string reason = "As agreed.")
    {
        var item = Must(await Queue.Item(moderator.Member, new(number))).Item;
        return Must(await Queue.Decide(new() { By = moderator.Member, Request = Server.NewRequest(), Number = new(number), Version = item.Version, Verdict = verdict, Reason = reason }));
    }

    public async Task<Person> Member(string name)
    {
        var person = await Server.SignIn(name);
        Must(await Server.Grains.Community(Community).AdmitMember(new() { By = MemberId.System, Request = Server.NewRequest(), Member = person.Member, ApprovedBy = Ada.Member }));
        await Settled();
        return person;
    }

    public async Task Changes(Person member, Role role) => Must(await Server.Grains.Community(Community).ChangeRole(new() { By = Ada.Member, Request = Server.NewRequest(), Member = member.Member, Role = role }));

    public async Task Publishes(Person moderator, string contact) => Must(await Server.Grains.Community(Community).PublishContact(new() { By = moderator.Member, Request = Server.NewRequest(), Contact = contact }));

    public static T Must<T>(Outcome<T> outcome) => outcome.IsRefused ? throw new InvalidOperationException($"Refused: {outcome.Refusal}") : outcome.Value;
}

internal static class QueueScenes
{
    private static int scenes;

    /// <summary>Ada leads and Ben moderates; both have published whom to ask.</summary>
    public static async Task<QueueScene> QueueScene(this LiveServer server)
    {
        var number = Interlocked.Increment(ref scenes);
        var (ada, ben) = (await server.SignIn($"Adaline{number}"), await server.SignIn($"Benedict{number}"));
        var community = new CommunityId($"on-request-{number}");
        Moderation.QueueScene.Must(await server.Grains.Community(community).Found(new() { By = MemberId.System, Request = server.NewRequest(), Name = $"On request {number}", Access = PublicBuyers.Communities.Access.OnRequest, Goal = "To buy well together.", Leader = ada.Member }));

        var scene = new QueueScene(server, new(community, "general"), ada, ben);
        Moderation.QueueScene.Must(await server.Grains.Community(community).AdmitMember(new() { By = MemberId.System, Request = server.NewRequest(), Member = ben.Member, ApprovedBy = ada.Member }));
        await scene.Changes(ben, Role.Moderator);
        await scene.Publishes(ada, "ada@buyers.example");
        await scene.Publishes(ben, "ben@buyers.example");
        await scene.Settled();
        return scene;
    }
}
