using System.Collections.Immutable;
using PublicBuyers.Attachments.Pictures;
using PublicBuyers.Rooms;

namespace PublicBuyers.Attachments;

/// <summary>Uploaded files on the server's disk, under names of its own. What belongs to no post within <see cref="AttachmentLimits.UnpostedKept"/> is removed.</summary>
public interface IAttachmentFiles
{
    /// <summary>
    /// Reads the body to its end and keeps of it what <paramref name="look"/> says, if it finds nothing against it. On
    /// disk when it answers with a card.
    /// </summary>
    /// <param name="look">Gets the whole file, from its start.</param>
    Task<Outcome<Attachment>> Keep(
        Upload upload,
        Stream body,
        Func<Stream, Outcome<FoundFile>> look,
        CancellationToken cancel
    );

    /// <summary>
    /// Takes files that this member uploaded for this room, for one request, and answers with their cards. From then
    /// on they belong to that request and to its post alone, also after a restart: for every other they are not there.
    /// </summary>
    Task<Outcome<ImmutableArray<Attachment>>> Take(
        MemberId by,
        RoomId room,
        RequestId request,
        IReadOnlyList<AttachmentId> files,
        CancellationToken cancel
    );

    /// <summary>
    /// Lets other requests take what this one took. Call it after the post of the request was refused, while no copy of
    /// the request is on its way. Does nothing if something was stored under the request.
    /// </summary>
    Task Release(MemberId by, RequestId request, IReadOnlyList<AttachmentId> files);

    /// <summary>The same, and forgets the files.</summary>
    Task Discard(MemberId by, RequestId request, IReadOnlyList<AttachmentId> files);

    /// <summary>Forgets a file of this member, if no post was asked to take it yet.</summary>
    /// <returns>Why it is still there; it goes a day later, or when this is asked again.</returns>
    Task<Refusal?> DiscardUntaken(MemberId by, AttachmentId file);

    /// <summary>
    /// How much of their space a member has used: with everything they uploaded that is still kept, in posts or not.
    /// </summary>
    FileUsage UsedBy(MemberId member);

    /// <summary>How much of its space a room has used.</summary>
    FileUsage UsedIn(RoomId room);

    /// <summary>Seekable; the caller closes it.</summary>
    /// <returns>
    /// <see cref="AttachmentRefusal.Gone"/>, or <see cref="AttachmentRefusal.Unreadable"/> where the server may not
    /// read it or its disk fails.
    /// </returns>
    Outcome<Stream> Open(AttachmentId file);
}

/// <param name="Once">Under the same word the same member's file is the same one: what a form sends twice. None: a new one each time.</param>
public sealed record Upload(MemberId By, RoomId Room, string? Once = null)
{
    /// <summary>In bytes, as far as the sender says; none: it does not.</summary>
    public long? Length { get; init; }
}

/// <summary>What a file turned out to be.</summary>
/// <param name="Name">With the extension of what it is.</param>
/// <param name="Width">As a picture is shown, after it has been turned upright.</param>
public sealed record FoundFile(string Name, string Type, int? Width = null, int? Height = null)
{
    /// <summary>What is kept of it, in order; none: all of it.</summary>
    public ImmutableArray<FilePart>? Parts { get; init; }
}
