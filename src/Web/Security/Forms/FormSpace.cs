using PublicBuyers.Attachments;

namespace PublicBuyers.Security;

/// <summary>How much of the forms that are read at the same time is held: in memory and on disk, of each client and of
/// all. What is held counts, not what was announced.</summary>
/// <remarks>A client is a member, or the network address of somebody who is not signed in.</remarks>
internal sealed class FormSpace
{
    public const long MemoryOfOne = 8 * 1024 * 1024;

    public const long MemoryOfAll = 128 * 1024 * 1024;

    public const long DiskOfOne = 2L * AttachmentLimits.LargestForm;

    public const long DiskOfAll = 24L * AttachmentLimits.LargestForm;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Memory, long Disk)> held = [];
    private (long Memory, long Disk) all;

    /// <summary>For one form; disposing of it gives everything back.</summary>
    public Hold Begin(string client) => new(this, client);

    private bool TryTake(string client, long memory, long disk)
    {
        lock (gate)
        {
            var own = held.GetValueOrDefault(client);
            if (memory > 0 && (own.Memory + memory > MemoryOfOne || all.Memory + memory > MemoryOfAll)) return false;
            if (disk > 0 && (own.Disk + disk > DiskOfOne || all.Disk + disk > DiskOfAll)) return false;

            held[client] = (own.Memory + memory, own.Disk + disk);
            all = (all.Memory + memory, all.Disk + disk);
            return true;
        }
    }

    private void Return(string client, long memory, long disk)
    {
        lock (gate)
        {
            var own = held.GetValueOrDefault(client);
            own = (own.Memory - memory, own.Disk - disk);
            if (own is (0, 0)) held.Remove(client);
            else held[client] = own;
            all = (all.Memory - memory, all.Disk - disk);
        }
    }

    /// <summary>What one form holds. Used by one request.</summary>
    internal sealed class Hold(FormSpace space, string client) : IDisposable
    {
        private long memory;
        private long disk;

        public bool TryTakeMemory(long bytes)
        {
            if (!space.TryTake(client, bytes, 0)) return false;

            memory += bytes;
            return true;
        }

        public bool TryTakeDisk(long bytes)
        {
            if (!space.TryTake(client, 0, bytes)) return false;

            disk += bytes;
            return true;
        }

        public void ReturnMemory(long bytes)
        {
            memory -= bytes;
            space.Return(client, bytes, 0);
        }

        public void ReturnDisk(long bytes)
        {
            disk -= bytes;
            space.Return(client, 0, bytes);
        }

        public void Dispose()
        {
            space.Return(client, memory, disk);
            (memory, disk) = (0, 0);
        }
    }
}
