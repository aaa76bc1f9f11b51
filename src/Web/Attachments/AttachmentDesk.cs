using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using PublicBuyers.Rooms;
using PublicBuyers.Security;

namespace PublicBuyers.Attachments;

/// <summary>Files on their way into a post. First each is uploaded, then the post that is made names them: hub, HTTP and forms alike.</summary>
public sealed class AttachmentDesk(IAttachmentFiles files, IGrainFactory grains)
{
    private readonly RequestTurns turns = new();

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

    /// <summary>
    /// Makes a post with files that were uploaded for it. The copies of one request come one after the other; where the
    /// post is refused, another request may take the files.
    /// </summary>
    /// <param name="post">Gets the cards to put into the post; asked once at most, under this request id.</param>
    public async Task<Outcome<T>> Attach<T>(
        MemberId by,
        RoomId room,
        RequestId request,
        IReadOnlyList<string?>? ids,
        Func<ImmutableArray<Attachment>, Task<Outcome<T>>> post,
        CancellationToken cancel
    )
    {
        if (ids is null or [])
            return await post([]);

        using var turn = await turns.Begin(by, request, cancel);
        var taken = await Take(by, room, request, ids, cancel);
        if (taken.IsRefused)
            return taken.Refusal;

        var posted = await post(taken.Value);
        if (posted.IsRefused)
            await files.Release(by, request, [.. taken.Value.Select(file => file.Id)]);
        return posted;
    }

    /// <summary>
    /// Takes files for the post of one request; asked again with the same, it answers the same, also after the post was
    /// made. For any other request they are not there.
    /// </summary>
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

    /// <summary>
    /// Makes a post with the files of a form. With one that is refused, or if the post is, none is kept.
    /// </summary>
    /// <remarks>Sent twice, the form brings the same files, and one copy never takes those of the other away.</remarks>
    public async Task<Outcome<T>> AttachForm<T>(
        MemberId by,
        RoomId room,
        RequestId request,
        IFormFileCollection? chosen,
        Func<ImmutableArray<Attachment>, Task<Outcome<T>>> post,
        CancellationToken cancel
    )
    {
        var sent = (chosen ?? (IReadOnlyList<IFormFile>)[])
            .Where(file => file.FileName.Length > 0 || file.Length > 0)
            .ToList();
        if (sent.Count == 0)
            return await post([]);
        if (sent.Count > RoomLimits.MostAttachments)
            return new RoomRefusal.TooManyAttachments(RoomLimits.MostAttachments);
        if (ReceivedFile.WhyNot(sent) is { } notKept)
            return notKept;

        using var turn = await turns.Begin(by, request, cancel);
        var ids = new List<AttachmentId>();
        for (var i = 0; i < sent.Count; i++)
        {
            await using var body = sent[i].OpenReadStream();
            var kept = await Add(new(by, room, $"{request.Value}/{i}"), sent[i].FileName, sent[i].Length, body, cancel);
            if (kept.IsRefused)
            {
                foreach (var id in ids)
                    await files.DiscardUntaken(by, id);
                return kept.Refusal;
            }

            ids.Add(kept.Value.Id);
        }

        var taken = await files.Take(by, room, request, ids, cancel);
        if (taken.IsRefused)
            return taken.Refusal;

        var posted = await post(taken.Value);
        if (posted.IsRefused)
            await files.Discard(by, request, ids);
        return posted;
    }

    /// <summary>
    /// Forgets a file that its author took away before posting it. One that is posted, or somebody else's, stays.
    /// </summary>
    /// <returns>How much of their space they have used without it.</returns>
    public async Task<Outcome<FileUsage>> Discard(MemberId by, RoomId room, AttachmentId file)
    {
        if (await WhyNot(by, room) is { } refused)
            return refused;

        return await files.DiscardUntaken(by, file) is { } why ? why : files.UsedBy(by);
    }

    /// <summary>
    /// Whether the member may attach files there at all. What is attached to a publication is uploaded for the room of its comments, before there is one.
    /// </summary>
    public async Task<Refusal?> WhyNot(MemberId by, RoomId room) =>
        room.Publication is { } publication && await grains.Publication(publication).MayWrite(by)
            ? null
            : (await grains.Room(room).Posts(by, [])).Refusal;
}
