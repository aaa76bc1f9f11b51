using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Attachments;
using PublicBuyers.Rooms;

namespace PublicBuyers.Publications;

/// <summary>A version on its way into a publication, with its files. One function for programs and forms.</summary>
internal sealed class PublicationDesk(IGrainFactory grains, AttachmentDesk files)
{
    /// <summary>What the same request begins is the same publication. Nobody can guess it who has not made the request.</summary>
    public static PublicationId IdOf(CommunityId community, MemberId author, RequestId request) =>
        new(community, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{community.Value}/{author.Value}/{request.Value}")))[..32]);

    public async Task<Outcome<WrittenWire>> Write(PublicationId publication, MemberId by, RequestId request, WritingWire written, int seen, CancellationToken cancel)
    {
        IReadOnlyList<string?> ids = written.Attachments ?? [];
        if (ids.Count > PublicationLimits.MostAttachments) return new PublicationRefusal.TooMany(PublicationLimits.MostAttachments);

        var known = await Known(publication, by, ids);
        return await files.Attach(
            by,
            publication.Comments,
            request,
            [.. ids.Where(id => !known.Any(file => file.Id.Value == id))],
            uploaded => Write(publication, by, request, Content(written, InOrder(ids, [.. known, .. uploaded])), seen),
            cancel);
    }

    public async Task<Outcome<WrittenWire>> Write(PublicationId publication, MemberId by, RequestId request, PublicationContent content, int seen)
    {
        var answer = await grains.Publication(publication).Write(new() { By = by, Request = request, Content = content, Seen = seen });
        return answer.IsRefused ? answer.Refusal : new WrittenWire(publication, publication.Key, answer.Value.Version);
    }

    public static PublicationContent Content(WritingWire written, ImmutableArray<Attachment> attachments) => new(
        written.Kind,
        written.Title ?? "",
        written.Summary ?? "",
        (written.Markdown ?? "").ReplaceLineEndings("\n"),
        written.Classification,
        written.Participants is { IsDefault: false } named ? [.. named.Distinct()] : [],
        attachments);

    /// <summary>What the newest version has, as far as this member may change it and names some of it.</summary>
    private async Task<ImmutableArray<Attachment>> Known(PublicationId publication, MemberId by, IReadOnlyList<string?> ids)
    {
        if (ids.Count == 0) return [];

        var before = await grains.Publication(publication).Read(by);
        return before.IsRefused || !before.Value.MayWrite ? [] : before.Value.Content.Attachments;
    }

    private static ImmutableArray<Attachment> InOrder(IReadOnlyList<string?> ids, ImmutableArray<Attachment> files)
    {
        var all = files.ToDictionary(file => file.Id.Value, StringComparer.Ordinal);
        return [.. ids.OfType<string>().Distinct(StringComparer.Ordinal).Where(all.ContainsKey).Select(id => all[id])];
    }
}
