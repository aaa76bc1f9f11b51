using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PublicBuyers.Attachments;
using PublicBuyers.Attachments.Pictures;
using PublicBuyers.Rooms;

namespace PublicBuyers.Storage;

/// <summary>A file on its way in: looked at, scanned, and placed where there is room for it.</summary>
internal sealed partial class AttachmentFiles
{
    public async Task<Outcome<Attachment>> Keep(
        Upload upload,
        Stream body,
        Func<Stream, Outcome<FoundFile>> look,
        CancellationToken cancel
    )
    {
        if (WhyNoRoom(upload, upload.Length ?? 1) is { } full)
            return full;
        if (!TryReserve(upload.By))
            return new AttachmentRefusal.TooManyUnposted(AttachmentLimits.MostUnposted);

        var unfinished = Path.Combine(unpostedFolder, NewId().Value + Unfinished);
        try
        {
            Outcome<Attachment> kept;
            await using (var file = PrivateFiles.MakeFile(unfinished))
            {
                if (!await TryCopy(body, file, cancel))
                    return new AttachmentRefusal.TooLarge(AttachmentLimits.Largest / 1024 / 1024);

                kept = await Look(upload, file, look, cancel);
                if (kept.IsRefused)
                    return kept.Refusal;

                file.Flush(flushToDisk: true);
            }

            return Place(unfinished, new(kept.Value, upload.By, upload.Room, clock.Now, null)) is { } why
                ? why
                : kept.Value;
        }
        catch (IOException failed) when (failed is NotStoredException || DiskFullException.IsIn(failed))
        {
            return NotWritten(FileTrouble.NotWritten(unfinished, failed));
        }
        finally
        {
            PrivateFiles.DeleteIfPossible(unfinished);
            Release(upload.By);
        }
    }

    /// <summary>
    /// The log says it once, until a file can be written again; the health check says it as long as it lasts.
    /// </summary>
    private Refusal NotWritten(NotStoredException why)
    {
        if (!Interlocked.Exchange(ref isUnwritten, true)) LogNotWritten(why.Message);
        return why is DiskFullException ? new AttachmentRefusal.DiskFull() : new Refused.NotStored();
    }

    public FileUsage UsedBy(MemberId member) => Sums().Of(member);

    public FileUsage UsedIn(RoomId room) => Sums().Of(room);

    /// <summary>Counts what is stored, once after the start, so that nobody who uploads has to wait for it.</summary>
    public void Count() => Sums();

    /// <summary>A page that shows a sum waits for nobody who writes.</summary>
    private StoredBytes Sums()
    {
        if (stored is { } counted)
            return counted;

        lock (gate)
            return Stored();
    }

    private async Task<Outcome<Attachment>> Look(
        Upload upload,
        FileStream file,
        Func<Stream, Outcome<FoundFile>> look,
        CancellationToken cancel
    )
    {
        var found = await Clean(file, look, cancel);
        if (found.IsRefused)
            return found.Refusal;

        // A scanner may take its time; meanwhile others are looked at.
        if (await checks.WhyInfected(file, cancel) is { } why)
            return why;

        var (name, type, width, height) = found.Value;
        return new Attachment(IdOf(upload), name, type, file.Length, width, height) { IsMeasured = width is not null };
    }

    private async Task<Outcome<FoundFile>> Clean(
        FileStream file,
        Func<Stream, Outcome<FoundFile>> look,
        CancellationToken cancel
    )
    {
        await looking.WaitAsync(cancel);
        try
        {
            var found = look(file);
            if (found.Value?.Parts is { } parts)
                await Rewrite(file, parts, cancel);
            return found;
        }
        finally
        {
            looking.Release();
        }
    }

    private AttachmentId IdOf(Upload upload)
    {
        if (upload.Once is not { } once)
            return NewId();

        var secret = secrets.Token("attachment", $"{upload.By}/{once}");
        return new(Base32.Of(SHA256.HashData(Encoding.ASCII.GetBytes(secret)), IdLength));
    }

    /// <summary>Leaves of the file what is to be kept.</summary>
    private static async Task Rewrite(FileStream file, ImmutableArray<FilePart> parts, CancellationToken cancel)
    {
        if (parts is [{ New: null, Start: 0 } all] && all.Length == file.Length)
            return;

        var whole = ArrayPool<byte>.Shared.Rent((int)file.Length);
        try
        {
            file.Position = 0;
            await file.ReadExactlyAsync(whole.AsMemory(0, (int)file.Length), cancel);
            file.Position = 0;
            file.SetLength(0);
            foreach (var part in parts)
                await file.WriteAsync(part.New ?? whole.AsMemory(part.Start, part.Length), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>
    /// Whether there is room for so many bytes more. Asked first, so that nobody sends ten megabytes in vain; what
    /// counts is what <see cref="Place"/> finds.
    /// </summary>
    private Refusal? WhyNoRoom(Upload upload, long bytes)
    {
        try
        {
            var disk = checks.Disk(root);
            if (disk.Free - bytes < disk.Size / 100 * quotas.LeastFreePercent)
                return new AttachmentRefusal.DiskFull();

            lock (gate)
                return Stored().WhyNot(upload.By, upload.Room, bytes);
        }
        catch (Exception fault) when (FileTrouble.IsIt(fault))
        {
            return NotWritten(FileTrouble.NotWritten(root, fault));
        }
    }

    private StoredBytes Stored()
    {
        if (stored is not null)
            return stored;

        var counted = new StoredBytes(quotas);
        foreach (var path in Directory.EnumerateFiles(root, "*.json", everywhere))
        {
            if (!AttachmentId.TryRead(Path.GetFileNameWithoutExtension(path), out var id))
                continue;
            if (TryReadCard(id, out var card) && card is not null)
                counted.Add(card.By, card.Room, card.Attachment.Bytes);
        }

        return stored = counted;
    }

    /// <summary>There already: it was sent twice, and stays as it was, in a post perhaps.</summary>
    /// <returns>Why there is no room for it, if so. Of many at once, as many are taken as there is room for.</returns>
    private Refusal? Place(string unfinished, AttachmentCard card)
    {
        lock (gate)
        {
            var target = PathOf(card.Attachment.Id);
            if (File.Exists(target))
                return null;
            if (Stored().WhyNot(card.By, card.Room, card.Attachment.Bytes) is { } full)
                return full;

            PrivateFiles.MakeFolderWithin(Path.GetDirectoryName(target)!);
            PutCard(card);
            PrivateFiles.Write(MarkerOf(card.Attachment.Id), []);
            PrivateFiles.Move(unfinished, target);
            isUnwritten = false;
            Stored().Add(card.By, card.Room, card.Attachment.Bytes);
            return null;
        }
    }

    private static async Task<bool> TryCopy(Stream body, FileStream file, CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            if (file.Position + read > AttachmentLimits.Largest)
                return false;
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        file.Position = 0;
        return true;
    }
}
