using Microsoft.AspNetCore.Http;
using PublicBuyers.Attachments;

namespace PublicBuyers.Security;

/// <summary>A file of a form: in memory while it is small, then in the folder for such files, where it is gone when
/// the request is over. One that is not kept is passed over, so that the text beside it arrives all the same.</summary>
internal sealed class ReceivedFile : FormFile, IDisposable
{
    /// <summary>Of one file, in bytes.</summary>
    public const int InMemory = 256 * 1024;

    private readonly Stream kept;

    private ReceivedFile(Stream content, long length, string name, string fileName, Refusal? why)
        : base(content, 0, length, name, fileName) => (kept, Why) = (content, why);

    /// <summary>Why it was not kept; none: it was.</summary>
    public Refusal? Why { get; }

    public void Dispose() => kept.Dispose();

    /// <summary>Of these, the first that was not kept.</summary>
    public static Refusal? WhyNot(IEnumerable<IFormFile> files) =>
        files.OfType<ReceivedFile>().Select(file => file.Why).FirstOrDefault(why => why is not null);

    /// <summary>Reads a file to its end, and keeps it where there is room for it.</summary>
    /// <param name="why">Why it is not to be kept, if that is known before.</param>
    public static async Task<ReceivedFile> Read(
        Stream body, string name, string fileName, FormSpace.Hold hold, IFormFiles folder, Refusal? why, CancellationToken cancel)
    {
        Stream content = why is null ? new MemoryStream() : Stream.Null;
        try
        {
            var (length, buffer) = (0L, new byte[64 * 1024]);
            while (await body.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                length += read;
                if (why is not null) continue;

                why = await Keep(buffer.AsMemory(0, read));
                if (why is not null) await PassOver();
            }

            return new(content, length, name, fileName, why);
        }
        catch
        {
            await content.DisposeAsync();
            throw;
        }

        async Task<Refusal?> Keep(ReadOnlyMemory<byte> bytes)
        {
            if (content.Length + bytes.Length > AttachmentLimits.Largest)
                return new AttachmentRefusal.TooLarge(AttachmentLimits.Largest / 1024 / 1024);
            if (content is MemoryStream && content.Length + bytes.Length > InMemory && await MoveToDisk() is { } full) return full;

            var isKept = content is MemoryStream ? hold.TryTakeMemory(bytes.Length) : hold.TryTakeDisk(bytes.Length);
            if (!isKept) return new ReadingRefusal.Crowded();

            return await TryWrite(bytes) ? null : new AttachmentRefusal.DiskFull();
        }

        async Task<Refusal?> MoveToDisk()
        {
            if (!hold.TryTakeDisk(content.Length)) return new ReadingRefusal.Crowded();
            if (folder.TryMake() is not { } file) return new AttachmentRefusal.DiskFull();

            var small = (MemoryStream)content;
            content = file;
            var isWritten = await TryWrite(small.GetBuffer().AsMemory(0, (int)small.Length));
            hold.ReturnMemory(small.Length);
            return isWritten ? null : new AttachmentRefusal.DiskFull();
        }

        async Task<bool> TryWrite(ReadOnlyMemory<byte> bytes)
        {
            try
            {
                await content.WriteAsync(bytes, cancel);
                return true;
            }
            catch (IOException failed) when (DiskFullException.IsIn(failed))
            {
                return false;
            }
        }

        async Task PassOver()
        {
            if (content is MemoryStream) hold.ReturnMemory(content.Length);
            await content.DisposeAsync();
            content = Stream.Null;
        }
    }
}
