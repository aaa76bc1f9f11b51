using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Rooms;

namespace PublicBuyers.Attachments;

/// <summary>Files on their way into a post. First each is uploaded, then the post that is made names them: hub, HTTP and forms alike.</summary>
public sealed class AttachmentDesk(IAttachmentFiles files, IGrainFactory grains)
{
    /// <summary>Keeps a file for a post that its author has yet to make in this room. On disk when it answers with a card.</summary>
    /// <param name="declared">Its length in bytes, as far as the sender says: too much is refused before any of it is read.</param>
    public async Task<Outcome<Attachment>> Add(
        Upload upload,
        string? name,
        long? declared,
        Stream body,
        CancellationToken cancel
    )
    {
        if (await WhyNot(upload.By, upload.Room) is { } refused)
            return refused;
        if (declared > AttachmentLimits.Largest)
            return new AttachmentRefusal.TooLarge(AttachmentLimits.Largest / 1024 / 1024);

        var shown = FileNames.Shown(name);
        return FileKinds.WhyNot(shown) is { } why
            ? why
            : await files.Keep(upload with { Length = declared }, body, file => FileKinds.Look(shown, file), cancel);
    }

    /// <summary>The cards to put into <see cref="PostMessage.Attachments"/>. Call it right before posting, under the request id that the post has: asked again with the same, it answers the same, also after the post was made.</summary>
    /// <param name="ids">As the client named them, in its order; none is fine.</param>
    public async Task<Outcome<ImmutableArray<Attachment>>> Take(
        MemberId by,
        RoomId room,
        RequestId request,
        IReadOnlyList<string?>? ids,
        CancellationToken cancel = default
    )
    {
        if (ids is null or [])
            return ImmutableArray<Attachment>.Empty;
        if (ids.Count > RoomLimits.MostAttachments)
            return new RoomRefusal.TooManyAttachments(RoomLimits.MostAttachments);

        var wanted = new List<AttachmentId>();
        foreach (var id in ids)
        {
            if (!AttachmentId.TryRead(id, out var file))
                return new AttachmentRefusal.NotUploaded();
            if (!wanted.Contains(file))
                wanted.Add(file);
        }

        return await files.Take(by, room, request, wanted, cancel);
    }

    /// <summary>The files of a form, kept and taken at once for the post that it makes; with one that is refused, none is.</summary>
    /// <remarks>Sent twice, the form brings the same files.</remarks>
    public async Task<Outcome<ImmutableArray<Attachment>>> TakeFromForm(
        MemberId by,
        RoomId room,
        RequestId request,
        IFormFileCollection? chosen,
        CancellationToken cancel
    )
    {
        var sent = (chosen ?? (IReadOnlyList<IFormFile>)[])
            .Where(file => file.FileName.Length > 0 || file.Length > 0)
            .ToList();
        if (sent.Count > RoomLimits.MostAttachments)
            return new RoomRefusal.TooManyAttachments(RoomLimits.MostAttachments);

        var ids = new List<string?>();
        for (var i = 0; i < sent.Count; i++)
        {
            await using var body = sent[i].OpenReadStream();
            var kept = await Add(new(by, room, $"{request.Value}/{i}"), sent[i].FileName, sent[i].Length, body, cancel);
            if (kept.IsRefused)
            {
                await Discard(by, ids);
                return kept.Refusal;
            }

            ids.Add(kept.Value.Id.Value);
        }

        return await Take(by, room, request, ids, cancel);
    }

    /// <summary>
    /// Forgets a file that its author took away before posting it. One that is posted, or somebody else's, stays.
    /// </summary>
    /// <returns>How much of their space they have used without it.</returns>
    public async Task<Outcome<FileUsage>> Discard(MemberId by, RoomId room, AttachmentId file)
    {
        if (await WhyNot(by, room) is { } refused)
            return refused;

        await files.DiscardUntaken(by, file);
        return files.UsedBy(by);
    }

    /// <summary>Forgets files that will not be posted: the form they came with was refused, or their author took them away.</summary>
    public Task Discard(MemberId by, IEnumerable<string?> ids) =>
        files.Discard(
            by,
            [
                .. ids.Select(id => AttachmentId.TryRead(id, out var file) ? file : default)
                    .Where(file => file.Value is not null),
            ]
        );

    /// <summary>
    /// What is attached to a publication is uploaded for the room of its comments, before there is one.
    /// </summary>
    private async Task<Refusal?> WhyNot(MemberId by, RoomId room) =>
        room.Publication is { } publication && await grains.Publication(publication).MayWrite(by)
            ? null
            : (await grains.Room(room).Posts(by, [])).Refusal;
}
