using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using PublicBuyers.Attachments;
using PublicBuyers.Journal;
using PublicBuyers.Rooms;
using PublicBuyers.Security;

namespace PublicBuyers.Storage;

/// <summary>Uploaded files in <c>attachments/ab/…</c>, each with a card beside it that says whose it is; and the list of those in no post, as empty files in <c>attachments/unposted</c>.</summary>
/// <remarks>A card is written before its file gets its name, so that a file without one does not exist. What a crash leaves over is unfinished, and removed at the next start.</remarks>
internal sealed partial class AttachmentFiles : IAttachmentFiles, IPostedFiles
{
    private const int IdLength = 26;

    private const string Unfinished = ".unfinished";

    /// <summary>At the same time: each may take as much memory as the largest file.</summary>
    private const int MostLookedAt = 4;

    private readonly string root;
    private readonly string unpostedFolder;
    private readonly Secrets secrets;
    private readonly IClock clock;
    private readonly IJournal journal;
    private readonly ILogger<AttachmentFiles> logger;
    private readonly Lock gate = new();
    private readonly Dictionary<AttachmentId, AttachmentCard> unposted = [];
    private readonly Dictionary<MemberId, int> coming = [];
    private readonly SemaphoreSlim looking = new(MostLookedAt);
    private readonly FileQuotas quotas;
    private readonly FileChecks checks;
    private volatile StoredBytes? stored;
    private readonly OnceAMinute unreadableDue;
    private bool isUnwritten;

    /// <summary>A folder that is closed to us is passed over: the start names it.</summary>
    private static readonly EnumerationOptions everywhere = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.None,
    };

    public AttachmentFiles(
        DataFolder folder,
        Secrets secrets,
        IClock clock,
        IJournal journal,
        FileQuotas quotas,
        FileChecks checks,
        TimeProvider time,
        ILogger<AttachmentFiles> logger
    )
    {
        (root, this.secrets, this.clock, this.journal, this.quotas, this.checks, this.logger) = (
            folder.AttachmentsFolder,
            secrets,
            clock,
            journal,
            quotas,
            checks,
            logger
        );
        unreadableDue = new(time);
        unpostedFolder = Path.Combine(root, "unposted");
        PrivateFiles.MakeFolder(unpostedFolder);
        foreach (var left in Directory.EnumerateFiles(root, "*" + Unfinished, everywhere).ToList())
            File.Delete(left);
        foreach (var marker in Directory.EnumerateFiles(unpostedFolder))
        {
            AttachmentCard? card = null;
            if (AttachmentId.TryRead(Path.GetFileName(marker), out var id) && !TryReadCard(id, out card))
                continue; // the next start may read it

            if (card is null)
                File.Delete(marker);
            else
                unposted[id] = card;
        }
    }

    public async Task<Outcome<ImmutableArray<Attachment>>> Take(
        MemberId by,
        RoomId room,
        RequestId request,
        IReadOnlyList<AttachmentId> files,
        CancellationToken cancel
    )
    {
        var isAnswered = await IsAnswered(by, request, cancel);
        lock (gate)
        {
            var cards = files.Select(CardFor).ToList();
            if (!cards.TrueForAll(IsForThis))
                return new AttachmentRefusal.NotUploaded();

            try
            {
                foreach (var card in cards.OfType<AttachmentCard>().Where(card => IsUnposted(card)))
                    PutCard(card with { Request = request, At = clock.Now });
            }
            catch (NotStoredException unwritten)
            {
                return NotWritten(unwritten);
            }

            return cards.OfType<AttachmentCard>().Select(card => card.Attachment).ToImmutableArray();
        }

        AttachmentCard? CardFor(AttachmentId id) => unposted.GetValueOrDefault(id) ?? ReadCard(id);

        bool IsUnposted(AttachmentCard card) => unposted.ContainsKey(card.Attachment.Id);

        // What is in a post is for that post's own request, as long as the journal answers it with that post.
        bool IsForThis(AttachmentCard? card) =>
            card is not null
            && card.By == by
            && card.Room == room
            && (IsUnposted(card) ? card.Request is null || card.Request == request : card.Request == request && isAnswered);
    }

    public Task Release(MemberId by, RequestId request, IReadOnlyList<AttachmentId> files) =>
        UnlessStored(by, request, files, card => PutCard(card with { Request = null, At = clock.Now }));

    public Task Discard(MemberId by, RequestId request, IReadOnlyList<AttachmentId> files) =>
        UnlessStored(by, request, files, card => Delete(card.Attachment.Id));

    public Task<Refusal?> DiscardUntaken(MemberId by, AttachmentId file)
    {
        lock (gate)
        {
            try
            {
                if (unposted.TryGetValue(file, out var card) && card.By == by && card.Request is null)
                    Delete(file);
                return Task.FromResult<Refusal?>(null);
            }
            catch (NotStoredException unwritten)
            {
                return Task.FromResult<Refusal?>(NotWritten(unwritten));
            }
        }
    }

    public Outcome<Stream> Open(AttachmentId file)
    {
        try
        {
            var content = new FileStream(
                PathOf(file),
                new FileStreamOptions
                {
                    Access = FileAccess.Read,
                    Share = FileShare.Read | FileShare.Delete,
                    Options = FileOptions.Asynchronous,
                }
            );
            return content;
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return new AttachmentRefusal.Gone();
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            NotRead(PathOf(file), fault);
            return new AttachmentRefusal.Unreadable();
        }
    }

    public Task Posted(IReadOnlyCollection<AttachmentId> files, CancellationToken cancel)
    {
        lock (gate)
        {
            foreach (var id in files)
            {
                unposted.Remove(id);
                File.Delete(MarkerOf(id));
            }
        }

        return Task.CompletedTask;
    }

    public Task Remove(IReadOnlyCollection<AttachmentId> files, CancellationToken cancel)
    {
        lock (gate)
        {
            foreach (var id in files)
                Delete(id);
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether something waits in no post since before then.</summary>
    public bool HasUnposted(DateTimeOffset since)
    {
        lock (gate)
            return unposted.Values.Any(card => card.At < since);
    }

    /// <summary>Removes what is in no post since before then.</summary>
    /// <param name="isKnown">Whether it is certain that no post of this room has it.</param>
    public void Sweep(DateTimeOffset since, Func<RoomId, bool> isKnown)
    {
        lock (gate)
        {
            var old = unposted.Values.Where(card => card.At < since && isKnown(card.Room)).ToList();
            foreach (var card in old)
                Delete(card.Attachment.Id);
            if (old.Count > 0)
                LogSwept(old.Count);
        }
    }

    /// <summary>
    /// Does this with files that were taken for a request, unless something was stored under it: then they may be in
    /// its post, whether or not the effect that marks them has seen it.
    /// </summary>
    private async Task UnlessStored(
        MemberId by,
        RequestId request,
        IReadOnlyList<AttachmentId> files,
        Action<AttachmentCard> change
    )
    {
        if (await IsAnswered(by, request, CancellationToken.None))
            return;

        lock (gate)
        {
            foreach (var id in files)
                if (unposted.TryGetValue(id, out var card) && card.By == by && card.Request == request)
                    change(card);
        }
    }

    private async Task<bool> IsAnswered(MemberId by, RequestId request, CancellationToken cancel) =>
        await journal.FindAnswer(by, request, cancel) is not null;

    private bool TryReserve(MemberId by)
    {
        lock (gate)
        {
            var now = coming.GetValueOrDefault(by);
            if (now + unposted.Values.Count(card => card.By == by) >= AttachmentLimits.MostUnposted)
                return false;

            coming[by] = now + 1;
            return true;
        }
    }

    private void Release(MemberId by)
    {
        lock (gate)
        {
            if (--coming[by] == 0)
                coming.Remove(by);
        }
    }

    private void PutCard(AttachmentCard card)
    {
        PrivateFiles.WriteJson(CardOf(card.Attachment.Id), card);
        unposted[card.Attachment.Id] = card;
    }

    /// <summary>False where it is there and cannot be read.</summary>
    private bool TryReadCard(AttachmentId id, out AttachmentCard? card)
    {
        try
        {
            card = ReadCard(id);
            return true;
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            NotRead(CardOf(id), fault);
            card = null;
            return false;
        }
    }

    /// <summary>Anybody can ask for such a file as often as they like; the log names one a minute.</summary>
    private void NotRead(string path, Exception fault)
    {
        if (unreadableDue.TryTake())
            LogNotRead(FileTrouble.Of(path, "read", fault));
    }

    private AttachmentCard? ReadCard(AttachmentId id)
    {
        try
        {
            return File.Exists(PathOf(id))
                ? JsonSerializer.Deserialize<AttachmentCard>(File.ReadAllBytes(CardOf(id)), DataFolderMarker.Json)
                : null;
        }
        catch (Exception unreadable)
            when (unreadable is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            LogNoCard(unreadable, id);
            return null;
        }
    }

    /// <summary>The list last: after a crash in between it is tried again.</summary>
    private void Delete(AttachmentId id)
    {
        var card = stored is not null && TryReadCard(id, out var read) ? read : null;
        try
        {
            if (Directory.Exists(Path.GetDirectoryName(PathOf(id))))
            {
                File.Delete(PathOf(id));
                File.Delete(CardOf(id));
            }

            File.Delete(MarkerOf(id));
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            throw FileTrouble.NotWritten(PathOf(id), fault);
        }

        if (card is not null)
            stored?.Remove(card.By, card.Room, card.Attachment.Bytes);
        unposted.Remove(id);
    }

    private string PathOf(AttachmentId id) => Path.Combine(root, id.Value[..2], id.Value);

    private string CardOf(AttachmentId id) => PathOf(id) + ".json";

    private string MarkerOf(AttachmentId id) => Path.Combine(unpostedFolder, id.Value);

    private static AttachmentId NewId()
    {
        Span<byte> chance = stackalloc byte[(IdLength * 5 / 8) + 1];
        RandomNumberGenerator.Fill(chance);
        return new(Base32.Of(chance, IdLength));
    }

    /// <param name="At">When it was uploaded, or last taken for a post.</param>
    /// <param name="Request">The one that took it, and whose post it is for; none: it can be taken.</param>
    private sealed record AttachmentCard(
        Attachment Attachment,
        MemberId By,
        RoomId Room,
        DateTimeOffset At,
        RequestId? Request
    );

    [LoggerMessage(2020, LogLevel.Information, "{Count} uploaded files that nobody posted are removed")]
    private partial void LogSwept(int count);

    [LoggerMessage(2021, LogLevel.Warning, "The card of the attachment {Id} cannot be read")]
    private partial void LogNoCard(Exception why, AttachmentId id);

    [LoggerMessage(2027, LogLevel.Error, "A file that was uploaded cannot be read: {Why}")]
    private partial void LogNotRead(string why);

    [LoggerMessage(2026, LogLevel.Error, "Files are refused: {Why}")]
    private partial void LogNotWritten(string why);
}
