using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PublicBuyers.Bench.Rows;
using PublicBuyers.Journal;
using PublicBuyers.Moderation;
using PublicBuyers.Storage;

namespace PublicBuyers.Bench.Servers;

/// <summary>What a moderator's decision costs, in a queue of a given length.</summary>
internal sealed partial class OurServer
{
    private const int DecisionsMeasured = 400;

    /// <summary>Longer than a decision can be undone.</summary>
    private static readonly TimeSpan TakesEffect = QueueLimits.UndoWindow + TimeSpan.FromSeconds(3);

    private readonly Dictionary<int, long> decided = [];

    /// <summary>A community on request in whose queue so many wait, before anybody opens it.</summary>
    private async Task<string> Queue(int count)
    {
        var community = QueueOf(count);
        if (!(await Grains.Community(community).Describe(MemberId.System)).IsRefused) return community.Value;

        var leader = new MemberId(server.Services.GetRequiredService<INewIds>().Next());
        Must(await Grains.Community(community).Found(new() { By = MemberId.System, Request = Request(), Name = community.Value, Access = Communities.Access.OnRequest, Goal = "To be asked.", Leader = leader }));
        var journal = server.Services.GetRequiredService<IJournal>();
        for (var written = 0; written < count;)
        {
            var facts = Enumerable.Range(written + 1, Math.Min(500, count - written)).ToArray();
            foreach (var number in facts)
            {
                var asked = FactCodec<QueueEvent>.Write(new QueueEvent.ItemOpened(new(number), ItemKind.AccessRequest, new string('x', 200), null, null));
                var by = new MemberId(string.Create(CultureInfo.InvariantCulture, $"applicant{number}"));
                if (await journal.Append(new(Streams.QueueOf(community), number - 1, [asked], by, TimeProvider.System.GetUtcNow(), [], null, Imported: true)) is not AppendResult.Stored) throw new InvalidOperationException($"The queue of \"{community}\" has items already.");
            }

            written += facts.Length;
        }

        return community.Value;
    }

    /// <summary>A community on request led by the first of the members, moderated by the second; so many of the others ask to join.</summary>
    private async Task<string> Asked(string round, int count)
    {
        var members = (await File.ReadAllLinesAsync(MembersOf(server.Services.GetRequiredService<DataFolder>().Root))).Select(member => new MemberId(member)).ToArray();
        var community = new CommunityId("asked-" + round);
        var grain = Grains.Community(community);
        Must(await grain.Found(new() { By = MemberId.System, Request = Request(), Name = community.Value, Access = Communities.Access.OnRequest, Goal = "To be asked.", Leader = members[0] }));
        Must(await grain.AdmitMember(new() { By = MemberId.System, Request = Request(), Member = members[1], ApprovedBy = members[0] }));
        Must(await grain.ChangeRole(new() { By = members[0], Request = Request(), Member = members[1], Role = Communities.Role.Moderator }));
        foreach (var applicant in members.Skip(2).Take(count)) Must(await Grains.Queue(community).Ask(new() { By = applicant, Request = Request(), Message = "I buy trams." }));
        await Settled();
        return community.Value;
    }

    /// <summary>Looked at, decided, and in effect: what it allocates, writes and takes for each.</summary>
    private async Task<string> CostOfDeciding(int size)
    {
        var community = QueueOf(size);
        var leader = (await Grains.Community(community).Describe(MemberId.System)).Value!.Leaders[0];
        var queue = Grains.Queue(community);
        Must(await queue.Figures(leader));
        await Settled();
        var first = decided.GetValueOrDefault(size) + 1;
        var (allocated, written, cpu) = (GC.GetTotalAllocatedBytes(precise: true), Written(), Environment.CpuUsage.TotalTime);
        for (var number = first; number < first + DecisionsMeasured; number++)
        {
            Must(await queue.Claim(new() { By = leader, Request = Request(), Number = new(number) }));
            Must(await queue.Decide(new() { By = leader, Request = Request(), Number = new(number), Version = 1, Verdict = Verdict.Approved }));
        }

        await Task.Delay(TakesEffect);
        await Settled();
        decided[size] = first + DecisionsMeasured - 1;
        return new Growth.Cost(
            (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)DecisionsMeasured,
            (Written() - written) / (double)DecisionsMeasured,
            (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / DecisionsMeasured).ToString();
    }

    private static CommunityId QueueOf(int size) => new(string.Create(CultureInfo.InvariantCulture, $"queue-{size}"));
}
